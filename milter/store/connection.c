/* Connections with a cache of prepared statements.
 *
 * Preparing costs as much as running a small statement, and every statement here is one of a few
 * dozen constants: each is prepared once in the life of a connection. */
#include "store/connection.h"

#include "base/error.h"

Connection *connection_open(const char *path, SqliteMode mode, int busy_ms, GError **error)
{
    sqlite3 *db = sqlite_open(path, mode, busy_ms, error);
    if (db == NULL)
        return NULL;
    Connection *connection = g_new0(Connection, 1);
    connection->db = db;
    connection->statements =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)sqlite_finalize_);
    return connection;
}

void connection_close(Connection *connection)
{
    if (connection == NULL)
        return;
    g_hash_table_unref(connection->statements);
    sqlite_close_(connection->db);
    g_free(connection);
}

Statement *connection_statement(Connection *connection, const char *sql, GError **error)
{
    Statement *statement = g_hash_table_lookup(connection->statements, sql);
    if (statement != NULL)
        return statement;
    statement = sqlite_prepare(connection->db, sql, error);
    if (statement != NULL)
        g_hash_table_insert(connection->statements, (char *)sqlite3_sql(statement), statement);
    return statement;
}

void statement_release(Statement *statement)
{
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}

bool statement_run(Statement *statement, GError **error)
{
    int result;
    do {
        result = sqlite_step(statement, error);
    } while (result == SQLITE_ROW);
    return result == SQLITE_DONE;
}

char *statement_one_text(Statement *statement, GError **error)
{
    int result = sqlite_step(statement, error);
    if (result == -1)
        return NULL;
    char *text = result == SQLITE_ROW ? sqlite_text(statement, 0, STORE_TEXT_MAX) : NULL;
    return text != NULL ? text : g_strdup("");
}
