/* Text of mails, whatever they claim: the charset they name if the bytes are valid in it, else
 * UTF-8, else windows-1252 as most unmarked mail is, else what is valid of UTF-8.  Text in
 * ISO-2022-JP is all ASCII bytes, so the claim comes first; but bytes that a claimed single-byte
 * charset would make of valid, non-ASCII UTF-8 are never what the sender meant. */
#include "mail/charset.h"

#include "base/text.h"
#include "mail/gmime.h"

#include <string.h>

#define FALLBACK "windows-1252"

/* Does the charset say nothing beyond ASCII, or what is tried anyway? */
static bool is_default(const char *charset)
{
    static const char *const names[] = { "utf-8", "utf8", "us-ascii", "ascii", "unknown-8bit" };

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        if (g_ascii_strcasecmp(charset, names[i]) == 0)
            return true;
    return false;
}

static bool is_single_byte(const char *charset)
{
    return g_ascii_strncasecmp(charset, "iso-8859-", 9) == 0 ||
           g_ascii_strncasecmp(charset, "windows-125", 11) == 0;
}

static char *converted(const char *bytes, gsize length, const char *charset, gsize *written)
{
    return g_convert(bytes, (gssize)length, "UTF-8", g_mime_charset_iconv_name(charset), NULL,
                     written, NULL);
}

/* NULL if the bytes are UTF-8 and should be taken so, or are in no charset that is tried. */
static char *decoded(const char *bytes, gsize length, const char *charset, gsize *written)
{
    bool valid = g_utf8_validate_len(bytes, length, NULL);
    char *text = NULL;

    if (charset && !is_default(charset) && !(valid && is_single_byte(charset)))
        text = converted(bytes, length, charset, written);
    if (!text && !valid)
        text = converted(bytes, length, FALLBACK, written);
    return text;
}

/* "\r\n" and lone "\r" become "\n", NUL goes; returns the new length. */
static gsize straighten(char *text, gsize length)
{
    gsize out = 0;

    for (gsize at = 0; at < length; at++) {
        if (text[at] == '\r' && at + 1 < length && text[at + 1] == '\n')
            continue;
        if (text[at] != '\0')
            text[out++] = text[at] == '\r' ? '\n' : text[at];
    }
    return out;
}

char *charset_decode(const char *bytes, gsize length, const char *charset, gsize max, bool *cut)
{
    gsize written = length;
    g_autofree char *text = NULL;

    if (length == 0) {
        *cut = false;
        return g_strdup("");
    }
    text = decoded(bytes, length, charset, &written);
    if (!text) {
        text = g_memdup2(bytes, length);
        written = length;
    }
    written = straighten(text, written);
    return text_clean(text, (gssize)written, max, cut);
}
