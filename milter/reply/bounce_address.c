/* Bounce addresses.  Reading one is making it again: whatever is not what we would have written is
 * not ours, and the comparison takes as long whatever differs.  Pure; any thread. */
#include "reply/bounce_address.h"

#include "base/digest.h"
#include "base/error.h"
#include "mail/address.h"

#include <string.h>

#define LOCAL_MAX  64
#define CODE_BYTES 10 /* 16 letters of base 32 */

static char *base36(gint64 number)
{
    static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    GString *text = g_string_new(NULL);

    for (; number > 0; number /= 36)
        g_string_prepend_c(text, digits[number % 36]);
    return g_string_free(text, FALSE);
}

/* RFC 4648, in lower case; whole groups of five bytes only. */
static void append_base32(GString *out, const guchar *bytes, gsize length)
{
    static const char digits[] = "abcdefghijklmnopqrstuvwxyz234567";
    guint bits = 0, held = 0;

    for (gsize i = 0; i < length; i++) {
        held = (held << 8 | bytes[i]) & 0xFFF;
        for (bits += 8; bits >= 5; bits -= 5)
            g_string_append_c(out, digits[held >> (bits - 5) & 31]);
    }
}

/* "9ix-k5ifkm3gyu2wzhcl" */
static char *code_of(const char *mailbox, gint64 draft, const void *secret, gsize secret_length)
{
    guchar sum[DIGEST_HMAC_SIZE];
    g_autofree char *number = base36(draft);
    g_autofree char *signed_text = g_strdup_printf("bounce %s %s", number, mailbox);
    GString *code = g_string_new(number);

    digest_hmac(secret, secret_length, signed_text, strlen(signed_text), sum);
    g_string_append_c(code, '-');
    append_base32(code, sum, CODE_BYTES);
    return g_string_free(code, FALSE);
}

char *bounce_address(const char *mailbox, char delimiter, gint64 draft, const void *secret,
                     gsize secret_length, GError **error)
{
    g_autofree char *folded = address_fold(mailbox);
    const char *domain = address_domain(folded);
    g_autofree char *code = NULL, *local = NULL;

    g_return_val_if_fail(draft > 0, NULL);
    if (*domain == '\0' || *folded == '"') {
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT,
                    "no bounce address can be made of '%s'", mailbox);
        return NULL;
    }
    code = code_of(folded, draft, secret, secret_length);
    local = g_strdup_printf("%.*s%c" BOUNCE_MARK "%s", (int)(domain - 1 - folded), folded,
                            delimiter, code);
    if (strlen(local) > LOCAL_MAX) {
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT,
                    "the bounce address %s@%s is too long before its '@'", local, domain);
        return NULL;
    }
    return g_strconcat(local, "@", domain, NULL);
}

/* The number before the code; 0 if it is none. */
static gint64 number_of(const char *code)
{
    char *end = NULL;
    gint64 number;

    if (!g_ascii_isalnum(*code))
        return 0;
    number = g_ascii_strtoll(code, &end, 36);
    return *end == '-' && number > 0 ? number : 0;
}

gint64 bounce_address_draft(const char *address, const char *mailbox, char delimiter,
                            const void *secret, gsize secret_length)
{
    g_autofree char *given = address_fold(address), *folded = address_fold(mailbox);
    gsize local = strlen(folded) - strlen(address_domain(folded));
    g_autofree char *expected = NULL;
    gint64 draft;

    if (local == 0 || strlen(given) <= local + strlen(BOUNCE_MARK) ||
        strncmp(given, folded, local - 1) != 0 || given[local - 1] != delimiter ||
        !g_str_has_prefix(given + local, BOUNCE_MARK))
        return 0;
    draft = number_of(given + local + strlen(BOUNCE_MARK));
    if (draft == 0)
        return 0;
    expected = bounce_address(mailbox, delimiter, draft, secret, secret_length, NULL);
    if (!expected || strlen(expected) != strlen(given))
        return 0;
    return digest_same(expected, given, strlen(given)) ? draft : 0;
}
