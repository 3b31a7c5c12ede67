/* A secret of this store's own, made when it is first asked for: what is signed with it is ours as
 * long as the store is. */
#include "store/parts.h"

#define SECRET_MAX 64

/* *secret NULL: the store has not made one yet. */
static bool read_secret(Connection *connection, char **secret, GError **error)
{
    g_autoptr(Statement) select =
        connection_statement(connection, "SELECT value FROM property WHERE name = 'secret'", error);
    int result = select != NULL ? sqlite_step(select, error) : -1;
    g_free(*secret);
    *secret = result == SQLITE_ROW ? sqlite_text(select, 0, SECRET_MAX) : NULL;
    return result != -1;
}

static bool write_secret(Connection *connection, gpointer work, GError **error)
{
    g_autoptr(Statement) insert =
        connection_statement(connection,
                             "INSERT OR IGNORE INTO property (name, value)"
                             " VALUES ('secret', lower(hex(randomblob(32))))",
                             error);
    return insert != NULL && statement_run(insert, error) && read_secret(connection, work, error);
}

/* It is made once: usually there is no need to write. */
static bool look_up(Store *store, char **secret, GError **error)
{
    g_auto(Reader) reader = pool_take(store->pool, error);
    return reader.connection != NULL && read_secret(reader.connection, secret, error);
}

char *store_secret(Store *store, GError **error)
{
    char *secret = NULL;
    if (look_up(store, &secret, error) &&
        (secret != NULL || store_write(store, write_secret, &secret, error)))
        return secret;
    g_free(secret);
    return NULL;
}
