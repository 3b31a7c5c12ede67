/* Numbers of a period, counted when somebody asks: a row per number, SQL counts. */
#include "store/parts.h"

#include "base/json.h"

/* Names counted of each kind. */
#define NAMES_MAX 100
#define WORD_MAX  256

#define COUNT(table, when) "SELECT NULL, count(*) FROM " table " WHERE " when " >= ?1"
#define COUNT_BY(name, table, when)                                                                \
    "SELECT " name ", count(*) FROM " table " WHERE " when " >= ?1 GROUP BY 1 ORDER BY 2 DESC"
#define USD_BY(name, order)                                                                        \
    "SELECT " name ", sum(cost) / 1e9 FROM call JOIN decision d ON d.id = decision"                \
    " WHERE at >= ?1 AND cost > 0 GROUP BY 1 ORDER BY " order
/* Of calls that were made. */
#define ASKED "outcome NOT IN ('breaker-open', 'no-budget')"
/* The smallest number that so many of a hundred are not above. */
#define PERCENTILE_BY_MODEL(hundredths)                                                            \
    "SELECT model, ms FROM (SELECT model, ms, count(*) OVER (PARTITION BY model) AS calls,"        \
    " row_number() OVER (PARTITION BY model ORDER BY ms) AS place FROM call"                       \
    " WHERE " ASKED " AND at >= ?1) WHERE place = (calls * " hundredths " + 99) / 100"
#define SUM_BY_MODEL(number)                                                                       \
    "SELECT model, sum(max(" number ", 0)) FROM call WHERE at >= ?1 GROUP BY 1"

/* By topic; a draft that was never edited has one version. */
#define OF_DRAFTS(number, which)                                                                   \
    "SELECT topic, " number " FROM draft WHERE " which " AND created >= ?1 GROUP BY 1 ORDER BY 1"
#define DECIDED "(approved_at > 0 OR state = 'rejected')"
#define UNEDITED                                                                                   \
    "avg(state <> 'rejected' AND"                                                                  \
    " (SELECT count(*) FROM draft_version WHERE draft = draft.id) = 1)"

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
    { "calls", "by_purpose", COUNT_BY("purpose", "call", "at") },
    { "calls", "asked", COUNT_BY("model", "call", ASKED " AND at") },
    { "calls", "input_tokens", SUM_BY_MODEL("input_tokens") },
    { "calls", "cached_tokens", SUM_BY_MODEL("cached_tokens") },
    { "calls", "output_tokens", SUM_BY_MODEL("output_tokens") },
    { "calls", "cost_usd", USD_BY("model", "1") },
    { "calls", "without_price", COUNT_BY("model", "call", "cost < 0 AND at") },
    { "calls", "p50_ms", PERCENTILE_BY_MODEL("50") },
    { "calls", "p95_ms", PERCENTILE_BY_MODEL("95") },
    { "drafts", "total", COUNT("draft", "created") },
    { "drafts", "by_state", COUNT_BY("state", "draft", "created") },
    { "drafts", "decided", OF_DRAFTS("count(*)", DECIDED) },
    { "drafts", "unedited", OF_DRAFTS(UNEDITED, DECIDED) },
    { "drafts", "rejected", OF_DRAFTS("avg(state = 'rejected')", DECIDED) },
    { "drafts", "similarity", OF_DRAFTS("avg(similarity)", "approved_at > 0 AND similarity >= 0") },
    { "money", "total_usd",
      "SELECT NULL, coalesce(sum(max(cost, 0)), 0) / 1e9 FROM call WHERE at >= ?1" },
    { "money", "per_decision_usd",
      "SELECT NULL, coalesce(sum(max(cost, 0)), 0) / 1e9 / max(count(DISTINCT decision), 1) FROM "
      "call"
      " WHERE at >= ?1" },
    { "money", "by_day_usd", USD_BY("date(at, 'unixepoch')", "1 DESC") },
    { "money", "by_engine_usd", USD_BY("call.engine", "2 DESC") },
    { "money", "by_purpose_usd", USD_BY("purpose", "2 DESC") },
    { "money", "by_mailbox_usd", USD_BY("mailbox", "2 DESC") },
    { "money", "by_sender_usd", USD_BY("iif(payer = '', 'unknown', payer)", "2 DESC") },
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
        double count = sqlite3_column_double(rows, 1);
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
