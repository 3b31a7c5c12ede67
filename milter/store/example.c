/* What the house has answered before.  Only what was sent counts, in the words that were approved.
 */
#include "store/example.h"

#include "store/parts.h"

static const char examples_sql[] =
    "SELECT d.text FROM draft d JOIN ticket t ON t.id = d.ticket WHERE d.state = 'sent'"
    " AND d.mailbox = ?1 AND d.topic = ?2 AND t.sender <> ?3 AND d.text <> ''"
    " ORDER BY d.id DESC LIMIT ?4";

GPtrArray *store_examples(Store *store, const char *mailbox, const char *topic, const char *sender,
                          gint64 limit, GError **error)
{
    g_auto(Reader) reader = pool_take(store->pool, error);
    if (reader.connection == NULL)
        return NULL;
    g_autoptr(Statement) rows = connection_statement(reader.connection, examples_sql, error);
    if (rows == NULL)
        return NULL;
    sqlite_bind(rows, "ttti", mailbox, topic, sender, MAX(limit, 0));
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    int result;
    while ((result = sqlite_step(rows, error)) == SQLITE_ROW)
        g_ptr_array_add(texts, sqlite_text(rows, 0, STORE_TEXT_MAX));
    g_ptr_array_add(texts, NULL);
    return result == SQLITE_DONE ? g_steal_pointer(&texts) : NULL;
}
