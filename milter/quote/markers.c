/* Where a mail begins to repeat an older one: attributions, markers and header blocks.
 *
 * An unmarked quotation swallows the rest of the mail, so words alone never suffice: an attribution
 * needs a date or an address beside its verb, a header block three different names or two with what
 * belongs to them, a marker its dashes or colon.  Never more than a few lines around one are looked
 * at, which keeps the whole linear.  Pure; any thread. */
#include "quote/quote.h"

#include <string.h>

/* An attribution is broken over at most so many lines, a bracket alone on one not counted. */
#define ATTRIBUTION_LINES 4
/* A line of one that ends like a sentence is no longer than "Am Mo.", in bytes. */
#define ABBREVIATION_MAX 16
/* Within so many lines after its first, a header block shows three names. */
#define HEADER_BLOCK_LINES 12
/* Date, time, zone and a name have at most so many words. */
#define ZONE_WORDS_MAX 8
/* No "reply above this line" is shorter. */
#define ABOVE_MIN 20

/* "---- words: --" as "words". */
static char *without_ornaments(const char *folded)
{
    const char *begin = quote_skip_ornaments(folded);
    const char *end = begin + strlen(begin);

    while (end > begin && !g_unichar_isalnum(g_utf8_get_char(g_utf8_prev_char(end))))
        end = g_utf8_prev_char(end);
    return g_strndup(begin, (gsize)(end - begin));
}

static bool ends_with_any(const char *text, const char *characters)
{
    return *text && strchr(characters, text[strlen(text) - 1]);
}

/* -- Attributions ---------------------------------------------------------------------------- */

/* How surely some lines are an attribution; from CLUE_EXACT on it needs no ">" below it. */
typedef enum { CLUE_NONE, CLUE_VERB, CLUE_ADDRESS, CLUE_EXACT, CLUE_DATED, CLUE_OPENER } Clue;

static void join(QuoteSigns *below, const QuoteSigns *above)
{
    below->openers = above->openers;
    below->verbs |= above->verbs;
    below->dated |= above->dated;
    below->addressed |= above->addressed;
    below->bracketed |= above->bracketed;
    below->prose |= above->prose;
}

/* "Ann wrote:", with more or less about her. */
static Clue clue_of_verb(const QuoteSigns *signs)
{
    bool exact = signs->addressed && signs->bracketed;

    if ((signs->prose & signs->verbs) && !exact)
        return CLUE_VERB;
    if ((signs->openers & signs->verbs) && (signs->dated || signs->addressed))
        return CLUE_OPENER;
    if (!signs->addressed)
        return CLUE_VERB;
    if (signs->dated)
        return CLUE_DATED;
    return exact ? CLUE_EXACT : CLUE_ADDRESS;
}

/* "2025-03-03 10:14 ann@example.com wrote:" */
static bool is_log_line(const QuoteSigns *signs, const char *first)
{
    return g_ascii_isdigit(*first) && !signs->bracketed;
}

/* Opener, date, address and a verb, and no word of a sentence: enough without a colon. */
static bool ends_bare(const QuoteSigns *signs)
{
    return (signs->openers & signs->verbs) && signs->dated && signs->addressed &&
           signs->bracketed && !(signs->prose & signs->verbs);
}

/* Of lines from `first` to `last`, both folded, with these signs together. */
static Clue clue_of(const QuoteSigns *signs, const char *first, const char *last)
{
    bool exact = signs->dated && signs->addressed;

    if (signs->verbs && g_str_has_prefix(first, "--") && g_str_has_suffix(last, "--"))
        return signs->dated || signs->addressed ? CLUE_DATED : CLUE_VERB;
    /* Some programs name date and address and leave out the verb, older ones even the colon. */
    if (exact && g_ascii_isdigit(*first) && g_str_has_suffix(last, ">"))
        return CLUE_ADDRESS;
    if (!g_str_has_suffix(last, ":"))
        return ends_bare(signs) ? CLUE_OPENER : CLUE_NONE;
    if (signs->verbs)
        return is_log_line(signs, first) ? CLUE_VERB : clue_of_verb(signs);
    if (exact && g_str_has_suffix(last, ">:"))
        return CLUE_DATED;
    /* Gmail of old, where the author's address is unknown: date, zone, name. */
    bool zoned = strstr(first, " gmt") || strstr(first, " utc");
    return signs->dated && zoned && g_ascii_isdigit(*first) ? CLUE_ADDRESS : CLUE_NONE;
}

/* Does the line begin without a capital, as what goes on does? */
static bool goes_on(const QuoteLine *line)
{
    gunichar c = g_utf8_get_char(line->at);

    return g_unichar_isalnum(c) && !g_unichar_isupper(c);
}

/* May this line, which isn't the last, be followed by more of the same attribution? */
static bool may_go_on(const QuoteLine *line)
{
    const QuoteSigns *signs = &line->signs;

    if (line->kind != LINE_TEXT || !*line->folded || g_str_has_suffix(line->folded, ":"))
        return false;
    return !ends_with_any(line->folded, ".!?") || line->length <= ABBREVIATION_MAX ||
           (signs->dated && (signs->openers || goes_on(line + 1))) ||
           (signs->addressed && signs->bracketed);
}

/* Does the line above bring what these begin without: the day of an hour, the address? */
static bool completes(const QuoteLine *above, const QuoteSigns *signs)
{
    return (above->signs.dated && goes_on(above + 1)) ||
           (above->signs.addressed && above->signs.bracketed && !signs->addressed);
}

/* Is the last word a verb?  Zoho ends so, without a colon. */
static bool ends_with_verb(const QuoteText *text, const char *folded)
{
    const char *end = folded + strlen(folded);
    const char *word = end;

    while (word > folded && g_unichar_isalnum(g_utf8_get_char(g_utf8_prev_char(word))))
        word = g_utf8_prev_char(word);
    return word < end && quote_lexicon_find(text->lexicon, word, (gsize)(end - word))->verbs != 0;
}

/* A bracket alone on its line, or the blank line above one. */
static bool is_bracket(const QuoteText *text, gsize at)
{
    if (text->lines[at].kind == LINE_BLANK)
        return at + 1 < text->count && g_str_equal(text->lines[at + 1].folded, "<");
    return g_str_equal(text->lines[at].folded, "<");
}

/* The best clue wins; among equals the fewest lines that are complete. */
gsize quote_attribution_lines(const QuoteText *text, gsize at, bool before_quote)
{
    const char *last = text->lines[at].folded;
    Clue best = before_quote ? CLUE_NONE : CLUE_ADDRESS;
    QuoteSigns signs;
    gsize found = 0, most = ATTRIBUTION_LINES;

    if (!ends_with_any(last, ":->") && !ends_with_verb(text, last))
        return 0;
    quote_read_verbs(text->lexicon, last, &text->lines[at].signs);
    signs = text->lines[at].signs;
    for (gsize count = 1; count <= most && count <= at + 1; count++) {
        QuoteLine *line = &text->lines[at + 1 - count];

        if (count > 1 && most <= ATTRIBUTION_LINES + 1 && is_bracket(text, at + 1 - count)) {
            most++;
            continue;
        }
        if (count > 1 && !may_go_on(line))
            break;
        quote_read_verbs(text->lexicon, line->folded, &line->signs);
        bool needed = count > 1 && found > 0 && completes(line, &signs);
        join(&signs, &line->signs);
        Clue clue = clue_of(&signs, line->folded, last);
        if (clue > best || (needed && clue >= CLUE_EXACT)) {
            best = clue;
            found = count;
        }
    }
    return found;
}

/* -- Markers --------------------------------------------------------------------------------- */

static bool begins_with_any(const char *text, const char *const *phrases, gsize count)
{
    for (gsize i = 0; i < count && phrases[i]; i++)
        if (quote_begins_with(text, phrases[i]))
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
    static const char *const rulers[] = { "--", "__", "==", "**", "##" };
    const char *plain = folded + (*folded == '*'); /* bold text */
    bool dashed = begins_with_any(folded, rulers, G_N_ELEMENTS(rulers)) ||
                  begins_with_any(plain, rulers, G_N_ELEMENTS(rulers)) ||
                  (*folded == '-' && g_str_has_suffix(folded, "-"));
    bool headed = g_str_has_suffix(folded, ":") || g_str_has_suffix(folded, ":*");

    if (!dashed && !headed && strlen(folded) < ABOVE_MIN)
        return false;
    g_autofree char *words = without_ornaments(folded);
    for (gsize i = 0; *words && i < quote_language_count; i++) {
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

/* -- Header blocks --------------------------------------------------------------------------- */

/* Sender and two other names are a header if there is an address, or subject and date: "From:
 * Berlin, To: Paris, Date: 3 March 2025" is a journey. */
static bool is_header(guint fields, const QuoteSigns *signs)
{
    return (fields & FIELD_FROM) && __builtin_popcount(fields & ~(guint)FIELD_FORM) >= 3 &&
           (signs->addressed || ((fields & FIELD_SUBJECT) && signs->dated));
}

static bool is_long_block(const QuoteText *text, gsize at)
{
    QuoteSigns signs = { 0 };
    guint fields = 0;
    bool whole = true;

    for (gsize i = at; i < text->count && i < at + HEADER_BLOCK_LINES; i++) {
        const QuoteLine *line = &text->lines[i];

        whole = whole && line->kind != LINE_BLANK;
        if (whole && (line->signs.field & FIELD_FORM))
            return false;
        fields |= line->signs.field;
        join(&signs, &line->signs);
    }
    return is_header(fields, &signs);
}

static bool is_open_at(const QuoteText *text, gsize at)
{
    return at >= text->count || text->lines[at].kind == LINE_BLANK;
}

/* "Date: Wed, 3 March 2025" and "To: bob@example.com" between blank lines. */
static bool is_short_block(const QuoteText *text, gsize at)
{
    if (at + 1 >= text->count || !is_open_at(text, at + 2) || !is_open_at(text, at - (at > 0)))
        return false;
    const QuoteSigns *one = &text->lines[at].signs;
    const QuoteSigns *two = &text->lines[at + 1].signs;
    const QuoteSigns *date = one->field == FIELD_DATE ? one : two;
    const QuoteSigns *person = one->field == FIELD_DATE ? two : one;

    return date->field == FIELD_DATE && date->dated && person->addressed &&
           (person->field == FIELD_FROM || person->field == FIELD_TO);
}

static bool has_time(const char *folded)
{
    for (const char *colon = strchr(folded, ':'); colon; colon = strchr(colon + 1, ':'))
        if (colon > folded && g_ascii_isdigit(colon[-1]) && g_ascii_isdigit(colon[1]))
            return true;
    return false;
}

/* Windows Mail: sender, date with a time of day, and recipient in this order, without addresses and
 * subject, between blank lines. */
static bool is_bare_block(const QuoteText *text, gsize at)
{
    const QuoteLine *line = &text->lines[at];

    return at + 2 < text->count && is_open_at(text, at + 3) && is_open_at(text, at - (at > 0)) &&
           line[0].signs.field == FIELD_FROM && line[1].signs.field == FIELD_DATE &&
           line[2].signs.field == FIELD_TO && line[1].signs.dated && has_time(line[1].folded);
}

/* Gmail of old, without address, colon and ">": "2025-03-03 10:14 GMT+01:00 Ann Lee" between blank
 * lines.  Logs write an offset without GMT. */
static bool is_zone_line(const QuoteText *text, gsize at)
{
    const char *folded = text->lines[at].folded;

    return at > 0 && g_ascii_isdigit(*folded) && text->lines[at].signs.dated &&
           (strstr(folded, " gmt+") || strstr(folded, " gmt-")) &&
           quote_count_words(folded) <= ZONE_WORDS_MAX && is_open_at(text, at - 1) &&
           is_open_at(text, at + 1);
}

/* Sometimes all names of a header stand on one line. */
static bool is_header_line(const QuoteText *text, const QuoteLine *line)
{
    return line->signs.field != FIELD_FORM &&
           is_header(quote_fields_within(text->lexicon, line->folded), &line->signs);
}

static bool is_header_block(const QuoteText *text, gsize at)
{
    const QuoteLine *line = &text->lines[at];

    return line->signs.field != 0 && (is_long_block(text, at) || is_short_block(text, at) ||
                                      is_bare_block(text, at) || is_header_line(text, line));
}

bool quote_begins_original(const QuoteText *text, gsize at)
{
    const QuoteLine *line = &text->lines[at];

    return (line->signs.announces && is_marker(line->folded)) || is_header_block(text, at) ||
           is_zone_line(text, at);
}
