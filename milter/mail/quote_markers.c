/* Where a mail begins to repeat an older one: attributions, markers and header blocks.
 *
 * An unmarked quotation swallows the rest of the mail, so words alone never suffice: an attribution
 * needs a date or an address beside its verb, a header block three different names, a marker its
 * dashes or colon.  Never more than a few lines around one are looked at, which keeps the whole
 * linear.  Pure; any thread. */
#include "mail/quote.h"

#include "base/text.h"

#include <string.h>

/* An attribution is broken over at most so many lines. */
#define ATTRIBUTION_LINES 4
/* Within so many lines after its first, a header block shows three names. */
#define HEADER_BLOCK_LINES 8
#define FIELD_NAME_MAX     60
/* No "reply above this line" is shorter. */
#define ABOVE_MIN 20

static const char *skip_ornaments(const char *text)
{
    while (*text && !g_unichar_isalnum(g_utf8_get_char(text)))
        text = g_utf8_next_char(text);
    return text;
}

/* "---- words: --" as "words". */
static char *without_ornaments(const char *text)
{
    const char *begin = skip_ornaments(text);
    const char *end = begin + strlen(begin);

    while (end > begin && !g_unichar_isalnum(g_utf8_get_char(g_utf8_prev_char(end))))
        end = g_utf8_prev_char(end);
    return g_strndup(begin, (gsize)(end - begin));
}

static bool ends_with_colon(const char *folded)
{
    return g_str_has_suffix(folded, ":");
}

/* A time of day or a year. */
static bool has_date(const char *text)
{
    int digits = 0;

    for (const char *at = text; *at; at++) {
        digits = g_ascii_isdigit(*at) ? digits + 1 : 0;
        if (digits == 0)
            continue;
        if (digits == 4 && !g_ascii_isdigit(at[1]) &&
            (g_str_has_prefix(at - 3, "19") || g_str_has_prefix(at - 3, "20")))
            return true;
        if (digits <= 2 && at[1] == ':' && g_ascii_isdigit(at[2]))
            return true;
    }
    return false;
}

static bool has_verb(const QuoteLanguage *language, const char *text)
{
    for (gsize i = 0; i < G_N_ELEMENTS(language->verbs) && language->verbs[i]; i++)
        if (text_has_word(text, language->verbs[i]))
            return true;
    return false;
}

static bool has_opener(const QuoteLanguage *language, const char *text)
{
    const char *begin = skip_ornaments(text);

    for (gsize i = 0; i < G_N_ELEMENTS(language->openers) && language->openers[i]; i++)
        if (g_str_has_prefix(begin, language->openers[i]))
            return true;
    return false;
}

/* How surely a text is an attribution from its first word on; from CLUE_DATED on it needs no ">"
 * below it. */
typedef enum { CLUE_NONE, CLUE_VERB, CLUE_ADDRESS, CLUE_DATED, CLUE_OPENER } Clue;

/* `text` ends with a colon. */
static Clue attribution_clue(const char *text)
{
    bool addressed = strchr(text, '@') != NULL;
    bool dated = has_date(text);
    Clue without_opener = !addressed ? CLUE_VERB : !dated ? CLUE_ADDRESS : CLUE_DATED;
    /* Some programs name date and address and leave out the verb. */
    Clue clue = addressed && dated && g_str_has_suffix(text, ">:") ? CLUE_DATED : CLUE_NONE;

    for (gsize i = 0; i < quote_language_count; i++) {
        if (!has_verb(&quote_languages[i], text))
            continue;
        if ((dated || addressed) && has_opener(&quote_languages[i], text))
            return CLUE_OPENER;
        clue = MAX(clue, without_opener);
    }
    return clue;
}

/* The best clue wins, the fewest lines among equals. */
gsize quote_attribution_lines(const QuoteText *text, gsize at, bool before_quote)
{
    g_autoptr(GString) joined = g_string_new(NULL);
    Clue best = before_quote ? CLUE_NONE : CLUE_ADDRESS;
    gsize found = 0;

    if (!ends_with_colon(text->lines[at].folded))
        return 0;
    for (gsize count = 1; count <= ATTRIBUTION_LINES && count <= at + 1; count++) {
        const QuoteLine *line = &text->lines[at + 1 - count];

        if (line->kind != LINE_TEXT || !*line->folded)
            break;
        g_string_prepend(joined, count > 1 ? " " : "");
        g_string_prepend(joined, line->folded);
        Clue clue = attribution_clue(joined->str);
        if (clue > best) {
            best = clue;
            found = count;
        }
    }
    return found;
}

static bool begins_with_any(const char *text, const char *const *phrases, gsize count)
{
    for (gsize i = 0; i < count && phrases[i]; i++)
        if (g_str_has_prefix(text, phrases[i]))
            return true;
    return false;
}

static bool equals_any(const char *text, const char *const *phrases, gsize count)
{
    for (gsize i = 0; i < count && phrases[i]; i++)
        if (g_str_equal(text, phrases[i]))
            return true;
    return false;
}

static bool is_marker(const char *folded)
{
    bool dashed = g_str_has_prefix(folded, "--") || g_str_has_prefix(folded, "__");
    bool headed = ends_with_colon(folded);

    if (!dashed && !headed && strlen(folded) < ABOVE_MIN)
        return false;
    g_autofree char *words = without_ornaments(folded);
    if (!*words)
        return false;
    for (gsize i = 0; i < quote_language_count; i++) {
        const QuoteLanguage *language = &quote_languages[i];

        if (begins_with_any(words, language->above, G_N_ELEMENTS(language->above)))
            return true;
        if (dashed &&
            begins_with_any(words, language->originals, G_N_ELEMENTS(language->originals)))
            return true;
        if (headed && equals_any(words, language->originals, G_N_ELEMENTS(language->originals)))
            return true;
    }
    return false;
}

typedef struct {
    const char *at;
    gsize length;
} Slice;

/* The name of "*From:* someone" without ornaments; empty if the line is no header field. */
static Slice field_name(const char *folded)
{
    const char *end = memchr(folded, ':', strnlen(folded, FIELD_NAME_MAX));
    const char *begin = skip_ornaments(folded);

    if (!end || begin >= end)
        return (Slice){ "", 0 };
    while (!g_unichar_isalnum(g_utf8_get_char(g_utf8_prev_char(end))))
        end = g_utf8_prev_char(end);
    return (Slice){ begin, (gsize)(end - begin) };
}

static bool slice_is_any(Slice slice, const char *const *phrases, gsize count)
{
    for (gsize i = 0; i < count && phrases[i]; i++)
        if (strlen(phrases[i]) == slice.length && memcmp(phrases[i], slice.at, slice.length) == 0)
            return true;
    return false;
}

enum { FIELD_FROM = 1, FIELD_DATE = 2, FIELD_TO = 4, FIELD_SUBJECT = 8 };

static guint field_of(const QuoteLanguage *language, Slice name)
{
    if (slice_is_any(name, language->from, G_N_ELEMENTS(language->from)))
        return FIELD_FROM;
    if (slice_is_any(name, language->date, G_N_ELEMENTS(language->date)))
        return FIELD_DATE;
    if (slice_is_any(name, language->to, G_N_ELEMENTS(language->to)))
        return FIELD_TO;
    return slice_is_any(name, language->subject, G_N_ELEMENTS(language->subject)) ? FIELD_SUBJECT
                                                                                  : 0;
}

static bool is_block_of(const QuoteLanguage *language, const QuoteText *text, gsize at)
{
    guint seen = 0;

    for (gsize i = at; i < text->count && i < at + HEADER_BLOCK_LINES; i++)
        seen |= field_of(language, field_name(text->lines[i].folded));
    return (seen & FIELD_FROM) && __builtin_popcount(seen) >= 3;
}

static bool is_header_block(const QuoteText *text, gsize at)
{
    Slice name = field_name(text->lines[at].folded);

    for (gsize i = 0; name.length > 0 && i < quote_language_count; i++)
        if (field_of(&quote_languages[i], name) && is_block_of(&quote_languages[i], text, at))
            return true;
    return false;
}

bool quote_begins_original(const QuoteText *text, gsize at)
{
    const char *folded = text->lines[at].folded;

    return *folded && (is_marker(folded) || is_header_block(text, at));
}
