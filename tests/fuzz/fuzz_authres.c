/* Whatever a header section says, the judgement is complete, valid and bounded; a mail none of
 * whose fields names the trusted server is never proven, and none is by DKIM without a signature.
 */
#include "mail/authres.h"
#include "mail/parts.h"

#include "base/text.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *servers[] = { (char *)"mx", NULL };
static char *sealers[] = { (char *)"s", NULL };
static char *methods[] = { (char *)"dkim", (char *)"arc", NULL };

static void field_free(gpointer data)
{
    HeaderField *field = data;

    g_free(field->name);
    g_free(field->value);
    g_free(field);
}

/* What the first letter of a line says it is a field of. */
static const char *name_of(char letter)
{
    return letter == 'R'   ? "Received"
           : letter == 'S' ? "ARC-Seal"
           : letter == 'A' ? "ARC-Authentication-Results"
           : letter == 'D' ? "DKIM-Signature"
           : letter == 'T' ? "Reply-To"
                           : "Authentication-Results";
}

/* A field for each line: Authentication-Results if its first letter names no other. */
static GPtrArray *fields_of(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", 20);
    GPtrArray *fields = g_ptr_array_new_with_free_func(field_free);

    for (guint i = 0; lines[i]; i++) {
        HeaderField *field = g_new0(HeaderField, 1);

        field->name = g_strdup(name_of(lines[i][0]));
        field->value =
            g_strdup(lines[i][0] && strchr("RSADT", lines[i][0]) ? lines[i] + 1 : lines[i]);
        g_ptr_array_add(fields, field);
    }
    return fields;
}

static void check_text(char *text, gsize max)
{
    g_assert(text && strlen(text) <= max && g_utf8_validate(text, -1, NULL));
    g_free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = text_clean((const char *)data, (gssize)size, 20000, NULL);
    g_autofree char *lower = g_ascii_strdown(text, -1);
    g_autoptr(GPtrArray) fields = fields_of(text);
    MailAddress *from = address_new("ann@example.org", "");
    Message message = { .from = from, .from_count = 1 };
    HeaderView view = { .fields = fields, .from_address = from->address };
    TrustedServer named = { (char *)"m", methods };
    g_autoptr(GPtrArray) named_ones = g_ptr_array_new();
    const MailTrust trust = { .authserv_ids = servers,
                              .arc_sealers = sealers,
                              .servers = named_ones };
    Authentication out = { 0 };

    g_ptr_array_add(named_ones, &named);

    authentication_judge(&view, &message, &trust, &out);
    g_assert(!out.proven || (strchr(lower, 'm') && strstr(lower, "pass")));
    g_assert(out.proven == (strcmp(out.reason, "dmarc") == 0 || strcmp(out.reason, "dkim") == 0 ||
                            strcmp(out.reason, "arc") == 0));
    g_assert(strcmp(out.reason, "dkim") != 0 || header_count(&view, "DKIM-Signature") > 0);
    g_assert(out.results->len <= 50);
    for (guint i = 0; i < out.results->len; i++)
        check_text(g_strdup(out.results->pdata[i]), 500);
    g_ptr_array_unref(out.results);
    check_text(out.dmarc, 255);
    check_text(out.dkim, 255);
    check_text(out.spf, 255);
    check_text(out.why, 600);
    g_free(out.differs);
    address_free(from);
    return 0;
}
