/* The legal footers at the end of a text, and a gateway's warning above it.
 *
 * A paragraph is a footer when it names the mail it stands in and claims several of the things that
 * such footers claim, in one language, while nobody asks anything or speaks of himself; below one,
 * less is enough.  A customer who calls something confidential says one of them.  Only the last few
 * paragraphs and the first are looked at, which bounds the cost whatever the text.  Pure; any
 * thread. */
#include "quote/quote.h"

#include "base/text.h"

#include <string.h>

/* No footer is shorter, in bytes. */
#define FOOTER_MIN     20
#define PARAGRAPHS_MAX 8
/* No paragraph is read further than so many bytes. */
#define PARAGRAPH_MAX 4096
/* A warning above a mail is shorter than a footer. */
#define BANNER_MAX       600
#define BANNER_LINES_MAX 8

typedef struct {
    gsize from, to; /* lines */
} Paragraph;

static char *folded(const QuoteText *text, gsize from, gsize to)
{
    g_autoptr(GString) words = g_string_new(NULL);

    for (gsize i = from; i < to && words->len < PARAGRAPH_MAX; i++) {
        gsize length = MIN(text->lines[i].length, PARAGRAPH_MAX);

        while (length > 0 && length < text->lines[i].length &&
               ((guchar)text->lines[i].at[length] & 0xC0) == 0x80)
            length--;
        quote_fold(words, text->lines[i].at, length);
        g_string_append_c(words, ' ');
    }
    return g_string_free(g_steal_pointer(&words), FALSE);
}

/* Words that are searched for hundreds of phrases: which pairs of bytes stand in them tells nearly
 * all of those apart without a search. */
#define PAIRS 4096

typedef struct {
    const char *text;
    guint8 pairs[PAIRS / 8];
} Words;

static guint pair_at(const char *text)
{
    return ((guchar)text[0] * 31u + (guchar)text[1]) % PAIRS;
}

static void words_read(Words *words, const char *text)
{
    words->text = text;
    memset(words->pairs, 0, sizeof(words->pairs));
    for (; text[0] && text[1]; text++)
        words->pairs[pair_at(text) / 8] |= (guint8)(1u << pair_at(text) % 8);
}

/* Every phrase has two bytes. */
static bool has_phrase(const Words *words, const char *phrase)
{
    for (const char *at = phrase; at[1]; at++)
        if (!(words->pairs[pair_at(at) / 8] >> pair_at(at) % 8 & 1))
            return false;
    return strstr(words->text, phrase);
}

static guint count_phrases(const Words *words, const char *const *phrases, gsize count)
{
    guint found = 0;

    for (gsize i = 0; i < count && phrases[i]; i++)
        found += has_phrase(words, phrases[i]);
    return found;
}
#define COUNT(words, phrases) count_phrases(words, phrases, G_N_ELEMENTS(phrases))

/* Does somebody ask or tell of himself? */
static bool is_personal(const Words *words, const QuoteClosing *closing)
{
    for (gsize i = 0; i < G_N_ELEMENTS(closing->persons) && closing->persons[i]; i++)
        if (text_has_word(words->text, closing->persons[i]))
            return true;
    return strchr(words->text, '?') || strstr(words->text, "？");
}

static bool is_footer_of(const QuoteClosing *closing, const Words *words, bool below_one)
{
    guint subjects = COUNT(words, closing->subjects);

    if (!subjects && !below_one)
        return false;
    guint claims = COUNT(words, closing->claims);
    guint said = claims + COUNT(words, closing->requests);
    bool enough =
        below_one ? claims >= 1 && subjects + said >= 2 : claims >= 2 || (claims >= 1 && said >= 3);

    return enough && !is_personal(words, closing);
}

static bool is_footer(const Words *words, bool below_one)
{
    for (gsize i = 0; i < quote_closing_count; i++)
        if (is_footer_of(&quote_closings[i], words, below_one))
            return true;
    return false;
}

/* A scanner's line: "Virus-free. www.avast.com" */
static bool is_scan(const Words *words)
{
    static const char *const scanners[] = { "avast", "avg",       "norton",      "mcafee",
                                            "eset",  "kaspersky", "bitdefender", "mailscanner" };
    static const char *const viruses[] = {
        "virus", "virus-free", "viren",    "vírus",    "wirus", "вирус",   "вірус",  "virüs",
        "ιού",   "病毒",       "ウイルス", "바이러스", "viry",  "malware", "antivir"
    };

    return strlen(words->text) < BANNER_MAX && COUNT(words, scanners) && COUNT(words, viruses);
}

static bool says_banner(const Words *words, guint times)
{
    for (gsize i = 0; strlen(words->text) < BANNER_MAX && i < quote_closing_count; i++)
        if (COUNT(words, quote_closings[i].banners) >= times)
            return true;
    return false;
}

static Paragraph last_paragraph(const QuoteText *text, gsize from, gsize to)
{
    Paragraph paragraph = { .from = to, .to = to };

    while (paragraph.to > from && text->lines[paragraph.to - 1].kind == LINE_BLANK)
        paragraph.to--;
    paragraph.from = paragraph.to;
    while (paragraph.from > from && text->lines[paragraph.from - 1].kind != LINE_BLANK)
        paragraph.from--;
    return paragraph;
}

/* In bytes. */
static gsize length_of(const QuoteText *text, const Paragraph *paragraph)
{
    if (paragraph->from == paragraph->to)
        return 0;
    const QuoteLine *last = &text->lines[paragraph->to - 1];
    return (gsize)(last->at + last->length - text->lines[paragraph->from].at);
}

static bool names_mail(const Words *words)
{
    for (gsize i = 0; i < quote_closing_count; i++)
        if (COUNT(words, quote_closings[i].subjects))
            return true;
    return false;
}

/* Where in a paragraph the footer begins: a signature may stand right above it. */
static gsize footer_begin(const QuoteText *text, const Paragraph *paragraph)
{
    gsize last = MIN(paragraph->to, paragraph->from + QUOTE_SIGNATURE_LINES);
    Words words;

    for (gsize i = paragraph->from; i < last; i++) {
        words_read(&words, text->lines[i].folded);
        if (!*words.text || names_mail(&words) || is_scan(&words))
            return i;
    }
    return paragraph->from;
}

/* Rulers right above belong to it. */
static gsize above_rulers(const QuoteText *text, gsize from, gsize at)
{
    gsize begin = at;

    for (; at > from; at--) {
        const QuoteLine *line = &text->lines[at - 1];

        if (quote_is_ruler(line, "-_=*", 3))
            begin = at - 1;
        else if (line->kind != LINE_BLANK)
            break;
    }
    return begin;
}

/* From the end upwards: lesser paragraphs count once a footer stands above them. */
gsize quote_disclaimer(const QuoteText *text, gsize from, gsize to)
{
    gsize begin = to;

    for (gsize at = to, i = 0; i < PARAGRAPHS_MAX; i++) {
        Paragraph paragraph = last_paragraph(text, from, at);
        if (length_of(text, &paragraph) < FOOTER_MIN)
            break;
        gsize first = footer_begin(text, &paragraph);
        g_autofree char *bytes = folded(text, first, paragraph.to);
        Words words;

        words_read(&words, bytes);
        if (is_footer(&words, false) || is_scan(&words))
            begin = above_rulers(text, from, first);
        else if (begin < to || !is_footer(&words, true))
            break;
        at = MIN(begin, paragraph.from);
        if (first > paragraph.from)
            break;
    }
    return begin;
}

/* Is the sentence broken between these lines? */
static bool goes_on(const QuoteLine *line, const QuoteLine *below)
{
    return below->kind == LINE_TEXT && !strchr(".!]*", line->at[line->length - 1]) &&
           g_unichar_islower(g_utf8_get_char(below->at));
}

/* The shortest start of the first paragraph that is one and ends like a sentence. */
gsize quote_banner(const QuoteText *text, gsize from, gsize to)
{
    gsize begin = from;
    gsize found = from;

    while (begin < to && text->lines[begin].kind == LINE_BLANK)
        begin++;
    for (gsize end = begin; end < MIN(to, begin + BANNER_LINES_MAX); end++) {
        const QuoteLine *line = &text->lines[end];
        if (line->kind != LINE_TEXT)
            break;
        if (end + 1 < to && goes_on(line, &line[1]))
            continue;
        g_autofree char *all = folded(text, begin, end + 1);
        g_autofree char *last = folded(text, end, end + 1);
        Words words, own;
        words_read(&words, all);
        words_read(&own, last);
        if (says_banner(&words, 2) && (found == from || says_banner(&own, 1)))
            found = end + 1;
    }
    return found;
}
