/* What was spent, by who paid: a purse starts with it. */
#include "store/parts.h"

#define WORD_MAX 320

/* A stranger is whoever isn't a proven contact, as payer_is_stranger() says. */
#define SPENT_BY(name, more)                                                                       \
    "SELECT " name ", sum(c.cost) AS cost,"                                                        \
    " sum(CASE WHEN d.proven AND d.match = 'exact' THEN 0 ELSE c.cost END) FROM call c JOIN "      \
    "decision d ON d.id = c.decision"                                                              \
    " WHERE c.at >= ?1 AND c.cost > 0" more " GROUP BY 1 ORDER BY cost DESC LIMIT ?2"

/* Names and sums since ?1, the largest first. */
static const char *const spent_sql[] = {
    [PURSE_HOUSE] = SPENT_BY("''", ""),
    [PURSE_LLM] = SPENT_BY("c.engine", ""),
    [PURSE_MAILBOX] = SPENT_BY("d.mailbox", ""),
    [PURSE_SENDER] = SPENT_BY("d.payer", " AND d.payer <> ''"),
};

static bool read_kind(Connection *connection, PurseKind kind, gint64 since, Purse *purse,
                      GError **error)
{
    g_autoptr(Statement) rows = connection_statement(connection, spent_sql[kind], error);
    if (rows == NULL)
        return false;
    sqlite_bind(rows, "ii", since, (gint64)PURSE_PAYERS_MAX);
    int result;
    while ((result = sqlite_step(rows, error)) == SQLITE_ROW) {
        g_autofree char *name = sqlite_text(rows, 0, WORD_MAX);
        purse_remember(purse, kind, name, sqlite3_column_int64(rows, 1),
                       sqlite3_column_int64(rows, 2), since);
    }
    return result == SQLITE_DONE;
}

bool store_spent(Store *store, gint64 now, Purse *purse, GError **error)
{
    g_auto(Reader) reader = pool_take(store->pool, error);
    gint64 since = now - now % PURSE_DAY;
    for (PurseKind kind = 0; kind < PURSE_KINDS && reader.connection != NULL; kind++) {
        if (!read_kind(reader.connection, kind, since, purse, error))
            return false;
    }
    return reader.connection != NULL;
}
