/* Finds the Markdown files below a folder.
 *
 * Links to files are followed, links to folders are not: they could lead in a circle.  Everything
 * is sorted by name, so that the same files make the same index on every file system. */
#include "knowledge/folder.h"

#include "base/digest.h"
#include "base/error.h"
#include "base/text.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

typedef struct {
    const char *folder;
    GPtrArray *files;
    Diags *diags;
} Walk;

static void file_free(gpointer data)
{
    FolderFile *file = data;

    g_free(file->name);
    g_free(file);
}

static Place place_of(const Walk *walk, const char *name)
{
    g_autofree char *path = g_build_filename(walk->folder, name, NULL);
    g_autofree char *shown = text_line(path, G_MAXSIZE);

    return (Place){ .file = g_intern_string(shown) };
}

static bool is_markdown(const char *name)
{
    return g_str_has_suffix(name, ".md") || g_str_has_suffix(name, ".markdown");
}

/* Is it a name that can stand in an answer's sources? */
static bool is_plain_name(const char *name)
{
    g_autofree char *line = text_line(name, G_MAXSIZE);

    return g_str_equal(line, name);
}

static void take_file(Walk *walk, const char *name, const GStatBuf *file)
{
    FolderFile *taken;

    if (!S_ISREG(file->st_mode)) {
        diags_add(walk->diags, place_of(walk, name), "this is no file, and left out");
        return;
    }
    if (file->st_size > KNOWLEDGE_FILE_MAX_BYTES) {
        diags_add(walk->diags, place_of(walk, name),
                  "the file is left out: it has more than %d kB; part it",
                  KNOWLEDGE_FILE_MAX_BYTES >> 10);
        return;
    }
    taken = g_new0(FolderFile, 1);
    taken->name = g_strdup(name);
    taken->size = file->st_size;
    taken->seconds = file->st_mtim.tv_sec;
    taken->nanoseconds = file->st_mtim.tv_nsec;
    g_ptr_array_add(walk->files, taken);
}

static bool walk_folder(Walk *walk, const char *below, int depth, GError **error);

static void take_folder(Walk *walk, const char *name, int depth)
{
    g_autoptr(GError) error = NULL;

    if (depth == KNOWLEDGE_DEPTH_MAX)
        diags_add(walk->diags, place_of(walk, name),
                  "the folder is left out: it lies more than %d deep", KNOWLEDGE_DEPTH_MAX);
    else if (!walk_folder(walk, name, depth + 1, &error))
        diags_add(walk->diags, place_of(walk, name), "the folder is left out: %s", error->message);
}

static void take_entry(Walk *walk, const char *name, int depth)
{
    g_autofree char *path = g_build_filename(walk->folder, name, NULL);
    GStatBuf entry;
    bool found = g_lstat(path, &entry) == 0;
    bool link = found && S_ISLNK(entry.st_mode);

    if (found && S_ISDIR(entry.st_mode)) {
        take_folder(walk, name, depth);
        return;
    }
    if (!is_markdown(name))
        return;
    if (link)
        found = g_stat(path, &entry) == 0;
    if (found)
        take_file(walk, name, &entry);
    else
        diags_add(walk->diags, place_of(walk, name), "the file is left out: %s", g_strerror(errno));
}

/* Names in the folder but the hidden ones, sorted. */
static GPtrArray *read_names(const char *path, GError **error)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, error);
    GPtrArray *names;
    const char *name;

    if (!dir)
        return NULL;
    names = g_ptr_array_new_with_free_func(g_free);
    while ((name = g_dir_read_name(dir)))
        if (*name != '.')
            g_ptr_array_add(names, g_strdup(name));
    g_ptr_array_sort(names, text_compare);
    return names;
}

static bool walk_folder(Walk *walk, const char *below, int depth, GError **error)
{
    g_autofree char *path = g_build_filename(walk->folder, below, NULL);
    g_autoptr(GPtrArray) names = read_names(path, error);

    for (guint i = 0; names && i < names->len; i++) {
        g_autofree char *name =
            *below ? g_build_filename(below, names->pdata[i], NULL) : g_strdup(names->pdata[i]);

        if (is_plain_name(names->pdata[i]))
            take_entry(walk, name, depth);
        else
            diags_add(
                walk->diags, place_of(walk, name),
                "left out: a name is made of UTF-8 without control characters and double blanks");
    }
    return names != NULL;
}

GPtrArray *folder_list(const char *folder, Diags *diags, GError **error)
{
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(file_free);
    Walk walk = { folder, files, diags };
    g_autoptr(GError) cause = NULL;

    if (!walk_folder(&walk, "", 1, &cause)) {
        g_set_error_literal(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT, cause->message);
        return NULL;
    }
    if (files->len > KNOWLEDGE_FILES_MAX) {
        diags_add(diags, (Place){ .file = g_intern_string(folder) },
                  "only the first %d files by name are taken, of %u", KNOWLEDGE_FILES_MAX,
                  files->len);
        g_ptr_array_set_size(files, KNOWLEDGE_FILES_MAX);
    }
    return g_steal_pointer(&files);
}

char *folder_fingerprint(const GPtrArray *files)
{
    Digest *digest = digest_new();

    for (guint i = 0; i < files->len; i++) {
        const FolderFile *file = files->pdata[i];
        gint64 numbers[] = { file->size, file->seconds, file->nanoseconds };

        digest_add(digest, file->name, strlen(file->name) + 1);
        digest_add(digest, numbers, sizeof numbers);
    }
    return digest_end(digest);
}
