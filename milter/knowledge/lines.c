/* Lines of Markdown.  They end in LF, CR or CRLF.
 *
 * Comments are notes among the authors and must not reach a customer.  One that is never closed
 * hides the rest of the file if it begins a line, as a browser would have it, and is said to do so;
 * within a line, or in code between backticks, it is text.  Pure. */
#include "knowledge/lines.h"

#include <string.h>

#define COMMENT_BEGINS "<!--"
#define COMMENT_ENDS   "-->"

static bool ends_line(char c)
{
    return c == '\0' || c == '\n' || c == '\r';
}

static void step_over_end(Lines *lines)
{
    lines->next += *lines->at != '\0';
    if (lines->at[0] == '\r' && lines->at[1] == '\n')
        lines->at++;
    if (*lines->at)
        lines->at++;
}

static int count_ends(const char *text, const char *end)
{
    int count = 0;

    for (; text < end; text++)
        count += *text == '\n' || (*text == '\r' && text[1] != '\n');
    return count;
}

/* Steps over the comment that begins here; false if it is none. */
static bool skip_comment(Lines *lines, bool in_code)
{
    const char *end = NULL;
    bool alone = lines->line->str[strspn(lines->line->str, " \t")] == '\0';

    if (in_code || !g_str_has_prefix(lines->at, COMMENT_BEGINS))
        return false;
    if (lines->comments_close)
        end = strstr(lines->at + strlen(COMMENT_BEGINS), COMMENT_ENDS);
    lines->comments_close = end != NULL;
    if (!end && !alone)
        return false;
    if (!end)
        diags_add(lines->diags, (Place){ lines->name, lines->next, 1 },
                  "the comment that begins here is never closed by '-->'; the rest of the file is "
                  "left out");
    end = end ? end + strlen(COMMENT_ENDS) : lines->at + strlen(lines->at);
    lines->next += count_ends(lines->at, end);
    lines->at = end;
    return true;
}

static void append(Lines *lines, char c)
{
    if (((guchar)c >= ' ' && c != 0x7F) || c == '\t')
        g_string_append_c(lines->line, c);
}

static void trim_end(GString *line)
{
    while (line->len > 0 && strchr(" \t", line->str[line->len - 1]))
        g_string_truncate(line, line->len - 1);
}

bool lines_next(Lines *lines, bool verbatim)
{
    bool in_code = false;

    if (!*lines->at)
        return false;
    g_string_truncate(lines->line, 0);
    lines->number = lines->next;
    while (!ends_line(*lines->at)) {
        if (!verbatim && skip_comment(lines, in_code))
            continue;
        in_code ^= *lines->at == '`';
        append(lines, *lines->at++);
    }
    step_over_end(lines);
    trim_end(lines->line);
    return true;
}
