/* Configuration from files: reads one, and in place of each `include GLOB` the files it names.
 *
 * A file is read once; that, and CONF_DEPTH_MAX, end every circle.  Relative names start at the
 * including file, '*' and '?' stand in the last part of a name only, and files come in the order
 * of their bytes, whatever the locale. */
#include "base/conf.h"

#include "base/conf_parse.h"
#include "base/files.h"
#include "base/text.h"

#include <string.h>

#define FILES_MAX 1000

typedef struct {
    ConfTree *tree;
    GHashTable *seen; /* absolute names */
    Diags *diags;
} Reader;

static void read_file(Reader *reader, const char *path, Place asked, int depth);

static void add_matches(GPtrArray *paths, GDir *folder, const char *folder_name,
                        const char *pattern)
{
    g_autoptr(GPatternSpec) spec = g_pattern_spec_new(pattern);

    for (const char *name = g_dir_read_name(folder); name; name = g_dir_read_name(folder))
        if (*name != '.' && g_pattern_spec_match_string(spec, name))
            g_ptr_array_add(paths, g_build_filename(folder_name, name, NULL));
    g_ptr_array_sort(paths, text_compare);
}

static void read_matching(Reader *reader, const char *glob, Place asked, int depth)
{
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *folder_name = g_path_get_dirname(glob);
    g_autofree char *pattern = g_path_get_basename(glob);
    g_autoptr(GError) error = NULL;
    g_autoptr(GDir) folder = g_dir_open(folder_name, 0, &error);

    if (!folder) {
        diags_add(reader->diags, asked, "can't include %s: %s", glob, error->message);
        return;
    }
    add_matches(paths, folder, folder_name, pattern);
    for (guint i = 0; i < paths->len; i++)
        read_file(reader, paths->pdata[i], asked, depth);
}

static void include(Reader *reader, const char *glob, const char *by, Place asked, int depth)
{
    g_autofree char *folder = g_path_get_dirname(by);
    g_autofree char *path = g_path_is_absolute(glob) || !strchr(by, '/')
                                ? g_strdup(glob)
                                : g_build_filename(folder, glob, NULL);

    if (strchr(glob, '*'))
        read_matching(reader, path, asked, depth);
    else
        read_file(reader, path, asked, depth);
}

static bool may_read(Reader *reader, const char *path, Place asked, int depth)
{
    g_autofree char *name = g_canonicalize_filename(path, NULL);

    if (depth > CONF_DEPTH_MAX)
        diags_add(reader->diags, asked, "%s is not read: includes within includes, at most %d",
                  path, CONF_DEPTH_MAX);
    else if (reader->tree->files->len == FILES_MAX)
        diags_add(reader->diags, asked, "%s is not read: at most %d files", path, FILES_MAX);
    else if (!g_hash_table_add(reader->seen, g_steal_pointer(&name)))
        diags_add(reader->diags, asked, "%s is read already; include it once", path);
    else
        return true;
    return false;
}

static void add_items(Reader *reader, GPtrArray *items, const char *path, int depth)
{
    for (guint i = 0; i < items->len; i++) {
        const ConfItem *item = items->pdata[i];
        const char *glob = conf_included(item);

        if (glob)
            include(reader, glob, path, item->place, depth + 1);
        else if (g_str_equal(item->name, "include") && !item->values && !item->items)
            diags_add(reader->diags, item->place, "'include' takes one file: include NAME.conf");
        else
            g_ptr_array_add(reader->tree->items, g_steal_pointer(&items->pdata[i]));
    }
}

static void read_file(Reader *reader, const char *path, Place asked, int depth)
{
    g_autoptr(GPtrArray) items = NULL;
    g_autofree char *bytes = NULL;
    g_autoptr(GError) error = NULL;
    gsize length = 0;

    if (!may_read(reader, path, asked, depth))
        return;
    bytes = files_read(path, LEXER_FILE_MAX, &length, &error);
    if (!bytes) {
        diags_add(reader->diags, asked, "can't read %s: %s", path, error->message);
        return;
    }
    g_ptr_array_add(reader->tree->files, g_strdup(path));
    items = conf_parse(path, 1, bytes, length, reader->diags);
    add_items(reader, items, path, depth);
}

ConfTree *conf_read_file(const char *path, Diags *diags)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Reader reader = { .tree = conf_tree_new(), .seen = seen, .diags = diags };

    read_file(&reader, path, (Place){ g_intern_string(path), 0, 0 }, 0);
    return reader.tree;
}
