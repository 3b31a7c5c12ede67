/* A secret of this store's own, made when it is first asked for: what is signed with it is ours as
 * long as the store is. */
#include "store/parts.h"

#define SECRET_MAX 64

static bool write_secret(Connection *connection, gpointer work, GError **error)
{
    char **secret = work;
    g_clear_pointer(secret, g_free);
    g_autoptr(Statement) insert =
        connection_statement(connection,
                             "INSERT OR IGNORE INTO property (name, value)"
                             " VALUES ('secret', lower(hex(randomblob(32))))",
                             error);
    g_autoptr(Statement) select =
        connection_statement(connection, "SELECT value FROM property WHERE name = 'secret'", error);
    if (insert == NULL || select == NULL || !statement_run(insert, error) ||
        sqlite_step(select, error) != SQLITE_ROW)
        return false;
    *secret = sqlite_text(select, 0, SECRET_MAX);
    return true;
}

char *store_secret(Store *store, GError **error)
{
    char *secret = NULL;
    if (store_write(store, write_secret, &secret, error))
        return secret;
    g_free(secret);
    return NULL;
}
