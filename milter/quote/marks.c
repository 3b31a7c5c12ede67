/* Lines of a quotation whose ">" is lost, or is another mark.
 *
 * Relays break long quoted lines, and the rest then stands without ">".  Some programs mark with
 * "|", others (The Bat!, Becky!, supercite) with the author's initials before ">".  A mark is
 * learned from the line below an attribution; a rest must stand directly below a line that is
 * unfinished and had no room for the rest's first word.  Each pass looks at every line once; the
 * look around a line is bounded.  Pure; any thread. */
#include "quote/quote.h"

#include <string.h>

/* A quoted line is broken at no fewer characters. */
#define BROKEN_MIN 60
/* Letters before ">". */
#define INITIALS_MAX 12
#define INDENT_MAX   3

static void become_quoted(QuoteLine *line)
{
    line->kind = LINE_QUOTED;
    line->folded = "";
    line->signs = (QuoteSigns){ 0 };
}

/* -- Links --------------------------------------------------------------------------------- */

static bool is_link(const QuoteLine *line)
{
    const char *bare = line->folded + strspn(line->folded, "<([ ");

    return line->kind == LINE_TEXT &&
           (g_str_has_prefix(bare, "http") || g_str_has_prefix(bare, "www."));
}

/* Programs that break quoted lines lose the ">" before a link. */
static void mend_links(QuoteText *text)
{
    for (gsize i = 1; i + 1 < text->count; i++)
        if (is_link(&text->lines[i]) && text->lines[i - 1].kind == LINE_QUOTED &&
            text->lines[i + 1].kind == LINE_QUOTED)
            become_quoted(&text->lines[i]);
}

/* -- Broken lines -------------------------------------------------------------------------- */

static gsize characters(const QuoteLine *line)
{
    return (gsize)g_utf8_strlen(line->at, (gssize)line->length);
}

static gsize longest_quoted(const QuoteText *text)
{
    gsize longest = BROKEN_MIN;

    for (gsize i = 0; i < text->count; i++)
        if (text->lines[i].kind == LINE_QUOTED && text->lines[i].length > longest)
            longest = MAX(longest, characters(&text->lines[i]));
    return longest;
}

/* Does the line end within a sentence? */
static bool is_unfinished(const QuoteLine *line)
{
    const char *end = line->at + line->length;

    while (end > line->at && end[-1] == ' ')
        end--;
    if (end == line->at)
        return false;
    gunichar last = g_utf8_get_char(g_utf8_prev_char(end));
    return g_unichar_isalnum(last) || last == ',' || last == '-' || last == '(';
}

static bool begins_small(const QuoteLine *line)
{
    return g_unichar_islower(g_utf8_get_char(line->at));
}

static gsize first_word(const QuoteLine *line)
{
    const char *at = line->at, *end = line->at + line->length;
    gsize length = 0;

    for (; at < end && !g_unichar_isspace(g_utf8_get_char(at)); at = g_utf8_next_char(at))
        length++;
    return length;
}

/* "action?nonce=3dd518": one word with more than letters, below a line that ends within a link. */
static bool is_rest_of_link(const QuoteLine *line, const QuoteLine *above)
{
    const char *end = above->at + above->length, *word = end;
    bool marked = false;

    while (word > above->at && word[-1] != ' ')
        word--;
    gsize length = (gsize)(end - word);
    if (!memmem(word, length, "://", 3) || line->length == 0)
        return false;
    for (gsize i = 0; i < line->length; i++) {
        if (g_ascii_isspace(line->at[i]))
            return false;
        marked |= strchr("=/_&?%#~-", line->at[i]) != NULL || g_ascii_isdigit(line->at[i]);
    }
    return marked;
}

/* Is this line the rest of the quoted one above it?  A capital begins a rest only where the
 * quotation goes on below and the sender has written above it. */
static bool is_rest(const QuoteText *text, gsize at, gsize longest, bool answered)
{
    const QuoteLine *line = &text->lines[at], *above = &text->lines[at - 1];

    if (line->kind != LINE_TEXT || above->kind != LINE_QUOTED)
        return false;
    if (is_rest_of_link(line, above))
        return true;
    if (above->length < BROKEN_MIN || !is_unfinished(above))
        return false;
    if (characters(above) + 1 + first_word(line) <= longest)
        return false;
    return begins_small(line) ||
           (answered && at + 1 < text->count && text->lines[at + 1].kind == LINE_QUOTED &&
            !strchr(".!?", line->at[line->length - 1]));
}

static void mend_broken(QuoteText *text)
{
    gsize longest = longest_quoted(text);
    bool answered = false, quoted = false;

    for (gsize i = 0; i < text->count; i++) {
        if (i > 0 && is_rest(text, i, longest, answered))
            become_quoted(&text->lines[i]);
        quoted |= text->lines[i].kind == LINE_QUOTED;
        answered |= !quoted && text->lines[i].kind == LINE_TEXT;
    }
}

/* -- Other marks --------------------------------------------------------------------------- */

typedef struct {
    const char *at;
    gsize length; /* 0: there is none */
} Mark;

/* "|", unless the line goes on as a table's; "BR>". */
static Mark mark_of(const QuoteLine *line)
{
    const char *at = line->at, *end = line->at + line->length, *begin;

    while (at < end && at - line->at < INDENT_MAX && *at == ' ')
        at++;
    begin = at;
    if (at < end && *at == '|') {
        bool table = memchr(at + 1, '|', (gsize)(end - at - 1));

        return (Mark){ at, !table && (at + 1 == end || at[1] == ' ') };
    }
    while (at < end && at - begin <= INITIALS_MAX && g_unichar_isalpha(g_utf8_get_char(at)))
        at = g_utf8_next_char(at);
    bool marks = at < end && at > begin && at - begin <= INITIALS_MAX && *at == '>' &&
                 (at + 1 == end || at[1] == ' ' || at[1] == '>');
    return (Mark){ begin, marks ? (gsize)(at + 1 - begin) : 0 };
}

static bool marks_alike(Mark one, Mark other)
{
    return one.length == other.length && memcmp(one.at, other.at, one.length) == 0;
}

/* The first mark that stands below an attribution. */
static Mark learn_mark(QuoteText *text)
{
    gsize above = text->count; /* the last line that is not blank; none yet */

    for (gsize i = 0; i < text->count; i++) {
        if (text->lines[i].kind == LINE_BLANK)
            continue;
        Mark mark = text->lines[i].kind == LINE_TEXT ? mark_of(&text->lines[i]) : (Mark){ NULL, 0 };

        if (mark.length > 0 && above < i && quote_attribution_lines(text, above, true) > 0)
            return mark;
        above = i;
    }
    return (Mark){ NULL, 0 };
}

static void mend_marks(QuoteText *text)
{
    Mark mark = learn_mark(text);

    for (gsize i = 0; mark.length > 0 && i < text->count; i++)
        if (text->lines[i].kind == LINE_TEXT && marks_alike(mark, mark_of(&text->lines[i])))
            become_quoted(&text->lines[i]);
}

void quote_mend_marks(QuoteText *text)
{
    mend_marks(text);
    mend_links(text);
    mend_broken(text);
}
