/* Text of mails, whatever they claim.
 *
 * A byte order mark is believed first, then valid UTF-8 where the claim is one that any bytes are
 * valid in, then the claim, if nearly all bytes are valid in it, then UTF-8 with a few bad bytes,
 * then what the bytes look like.  Claims are read as mail programs mean them: ISO-8859-1 is
 * windows-1252, GB2312 is GB18030.  A bad byte costs itself, never the rest of
 * the text.  Pure; any thread. */
#include "mail/charset.h"

#include "base/text.h"
#include "mail/gmime.h"
#include "mail/jis.h"

#include <errno.h>
#include <string.h>

#define FALLBACK    "windows-1252"
#define JAPANESE    "ISO-2022-JP"
#define REPLACEMENT "\xEF\xBF\xBD"
#define CLAIM_MAX   64

/* Bytes that are looked at to choose a charset. */
#define SAMPLE (64 * 1024)
/* One bad byte among so many good ones doesn't disprove a claim. */
#define GOOD_PER_BAD 30
/* So many letters in valid UTF-8 disprove the claim of a charset whose letters are two bytes. */
#define UTF8_LETTERS 3

typedef enum { SAYS_NOTHING, SINGLE_BYTE, OTHER } ClaimKind;

typedef struct {
    const char *claimed;
    const char *meant;
    ClaimKind kind;
} Claim;

/* What a claim means where it isn't what iconv makes of it. */
static const Claim claims[] = {
    { "utf-8", "", SAYS_NOTHING },
    { "utf8", "", SAYS_NOTHING },
    { "unknown-8bit", "", SAYS_NOTHING },
    { "x-unknown", "", SAYS_NOTHING },
    { "unknown", "", SAYS_NOTHING },
    { "default", "", SAYS_NOTHING },
    { "us-ascii", "", SAYS_NOTHING },
    { "ascii", "", SAYS_NOTHING },
    { "iso-8859-1", FALLBACK, SINGLE_BYTE },
    { "iso8859-1", FALLBACK, SINGLE_BYTE },
    { "latin1", FALLBACK, SINGLE_BYTE },
    { "latin-1", FALLBACK, SINGLE_BYTE },
    { "windows1252", FALLBACK, SINGLE_BYTE },
    { "iso-8859-9", "windows-1254", SINGLE_BYTE },
    { "iso-8859-8-i", "windows-1255", SINGLE_BYTE },
    { "iso-8859-8", "windows-1255", SINGLE_BYTE },
    { "iso-8859-11", "CP874", SINGLE_BYTE },
    { "tis-620", "CP874", SINGLE_BYTE },
    { "windows-874", "CP874", SINGLE_BYTE },
    { "x-mac-roman", "MACINTOSH", SINGLE_BYTE },
    { "gb2312", "GB18030", OTHER },
    { "gb_2312-80", "GB18030", OTHER },
    { "gbk", "GB18030", OTHER },
    { "x-gbk", "GB18030", OTHER },
    { "cp936", "GB18030", OTHER },
    { "hz-gb-2312", "HZ", OTHER },
    { "big5", "BIG5-HKSCS", OTHER },
    { "x-x-big5", "BIG5-HKSCS", OTHER },
    { "ks_c_5601-1987", "CP949", OTHER },
    { "ks_c_5601-1989", "CP949", OTHER },
    { "ks_c_5601", "CP949", OTHER },
    { "ksc5601", "CP949", OTHER },
    { "euc-kr", "CP949", OTHER },
    { "windows-949", "CP949", OTHER },
    { "shift_jis", "CP932", OTHER },
    { "shift-jis", "CP932", OTHER },
    { "sjis", "CP932", OTHER },
    { "x-sjis", "CP932", OTHER },
    { "ms_kanji", "CP932", OTHER },
    { "windows-31j", "CP932", OTHER },
    { "euc-jp", "EUC-JP-MS", OTHER },
    { "x-euc-jp", "EUC-JP-MS", OTHER },
    { "iso-2022-jp", JAPANESE, OTHER },
    { "iso-2022-jp-ms", JAPANESE, OTHER },
    { "cp50220", JAPANESE, OTHER },
    { "cp50221", JAPANESE, OTHER },
};

/* "" for no claim. */
static char *bare_name(const char *claimed)
{
    g_autofree char *line = text_line(claimed ? claimed : "", CLAIM_MAX);

    return g_strstrip(g_ascii_strdown(g_strdelimit(line, "\"';,", ' '), -1));
}

static bool is_seven_bit(const char *name)
{
    return g_str_has_suffix(name, "utf-7") || g_str_has_suffix(name, "utf7");
}

bool charset_is_utf7(const char *claimed)
{
    g_autofree char *name = bare_name(claimed);

    return is_seven_bit(name);
}

static bool is_single_byte(const char *name)
{
    return g_str_has_prefix(name, "iso-8859-") || g_str_has_prefix(name, "windows-125") ||
           g_str_has_prefix(name, "cp125") || g_str_has_prefix(name, "koi8-");
}

/* What a bare name claims; it may point to the name. */
static Claim read_claim(const char *name)
{
    if (name[0] == '\0')
        return (Claim){ "", "", SAYS_NOTHING };
    if (is_seven_bit(name))
        return (Claim){ name, "UTF-7", OTHER };
    for (gsize i = 0; i < G_N_ELEMENTS(claims); i++)
        if (strcmp(name, claims[i].claimed) == 0)
            return claims[i];
    return (Claim){ name, name, is_single_byte(name) ? SINGLE_BYTE : OTHER };
}

/* Converts what is left of *in into `out`, and stands at what it couldn't convert. */
static void convert_good(GIConv iconv, char **in, gsize *left, GString *out)
{
    char buffer[4096];

    for (;;) {
        char *to = buffer;
        gsize room = sizeof buffer;
        gsize done = g_iconv(iconv, in, left, &to, &room);
        int why = errno;

        g_string_append_len(out, buffer, to - buffer);
        if (done != (gsize)-1 || why != E2BIG)
            return;
    }
}

/* NULL if iconv doesn't know the charset.  A character that is cut off at the end is not bad. */
static GString *converted(const char *bytes, gsize length, const char *charset, gsize *bad)
{
    bool japanese = g_ascii_strcasecmp(charset, JAPANESE) == 0;
    const char *name = japanese ? "EUC-JP-MS" : g_mime_charset_iconv_name(charset);
    GIConv iconv = g_iconv_open("UTF-8", name);
    g_autoptr(GString) euc = NULL;
    GString *out;
    char *in = (char *)bytes;

    if (iconv == (GIConv)-1)
        return NULL;
    if (japanese) {
        euc = jis_to_euc(bytes, length);
        in = euc->str;
        length = euc->len;
    }
    out = g_string_sized_new(length);
    for (*bad = 0; length > 0; in++, length--) {
        convert_good(iconv, &in, &length, out);
        if (length == 0)
            break;
        *bad += length > 3;
        g_string_append(out, REPLACEMENT);
    }
    g_iconv_close(iconv);
    return out;
}

/* Are nearly all of the bytes valid in it? */
static bool fits(const char *bytes, gsize length, const char *charset)
{
    gsize bad = 0;
    g_autoptr(GString) text = converted(bytes, length, charset, &bad);

    return text && bad * GOOD_PER_BAD <= length;
}

/* Characters beyond ASCII, and bytes that are no UTF-8. */
static void count_utf8(const char *bytes, gsize length, gsize *letters, gsize *bad)
{
    const char *end = bytes + length;

    *letters = *bad = 0;
    while ((bytes += text_ascii_run(bytes, (gsize)(end - bytes))) < end) {
        gunichar c = *bytes ? g_utf8_get_char_validated(bytes, end - bytes) : 0;
        bool good = c < (gunichar)-2;

        *bad += !good;
        *letters += good && c > 0;
        bytes = good ? g_utf8_next_char(bytes) : bytes + 1;
    }
}

static const char *by_mark(const char *bytes, gsize length)
{
    static const struct {
        const char *mark;
        gsize length;
        const char *charset;
    } rows[] = {
        { "\xEF\xBB\xBF", 3, "UTF-8" },    { "\xFF\xFE\0\0", 4, "UTF-32LE" },
        { "\0\0\xFE\xFF", 4, "UTF-32BE" }, { "\xFF\xFE", 2, "UTF-16LE" },
        { "\xFE\xFF", 2, "UTF-16BE" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        if (length >= rows[i].length && memcmp(bytes, rows[i].mark, rows[i].length) == 0)
            return rows[i].charset;
    return NULL;
}

/* UTF-16 without a mark: which byte of the first letter is zero? */
static const char *by_order(const char *bytes, gsize length, const char *meant)
{
    if (g_ascii_strcasecmp(meant, "utf-16") != 0 || length < 2)
        return meant;
    return bytes[1] == '\0' ? "UTF-16LE" : "UTF-16BE";
}

/* Are all bytes valid in it?  A character may be cut off at the end. */
static bool fits_wholly(const char *bytes, gsize length, const char *charset)
{
    gsize read = 0;
    g_autofree char *text = g_convert(bytes, (gssize)length, "UTF-8", charset, &read, NULL, NULL);

    return text || read + 1 >= length;
}

/* What programs write that call their text ISO-2022-JP and leave it as Windows has it. */
static const char *japanese(const char *bytes, gsize length)
{
    return !fits_wholly(bytes, length, "EUC-JP-MS") && fits_wholly(bytes, length, "CP932") ? "CP932"
                                                                                           : NULL;
}

/* The claim that mail programs make by default is disproved by bytes that look like another
 * charset's, and are valid there. */
static const char *disproved(const char *bytes, gsize length, Claim claim)
{
    const char *guess;

    if (strcmp(claim.meant, JAPANESE) == 0)
        return japanese(bytes, length);
    if (strcmp(claim.meant, FALLBACK) != 0)
        return NULL;
    guess = charset_guess(bytes, length);
    return strcmp(guess, FALLBACK) != 0 && fits_wholly(bytes, length, guess) ? guess : NULL;
}

/* The charset of bytes without a mark. */
static const char *by_claim(const char *bytes, gsize length, Claim claim)
{
    gsize sample = MIN(length, SAMPLE);
    gsize letters, bad;
    const char *other;

    count_utf8(bytes, sample, &letters, &bad);
    if (letters + bad == 0 && claim.kind != OTHER)
        return jis_is_there(bytes, sample) ? JAPANESE : "UTF-8";
    if (bad == 0 && letters >= (claim.kind == OTHER ? UTF8_LETTERS : 1))
        return "UTF-8";
    if (letters + bad > 0 && (other = disproved(bytes, sample, claim)))
        return other;
    if (claim.kind != SAYS_NOTHING && fits(bytes, sample, by_order(bytes, length, claim.meant)))
        return by_order(bytes, length, claim.meant);
    return letters > bad ? "UTF-8" : charset_guess(bytes, sample);
}

/* `name`: a bare one.  What is returned may point to it. */
static const char *chosen(const char *bytes, gsize length, const char *name)
{
    const char *marked = by_mark(bytes, length);

    if (length == 0)
        return "UTF-8";
    return marked ? marked : by_claim(bytes, length, read_claim(name));
}

char *charset_of(const char *bytes, gsize length, const char *claimed)
{
    g_autofree char *name = bare_name(claimed);

    return g_strdup(chosen(bytes, length, name));
}

/* "\r\n" and lone "\r" become "\n"; NUL and a byte order mark go. */
static void straighten(GString *text)
{
    const char *at = text->str, *end = text->str + text->len;
    char *out = text->str;

    if (g_str_has_prefix(at, "\uFEFF"))
        at += strlen("\uFEFF");
    while (at < end) {
        gsize run = (gsize)(strchrnul(at, '\r') - at); /* or to a NUL */

        memmove(out, at, run);
        out += run;
        at += run;
        if (at < end && *at == '\r' && at[1] != '\n')
            *out++ = '\n';
        at++;
    }
    g_string_truncate(text, (gsize)(out - text->str));
}

char *charset_decode(const char *bytes, gsize length, const char *claimed, gsize max, bool *cut)
{
    g_autofree char *name = bare_name(claimed);
    const char *charset = chosen(bytes, length, name);
    gsize bad;
    g_autoptr(GString) text = strcmp(charset, "UTF-8") == 0
                                  ? g_string_new_len(bytes, (gssize)length)
                                  : converted(bytes, length, charset, &bad);

    straighten(text);
    *cut = false;
    if (text->len <= max && text_valid_run(text->str, text->len) == text->len)
        return g_string_free(g_steal_pointer(&text), FALSE);
    return text_clean(text->str, (gssize)text->len, max, cut);
}
