/* Puts a new file in an old one's place.
 *
 * Until the rename the old file serves, and whatever fails leaves it alone; who has it open goes on
 * reading it.  The new one's name is on disk when replace_end() returns. */
#include "base/replace.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

static bool set_system_error(GError **error, const char *path)
{
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_SYSTEM, "%s: %s", path, g_strerror(errno));
    return false;
}

static bool has_no_journal(const char *path, GError **error)
{
    static const char *const suffixes[] = { "-journal", "-wal" };

    for (gsize i = 0; i < G_N_ELEMENTS(suffixes); i++) {
        g_autofree char *journal = g_strconcat(path, suffixes[i], NULL);

        if (g_file_test(journal, G_FILE_TEST_EXISTS)) {
            g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_STORE,
                        "%s: another program is writing into the file, or was interrupted; let it "
                        "end, or remove both files",
                        journal);
            return false;
        }
    }
    return true;
}

char *replace_begin(const char *path, GError **error)
{
    g_autofree char *new_path = g_strconcat(path, ".new.XXXXXX", NULL);
    int file;

    if (!has_no_journal(path, error))
        return NULL;
    file = g_mkstemp_full(new_path, O_RDWR | O_CLOEXEC, 0640);
    if (file < 0) {
        set_system_error(error, new_path);
        return NULL;
    }
    close(file);
    return g_steal_pointer(&new_path);
}

static bool sync_path(const char *path, int flags, GError **error)
{
    int file = g_open(path, flags | O_CLOEXEC, 0);
    bool synced = file >= 0 && fsync(file) == 0;

    if (!synced)
        set_system_error(error, path);
    if (file >= 0)
        close(file);
    return synced;
}

bool replace_end(const char *new_path, const char *path, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);

    if (!sync_path(new_path, O_RDWR, error))
        return false;
    if (g_rename(new_path, path) != 0)
        return set_system_error(error, path);
    return sync_path(folder, O_RDONLY | O_DIRECTORY, error);
}
