/* Where the signature of some lines begins: at a delimiter, at the ruler of a list's footer, or at
 * a closing paragraph about the device that sent the mail.
 *
 * What a person wrote last must not be taken for one, so greetings with a name stay, and a line
 * about a device must be short and stand in a paragraph of its own kind.  Pure; any thread. */
#include "mail/quote.h"

#include <string.h>

/* A bare "--" or a ruler is a delimiter only when at most so many lines with text follow. */
#define SIGNATURE_LINES_MAX 15
#define FOOTER_RULER_MIN    10
#define NAME_LENGTH_MAX     60
#define NAME_WORDS_MAX      4
#define DEVICE_WORDS_MAX    12

/* The words of a line without brackets, as a closing line is compared. */
static char *without_brackets(const char *folded)
{
    g_autoptr(GString) bare = g_string_new(NULL);

    for (; *folded; folded++)
        if (!strchr("<>()[]*", *folded))
            g_string_append_c(bare, *folded);
    return g_strstrip(g_string_free(g_steal_pointer(&bare), FALSE));
}

/* "sent from my desk, which is tidy" goes on as a sentence; "…my phone, please excuse typos" does
 * not. */
static bool goes_on(const char *words)
{
    static const char *const excuses[] = { "please", "excuse", "sorry", "pardon", "apolog" };
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

static int count_words(const char *text)
{
    int words = *text != '\0';

    for (; *text; text++)
        words += *text == ' ';
    return words;
}

static bool has_frame(const char *text, const QuoteFrame *frame)
{
    return g_str_has_prefix(text, frame->begin) && g_str_has_suffix(text, frame->end);
}

static bool is_device_line(const QuoteLine *line)
{
    g_autofree char *words = without_brackets(line->folded);
    gsize length = strlen(words);

    if (count_words(words) > DEVICE_WORDS_MAX || goes_on(words))
        return false;
    if (length > 0 && words[length - 1] == '.')
        words[length - 1] = '\0';
    for (gsize i = 0; i < quote_language_count; i++)
        for (gsize k = 0; k < G_N_ELEMENTS(quote_languages[i].devices); k++) {
            const QuoteFrame *frame = &quote_languages[i].devices[k];

            if (frame->begin && has_frame(words, frame))
                return true;
        }
    return false;
}

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

/* RFC 3676 4.3 */
static bool is_delimiter(const QuoteLine *line)
{
    return line->length == 3 && memcmp(line->at, "-- ", 3) == 0;
}

/* A delimiter that lost its space, or the ruler above a list's footer. */
static bool may_be_delimiter(const QuoteLine *line)
{
    return (line->length == 2 && memcmp(line->at, "--", 2) == 0) ||
           quote_is_ruler(line, "_", FOOTER_RULER_MIN);
}

/* Where a delimiter begins the signature of [from, to); `to` if none does. */
static gsize delimited_signature(const QuoteText *text, gsize from, gsize to)
{
    gsize below = 0; /* lines with text */
    gsize begin = to;

    for (gsize i = to; i > from; i--) {
        const QuoteLine *line = &text->lines[i - 1];

        if (is_delimiter(line) || (below <= SIGNATURE_LINES_MAX && may_be_delimiter(line)))
            begin = i - 1;
        below += line->kind != LINE_BLANK;
    }
    return begin;
}

/* "-Ann Example" */
static bool is_signed_name(const QuoteLine *line)
{
    return line->length > 1 && line->at[0] == '-' && is_name(line->at + 1, line->length - 1);
}

/* Is [from, to) a closing paragraph: lines about a device, the first of which may be a name, or a
 * name behind a dash? */
static bool is_closing(const QuoteText *text, gsize from, gsize to)
{
    const QuoteLine *first = &text->lines[from];

    if (to - from == 1 && is_signed_name(first))
        return true;
    if (to - from > 1 && is_name(first->at, first->length))
        from++;
    for (gsize i = from; i < to; i++)
        if (!is_device_line(&text->lines[i]))
            return false;
    return true;
}

/* Where the closing paragraphs at the end of [from, to) begin; `to` if there are none. */
static gsize closing_signature(const QuoteText *text, gsize from, gsize to)
{
    gsize begin = to;

    for (;;) {
        gsize last = begin;
        while (last > from && text->lines[last - 1].kind == LINE_BLANK)
            last--;
        gsize first = last;
        while (first > from && text->lines[first - 1].kind != LINE_BLANK)
            first--;
        if (first == last || !is_closing(text, first, last))
            return begin;
        begin = first;
    }
}

gsize quote_signature(const QuoteText *text, gsize from, gsize to)
{
    return closing_signature(text, from, delimited_signature(text, from, to));
}
