/* Front matter: what stands between two lines of three dashes on top of a file, for programs.
 *
 * It looks like YAML, of which we read what is written by hand: `title: text`, and for `tags` and
 * `mailbox` a list with commas, with or without brackets, or an item `- text` on each line behind
 * it.  Other keys are for other programs.  Pure. */
#include "knowledge/front.h"

#include "base/text.h"

#include <stdbool.h>
#include <string.h>

static bool is_fence(const char *line)
{
    g_autofree char *bare = g_strchomp(g_strdup(line));

    return g_str_equal(bare, "---") || g_str_equal(bare, "...");
}

/* The line at `*at`, which is stepped over; NULL at the end. */
static char *take_line(const char **at)
{
    gsize length = strcspn(*at, "\r\n");
    char *line = **at ? g_strndup(*at, length) : NULL;

    *at += length;
    if (**at == '\r' && (*at)[1] == '\n')
        ++*at;
    if (**at)
        ++*at;
    return line;
}

/* A value without brackets and quotes around it. */
static char *bare_value(const char *text, gsize max)
{
    static const char *const around[] = { "[]", "\"\"", "''" };
    g_autofree char *value = g_strstrip(g_strdup(text));

    for (gsize i = 0; i < G_N_ELEMENTS(around); i++) {
        gsize length = strlen(value);

        if (length >= 2 && value[0] == around[i][0] && value[length - 1] == around[i][1]) {
            value[0] = value[length - 1] = ' ';
            g_strstrip(value);
        }
    }
    return text_line(value, max);
}

static void add_items(GPtrArray *list, const char *text)
{
    g_autofree char *inner = bare_value(text, G_MAXSIZE);
    g_auto(GStrv) items = g_strsplit(inner, ",", -1);

    for (guint i = 0; items[i] && list->len < MARKDOWN_LIST_MAX; i++) {
        g_autofree char *item = bare_value(items[i], MARKDOWN_HEADING_MAX);

        if (*item)
            g_ptr_array_add(list, g_steal_pointer(&item));
    }
}

/* The list that a key fills, NULL for others. */
static GPtrArray *list_of(MarkdownFile *file, const char *key, int line)
{
    if (g_str_equal(key, "tags"))
        return file->tags;
    if (!g_str_equal(key, "mailbox") && !g_str_equal(key, "mailboxes"))
        return NULL;
    file->mailboxes_line = line;
    return file->mailboxes;
}

/* Returns the list that items on the next lines belong to. */
static GPtrArray *read_line(MarkdownFile *file, const char *text, int line, GPtrArray *list)
{
    const char *colon = strchr(text, ':');
    g_autofree char *bare = g_strstrip(g_strdup(text));
    g_autofree char *key = NULL;

    if (*bare == '-') {
        if (list)
            add_items(list, bare + 1);
        return list;
    }
    if (!colon)
        return list;
    key = g_strstrip(g_strndup(text, (gsize)(colon - text)));
    list = list_of(file, key, line);
    if (list)
        add_items(list, colon + 1);
    else if (g_str_equal(key, "title")) {
        g_free(file->title);
        file->title = bare_value(colon + 1, MARKDOWN_HEADING_MAX);
    }
    return list;
}

/* Is there a second line of dashes?  Without it the first is a rule across the page. */
static bool is_closed(const char *text)
{
    const char *at = text;
    g_autofree char *first = take_line(&at);

    if (!first || !is_fence(first) || *first != '-')
        return false;
    while (*at) {
        g_autofree char *line = take_line(&at);

        if (is_fence(line))
            return true;
    }
    return false;
}

const char *front_read(const char *text, MarkdownFile *file, int *line)
{
    GPtrArray *list = NULL;

    if (!is_closed(text))
        return text;
    g_free(take_line(&text));
    for (++*line;; ++*line) {
        g_autofree char *row = take_line(&text);

        if (is_fence(row))
            break;
        list = read_line(file, row, *line, list);
    }
    ++*line;
    return text;
}
