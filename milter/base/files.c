/* What readers of prompts and templates have in common: folders in one order whatever the file
 * system, and lines that part a file. */
#include "base/files.h"

#include "base/text.h"

#include <string.h>

GPtrArray *files_in(const char *folder, GError **error)
{
    g_autoptr(GDir) entries = g_dir_open(folder, 0, error);
    GPtrArray *names;
    const char *name;

    if (!entries)
        return NULL;
    names = g_ptr_array_new_with_free_func(g_free);
    while ((name = g_dir_read_name(entries)))
        g_ptr_array_add(names, g_strdup(name));
    g_ptr_array_sort(names, text_compare);
    return names;
}

const char *files_find_mark(const char *text, const char *mark, Place *place)
{
    gsize length = strlen(mark);

    for (const char *line = text; line; place->line++) {
        const char *newline = strchr(line, '\n');

        if (g_str_has_prefix(line, mark) &&
            line[length + strspn(line + length, " \t\r")] == (newline ? '\n' : '\0'))
            return line;
        line = newline ? newline + 1 : NULL;
    }
    return NULL;
}

const char *files_next_line(const char *line)
{
    const char *newline = strchr(line, '\n');

    return newline ? newline + 1 : line + strlen(line);
}
