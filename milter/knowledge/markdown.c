/* Cuts a Markdown file into passages that can be found and quoted one by one.
 *
 * A passage stays within a section: headings begin a new one, and all those above it are its trail.
 * A paragraph is here also a list, a table, a quote: whatever stands between empty lines; and code
 * between fences, which is cut only where it alone is too long.
 *
 * This is no CommonMark parser but what cutting needs of one: ATX and setext headings, fences,
 * rules, comments and links.  Lists and quotes are text, a heading within one is none, and the
 * pieces of a long table don't repeat its head.  Pure. */
#include "knowledge/markdown.h"

#include "knowledge/front.h"
#include "knowledge/inline.h"
#include "knowledge/lines.h"
#include "knowledge/passages.h"

#include <stdbool.h>
#include <string.h>

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"
#define INDENT_OF_CODE  4
#define FENCE_MIN       3

typedef struct {
    Lines lines;
    Passages passages;
    GString *block; /* the paragraph that is read, and where it begins */
    int block_line;
    char fence; /* what the block of code is fenced with; 0: it is none */
    gsize fence_length;
} Reader;

static void free_passage(gpointer data)
{
    MarkdownPassage *passage = data;

    g_free(passage->trail);
    g_free(passage->text);
    g_free(passage);
}

static MarkdownFile *file_new(void)
{
    MarkdownFile *file = g_new0(MarkdownFile, 1);

    file->title = g_strdup("");
    file->tags = g_ptr_array_new_with_free_func(g_free);
    file->mailboxes = g_ptr_array_new_with_free_func(g_free);
    file->passages = g_ptr_array_new_with_free_func(free_passage);
    return file;
}

void markdown_file_free(MarkdownFile *file)
{
    if (!file)
        return;
    g_free(file->title);
    g_ptr_array_unref(file->tags);
    g_ptr_array_unref(file->mailboxes);
    g_ptr_array_unref(file->passages);
    g_free(file);
}

static void end_block(Reader *reader)
{
    g_autofree char *text =
        reader->fence ? g_strdup(reader->block->str) : inline_plain(reader->block->str);

    reader->fence = 0;
    g_string_truncate(reader->block, 0);
    passages_add(&reader->passages, text, reader->block_line);
}

static void begin_section(Reader *reader, int level, const char *heading)
{
    g_autofree char *plain = inline_plain(heading);

    end_block(reader);
    passages_heading(&reader->passages, level, plain);
}

static void append_line(Reader *reader)
{
    if (reader->block->len == 0)
        reader->block_line = reader->lines.number;
    else
        g_string_append_c(reader->block, '\n');
    g_string_append(reader->block, reader->lines.line->str);
}

/* The line's first character that is no blank, NULL if it is as far to the right as code. */
static const char *unindented(const char *line)
{
    gsize indent = strspn(line, " ");

    return indent < INDENT_OF_CODE ? line + indent : NULL;
}

/* "## Heading ##" */
static bool take_atx_heading(Reader *reader, const char *line)
{
    const char *at = unindented(line);
    gsize level = at ? strspn(at, "#") : 0;
    g_autofree char *heading = NULL;
    gsize length;

    if (level < 1 || level > MARKDOWN_LEVELS || (at[level] && !strchr(" \t", at[level])))
        return false;
    heading = g_strstrip(g_strdup(at + level));
    length = strlen(heading);
    while (length > 0 && heading[length - 1] == '#')
        length--;
    if (length == 0 || strchr(" \t", heading[length - 1]))
        heading[length] = '\0';
    begin_section(reader, (int)level, heading);
    return true;
}

/* Could a line of dashes below the block make a heading of it?  Below a list, a quote, a table,
 * code or a long paragraph it is a rule. */
static bool can_be_heading(const GString *block)
{
    const char *at = unindented(block->str);

    if (block->len == 0 || block->len > MARKDOWN_HEADING_MAX || !at || *at == '>' || *at == '|')
        return false;
    return !strchr("-*+", *at) || at[1] != ' ';
}

/* "=====" or "-----" below a heading */
static bool take_setext_heading(Reader *reader, const char *line)
{
    const char *at = unindented(line);
    g_autofree char *heading = NULL;

    if (!at || !*at || !strchr("=-", *at) || at[strspn(at, (char[]){ *at, '\0' })] ||
        !can_be_heading(reader->block))
        return false;
    heading = g_strdup(reader->block->str);
    g_string_truncate(reader->block, 0);
    begin_section(reader, *at == '=' ? 1 : 2, heading);
    return true;
}

/* "***", "- - -": ends a paragraph and is nothing else. */
static bool take_rule(Reader *reader, const char *line)
{
    const char *at = unindented(line);
    int marks = 0;
    char mark;

    if (!at || !*at || !strchr("*-_", *at))
        return false;
    mark = *at;
    for (; *at; at++) {
        if (*at != mark && !strchr(" \t", *at))
            return false;
        marks += *at == mark;
    }
    if (marks < FENCE_MIN)
        return false;
    end_block(reader);
    return true;
}

/* "```" or "~~~", also within a list; backticks with others behind them are code within a line. */
static bool take_opening_fence(Reader *reader, const char *line)
{
    const char *at = line + strspn(line, " \t");
    gsize length = strspn(at, (char[]){ *at, '\0' });

    if ((*at != '`' && *at != '~') || length < FENCE_MIN ||
        (*at == '`' && strchr(at + length, '`')))
        return false;
    end_block(reader);
    reader->fence = *at;
    reader->fence_length = length;
    append_line(reader);
    return true;
}

static void take_line_of_code(Reader *reader)
{
    const char *at = reader->lines.line->str;
    gsize length;

    append_line(reader);
    at += strspn(at, " \t");
    length = strspn(at, (char[]){ reader->fence, '\0' });
    if (length >= reader->fence_length && !at[length])
        end_block(reader);
}

static void take_line(Reader *reader)
{
    static bool (*const takers[])(Reader *, const char *) = {
        take_opening_fence,
        take_atx_heading,
        take_setext_heading,
        take_rule,
    };
    const char *line = reader->lines.line->str;

    if (!*line) {
        end_block(reader);
        return;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(takers); i++)
        if (takers[i](reader, line))
            return;
    append_line(reader);
}

static void read_all(Reader *reader)
{
    while (lines_next(&reader->lines, reader->fence != 0)) {
        if (reader->fence)
            take_line_of_code(reader);
        else
            take_line(reader);
    }
    end_block(reader);
    passages_end(&reader->passages);
}

static bool is_utf8(const char *name, const char *text, gsize length, Diags *diags)
{
    const char *bad;
    int line = 1;

    if (g_utf8_validate_len(text, length, &bad))
        return true;
    for (const char *at = text; at < bad; at++)
        line += *at == '\n';
    diags_add(diags, (Place){ name, line, 1 },
              "expected UTF-8, and no NUL; the file is left out until it is saved as UTF-8");
    return false;
}

MarkdownFile *markdown_read(const char *name, const char *text, gsize length, Diags *diags)
{
    g_autofree char *whole = NULL;
    g_autoptr(GString) line = g_string_new(NULL);
    g_autoptr(GString) block = g_string_new(NULL);
    Reader reader = { .block = block };
    MarkdownFile *file;

    if (!is_utf8(name, text, length, diags))
        return NULL;
    file = file_new();
    whole = g_strndup(text, length);
    reader.lines = (Lines){ .at = whole + (g_str_has_prefix(whole, BYTE_ORDER_MARK) ? 3 : 0),
                            .next = 1,
                            .comments_close = true,
                            .name = name,
                            .diags = diags,
                            .line = line };
    reader.lines.at = front_read(reader.lines.at, file, &reader.lines.next);
    passages_begin(&reader.passages, file);
    read_all(&reader);
    return file;
}
