/* Lines at the end of a text about the device that sent it, and a name behind a dash.
 *
 * "Sent from my desk, which is tidy" is no such line: it must be short and say nothing else, and
 * stand in a paragraph of its own kind or right below a sentence that has ended.  Pure; any
 * thread. */
#include "quote/quote.h"

#include <string.h>

#define NAME_LENGTH_MAX  60
#define NAME_WORDS_MAX   4
#define DEVICE_WORDS_MAX 16

/* Two to four words with capital letters: "Ann Example". */
static bool is_name(const char *name, gsize length)
{
    int words = 0;
    bool at_start = true;

    if (length > NAME_LENGTH_MAX)
        return false;
    for (const char *at = name; at < name + length; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);

        if (g_unichar_isspace(c)) {
            at_start = true;
            continue;
        }
        if (at_start ? !g_unichar_isupper(c)
                     : !g_unichar_isalpha(c) && c != '.' && c != '-' && c != '\'')
            return false;
        words += at_start;
        at_start = false;
    }
    return words >= 2 && words <= NAME_WORDS_MAX;
}

/* The words of a line without brackets, as a closing line is compared. */
static char *without_brackets(const char *folded)
{
    char *bare = g_strdup(folded), *to = bare;

    for (; *folded; folded++) {
        *to = *folded;
        to += !strchr("<>()[]*_", *folded);
    }
    *to = '\0';
    return g_strstrip(bare);
}

/* "sent from my desk, which is tidy" goes on as a sentence; "…my phone, please excuse typos" does
 * not. */
static bool goes_on(const char *words)
{
    static const char *const excuses[] = {
        "please", "excuse", "sorry", "pardon", "apolog", "search"
    };
    const char *pause = strpbrk(words, ",.;");

    while (pause && pause[1] && pause[1] != ' ')
        pause = strpbrk(pause + 1, ",.;");
    if (!pause || !pause[1])
        return false;
    pause += 1 + strspn(pause + 1, " ");
    for (gsize i = 0; i < G_N_ELEMENTS(excuses); i++)
        if (g_str_has_prefix(pause, excuses[i]))
            return false;
    return true;
}

static bool has_frame(const char *text, const QuoteFrame *frame)
{
    return quote_begins_with(text, frame->begin) && g_str_has_suffix(text, frame->end);
}

static bool is_device_line(const QuoteLine *line)
{
    g_autofree char *words = without_brackets(line->folded);
    gsize length = strlen(words);

    if (length == 0 || quote_count_words(words) > DEVICE_WORDS_MAX || goes_on(words))
        return false;
    if (strchr(".!", words[length - 1]))
        words[length - 1] = '\0';
    for (gsize i = 0; i < quote_language_count; i++)
        for (gsize k = 0; k < G_N_ELEMENTS(quote_languages[i].devices); k++) {
            const QuoteFrame *frame = &quote_languages[i].devices[k];

            if (!frame->begin)
                break;
            if (has_frame(words, frame))
                return true;
        }
    return false;
}

/* "-Ann", "— Ann", "~ Ann": From's name settles it. */
static bool is_signed_by_sender(const QuoteText *text, const QuoteLine *line)
{
    gunichar first = line->length > 0 ? g_utf8_get_char(line->at) : 0;

    return (*line->folded == '-' || first == '~' || first == '/') &&
           quote_sender_words(text, line) > 0;
}

/* "-Ann Example" or "-- Ann Example" */
static bool is_signed_name(const QuoteText *text, const QuoteLine *line)
{
    gsize dashes = 0;

    if (is_signed_by_sender(text, line))
        return true;
    while (dashes < line->length && dashes < 2 && line->at[dashes] == '-')
        dashes++;
    gsize name = dashes < line->length && dashes == 2 && line->at[2] == ' ' ? 3 : dashes;
    return dashes > 0 && is_name(line->at + name, line->length - name);
}

/* Is [from, to) a closing paragraph: lines about a device, the first of which may be a name, or a
 * name behind a dash? */
static bool is_closing(const QuoteText *text, gsize from, gsize to)
{
    const QuoteLine *first = &text->lines[from];

    if (to - from == 1 && is_signed_name(text, first))
        return true;
    if (to - from > 1 && (is_name(first->at, first->length) || quote_sender_words(text, first) > 0))
        from++;
    for (gsize i = from; i < to; i++)
        if (!is_device_line(&text->lines[i]))
            return false;
    return true;
}

/* Product names that are the same in every language. */
static bool names_product(const char *folded)
{
    static const char *const products[] = {
        "iphone",  "ipad",     "android",     "samsung", "galaxy",     "blackberry", "outlook",
        "windows", "huawei",   "xiaomi",      "nokia",   "motorola",   "gmail",      "yahoo",
        "proton",  "bluemail", "thunderbird", "sony",    "smartphone", "handy",      "tablet",
        "mobile",  "mobil",    "telefon",     "phone",   "oneplus",    "pixel",      "aol",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(products); i++)
        if (strstr(folded, products[i]))
            return true;
    return false;
}

/* A last line about a device may stand right below a sentence: one that has ended, or any if the
 * line names a product and begins with a capital.  The sender's name after a dash may too. */
static bool is_appended(const QuoteText *text, gsize from, gsize at)
{
    const QuoteLine *line = &text->lines[at];
    const char *above = at > from ? text->lines[at - 1].folded : "";

    if (!*above)
        return false;
    if (is_signed_by_sender(text, line))
        return true;
    bool ended = strchr(".!?,:)", above[strlen(above) - 1]);
    bool capital = !g_unichar_islower(g_utf8_get_char(line->at)) || g_ascii_isupper(line->at[1]);
    return capital && (ended || names_product(line->folded)) && is_device_line(line);
}

/* The first of the lines about devices that end at `at`, all of them right below a sentence. */
static gsize above_appended(const QuoteText *text, gsize from, gsize at)
{
    while (at > from + 1 && is_appended(text, from, at - 1))
        at--;
    return at;
}

/* Where the closing paragraphs at the end of [from, to) begin; `to` if there are none. */
gsize quote_devices(const QuoteText *text, gsize from, gsize to)
{
    gsize begin = to;

    for (;;) {
        gsize last = begin;
        while (last > from && text->lines[last - 1].kind == LINE_BLANK)
            last--;
        gsize first = last;
        while (first > from && text->lines[first - 1].kind != LINE_BLANK &&
               last - first <= QUOTE_SIGNATURE_LINES)
            first--;
        if (first == last)
            return begin;
        if (!is_closing(text, first, last))
            return is_appended(text, first, last - 1) ? above_appended(text, first, last - 1)
                                                      : begin;
        begin = first;
    }
}
