/* Six characters for all that an approval is about.
 *
 * A code names the draft, its state, its marks and the digest of the mail (reply/approval.h): an
 * edit, another signature, a mark that was added or a sending that became uncertain gives another.
 * 30 bits: that a changed draft has the code of the one that was shown happens once in a thousand
 * million changes.  They don't need to be more, because they are an HMAC with the store's secret:
 * who can't read the store can't search for a text that keeps the code, but must make each text a
 * draft and look at its code, and every edit is a row in the audit.  Letters and digits are
 * Crockford's base 32, which has no I, L, O and U. */
#include "desk/code.h"

#include "base/digest.h"

#include <string.h>

#define CODE_LENGTH 6

static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

char *code_of_draft(const Draft *draft, const char *digest, const char *secret)
{
    g_autofree char *seen = g_strdup_printf("approve %" G_GINT64_FORMAT " %s %s %s", draft->id,
                                            draft_state_name(draft->state), digest, draft->marks);
    guchar sum[DIGEST_HMAC_SIZE];
    char code[CODE_LENGTH + 1] = "";
    digest_hmac(secret, strlen(secret), seen, strlen(seen), sum);
    guint32 bits = (guint32)sum[0] << 24 | (guint32)sum[1] << 16 | (guint32)sum[2] << 8 | sum[3];
    for (int i = 0; i < CODE_LENGTH; i++)
        code[i] = digits[bits >> (27 - 5 * i) & 31];
    return g_strdup(code);
}

bool code_is(const char *code, const char *given)
{
    for (; *given != '\0'; given++) {
        char c = g_ascii_toupper(*given);
        if (c == '-')
            continue;
        c = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
        if (*code == '\0' || *code++ != c)
            return false;
    }
    return *code == '\0';
}
