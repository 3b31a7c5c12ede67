/* What has been kept long enough is deleted, ROWS rows at a time: mail that arrives meanwhile waits
 * for one small transaction, not for all of it.  A run takes no more than a share of each table,
 * and nothing while no mail arrives: see base/retention.h.
 *
 * Text of mails and of drafts goes first.  Decisions go later, then messages that no decision
 * needs, then tickets nothing is left of.  Deleted bytes are overwritten (secure_delete). */
#include "store/parts.h"

#define ROWS 500

/* In each, ?1 is the first moment that stays, ?2 how many rows may go. */
static const char kept_texts[] =
    "UPDATE message SET kept = 0, envelope = '{}', headers = '{}', attachments = '[]', text = '',"
    " quoted = '' WHERE id IN"
    " (SELECT id FROM message WHERE kept = 1 AND created < ?1 LIMIT ?2)";
/* A draft that nobody has acted on for so long is of no use. */
static const char draft_versions[] =
    "UPDATE draft_version SET text = '' WHERE id IN (SELECT id FROM draft_version WHERE text <> ''"
    " AND draft IN (SELECT id FROM draft WHERE created < ?1) LIMIT ?2)";
static const char draft_texts[] =
    "UPDATE draft SET recipients = '{}', subject = '', text = '', marks = '[]', sources = '[]',"
    " why = '', state = iif(state IN ('waiting', 'approved', 'failed'), 'withdrawn', state)"
    " WHERE id IN (SELECT id FROM draft WHERE created < ?1 AND recipients <> '{}' LIMIT ?2)";
static const char acknowledgements[] = "DELETE FROM acknowledgement WHERE id IN"
                                       " (SELECT id FROM acknowledgement WHERE at < ?1 LIMIT ?2)";
/* They could confirm a guess at a short text. */
static const char line_digests[] =
    "UPDATE decision SET lines = '' WHERE id IN"
    " (SELECT id FROM decision WHERE lines <> '' AND created < ?1 LIMIT ?2)";
static const char decisions[] = "DELETE FROM decision WHERE id IN"
                                " (SELECT id FROM decision WHERE created < ?1 LIMIT ?2)";
static const char unused_messages[] =
    "DELETE FROM message WHERE id IN (SELECT id FROM message WHERE created < ?1"
    " AND NOT EXISTS (SELECT 1 FROM decision WHERE message = message.id) LIMIT ?2)";
static const char empty_tickets[] =
    "DELETE FROM ticket WHERE id IN (SELECT id FROM ticket WHERE updated < ?1"
    " AND NOT EXISTS (SELECT 1 FROM message WHERE ticket = ticket.id)"
    " AND NOT EXISTS (SELECT 1 FROM decision WHERE ticket = ticket.id) LIMIT ?2)";
static const char audit_rows[] =
    "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < ?1 LIMIT ?2)";

/* One kind of rows.  Text goes earlier than the rest. */
static const struct {
    const char *table, *sql;
    bool text;
} kinds[] = {
    { "message", kept_texts, true },
    { "decision", line_digests, true },
    { "draft_version", draft_versions, true },
    { "draft", draft_texts, true },
    { "acknowledgement", acknowledgements, true },
    { "decision", decisions, false },
    { "message", unused_messages, false },
    { "ticket", empty_tickets, false },
    { "audit", audit_rows, false },
};

typedef struct {
    const char *sql;
    gint64 before, limit;
    int rows;
} Portion;

static bool write_portion(Connection *connection, gpointer work, GError **error)
{
    Portion *portion = work;
    g_autoptr(Statement) statement = connection_statement(connection, portion->sql, error);
    if (statement == NULL)
        return false;
    sqlite_bind(statement, "ii", portion->before, portion->limit);
    if (!statement_run(statement, error))
        return false;
    portion->rows = sqlite3_changes(connection->db);
    return true;
}

static bool delete_portions(Store *store, const char *sql, gint64 before, gint64 share,
                            const Retention *retention, gint64 *deleted, GError **error)
{
    Portion portion = { .sql = sql, .before = before, .rows = 1 };
    while (share > 0 && portion.rows > 0 && !retention_stops(retention)) {
        portion.limit = MIN(share, ROWS);
        if (!store_write(store, write_portion, &portion, error))
            return false;
        share -= portion.rows;
        *deleted += portion.rows;
    }
    return true;
}

static bool ask(Store *store, const char *sql, gint64 *number, GError **error)
{
    g_auto(Reader) reader = pool_take(store->pool, error);
    return reader.connection != NULL && sqlite_number(reader.connection->db, sql, number, error);
}

bool store_retain(Store *store, const Retention *retention, Retained *retained, GError **error)
{
    gint64 newest;
    *retained = (Retained){ 0 };
    if (!ask(store, "SELECT coalesce(max(created), 0) FROM message", &newest, error))
        return false;
    retained->waits = !retention_may_begin(retention, newest);
    for (gsize i = 0; i < G_N_ELEMENTS(kinds) && !retained->waits; i++) {
        g_autofree char *count = g_strdup_printf("SELECT count(*) FROM %s", kinds[i].table);
        gint64 before = kinds[i].text ? retention->text_before : retention->before, rows;
        if (!ask(store, count, &rows, error) ||
            !delete_portions(store, kinds[i].sql, before, retention_share(rows), retention,
                             &retained->rows, error))
            return false;
    }
    return true;
}
