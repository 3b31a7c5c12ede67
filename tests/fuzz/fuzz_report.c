/* Whatever a report, a form or a mail's start says: what is read is valid, bounded, and of the
 * known words. */
#include "mail/automatic_words.h"
#include "mail/dsn.h"
#include "mail/form.h"
#include "mail/forward.h"

#include "base/text.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text, gsize max)
{
    g_assert(text && strlen(text) <= max && g_utf8_validate(text, -1, NULL));
}

static void check_report(const char *text)
{
    static const char *const actions[] = { "",         "failed",    "delayed", "relayed",
                                           "expanded", "delivered", NULL };
    g_autoptr(GPtrArray) deliveries = g_ptr_array_new_with_free_func((GDestroyNotify)delivery_free);
    g_autofree char *id = g_strdup("");

    dsn_read(text, deliveries, &id);
    g_assert(deliveries->len <= DSN_DELIVERIES_MAX);
    check_text(id, DSN_ID_MAX);
    g_assert(*id == '\0' || strchr(id, '@'));
    for (guint i = 0; i < deliveries->len; i++) {
        const Delivery *delivery = g_ptr_array_index(deliveries, i);

        check_text(delivery->address, ADDRESS_MAX);
        check_text(delivery->status, 11);
        g_assert(g_strv_contains(actions, delivery->action));
        g_assert(*delivery->address || *delivery->action);
    }
}

static void check_form(const char *text)
{
    Form form;

    form_read(text, &form);
    if (form.visitor) {
        g_assert(*form.visitor->address && form.fields > 0);
        check_text(form.visitor->address, ADDRESS_MAX);
        check_text(form.visitor->name, NAME_MAX_BYTES);
    }
    form_clear(&form);
}

static void check_words(char *text)
{
    g_autofree char *folded = words_fold(text, 2000);
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    const HeaderView view = { .fields = none };
    const Message message = {
        .subject = text, .text = text, .in_reply_to = (char *)"", .references = none
    };

    words_answer_subject(folded);
    words_answer_text(folded);
    words_bounce_subject(folded);
    words_bounce_line(folded);
    words_bounce_name(folded);
    words_no_reply(text);
    forward_is(&view, &message);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = text_clean((const char *)data, (gssize)size, 20000, NULL);

    check_report(text);
    check_form(text);
    check_words(text);
    return 0;
}
