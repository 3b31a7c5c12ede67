/* What every SQLite file of ours is opened with, and scope-owned handles. */
#pragma once

#include <glib.h>
#include <sqlite3.h>
#include <stdbool.h>

static inline void sqlite_close_(sqlite3 *db)
{
    sqlite3_close_v2(db);
}
static inline void sqlite_finalize_(sqlite3_stmt *statement)
{
    sqlite3_finalize(statement);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(sqlite3, sqlite_close_)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(sqlite3_stmt, sqlite_finalize_)

typedef enum {
    SQLITE_FOR_READING,
    SQLITE_FOR_WRITING,
    SQLITE_FOR_CREATING,
    SQLITE_FOR_BUILDING /* an empty file that nobody else sees before it is complete */
} SqliteMode;

/* Opens a file without a mutex (a connection belongs to one thread), foreign keys on, double-quoted
 * strings off, untrusted schema, WAL and synchronous=FULL when writing or creating, no journal on
 * disk when building, busy timeout in ms.  NULL and TRIAGE_ERROR_STORE on failure. */
sqlite3 *sqlite_open(const char *path, SqliteMode mode, int busy_ms, GError **error);

/* One or more statements without results. */
bool sqlite_run(sqlite3 *db, const char *sql, GError **error);
sqlite3_stmt *sqlite_prepare(sqlite3 *db, const char *sql, GError **error);

/* Makes the statement ready to run again, with parameters ?1… by a format: t text (NULL allowed),
 * i gint64, d double. */
void sqlite_bind(sqlite3_stmt *statement, const char *format, ...);

/* SQLITE_ROW, SQLITE_DONE, or -1 with error (TRIAGE_ERROR_BUSY when locked, else
 * TRIAGE_ERROR_STORE). */
int sqlite_step(sqlite3_stmt *statement, GError **error);

/* The first column of the first row of a statement without parameters; false also if there is none.
 */
bool sqlite_number(sqlite3 *db, const char *sql, gint64 *number, GError **error);

/* Column as a newly allocated valid UTF-8 string, NULL for NULL; at most max bytes. */
char *sqlite_text(sqlite3_stmt *statement, int column, gsize max);
