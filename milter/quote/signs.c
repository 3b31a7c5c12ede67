/* What the words of one line say of it: does it hold a date, an address, a verb of saying, the name
 * of a header field?  Does an attribution begin within it?
 *
 * Each word is looked up once, in all languages together.  Chinese and Japanese stand without
 * spaces; their few verbs are searched for instead.  Pure; any thread. */
#include "quote/quote.h"

#include <string.h>

/* No name of a field is longer, in bytes. */
#define FIELD_NAME_MAX 60
/* "Data di invio:" within a line has at most so many words. */
#define FIELD_WORDS_MAX 3
/* The first byte in UTF-8 of scripts without spaces. */
#define SPACELESS_LEAD 0xE3

const char *quote_skip_ornaments(const char *text)
{
    while (*text && !g_unichar_isalnum(g_utf8_get_char(text)))
        text = g_utf8_next_char(text);
    return text;
}

int quote_count_words(const char *folded)
{
    int words = *folded != '\0';

    for (; *folded; folded++)
        words += *folded == ' ';
    return words;
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

static bool has_address(const char *text)
{
    for (const char *at = strchr(text, '@'); at; at = strchr(at + 1, '@'))
        if (at > text && at[-1] != ' ' && at[1] && at[1] != ' ')
            return true;
    return false;
}

static bool is_word_character(const char *at)
{
    return (guchar)*at < 0x80 ? g_ascii_isalnum(*at) || *at == '\''
                              : g_unichar_isalnum(g_utf8_get_char(at));
}

gsize quote_next_word(const char **at)
{
    const char *begin = *at;
    const char *end;

    while (*begin && !is_word_character(begin))
        begin = g_utf8_next_char(begin);
    end = begin;
    while (*end && is_word_character(end))
        end = g_utf8_next_char(end);
    *at = end;
    return (gsize)(end - begin);
}

static guint32 verbs_without_spaces(const char *folded)
{
    guint32 verbs = 0;

    for (gsize i = 0; i < quote_language_count; i++) {
        const QuoteLanguage *language = &quote_languages[i];

        for (gsize k = 0; language->spaceless && k < G_N_ELEMENTS(language->verbs); k++)
            if (language->verbs[k] && strstr(folded, language->verbs[k]))
                verbs |= (guint32)1 << i;
    }
    return verbs;
}

/* The name in front of the line's first colon, without ornaments: "*From:*". */
static guint8 leading_field(const QuoteLexicon *lexicon, const char *folded)
{
    const char *end = memchr(folded, ':', strnlen(folded, FIELD_NAME_MAX));
    const char *begin = quote_skip_ornaments(folded);

    if (!end || begin >= end)
        return 0;
    while (!g_unichar_isalnum(g_utf8_get_char(g_utf8_prev_char(end))))
        end = g_utf8_prev_char(end);
    return quote_lexicon_find(lexicon, begin, (gsize)(end - begin))->field;
}

/* What bytes stand in a line, so that only a line with digits is searched for a date. */
enum { SEEN_COLON = 1, SEEN_DIGIT = 2, SEEN_AT = 4, SEEN_BRACKET = 8, SEEN_SPACELESS = 16 };

static guint seen_in(const char *folded)
{
    static const guint8 rows[0x80] = {
        [':'] = SEEN_COLON,   ['@'] = SEEN_AT,    ['<'] = SEEN_BRACKET, ['('] = SEEN_BRACKET,
        ['['] = SEEN_BRACKET, ['0'] = SEEN_DIGIT, ['1'] = SEEN_DIGIT,   ['2'] = SEEN_DIGIT,
        ['3'] = SEEN_DIGIT,   ['4'] = SEEN_DIGIT, ['5'] = SEEN_DIGIT,   ['6'] = SEEN_DIGIT,
        ['7'] = SEEN_DIGIT,   ['8'] = SEEN_DIGIT, ['9'] = SEEN_DIGIT,
    };
    guint seen = 0;

    for (const guchar *at = (const guchar *)folded; *at; at++)
        seen |= *at < 0x80 ? rows[*at] : *at >= SPACELESS_LEAD ? SEEN_SPACELESS : 0u;
    return seen;
}

QuoteSigns quote_signs(const QuoteLexicon *lexicon, const char *folded)
{
    const char *at = folded;
    gsize length = quote_next_word(&at);
    const QuoteRole *first = quote_lexicon_find(lexicon, at - length, length);
    guint seen = seen_in(folded);

    return (QuoteSigns){ .field = seen & SEEN_COLON ? leading_field(lexicon, folded) : 0,
                         .openers = first->openers,
                         .dated = (seen & SEEN_DIGIT) && has_date(folded),
                         .addressed = (seen & SEEN_AT) && has_address(folded),
                         .bracketed = seen & SEEN_BRACKET,
                         .announces = first->announces || (seen & SEEN_SPACELESS) };
}

void quote_read_verbs(const QuoteLexicon *lexicon, const char *folded, QuoteSigns *signs)
{
    const char *at = folded;

    if (signs->read)
        return;
    signs->read = true;
    if (seen_in(folded) & SEEN_SPACELESS)
        signs->verbs = verbs_without_spaces(folded);
    for (gsize length; (length = quote_next_word(&at)) > 0;) {
        const QuoteRole *role = quote_lexicon_find(lexicon, at - length, length);

        signs->verbs |= role->verbs;
        signs->prose |= role->prose;
    }
}

/* Where the words in front of `end` begin, `count` of them; NULL if there are fewer. */
static const char *words_before(const char *text, const char *end, int count)
{
    const char *at = end;

    while (count > 0 && at > text) {
        at--;
        if (at == text || (at[-1] == ' ' && *at != ' '))
            count--;
    }
    return count == 0 ? at : NULL;
}

guint quote_fields_within(const QuoteLexicon *lexicon, const char *folded)
{
    guint fields = 0;

    for (const char *colon = strchr(folded, ':'); colon; colon = strchr(colon + 1, ':')) {
        const char *end = colon;

        while (end > folded && strchr(" *", end[-1]))
            end--;
        for (int count = 1; count <= FIELD_WORDS_MAX; count++) {
            const char *begin = words_before(folded, end, count);
            if (!begin || end - begin > FIELD_NAME_MAX)
                break;
            begin += strspn(begin, "*_ ");
            fields |= quote_lexicon_find(lexicon, begin, (gsize)MAX(end - begin, 0))->field;
        }
    }
    return fields;
}

/* Does a word of the unfolded line begin an attribution?  Programs write it with a capital. */
static bool opens_attribution(const QuoteLexicon *lexicon, const char *word, gsize length,
                              GString *scratch)
{
    if (!g_unichar_isupper(g_utf8_get_char(word)))
        return false;
    g_string_truncate(scratch, 0);
    quote_fold(scratch, word, length);
    return quote_lexicon_find(lexicon, scratch->str, scratch->len)->openers != 0;
}

/* The last word of the line, behind its first, that may begin an attribution. */
static gsize last_opener(const QuoteLexicon *lexicon, const QuoteLine *line)
{
    g_autoptr(GString) scratch = g_string_new(NULL);
    const char *end = line->at + line->length;
    gsize found = 0;

    for (const char *at = line->at; at < end;) {
        const char *word = at;

        while (at < end && *at != ' ' && *at != '-')
            at++;
        if (word > line->at && at > word &&
            opens_attribution(lexicon, word, (gsize)(at - word), scratch))
            found = (gsize)(word - line->at);
        while (at < end && (*at == ' ' || *at == '-'))
            at++;
    }
    return found;
}

gsize quote_attribution_within(const QuoteLexicon *lexicon, QuoteLine *line)
{
    const QuoteSigns *whole = &line->signs;
    gsize opener, head;

    if (!whole->dated || !whole->addressed || !g_str_has_suffix(line->folded, ":"))
        return 0;
    quote_read_verbs(lexicon, line->folded, &line->signs);
    if (!whole->verbs)
        return 0;
    opener = last_opener(lexicon, line);
    g_autoptr(GString) tail = g_string_new(NULL);
    quote_fold(tail, line->at + opener, line->length - opener);
    QuoteSigns signs = quote_signs(lexicon, tail->str);
    quote_read_verbs(lexicon, tail->str, &signs);
    for (head = opener; head > 0 && strchr(" -\t", line->at[head - 1]);)
        head--;
    if (!(signs.openers & signs.verbs) || !signs.dated || !signs.addressed)
        return 0;
    return quote_skip_ornaments(line->at) < line->at + head ? head : 0;
}
