/* Text from outside, made fit for use: valid, bounded, on one line, folded for comparison, searched
 * for whole words.
 *
 * Every function is linear in its input, whatever stands in it.  GLib's normalisation is not: each
 * character it composes moves the rest of the text, and runs of marks are sorted by insertion.  So
 * text_fold() works piece by piece, and lets only as many marks stand in a row as Unicode's
 * stream-safe format does (UAX #15, 13).  Pure; any thread. */
#include "base/text.h"

#include <string.h>

#define REPLACEMENT "\xEF\xBF\xBD"

/* Bytes that are folded at once, and characters in a row that only add to the one before. */
#define FOLD_PIECE     128
#define ADDED_IN_A_ROW 30

static bool is_blank(gunichar c)
{
    return c < 0x80 ? c <= ' ' || c == 0x7F : g_unichar_isspace(c) || g_unichar_iscntrl(c);
}

gsize text_ascii_run(const char *text, gsize length)
{
    const guint64 ones = G_GUINT64_CONSTANT(0x0101010101010101), beyond = ones << 7;
    gsize at = 0;
    guint64 eight;

    for (; length - at >= sizeof(eight); at += sizeof(eight)) {
        memcpy(&eight, text + at, sizeof(eight));
        if ((eight | (eight - ones)) & beyond) /* a byte beyond ASCII, or perhaps a NUL */
            break;
    }
    while (at < length && text[at] != '\0' && (guchar)text[at] < 0x80)
        at++;
    return at;
}

gsize text_valid_run(const char *text, gsize length)
{
    gsize ascii = text_ascii_run(text, length);
    const char *bad = text + length;

    if (ascii < length)
        g_utf8_validate_len(text + ascii, length - ascii, &bad);
    return (gsize)(bad - text);
}

/* Bytes from here that are ASCII and no blanks, at most max. */
static gsize plain_run(const char *text, gsize max)
{
    gsize run = 0;

    while (run < max && text[run] > ' ' && text[run] < 0x7F)
        run++;
    return run;
}

char *text_clean(const char *text, gssize length, gsize max, bool *cut)
{
    gsize left = length < 0 ? strlen(text) : (gsize)length;
    GString *clean;

    /* Cleaning never shortens, so a character more than max bytes show whether something is cut. */
    if (left > max && left - max > 4)
        left = max + 4;
    clean = g_string_sized_new(left);
    while (left > 0) {
        gsize valid = text_valid_run(text, left);

        g_string_append_len(clean, text, (gssize)valid);
        if (valid == left)
            break;
        g_string_append(clean, REPLACEMENT);
        left -= valid + 1;
        text += valid + 1;
    }
    if (cut)
        *cut = clean->len > max;
    g_string_truncate(clean, text_fit(clean->str, max));
    return g_string_free(clean, FALSE);
}

/* Appends `text` up to max bytes with every run of blanks as one space, none at the ends. */
static void append_words(GString *out, const char *text, gsize max)
{
    bool space = false;
    gsize size;

    for (const char *at = text; *at; at += size) {
        gsize run = plain_run(at, G_MAXSIZE);

        size = run ? run : (gsize)(g_utf8_next_char(at) - at);
        if (run == 0 && is_blank(g_utf8_get_char(at))) {
            space = out->len > 0;
            continue;
        }
        if (out->len + space + size > max) {
            if (run == 0 || out->len + space >= max)
                break;
            size = max - out->len - space;
        }
        if (space)
            g_string_append_c(out, ' ');
        g_string_append_len(out, at, (gssize)size);
        space = false;
    }
}

char *text_line(const char *text, gsize max)
{
    g_autofree char *clean = NULL;
    gsize word = plain_run(text, G_MAXSIZE);
    GString *line;

    if (text[word] == '\0')
        return g_strndup(text, MIN(word, max));
    clean = text_clean(text, -1, G_MAXSIZE, NULL);
    line = g_string_sized_new(strlen(clean));
    append_words(line, clean, max);
    return g_string_free(line, FALSE);
}

gsize text_fit(const char *text, gsize max)
{
    gsize fit = strnlen(text, max);

    if (fit < max || text[fit] == '\0')
        return fit;
    while (fit > 0 && ((guchar)text[fit] & 0xC0) == 0x80)
        fit--;
    return fit;
}

/* Can't combine with what stands before it: neither a mark nor a trailing Hangul letter. */
static bool begins_anew(gunichar c)
{
    gunichar first;

    if (c < 0x80)
        return true;
    g_unichar_fully_decompose(c, TRUE, &first, 1);
    return !g_unichar_ismark(first) && !(first >= 0x1160 && first <= 0x11FF);
}

/* Steps over the next piece that can be folded by itself, and copies it.  Of characters that only
 * add to the one before, the first thirty in a row stay. */
static void next_piece(const char **text, GString *piece)
{
    int added = 0;

    g_string_truncate(piece, 0);
    for (; **text; *text = g_utf8_next_char(*text)) {
        gsize run = plain_run(*text, FOLD_PIECE);

        if (run > 0) {
            if (piece->len >= FOLD_PIECE)
                return;
            g_string_append_len(piece, *text, (gssize)run);
            *text += run - 1;
            added = 0;
            continue;
        }
        gunichar c = g_utf8_get_char(*text);
        bool anew = begins_anew(c);

        if (anew && piece->len >= FOLD_PIECE)
            return;
        added = anew ? 0 : added + 1;
        if (added <= ADDED_IN_A_ROW)
            g_string_append_unichar(piece, c);
    }
}

static char *normalise(const char *text)
{
    char *normal = g_utf8_normalize(text, -1, G_NORMALIZE_NFKC);

    g_assert(normal); /* callers give UTF-8 */
    return normal;
}

/* In two rounds, because folding undoes the normal form of a few letters, and that of a few others
 * can be folded again. */
static void append_folded(GString *out, const char *piece)
{
    g_autofree char *once = normalise(piece);
    g_autofree char *once_folded = g_utf8_casefold(once, -1);
    g_autofree char *twice = normalise(once_folded);
    g_autofree char *twice_folded = g_utf8_casefold(twice, -1);
    g_autofree char *folded = normalise(twice_folded);

    g_string_append(out, folded);
}

char *text_fold(const char *text)
{
    g_autoptr(GString) letters = g_string_sized_new(strlen(text) + 1);
    g_autoptr(GString) piece = g_string_sized_new(FOLD_PIECE);
    GString *folded;

    while (*text) {
        next_piece(&text, piece);
        if (g_str_is_ascii(piece->str))
            g_string_append(letters, g_string_ascii_down(piece)->str);
        else
            append_folded(letters, piece->str);
    }
    folded = g_string_sized_new(letters->len + 1);
    append_words(folded, letters->str, G_MAXSIZE);
    return g_string_free(folded, FALSE);
}

bool text_is_unspaced(gunichar c)
{
    static const GUnicodeScript scripts[] = {
        G_UNICODE_SCRIPT_HAN,     G_UNICODE_SCRIPT_HIRAGANA, G_UNICODE_SCRIPT_KATAKANA,
        G_UNICODE_SCRIPT_THAI,    G_UNICODE_SCRIPT_LAO,      G_UNICODE_SCRIPT_KHMER,
        G_UNICODE_SCRIPT_MYANMAR,
    };
    GUnicodeScript script = g_unichar_get_script(c);

    for (gsize i = 0; i < G_N_ELEMENTS(scripts); i++)
        if (script == scripts[i])
            return true;
    return false;
}

/* Would `beside` make a longer word of the one that has `edge` at this end?  Marks are parts of
 * letters. */
static bool belongs_together(gunichar edge, gunichar beside)
{
    return (g_unichar_isalnum(beside) || g_unichar_ismark(beside)) && !text_is_unspaced(edge) &&
           !text_is_unspaced(beside);
}

static bool is_whole_word(const char *text, const char *hit, const char *word, gsize length)
{
    const char *behind = hit + length;

    if (hit > text &&
        belongs_together(g_utf8_get_char(word), g_utf8_get_char(g_utf8_prev_char(hit))))
        return false;
    return !*behind || !belongs_together(g_utf8_get_char(g_utf8_prev_char(word + length)),
                                         g_utf8_get_char(behind));
}

bool text_has_word(const char *text, const char *word)
{
    gsize length = strlen(word);

    if (length == 0)
        return false;
    for (const char *hit = strstr(text, word); hit; hit = strstr(hit + 1, word))
        if (is_whole_word(text, hit, word, length))
            return true;
    return false;
}

bool text_is_token(const char *text, gsize max)
{
    gsize length = strnlen(text, max);

    if (length == 0 || text[length] != '\0' || *text == '-' || *text == '.')
        return false;
    for (; *text; text++)
        if (!g_ascii_isalnum(*text) && !strchr("._-", *text))
            return false;
    return true;
}

char *text_number(double number)
{
    char digits[G_ASCII_DTOSTR_BUF_SIZE];

    return g_strdup(g_ascii_formatd(digits, sizeof digits, "%.15g", number));
}

int text_compare(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}
