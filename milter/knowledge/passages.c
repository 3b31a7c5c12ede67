/* Makes passages of a section's paragraphs: joins them as long as they fit, and cuts what is too
 * long by itself at a line, a sentence or a word.  Pure. */
#include "knowledge/passages.h"

#include "base/text.h"

#include <string.h>

#define BETWEEN "\n\n"

void passages_begin(Passages *passages, MarkdownFile *file)
{
    *passages = (Passages){ .file = file, .joined = g_string_new(NULL) };
}

static void extend_trail(GString *trail, const char *heading)
{
    if (heading && *heading && !g_str_equal(trail->str, heading))
        g_string_append_printf(trail, "%s%s", trail->len > 0 ? " > " : "", heading);
}

/* The title leads, unless the first heading says the same. */
static char *trail_of(const Passages *passages)
{
    GString *trail = g_string_new(NULL);

    extend_trail(trail, passages->file->title);
    for (int i = 0; i < MARKDOWN_LEVELS; i++)
        extend_trail(trail, passages->headings[i]);
    return g_string_free(trail, FALSE);
}

static void add_passage(const Passages *passages)
{
    MarkdownPassage *passage = g_new0(MarkdownPassage, 1);

    passage->trail = trail_of(passages);
    passage->text = g_strdup(passages->joined->str);
    passage->line = passages->line;
    g_ptr_array_add(passages->file->passages, passage);
}

/* A short rest of a section goes to the passage before it. */
static void end_passage(Passages *passages)
{
    GPtrArray *list = passages->file->passages;

    if (passages->joined->len == 0)
        return;
    if (passages->joined->len < MARKDOWN_PASSAGE_MIN && list->len > passages->section) {
        MarkdownPassage *last = list->pdata[list->len - 1];
        g_autofree char *text = last->text;

        last->text = g_strconcat(text, BETWEEN, passages->joined->str, NULL);
    } else {
        add_passage(passages);
    }
    g_string_truncate(passages->joined, 0);
}

static void join(Passages *passages, const char *text, gsize length, int line)
{
    GString *joined = passages->joined;

    while (length > 0 && strchr(" \t\n", text[length - 1]))
        length--;
    if (length == 0)
        return;
    if (joined->len >= MARKDOWN_PASSAGE_MIN &&
        joined->len + strlen(BETWEEN) + length > MARKDOWN_PASSAGE_MAX)
        end_passage(passages);
    if (joined->len == 0)
        passages->line = line;
    else
        g_string_append(joined, BETWEEN);
    g_string_append_len(joined, text, (gssize)length);
}

/* The length of a piece of `text`, which is longer than a passage may be. */
static gsize cut_at(const char *text)
{
    static const char *const ends[] = { "\n", ". ", "。", " " };
    gsize fit = text_fit(text, MARKDOWN_PASSAGE_MAX);

    for (gsize i = 0; i < G_N_ELEMENTS(ends); i++) {
        const char *end = g_strrstr_len(text, (gssize)fit, ends[i]);

        if (end && end - text >= MARKDOWN_PASSAGE_MIN)
            return (gsize)(end - text) + strlen(ends[i]);
    }
    return fit;
}

void passages_add(Passages *passages, const char *text, int line)
{
    gsize length;

    while ((length = strlen(text)) > MARKDOWN_PASSAGE_MAX) {
        length = cut_at(text);
        join(passages, text, length, line);
        for (const char *end = text + length; text < end; text++)
            line += *text == '\n';
    }
    join(passages, text, length, line);
}

void passages_heading(Passages *passages, int level, const char *heading)
{
    end_passage(passages);
    passages->section = passages->file->passages->len;
    for (int i = level - 1; i < MARKDOWN_LEVELS; i++)
        g_clear_pointer(&passages->headings[i], g_free);
    passages->headings[level - 1] = text_line(heading, MARKDOWN_HEADING_MAX);
}

void passages_end(Passages *passages)
{
    end_passage(passages);
    for (int i = 0; i < MARKDOWN_LEVELS; i++)
        g_free(passages->headings[i]);
    g_string_free(passages->joined, TRUE);
}
