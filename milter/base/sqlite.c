/* How every SQLite file of ours is opened and spoken to.
 *
 * Errors come in two kinds: somebody else holds the file (TRIAGE_ERROR_BUSY, another try can help),
 * and everything else (TRIAGE_ERROR_STORE). */
#include "base/sqlite.h"

#include "base/error.h"
#include "base/text.h"

#include <glib/gstdio.h>
#include <stdarg.h>

/* While another process makes the file's write-ahead log, or takes it away as the last one to close
 * it, SQLite refuses at once instead of waiting as it was told: so we try again. */
#define DURABLE_TRIES   25
#define DURABLE_WAIT_US 10000

static void set_error(GError **error, sqlite3 *db, const char *what)
{
    int code = db != NULL ? sqlite3_errcode(db) & 0xff : SQLITE_NOMEM;
    bool busy = code == SQLITE_BUSY || code == SQLITE_LOCKED;
    g_set_error(error, TRIAGE_ERROR, busy ? TRIAGE_ERROR_BUSY : TRIAGE_ERROR_STORE, "%s: %s", what,
                db != NULL ? sqlite3_errmsg(db) : "out of memory");
}

static const int open_flags[] = {
    [SQLITE_FOR_READING] = SQLITE_OPEN_READONLY,
    [SQLITE_FOR_WRITING] = SQLITE_OPEN_READWRITE,
    [SQLITE_FOR_CREATING] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
    [SQLITE_FOR_BUILDING] = SQLITE_OPEN_READWRITE,
};

/* SQLite answers the change with the mode that it got; a database in memory keeps its own. */
static bool change_journal(sqlite3 *db, GError **error)
{
    g_autoptr(sqlite3_stmt) change = sqlite_prepare(db, "PRAGMA journal_mode = WAL", error);
    if (change == NULL || sqlite_step(change, error) < 0)
        return false;
    g_autofree char *mode = sqlite_text(change, 0, 16);
    if (g_strcmp0(mode, "wal") != 0 && g_strcmp0(mode, "memory") != 0) {
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_STORE,
                    "this file system allows no write-ahead log; journal mode stays %s", mode);
        return false;
    }
    return true;
}

static bool make_durable(sqlite3 *db, GError **error)
{
    for (int left = DURABLE_TRIES; !change_journal(db, error); left--) {
        int code = sqlite3_errcode(db) & 0xff;
        if (left == 0 || (code != SQLITE_BUSY && code != SQLITE_CANTOPEN))
            return false;
        g_clear_error(error);
        g_usleep(DURABLE_WAIT_US);
    }
    return sqlite_run(db, "PRAGMA synchronous = FULL", error);
}

static bool make_fast(sqlite3 *db, GError **error)
{
    return sqlite_run(db,
                      "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;"
                      "PRAGMA secure_delete = OFF; PRAGMA cache_size = -65536",
                      error);
}

/* Reads the header, so that a file that is no database is known as one when it is opened. */
static bool make_sure(sqlite3 *db, GError **error)
{
    return sqlite_run(db, "PRAGMA schema_version", error);
}

static bool configure(sqlite3 *db, SqliteMode mode, int busy_ms, GError **error)
{
    static bool (*const prepare[])(sqlite3 *, GError **) = {
        [SQLITE_FOR_READING] = make_sure,
        [SQLITE_FOR_WRITING] = make_durable,
        [SQLITE_FOR_CREATING] = make_durable,
        [SQLITE_FOR_BUILDING] = make_fast,
    };
    static const struct {
        int what, on;
    } switches[] = {
        { SQLITE_DBCONFIG_DQS_DML, 0 },        { SQLITE_DBCONFIG_DQS_DDL, 0 },
        { SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 }, { SQLITE_DBCONFIG_DEFENSIVE, 1 },
        { SQLITE_DBCONFIG_ENABLE_FKEY, 1 },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(switches); i++)
        sqlite3_db_config(db, switches[i].what, switches[i].on, NULL);
    sqlite3_extended_result_codes(db, 1);
    sqlite3_busy_timeout(db, busy_ms);
    return prepare[mode](db, error);
}

sqlite3 *sqlite_open(const char *path, SqliteMode mode, int busy_ms, GError **error)
{
    g_autoptr(sqlite3) db = NULL;
    GStatBuf file;
    if (g_stat(path, &file) == 0 && !S_ISREG(file.st_mode)) {
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_STORE, "%s: not a regular file", path);
        return NULL;
    }
    if (sqlite3_open_v2(path, &db, open_flags[mode] | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
        set_error(error, db, path);
        return NULL;
    }
    if (!configure(db, mode, busy_ms, error)) {
        g_prefix_error(error, "%s: ", path);
        return NULL;
    }
    return g_steal_pointer(&db);
}

bool sqlite_run(sqlite3 *db, const char *sql, GError **error)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK)
        return true;
    set_error(error, db, "database");
    return false;
}

sqlite3_stmt *sqlite_prepare(sqlite3 *db, const char *sql, GError **error)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) == SQLITE_OK)
        return statement;
    set_error(error, db, "database");
    return NULL;
}

void sqlite_bind(sqlite3_stmt *statement, const char *format, ...)
{
    va_list arguments;
    sqlite3_reset(statement);
    va_start(arguments, format);
    for (int i = 0; format[i] != '\0'; i++) {
        switch (format[i]) {
        case 't':
            sqlite3_bind_text(statement, i + 1, va_arg(arguments, const char *), -1,
                              SQLITE_TRANSIENT);
            break;
        case 'i':
            sqlite3_bind_int64(statement, i + 1, va_arg(arguments, gint64));
            break;
        case 'd':
            sqlite3_bind_double(statement, i + 1, va_arg(arguments, double));
            break;
        default:
            g_assert_not_reached();
        }
    }
    va_end(arguments);
}

int sqlite_step(sqlite3_stmt *statement, GError **error)
{
    int code = sqlite3_step(statement);
    if (code == SQLITE_ROW || code == SQLITE_DONE)
        return code;
    set_error(error, sqlite3_db_handle(statement), "database");
    return -1;
}

bool sqlite_number(sqlite3 *db, const char *sql, gint64 *number, GError **error)
{
    g_autoptr(sqlite3_stmt) statement = sqlite_prepare(db, sql, error);
    if (statement == NULL || sqlite_step(statement, error) != SQLITE_ROW)
        return false;
    *number = sqlite3_column_int64(statement, 0);
    return true;
}

char *sqlite_text(sqlite3_stmt *statement, int column, gsize max)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return text != NULL ? text_clean(text, sqlite3_column_bytes(statement, column), max, NULL)
                        : NULL;
}
