/* Whether answers stay with the sender.  Which of several readings of Reply-To a mail program uses
 * can't be known, so every one must stay.  Pure; any thread. */
#include "mail/reply_to.h"

#include "base/domain.h"
#include "mail/address_list.h"
#include "mail/headers.h"

#include <string.h>

static bool is_domain_byte(char c)
{
    return g_ascii_isalnum(c) || (guchar)c >= 0x80 || (c != '\0' && strchr("-_.", c));
}

/* Is every "x@example.org" in the text in the organization of `from`?  One without a dot after
 * the '@' is a name on some network, no address. */
static bool text_stays(const char *text, const char *from)
{
    for (const char *at = strchr(text, '@'); at; at = strchr(at + 1, '@')) {
        gsize length = 0;

        if (at == text || strchr(" \t\r\n(<,:;@", at[-1]))
            continue;
        while (is_domain_byte(at[1 + length]))
            length++;
        g_autofree char *written = g_strndup(at + 1, length);
        if (strchr(written, '.') && !domain_aligns(written, from))
            return false;
    }
    return true;
}

static bool field_stays(const char *value, const char *charset, const char *from)
{
    g_autoptr(GPtrArray) addresses = address_list_read(value, charset, HEADER_ADDRESSES_MAX);

    for (guint i = 0; i < addresses->len; i++) {
        const MailAddress *address = g_ptr_array_index(addresses, i);

        if (!domain_aligns(address_domain(address->address), from) ||
            !text_stays(address->name, from))
            return false;
    }
    return text_stays(value, from);
}

bool reply_to_stays(const HeaderView *view, const char *from_domain)
{
    for (guint i = 0; i < view->fields->len; i++) {
        const HeaderField *field = g_ptr_array_index(view->fields, i);

        if (g_ascii_strcasecmp(field->name, "Reply-To") == 0 &&
            (field->cut || !field_stays(field->value, view->charset, from_domain)))
            return false;
    }
    return true;
}
