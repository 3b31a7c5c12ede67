/* Notices that the store's file was removed or replaced while it is open.
 *
 * What is written from then on goes into a file without a name and is lost with the process, while
 * new readers see another file: its tickets get numbers that the file in its place gives again.  So
 * from then on the store refuses, mail passes as failed, and the log says what to do. */
#include "store/file.h"

#include "base/error.h"
#include "base/log.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/stat.h>

struct StoreFile {
    char *path;
    dev_t device;
    ino_t inode;
    atomic_bool gone; /* and was logged */
};

StoreFile *store_file_new(const char *path)
{
    StoreFile *file = g_new0(StoreFile, 1);
    struct stat status = { 0 };
    if (stat(path, &status) == 0) {
        file->device = status.st_dev;
        file->inode = status.st_ino;
    }
    file->path = g_strdup(path);
    return file;
}

void store_file_free(StoreFile *file)
{
    if (file == NULL)
        return;
    g_free(file->path);
    g_free(file);
}

static bool fail(StoreFile *file, const char *what, GError **error)
{
    if (!atomic_exchange(&file->gone, true))
        log_note(LOG_LEVEL_ERROR, "store-replaced",
                 "%s was %s while it is open, and nothing is stored; stop the daemon, remove "
                 "%s-wal and %s-shm, put the right file in its place, and start again",
                 file->path, what, file->path, file->path);
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_STORE, "%s was %s while it is open", file->path,
                what);
    return false;
}

bool store_file_check(StoreFile *file, GError **error)
{
    struct stat status;
    if (stat(file->path, &status) != 0) {
        if (errno == ENOENT)
            return fail(file, "removed", error);
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_STORE, "can't look at '%s': %s", file->path,
                    g_strerror(errno));
        return false;
    }
    if (status.st_dev != file->device || status.st_ino != file->inode)
        return fail(file, "replaced", error);
    atomic_store(&file->gone, false);
    return true;
}
