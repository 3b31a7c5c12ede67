/* HTML and Markdown, where every reader sees plain text.  A line and a tag are looked at once.
 * Pure; any thread. */
#include "reply/check_parts.h"

#include <string.h>

#define TAG_MAX    1000
#define ENTITY_MAX 12

static const char why[] = "markup, where a reply is plain text";

/* "<b>", "</td>", "<a href=…>", "<!-- -->"; no address, which has an '@' or "://" before a blank.
 */
static gsize tag_length(const char *at)
{
    const char *name = at + 1 + (at[1] == '/');
    gsize letters = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
    gsize length;

    if (g_str_has_prefix(at, "<!--"))
        return 4;
    if (!g_ascii_isalpha(*name) || !name[letters] || !strchr(" \t\n/>", name[letters]))
        return 0;
    for (length = 0; length < TAG_MAX && name[length] && name[length] != '>'; length++)
        ;
    return name[length] == '>' ? (gsize)(name + length + 1 - at) : (gsize)(name + letters - at);
}

/* "&amp;", "&#8203;" */
static gsize entity_length(const char *at)
{
    gsize length = 1;

    if (!g_ascii_isalpha(at[1]) && at[1] != '#')
        return 0;
    while (length < ENTITY_MAX && (g_ascii_isalnum(at[length]) || at[length] == '#'))
        length++;
    return at[length] == ';' ? length + 1 : 0;
}

/* "](https://…)" behind a '[' on the same line. */
static gsize link_length(const char *at, const char *line_end)
{
    const char *open = *at == '!' ? at + 1 : at;
    const char *middle = memmem(open, (gsize)(line_end - open), "](", 2);
    const char *nested = middle ? memchr(open + 1, '[', (gsize)(middle - open)) : NULL;
    const char *close = middle && !nested ? memchr(middle, ')', (gsize)(line_end - middle)) : NULL;

    return close ? (gsize)(close + 1 - at) : 0;
}

/* "**word**", "__word__": bold. */
static gsize bold_length(const char *at, const char *line_end)
{
    const char *close;

    if (at[1] != *at || !g_ascii_isgraph(at[2]) || at[2] == *at)
        return 0;
    close = memmem(at + 2, (gsize)(line_end - at - 2), at, 2);
    return close ? (gsize)(close + 2 - at) : 0;
}

static gsize markup_length(const char *at, const char *line_end, bool *links)
{
    gsize length;

    switch (*at) {
    case '<':
        return tag_length(at);
    case '&':
        return entity_length(at);
    case '!':
    case '[':
        if (!*links || (*at == '!' && at[1] != '['))
            return 0;
        length = link_length(at, line_end);
        /* Nothing closes a later one either. */
        *links = length > 0 || memmem(at, (gsize)(line_end - at), "](", 2);
        return length;
    case '*':
    case '_':
        return bold_length(at, line_end);
    default:
        return 0;
    }
}

/* "# Heading", "| a | b |", "```" */
static bool is_marked_line(const char *line, gsize length)
{
    gsize blanks = strspn(line, " "), hashes;

    if (blanks >= length)
        return false;
    line += blanks;
    length -= blanks;
    hashes = strspn(line, "#");
    if (hashes >= 1 && hashes <= 6 && line[hashes] == ' ')
        return true;
    if (g_str_has_prefix(line, "```") || g_str_has_prefix(line, "~~~"))
        return true;
    return *line == '|' && length > 1 && memchr(line + 1, '|', length - 1);
}

static void check_line(DraftCheck *check, const char *line, const char *end, const char **done)
{
    const char *last = end;
    bool links = true;

    while (last > line && strchr(" \t\r", last[-1]))
        last--;
    if (*done <= line && is_marked_line(line, (gsize)(last - line))) {
        check_add(check, DRAFT_MARK_MARKUP, (gsize)(line - check->text), (gsize)(last - line), why);
        return;
    }
    for (const char *at = MAX(line, *done); at < end;) {
        gsize length = markup_length(at, end, &links);

        if (length > 0)
            check_add(check, DRAFT_MARK_MARKUP, (gsize)(at - check->text), length, why);
        at += length ? length : 1;
        *done = at;
    }
}

void check_markup(DraftCheck *check)
{
    const char *done = check->text;

    for (const char *line = check->text; *line;) {
        const char *end = line + strcspn(line, "\n");

        check_line(check, line, end, &done);
        line = end + (*end == '\n');
    }
}
