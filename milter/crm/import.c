/* Builds a new CRM file from CSV files and puts it in the old one's place.
 *
 * The new file is complete and on disk before it gets its name; until then the old one serves, and
 * whatever fails leaves it alone.  One thread, of triagectl; it may take minutes. */
#include "crm/crm.h"

#include "base/error.h"
#include "crm/load.h"
#include "crm/schema.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* Nobody sees the file before it is complete, so it needs no journal on disk. */
static const char begin[] = "PRAGMA journal_mode = MEMORY;"
                            "PRAGMA synchronous = OFF;"
                            "PRAGMA secure_delete = OFF;"
                            "PRAGMA cache_size = -65536;"
                            "BEGIN";

static bool build(const char *path, const char *folder, const char *const *tiers, Diags *diags,
                  gint64 *rows, GError **error)
{
    g_autoptr(sqlite3) db = sqlite_open(path, SQLITE_FOR_CREATING, 0, error);

    if (!db || !sqlite_run(db, begin, error) || !sqlite_run(db, crm_schema, error))
        return false;
    for (const CsvTable *table = csv_tables; table->file; table++) {
        gint64 taken;

        if (!load_file(db, table, folder, tiers, diags, &taken, error))
            return false;
        *rows += taken;
    }
    return sqlite_run(db, "COMMIT", error);
}

static bool set_system_error(GError **error, const char *path)
{
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_SYSTEM, "%s: %s", path, g_strerror(errno));
    return false;
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

static bool put_in_place(const char *new_path, const char *path, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);

    if (!sync_path(new_path, O_RDWR, error))
        return false;
    if (g_rename(new_path, path) != 0)
        return set_system_error(error, path);
    return sync_path(folder, O_RDONLY | O_DIRECTORY, error);
}

/* SQLite would play the journal of the old file into the new one. */
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

static char *make_new_file(const char *path, GError **error)
{
    g_autofree char *new_path = g_strconcat(path, ".new.XXXXXX", NULL);
    int file = g_mkstemp_full(new_path, O_RDWR | O_CLOEXEC, 0640);

    if (file < 0) {
        set_system_error(error, new_path);
        return NULL;
    }
    close(file);
    return g_steal_pointer(&new_path);
}

bool crm_import(const char *path, const char *folder, const char *const *tiers, Diags *diags,
                gint64 *rows, GError **error)
{
    g_autofree char *new_path = NULL;

    *rows = 0;
    if (!has_no_journal(path, error))
        return false;
    new_path = make_new_file(path, error);
    if (!new_path)
        return false;
    if (build(new_path, folder, tiers, diags, rows, error) && put_in_place(new_path, path, error))
        return true;
    g_unlink(new_path);
    return false;
}
