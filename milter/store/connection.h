/* A connection that keeps its statements prepared; one thread at a time. */
#pragma once

#include "base/sqlite.h"

typedef struct {
    sqlite3 *db;
    GHashTable *statements; /* text of the SQL ─▶ sqlite3_stmt* */
} Connection;

Connection *connection_open(const char *path, SqliteMode mode, int busy_ms, GError **error);
void connection_close(Connection *connection);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Connection, connection_close)

/* A kept statement: reset and unbound when it goes out of scope, so never two at once of the same
 * SQL. */
typedef sqlite3_stmt Statement;
Statement *connection_statement(Connection *connection, const char *sql, GError **error);
void statement_release(Statement *statement);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Statement, statement_release)

/* Runs a statement that has no rows, or whose rows nobody wants. */
bool statement_run(Statement *statement, GError **error);

/* The first column of the one row as text, "" for none; NULL and an error when it fails. */
char *statement_one_text(Statement *statement, GError **error);

/* Longest text that is read back from a column. */
#define STORE_TEXT_MAX (16 * 1024 * 1024)
