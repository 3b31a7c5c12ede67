/* Numbers of a period, counted when somebody asks: a row per number, SQL counts. */
#include "store/parts.h"

#include "base/json.h"

/* Names counted of each kind. */
#define NAMES_MAX 100
#define WORD_MAX  256

#define COUNT(table, when) "SELECT NULL, count(*) FROM " table " WHERE " when " >= ?1"
#define COUNT_BY(name, table, when)                                                                \
    "SELECT " name ", count(*) FROM " table " WHERE " when " >= ?1 GROUP BY 1"
#define SUM_BY_MODEL(number)                                                                       \
    "SELECT model, sum(max(" number ", 0)) FROM call WHERE at >= ?1 GROUP BY 1"

/* `sql` gives names and counts since ?1; a row without a name is the number itself. */
static const struct {
    const char *group, *key, *sql;
} counts[] = {
    { "decisions", "total", COUNT("decision", "created") },
    { "decisions", "by_status", COUNT_BY("status", "decision", "created") },
    { "decisions", "by_engine", COUNT_BY("engine", "decision", "created") },
    { "decisions", "by_why", COUNT_BY("why", "decision", "why <> '' AND created") },
    { "decisions", "by_mailbox", COUNT_BY("mailbox", "decision", "created") },
    { "decisions", "by_mark", COUNT_BY("marked", "decision", "created") },
    { "proven", "yes_by_reason", COUNT_BY("proven_reason", "decision", "proven AND created") },
    { "proven", "no_by_reason", COUNT_BY("proven_reason", "decision", "NOT proven AND created") },
    { "tickets", "total", COUNT("ticket", "created") },
    { "tickets", "by_queue", COUNT_BY("queue", "ticket", "created") },
    { "tickets", "by_status", COUNT_BY("status", "ticket", "created") },
    { "calls", "total", COUNT("call", "at") },
    { "calls", "by_outcome", COUNT_BY("outcome", "call", "at") },
    { "calls", "by_model", COUNT_BY("model", "call", "at") },
    { "calls", "input_tokens", SUM_BY_MODEL("input_tokens") },
    { "calls", "cached_tokens", SUM_BY_MODEL("cached_tokens") },
    { "calls", "output_tokens", SUM_BY_MODEL("output_tokens") },
};

static cJSON *group_of(cJSON *stats, const char *name)
{
    cJSON *group = cJSON_GetObjectItemCaseSensitive(stats, name);
    return group != NULL ? group : cJSON_AddObjectToObject(stats, name);
}

/* Puts what the statement counts under `key`. */
static bool add_counts(Statement *rows, cJSON *group, const char *key, GError **error)
{
    int result, left = NAMES_MAX;
    while ((result = sqlite_step(rows, error)) == SQLITE_ROW && left-- > 0) {
        g_autofree char *name = sqlite_text(rows, 0, WORD_MAX);
        double count = (double)sqlite3_column_int64(rows, 1);
        if (name == NULL)
            cJSON_AddNumberToObject(group, key, count);
        else
            cJSON_AddNumberToObject(group_of(group, key), name, count);
    }
    return result != -1;
}

cJSON *store_stats(Store *store, gint64 since, GError **error)
{
    g_auto(Reader) reader = pool_take(store->pool, error);
    if (reader.connection == NULL)
        return NULL;
    g_autoptr(cJSON) stats = cJSON_CreateObject();
    cJSON_AddNumberToObject(stats, "v", 1);
    cJSON_AddNumberToObject(stats, "since", (double)since);
    for (guint i = 0; i < G_N_ELEMENTS(counts); i++) {
        g_autoptr(Statement) rows = connection_statement(reader.connection, counts[i].sql, error);
        if (rows == NULL)
            return NULL;
        sqlite_bind(rows, "i", since);
        if (!add_counts(rows, group_of(stats, counts[i].group), counts[i].key, error))
            return NULL;
    }
    return g_steal_pointer(&stats);
}
