/* What people do to a ticket: assign, note, close, reopen. */
#include "store/ticket.h"

#include "store/parts.h"

#include "base/error.h"
#include "base/json.h"
#include "store/audit_row.h"
#include "store/draft_rows.h"
#include "store/ticket_rows.h"

#define WORD_MAX 1024

/* One verb, and what the ticket is when it comes to it. */
typedef struct {
    const char *ticket, *by, *verb;
    const char *value; /* whom it is assigned to, the note's text, or its new status */
    gint64 now;
    gint64 id;
    char *status, *assignee;
} Order;

static bool find_ticket(Connection *connection, Order *order, GError **error)
{
    g_autoptr(Statement) select = connection_statement(
        connection, "SELECT id, status, assignee FROM ticket WHERE name = ?1", error);
    if (select == NULL)
        return false;
    sqlite_bind(select, "t", order->ticket);
    int result = sqlite_step(select, error);
    if (result == SQLITE_DONE)
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_NOT_FOUND, "there is no ticket '%s'",
                    order->ticket);
    if (result != SQLITE_ROW)
        return false;
    g_free(order->status);
    g_free(order->assignee);
    order->id = sqlite3_column_int64(select, 0);
    order->status = sqlite_text(select, 1, WORD_MAX);
    order->assignee = sqlite_text(select, 2, WORD_MAX);
    return true;
}

static char *member(const char *name, const char *value)
{
    g_autoptr(cJSON) json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, name, value);
    return json_print(json);
}

/* `name` was `before` and is the order's value now. */
static bool audit(Connection *connection, const Order *order, const char *name, const char *before,
                  GError **error)
{
    g_autofree char *old = member(name, before), *new = member(name, order->value);
    const Audit line = {
        .by = order->by, .verb = order->verb, .ticket = order->id, .before = old, .after = new
    };
    return audit_row_add(connection, &line, order->now, error);
}

static bool run(Store *store, WriteFunction write, Order *order, GError **error)
{
    bool good = store_write(store, write, order, error);
    g_free(order->status);
    g_free(order->assignee);
    return good;
}

/* ── assign ── */

static bool write_assignee(Connection *connection, gpointer work, GError **error)
{
    Order *order = work;
    return find_ticket(connection, order, error) &&
           ticket_row_hold(connection, order->id, "assignee", order->value, order->now, error) &&
           audit(connection, order, "assignee", order->assignee, error);
}

bool store_ticket_assign(Store *store, const char *name, const char *by, const char *assignee,
                         gint64 now, GError **error)
{
    Order order = { .ticket = name, .by = by, .verb = "assign", .value = assignee, .now = now };
    return run(store, write_assignee, &order, error);
}

/* ── note ── */

static bool add_note(Connection *connection, const Order *order, gint64 *id, GError **error)
{
    g_autoptr(Statement) insert = connection_statement(
        connection, "INSERT INTO note (ticket, by, text, at) VALUES (?1, ?2, ?3, ?4)", error);
    if (insert == NULL)
        return false;
    sqlite_bind(insert, "itti", order->id, order->by, order->value, order->now);
    if (!statement_run(insert, error))
        return false;
    *id = sqlite3_last_insert_rowid(connection->db);
    return true;
}

static bool write_note(Connection *connection, gpointer work, GError **error)
{
    Order *order = work;
    gint64 id;
    if (!find_ticket(connection, order, error) || !add_note(connection, order, &id, error))
        return false;
    g_autofree char *after = g_strdup_printf("{\"note\":%" G_GINT64_FORMAT "}", id);
    const Audit line = {
        .by = order->by, .verb = order->verb, .ticket = order->id, .after = after
    };
    return audit_row_add(connection, &line, order->now, error);
}

bool store_ticket_note(Store *store, const char *name, const char *by, const char *text, gint64 now,
                       GError **error)
{
    Order order = { .ticket = name, .by = by, .verb = "note", .value = text, .now = now };
    return run(store, write_note, &order, error);
}

/* ── close and reopen ── */

static bool set_status(Connection *connection, const Order *order, GError **error)
{
    g_autoptr(Statement) update =
        connection_statement(connection,
                             "UPDATE ticket SET status = ?2, updated = max(updated, ?3),"
                             " due = iif(?2 = 'closed', 0, due) WHERE id = ?1",
                             error);
    if (update == NULL)
        return false;
    sqlite_bind(update, "iti", order->id, order->value, order->now);
    return statement_run(update, error) && audit(connection, order, "status", order->status, error);
}

static bool refuse_status(const Order *order, GError **error)
{
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT, "%s is %s already", order->ticket,
                order->status);
    return false;
}

static bool write_closing(Connection *connection, gpointer work, GError **error)
{
    Order *order = work;
    if (!find_ticket(connection, order, error))
        return false;
    if (g_str_equal(order->status, "closed"))
        return refuse_status(order, error);
    const DraftsBygone drafts = {
        .ticket = order->id, .below = G_MAXINT64, .by = order->by, .why = "the ticket was closed"
    };
    return set_status(connection, order, error) &&
           draft_rows_withdraw(connection, &drafts, order->now, error);
}

bool store_ticket_close(Store *store, const char *name, const char *by, gint64 now, GError **error)
{
    Order order = { .ticket = name, .by = by, .verb = "close", .value = "closed", .now = now };
    return run(store, write_closing, &order, error);
}

static bool write_reopening(Connection *connection, gpointer work, GError **error)
{
    Order *order = work;
    if (!find_ticket(connection, order, error))
        return false;
    if (g_str_equal(order->status, "new") || g_str_equal(order->status, "open"))
        return refuse_status(order, error);
    return set_status(connection, order, error);
}

bool store_ticket_reopen(Store *store, const char *name, const char *by, gint64 now, GError **error)
{
    Order order = { .ticket = name, .by = by, .verb = "reopen", .value = "open", .now = now };
    return run(store, write_reopening, &order, error);
}
