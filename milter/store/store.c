/* The store as a file: opened, checked, copied, closed.
 *
 * Several processes may have it open; they meet nowhere else.  Each has one writer thread and a few
 * readers; WAL lets those read while somebody writes. */
#include "store/parts.h"

#include "base/error.h"
#include "store/schema.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define OPEN_BUSY_MS 10000
#define STORE_MODE   0640

static bool fail_with_errno(const char *what, const char *path, GError **error)
{
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_STORE, "%s '%s': %s", what, path,
                g_strerror(errno));
    return false;
}

/* An empty file with our mode, which SQLite gives to the files beside it too. */
static bool create_file(const char *path, GError **error)
{
    int file = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, STORE_MODE);
    if (file < 0)
        return fail_with_errno("can't create", path, error);
    bool good = fchmod(file, STORE_MODE) == 0;
    close(file);
    return good || fail_with_errno("can't set the mode of", path, error);
}

static bool create_if_missing(const char *path, GError **error)
{
    g_autoptr(GError) trouble = NULL;
    if (access(path, F_OK) == 0 || create_file(path, &trouble) || access(path, F_OK) == 0)
        return true;
    g_propagate_error(error, g_steal_pointer(&trouble));
    return false;
}

static bool migrate(const char *path, GError **error)
{
    g_autoptr(sqlite3) db = sqlite_open(path, SQLITE_FOR_WRITING, OPEN_BUSY_MS, error);
    return db != NULL && schema_migrate(db, schema_steps, error);
}

Store *store_open(const char *path, GError **error)
{
    g_autoptr(GError) trouble = NULL;
    Writer *writer = create_if_missing(path, &trouble) && migrate(path, &trouble)
                         ? writer_new(path, &trouble)
                         : NULL;
    if (writer == NULL) {
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_STORE, "store %s: %s", path,
                    trouble->message);
        return NULL;
    }
    Store *store = g_new0(Store, 1);
    store->path = g_strdup(path);
    store->writer = writer;
    store->file = store_file_new(path);
    store->pool = pool_new(path, store->file);
    return store;
}

void store_close(Store *store)
{
    if (store == NULL)
        return;
    pool_free(store->pool);
    writer_free(store->writer);
    store_file_free(store->file);
    g_free(store->path);
    g_free(store);
}

bool store_write(Store *store, WriteFunction function, gpointer work, GError **error)
{
    return store_file_check(store->file, error) &&
           writer_write(store->writer, function, work, NULL,
                        g_get_monotonic_time() + STORE_PATIENCE, error);
}

static bool check_is_quiet(Connection *connection, const char *sql, const char *quiet,
                           GError **error)
{
    g_autoptr(Statement) check = connection_statement(connection, sql, error);
    g_autofree char *finding = check != NULL ? statement_one_text(check, error) : NULL;
    if (finding == NULL)
        return false;
    if (g_str_equal(finding, quiet))
        return true;
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_STORE, "%s says: %s; restore a backup", sql,
                finding);
    return false;
}

bool store_check(Store *store, GError **error)
{
    g_auto(Reader) reader = pool_take(store->pool, error);
    return reader.connection != NULL && schema_check(reader.connection->db, schema_steps, error) &&
           check_is_quiet(reader.connection, "PRAGMA integrity_check(1)", "ok", error) &&
           check_is_quiet(reader.connection, "PRAGMA foreign_key_check", "", error);
}

static bool copy_database(sqlite3 *from, const char *path, GError **error)
{
    g_autoptr(sqlite3) to = sqlite_open(path, SQLITE_FOR_WRITING, OPEN_BUSY_MS, error);
    if (to == NULL)
        return false;
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    if (backup != NULL)
        sqlite3_backup_step(backup, -1);
    if (backup != NULL && sqlite3_backup_finish(backup) == SQLITE_OK)
        return true;
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_STORE, "backup to '%s': %s", path,
                sqlite3_errmsg(to));
    return false;
}

bool store_backup(Store *store, const char *path, GError **error)
{
    g_auto(Reader) reader = pool_take(store->pool, error);
    if (reader.connection == NULL || !create_file(path, error))
        return false;
    if (copy_database(reader.connection->db, path, error))
        return true;
    unlink(path);
    return false;
}
