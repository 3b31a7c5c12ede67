/* RECALL's edge: the rows that mail/thread.c thinks about.
 *
 * One moment of the store: a standing decision about this very mail, the tickets that it names, and
 * the open ones its sender has with us.  Only tickets of the same mailbox can be followed up. */
#include "store/parts.h"

#include "store/codec.h"
#include "store/standing.h"

#define CANDIDATES_MAX   20
#define PARTICIPANTS_MAX 500
#define REFERENCES_MAX   100
#define TICKETS_MAX      "10"
#define SEARCHED_MAX     "200" /* latest tickets of one address, open or not */
#define WORD_MAX         1024

static bool find_standing(Connection *connection, const RecallKey *key, Recalled *recalled,
                          GError **error)
{
    g_autofree char *copy_key = thread_copy_key(key->message);
    g_autofree char *lines = thread_lines(key->message);
    g_autofree char *content = thread_content(key->message);
    const StandingKey wanted = { .mailbox = key->mailbox,
                                 .identity = key->identity,
                                 .copy_key = copy_key,
                                 .lines = copy_key[0] != '\0' ? lines : "",
                                 .content = content,
                                 .named_id = key->message->marked_id,
                                 .since = key->now - key->duplicate_window_ms / 1000 };
    g_auto(Standing) standing = { 0 };
    if (!standing_find(connection, &wanted, &standing, error))
        return false;
    recalled->decision_id = g_strdup(standing.id != NULL ? standing.id : "");
    recalled->proven = standing.proven;
    recalled->copy = standing.copy;
    return true;
}

/* The Message-IDs it answers, the latest first, as JSON; a bounce answers what it returns. */
static char *references_json(const Message *message)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new();
    if (message->returned_id[0] != '\0')
        g_ptr_array_add(list, message->returned_id);
    if (message->in_reply_to[0] != '\0')
        g_ptr_array_add(list, message->in_reply_to);
    for (guint i = message->references->len; i > 0 && list->len < REFERENCES_MAX; i--)
        g_ptr_array_add(list, message->references->pdata[i - 1]);
    return codec_list(list, REFERENCES_MAX);
}

static bool read_participants(Connection *connection, ThreadCandidate *candidate, GError **error)
{
    g_autoptr(Statement) select = connection_statement(
        connection, "SELECT address FROM participant WHERE ticket = ?1 LIMIT ?2", error);
    if (select == NULL)
        return false;
    sqlite_bind(select, "ii", candidate->id, (gint64)PARTICIPANTS_MAX);
    int result;
    while ((result = sqlite_step(select, error)) == SQLITE_ROW)
        g_ptr_array_add(candidate->participants, sqlite_text(select, 0, WORD_MAX));
    return result == SQLITE_DONE;
}

static ThreadCandidate *read_candidate(Statement *row)
{
    ThreadCandidate *candidate = thread_candidate_new();
    g_free(candidate->name);
    g_free(candidate->status);
    g_free(candidate->subject);
    g_free(candidate->customer_id);
    g_free(candidate->sender);
    candidate->id = sqlite3_column_int64(row, 0);
    candidate->name = sqlite_text(row, 1, WORD_MAX);
    candidate->status = sqlite_text(row, 2, WORD_MAX);
    candidate->subject = sqlite_text(row, 3, WORD_MAX);
    candidate->customer_id = sqlite_text(row, 4, WORD_MAX);
    candidate->by_reference = sqlite3_column_int(row, 5) != 0;
    candidate->by_token = sqlite3_column_int(row, 6) != 0;
    candidate->by_bounce = sqlite3_column_int(row, 7) != 0;
    candidate->sender = sqlite_text(row, 8, WORD_MAX);
    return candidate;
}

static const char candidates_sql[] =
    "WITH named (ticket, by_reference, by_token, by_bounce) AS ("
    "  SELECT message.ticket, 1, 0, 0 FROM json_each(?2) JOIN message"
    "   ON message.message_id = json_each.value AND message.message_id <> ''"
    "  UNION ALL SELECT ticket.id, 0, 1, 0 FROM json_each(?3) JOIN ticket"
    "   ON ticket.name = json_each.value"
    "  UNION ALL SELECT ticket, 0, 0, 1 FROM draft WHERE id = ?5) "
    "SELECT t.id, t.name, t.status, t.subject, t.customer, max(by_reference), max(by_token),"
    " max(by_bounce), t.sender "
    "FROM named JOIN ticket t ON t.id = named.ticket WHERE t.mailbox = ?1 "
    "GROUP BY t.id ORDER BY max(by_bounce) DESC, max(by_reference) DESC, t.updated DESC LIMIT ?4";

static bool read_candidates(Connection *connection, const RecallKey *key, GPtrArray *candidates,
                            GError **error)
{
    g_autoptr(Statement) select = connection_statement(connection, candidates_sql, error);
    if (select == NULL)
        return false;
    g_autofree char *references = references_json(key->message);
    g_autofree char *tokens = codec_list(key->tokens, CANDIDATES_MAX);
    sqlite_bind(select, "tttii", key->mailbox, references, tokens, (gint64)CANDIDATES_MAX,
                key->reply);
    int result;
    while ((result = sqlite_step(select, error)) == SQLITE_ROW)
        g_ptr_array_add(candidates, read_candidate(select));
    for (guint i = 0; result == SQLITE_DONE && i < candidates->len; i++) {
        if (!read_participants(connection, candidates->pdata[i], error))
            return false;
    }
    return result == SQLITE_DONE;
}

static bool read_tickets(Connection *connection, const char *address, GPtrArray *tickets,
                         GError **error)
{
    g_autoptr(Statement) select = connection_statement(
        connection,
        "SELECT t.name, t.status, t.subject, t.queue, t.priority, t.updated FROM"
        " (SELECT ticket FROM participant WHERE address = ?1 ORDER BY ticket DESC "
        "LIMIT " SEARCHED_MAX
        ") latest JOIN ticket t ON t.id = latest.ticket WHERE t.status <> 'closed'"
        " ORDER BY t.id DESC LIMIT " TICKETS_MAX,
        error);
    if (select == NULL)
        return false;
    sqlite_bind(select, "t", address);
    int result;
    while ((result = sqlite_step(select, error)) == SQLITE_ROW) {
        ThreadTicket *ticket = g_new0(ThreadTicket, 1);
        ticket->name = sqlite_text(select, 0, WORD_MAX);
        ticket->status = sqlite_text(select, 1, WORD_MAX);
        ticket->subject = sqlite_text(select, 2, WORD_MAX);
        ticket->queue = sqlite_text(select, 3, WORD_MAX);
        ticket->priority = sqlite_text(select, 4, WORD_MAX);
        ticket->updated = sqlite3_column_int64(select, 5);
        g_ptr_array_add(tickets, ticket);
    }
    return result == SQLITE_DONE;
}

static Recalled *recalled_new(void)
{
    Recalled *recalled = g_new0(Recalled, 1);
    recalled->candidates = g_ptr_array_new_with_free_func((GDestroyNotify)thread_candidate_free);
    recalled->tickets = g_ptr_array_new_with_free_func((GDestroyNotify)thread_ticket_free);
    return recalled;
}

Recalled *store_recall(Store *store, const RecallKey *key, GError **error)
{
    const char *sender = key->message->person->address;
    g_auto(Reader) reader = pool_take(store->pool, error);
    if (reader.connection == NULL)
        return NULL;
    g_autoptr(Recalled) recalled = recalled_new();
    if (!find_standing(reader.connection, key, recalled, error) ||
        !read_candidates(reader.connection, key, recalled->candidates, error) ||
        (sender[0] != '\0' && !read_tickets(reader.connection, sender, recalled->tickets, error)))
        return NULL;
    return g_steal_pointer(&recalled);
}

bool store_was_judged(Store *store, const char *identity, bool *judged, GError **error)
{
    g_auto(Reader) reader = pool_take(store->pool, error);
    if (reader.connection == NULL)
        return false;
    g_autoptr(Statement) row = connection_statement(
        reader.connection,
        "SELECT 1 FROM decision WHERE identity = ?1 AND standing = 1 UNION ALL "
        "SELECT 1 FROM decision WHERE identity = ?1 AND standing = 0 UNION ALL "
        "SELECT 1 FROM copy WHERE identity = ?1 LIMIT 1",
        error);
    if (row == NULL)
        return false;
    sqlite_bind(row, "t", identity);
    int result = sqlite_step(row, error);
    *judged = result == SQLITE_ROW;
    return result != -1;
}

void recalled_free(Recalled *recalled)
{
    if (recalled == NULL)
        return;
    g_free(recalled->decision_id);
    g_clear_pointer(&recalled->candidates, g_ptr_array_unref);
    g_clear_pointer(&recalled->tickets, g_ptr_array_unref);
    g_free(recalled);
}
