/* Writes our own interactions.
 *
 * A connection is opened for each row: one comes with a mail, and a file that nobody holds open can
 * be moved and restored.  What is told is a stranger's: it is cut and cleaned before it is written,
 * and once more by who reads it. */
#include "crm/log_file.h"

#include "base/error.h"
#include "base/sqlite.h"
#include "base/sqlite_wipe.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#define FILE_MODE   0640
#define BUSY_MS     5000
#define PATIENCE_MS 10000
#define ID_BYTES    64

static const char schema[] = "CREATE TABLE IF NOT EXISTS interaction ("
                             "  company_id TEXT NOT NULL,"
                             "  at INTEGER NOT NULL,"
                             "  id TEXT NOT NULL,"
                             "  type TEXT NOT NULL,"
                             "  category TEXT,"
                             "  summary TEXT,"
                             "  contact TEXT,"
                             "  sentiment REAL,"
                             "  PRIMARY KEY (company_id, at, id)"
                             ") STRICT, WITHOUT ROWID;"
                             "CREATE INDEX IF NOT EXISTS interaction_contact"
                             "  ON interaction (contact) WHERE contact IS NOT NULL;"
                             "CREATE INDEX IF NOT EXISTS interaction_at ON interaction (at);"
                             "PRAGMA user_version = " G_STRINGIFY(CRM_LOG_VERSION) ";";

char *crm_log_path(const char *path)
{
    return g_strconcat(path, ".timeline", NULL);
}

/* SQLite would give it another mode. */
static bool make_file(const char *file, GError **error)
{
    int fd = open(file, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, FILE_MODE);
    if (fd < 0 && errno != EEXIST)
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_STORE, "%s: %s", file, g_strerror(errno));
    bool made = fd >= 0 || errno == EEXIST;
    if (fd >= 0)
        close(fd);
    return made;
}

static bool make_schema(sqlite3 *db, GError **error)
{
    if (sqlite_run(db, "BEGIN IMMEDIATE", error) && sqlite_run(db, schema, error) &&
        sqlite_run(db, "COMMIT", error))
        return true;
    sqlite_run(db, "ROLLBACK", NULL);
    return false;
}

static sqlite3 *open_log(const char *path, GError **error)
{
    g_autofree char *file = crm_log_path(path);
    g_autoptr(sqlite3) db = NULL;
    gint64 version;
    if (!make_file(file, error) ||
        (db = sqlite_open(file, SQLITE_FOR_WRITING, BUSY_MS, error)) == NULL ||
        !sqlite_number(db, "PRAGMA user_version", &version, error) ||
        (version == 0 && !make_schema(db, error)))
        return NULL;
    if (version > CRM_LOG_VERSION) {
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_STORE,
                    "%s was written by a newer program; install that again", file);
        return NULL;
    }
    return g_steal_pointer(&db);
}

static bool exists(const char *path)
{
    g_autofree char *file = crm_log_path(path);
    return g_file_test(file, G_FILE_TEST_EXISTS);
}

/* NULL for "", which is how the CRM says that it doesn't know. */
static char *cleaned(const char *text, gsize max)
{
    g_autofree char *line = text_line(text, max);
    return line[0] != '\0' ? g_steal_pointer(&line) : NULL;
}

static const char add_sql[] =
    "INSERT OR REPLACE INTO interaction"
    " (company_id, at, id, type, category, summary, contact, sentiment)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, iif(?8 BETWEEN -1 AND 1, ?8, NULL))";

bool crm_log_add(const char *path, const CrmLogEntry *entry, GError **error)
{
    g_autoptr(sqlite3) db = open_log(path, error);
    g_autoptr(sqlite3_stmt) insert = db != NULL ? sqlite_prepare(db, add_sql, error) : NULL;
    if (insert == NULL)
        return false;
    g_autofree char *category = cleaned(entry->category, ID_BYTES);
    g_autofree char *summary = cleaned(entry->summary, CRM_LOG_TEXT_MAX);
    g_autofree char *contact = cleaned(entry->contact, CRM_LOG_TEXT_MAX);
    sqlite_bind(insert, "tittttt", entry->company_id, entry->at, entry->id, entry->type, category,
                summary, contact);
    if (!isnan(entry->sentiment))
        sqlite3_bind_double(insert, 8, entry->sentiment);
    return sqlite_step(insert, error) == SQLITE_DONE;
}

/* So many rows in a transaction: whoever tells of a mail meanwhile waits for one of them. */
#define ROWS     200
#define PAUSE_US (15 * G_TIME_SPAN_MILLISECOND)

/* ?1 and ?2 are what `where` asks for, ?3 how many rows. */
#define SOME_ROWS(where)                                                                           \
    " WHERE (company_id, at, id) IN"                                                               \
    " (SELECT company_id, at, id FROM interaction WHERE " where " LIMIT ?3)"
#define WIPE "UPDATE interaction SET summary = NULL, contact = NULL"

/* What a change is about. */
typedef struct {
    const char *address;
    gint64 before;
    gint64 share;               /* rows that may change */
    const Retention *retention; /* NULL: nothing ends it */
} Change;

/* Until there are no such rows any more, or enough have changed. */
static bool change(sqlite3 *db, const char *sql, const Change *about, gint64 *rows, GError **error)
{
    g_autoptr(sqlite3_stmt) statement = sqlite_prepare(db, sql, error);
    gint64 share = about->share, changed = 1;
    if (statement == NULL)
        return false;
    while (changed > 0 && share > 0 &&
           !(about->retention != NULL && retention_stops(about->retention))) {
        sqlite_bind(statement, "tii", about->address, about->before, MIN(share, (gint64)ROWS));
        if (sqlite_step(statement, error) != SQLITE_DONE)
            return false;
        changed = sqlite3_changes(db);
        share -= changed;
        *rows += changed;
        sqlite3_reset(statement);
        g_usleep(changed > 0 ? PAUSE_US : 0);
    }
    return true;
}

static bool count(sqlite3 *db, const char *address, gint64 *rows, GError **error)
{
    g_autoptr(sqlite3_stmt) select =
        sqlite_prepare(db, "SELECT count(*) FROM interaction WHERE contact = ?1", error);
    if (select == NULL)
        return false;
    sqlite_bind(select, "t", address);
    if (sqlite_step(select, error) != SQLITE_ROW)
        return false;
    *rows = sqlite3_column_int64(select, 0);
    return true;
}

bool crm_log_forget(const char *path, const char *address, bool dry_run, gint64 *rows,
                    bool *complete, GError **error)
{
    g_autofree char *file = crm_log_path(path);
    *rows = 0;
    *complete = true;
    if (!exists(path))
        return true;
    g_autoptr(sqlite3) db = open_log(path, error);
    if (db == NULL || dry_run)
        return db != NULL && count(db, address, rows, error);
    const Change theirs = { .address = address, .share = G_MAXINT64 };
    return change(db, WIPE SOME_ROWS("contact = ?1 AND ?2 = 0"), &theirs, rows, error) &&
           sqlite_wipe_free_space(file, PATIENCE_MS, complete, error);
}

bool crm_log_retain(const char *path, const Retention *retention, gint64 *rows, GError **error)
{
    *rows = 0;
    if (!exists(path))
        return true;
    g_autoptr(sqlite3) db = open_log(path, error);
    gint64 newest, entries;
    if (db == NULL ||
        !sqlite_number(db, "SELECT coalesce(max(at), 0) FROM interaction", &newest, error) ||
        !sqlite_number(db, "SELECT count(*) FROM interaction", &entries, error))
        return false;
    if (!retention_may_begin(retention, newest))
        return true;
    const gint64 share = retention_share(entries);
    const Change old = { .before = retention->before, .share = share, .retention = retention };
    const Change texts = { .before = retention->text_before,
                           .share = share,
                           .retention = retention };
    return change(db, "DELETE FROM interaction" SOME_ROWS("at < ?2 AND ?1 IS NULL"), &old, rows,
                  error) &&
           change(db,
                  WIPE SOME_ROWS("at < ?2 AND ?1 IS NULL"
                                 " AND (summary IS NOT NULL OR contact IS NOT NULL)"),
                  &texts, rows, error);
}
