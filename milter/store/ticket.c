/* Tickets for people: lists of them, and everything about one as JSON.
 *
 * The JSON is built by SQLite out of the rows; columns that hold JSON are put in as such.  It shows
 * the latest LATEST of each kind, oldest first. */
#include "store/ticket.h"

#include "store/parts.h"

#include "base/error.h"
#include "base/json.h"

#define LATEST   "200"
#define WORD_MAX 4096

/* What went wrong, and whether somebody is owed an answer by now. */
#define OVERDUE "due > 0 AND due <= unixepoch() AND status NOT IN ('waiting', 'closed')"
#define FLAG                                                                                       \
    "(SELECT flag || CASE WHEN NOT (" OVERDUE ") THEN '' WHEN flag = '' THEN 'overdue'"            \
    " ELSE ', overdue' END FROM ticket_flag WHERE ticket = t.id)"

#define TICKET_COLUMNS                                                                             \
    "SELECT t.id, t.name, t.mailbox, t.status, t.queue, t.assignee, t.priority, t.subject,"        \
    " t.sender, t.customer, (SELECT coalesce(group_concat(value, ', '), '') FROM "                 \
    "json_each(tags)),"                                                                            \
    " t.review, " FLAG ", t.created, t.updated, t.due "                                            \
    "FROM ticket t "

static Ticket *read_ticket(Statement *row)
{
    Ticket *ticket = g_new0(Ticket, 1);
    char **const texts[] = { &ticket->name,    &ticket->mailbox,  &ticket->status,
                             &ticket->queue,   &ticket->assignee, &ticket->priority,
                             &ticket->subject, &ticket->sender,   &ticket->customer,
                             &ticket->tags,    &ticket->review,   &ticket->flag };
    gint64 *const times[] = { &ticket->created, &ticket->updated, &ticket->due };
    int column = 0;
    ticket->id = sqlite3_column_int64(row, column++);
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        *texts[i] = sqlite_text(row, column++, WORD_MAX);
    for (guint i = 0; i < G_N_ELEMENTS(times); i++)
        *times[i] = sqlite3_column_int64(row, column++);
    return ticket;
}

void ticket_free(Ticket *ticket)
{
    if (ticket == NULL)
        return;
    g_free(ticket->name);
    g_free(ticket->mailbox);
    g_free(ticket->status);
    g_free(ticket->queue);
    g_free(ticket->assignee);
    g_free(ticket->priority);
    g_free(ticket->subject);
    g_free(ticket->sender);
    g_free(ticket->customer);
    g_free(ticket->tags);
    g_free(ticket->review);
    g_free(ticket->flag);
    g_free(ticket);
}

static void fail_without_ticket(const char *name, GError **error)
{
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_NOT_FOUND, "there is no ticket '%s'", name);
}

static const char list_sql[] =
    TICKET_COLUMNS "WHERE CASE WHEN ?1 IS NULL THEN t.status <> 'closed' ELSE t.status = ?1 END "
                   "AND (?2 IS NULL OR t.mailbox = ?2) ORDER BY t.id DESC LIMIT ?3";

GPtrArray *store_tickets(Store *store, const char *status, const char *mailbox, gint64 limit,
                         GError **error)
{
    g_auto(Reader) reader = pool_take(store->pool, error);
    if (reader.connection == NULL)
        return NULL;
    g_autoptr(Statement) rows = connection_statement(reader.connection, list_sql, error);
    if (rows == NULL)
        return NULL;
    sqlite_bind(rows, "tti", status, mailbox, MAX(limit, 0));
    g_autoptr(GPtrArray) tickets = g_ptr_array_new_with_free_func((GDestroyNotify)ticket_free);
    int result;
    while ((result = sqlite_step(rows, error)) == SQLITE_ROW)
        g_ptr_array_add(tickets, read_ticket(rows));
    return result == SQLITE_DONE ? g_steal_pointer(&tickets) : NULL;
}

Ticket *store_ticket(Store *store, const char *name, GError **error)
{
    g_auto(Reader) reader = pool_take(store->pool, error);
    if (reader.connection == NULL)
        return NULL;
    g_autoptr(Statement) row =
        connection_statement(reader.connection, TICKET_COLUMNS "WHERE t.name = ?1", error);
    if (row == NULL)
        return NULL;
    sqlite_bind(row, "t", name);
    int result = sqlite_step(row, error);
    if (result == SQLITE_DONE)
        fail_without_ticket(name, error);
    return result == SQLITE_ROW ? read_ticket(row) : NULL;
}

/* ── everything about one ── */

static const char ticket_sql[] =
    "SELECT json_object('v', 1, 'name', name, 'mailbox', mailbox, 'status', status, 'queue', queue,"
    " 'assignee', assignee, 'priority', priority, 'held', json(held), 'tags', json(tags),"
    " 'review', review,"
    " 'flag', " FLAG ", 'subject', subject,"
    " 'sender', sender, 'customer', customer,"
    " 'linked', coalesce((SELECT l.name FROM ticket l WHERE l.id = t.linked), ''),"
    " 'created', created, 'updated', updated, 'answered', answered, 'due', due,"
    " 'participants', (SELECT json_group_array(address) FROM"
    "  (SELECT address FROM participant WHERE ticket = t.id LIMIT " LATEST "))) "
    "FROM ticket t WHERE name = ?1";

#define LATEST_OF(table, by)                                                                       \
    "FROM (SELECT * FROM " table " WHERE ticket = (SELECT id FROM ticket WHERE name = ?1)"         \
    " ORDER BY " by " DESC LIMIT " LATEST ") x "

static const char messages_sql[] =
    "SELECT json_group_array(json(o)) FROM (SELECT json_object('direction', direction,"
    " 'sender', sender, 'message_id', message_id, 'digest', digest, 'size', size,"
    " 'copy', json(iif(copy_of IS NULL, 'false', 'true')),"
    " 'created', created, 'kept', json(iif(kept, 'true', 'false')), 'envelope', json(envelope),"
    " 'headers', json(headers), 'attachments', json(attachments), 'text', text,"
    " 'quoted', quoted) o " LATEST_OF("message", "id") "ORDER BY id)";

#define REVISIONS                                                                                  \
    "(SELECT json_group_array(json_object('by', by, 'verdict', json_patch(verdict, texts),"        \
    " 'confidence', confidence, 'confidence_source', confidence_source, 'floors', json(floors),"   \
    " 'final', json(final), 'plan', json(plan), 'prompt', prompt, 'prompt_digest', prompt_digest," \
    " 'policy', policy, 'at', at)) FROM revision WHERE decision = x.id)"
#define CALLS                                                                                      \
    "(SELECT json_group_array(json_object('engine', engine, 'model', model, 'outcome', outcome,"   \
    " 'detail', detail, 'request_id', request_id, 'input_tokens', input_tokens,"                   \
    " 'cached_tokens', cached_tokens, 'output_tokens', output_tokens, 'ms', ms, 'at', at,"         \
    " 'cost_usd', iif(cost < 0, NULL, cost / 1e9), 'redacted', json(redacted)))"                   \
    " FROM call WHERE decision = x.id)"

static const char decisions_sql[] =
    "SELECT json_group_array(json(o)) FROM (SELECT json_object('id', id, 'mailbox', mailbox,"
    " 'marked', marked, 'status', status, 'why', why, 'engine', engine,"
    " 'proven', json(iif(proven, 'true', 'false')), 'proven_reason', proven_reason,"
    " 'customer', customer, 'match', match, 'manifest', json(manifest),"
    " 'quotes_failed', json(iif(quotes_failed, 'true', 'false')), 'ms', ms, 'created', created,"
    " 'cost_usd', (SELECT coalesce(sum(max(cost, 0)), 0) / 1e9 FROM call WHERE decision = x.id),"
    " 'revisions', " REVISIONS ", 'calls', " CALLS
    ") o " LATEST_OF("decision", "created") "ORDER BY created)";

#define VERSIONS                                                                                   \
    "(SELECT json_group_array(json_object('version', id, 'by', by, 'at', at, 'text', text))"       \
    " FROM draft_version WHERE draft = x.id)"

static const char drafts_sql[] =
    "SELECT json_group_array(json(o)) FROM (SELECT json_object('id', id, 'state', state, 'why',"
    " why, 'to', json(recipients -> '$.to'), 'cc', json(recipients -> '$.cc'),"
    " 'subject', subject, 'text', text, 'marks', json(marks), 'sources', json(sources),"
    " 'engine', engine, 'prompt', prompt, 'topic', topic, 'language', language,"
    " 'confirmed', json(iif(confirmed, 'true', 'false')), 'approved_by', approved_by,"
    " 'approved_at', approved_at, 'digest', digest, 'message_id', message_id,"
    " 'envelope_sender', envelope_sender, 'similarity', iif(similarity < 0, NULL, similarity),"
    " 'created', created, 'updated', updated, 'versions', " VERSIONS
    ") o " LATEST_OF("draft", "id") "ORDER BY id)";

static const char notes_sql[] =
    "SELECT json_group_array(json(o)) FROM (SELECT json_object('id', id, 'by', by, 'at', at,"
    " 'text', text) o " LATEST_OF("note", "id") "ORDER BY id)";

static const char audit_sql[] =
    "SELECT json_group_array(json(o)) FROM (SELECT json_object('at', at, 'by', by, 'verb', verb,"
    " 'decision', coalesce(decision, ''), 'before', json(before), 'after', json(after)) "
    "o " LATEST_OF("audit", "id") "ORDER BY id)";

static const struct {
    const char *key, *sql;
} sections[] = {
    { "messages", messages_sql }, { "decisions", decisions_sql }, { "drafts", drafts_sql },
    { "notes", notes_sql },       { "audit", audit_sql },
};

/* The JSON that a statement about the ticket gives. */
static cJSON *read_json(Connection *connection, const char *sql, const char *name, GError **error)
{
    g_autoptr(Statement) select = connection_statement(connection, sql, error);
    if (select == NULL)
        return NULL;
    sqlite_bind(select, "t", name);
    int result = sqlite_step(select, error);
    if (result == SQLITE_DONE)
        fail_without_ticket(name, error);
    if (result != SQLITE_ROW)
        return NULL;
    const char *text = (const char *)sqlite3_column_text(select, 0);
    return json_parse(text, (gsize)sqlite3_column_bytes(select, 0), error);
}

cJSON *store_ticket_json(Store *store, const char *name, GError **error)
{
    g_auto(Reader) reader = pool_take(store->pool, error);
    if (reader.connection == NULL)
        return NULL;
    g_autoptr(cJSON) json = read_json(reader.connection, ticket_sql, name, error);
    for (guint i = 0; json != NULL && i < G_N_ELEMENTS(sections); i++) {
        cJSON *section = read_json(reader.connection, sections[i].sql, name, error);
        if (section == NULL)
            return NULL;
        cJSON_AddItemToObject(json, sections[i].key, section);
    }
    return g_steal_pointer(&json);
}
