/* Tickets as rows: opened, followed up, answered, revised.
 *
 * Numbers are counted for each prefix and never given twice, whatever is deleted.  `due` is when
 * somebody is owed an answer: set by the first mail, never put off by a later one, 0 once answered.
 * Writer's thread. */
#include "store/ticket_rows.h"

#include "store/codec.h"

#define FIRST_NUMBER    "1001"
#define TICKET_NAME_MAX 200

static char *lower_priorities(const Verdict *verdict, const Value *priority)
{
    g_autoptr(GPtrArray) lower = g_ptr_array_new();
    if (priority != NULL) {
        const Field *field = field_find(verdict->fields, "priority");
        g_ptr_array_add(lower, (char *)"");
        for (int i = 0; field->type == FIELD_ORDERED && i < priority->choice; i++)
            g_ptr_array_add(lower, ((FieldChoice *)field->choices->pdata[i])->token);
    }
    return codec_list(lower, G_MAXUINT);
}

static const char *review_text(const Plan *plan)
{
    if (!plan->review)
        return "";
    return plan->review_reason[0] != '\0' ? plan->review_reason : "yes";
}

void ticket_work_fill(TicketWork *work, const Plan *plan, const Verdict *verdict)
{
    work->priority = g_strdup(verdict != NULL ? verdict_token(verdict, "priority") : "");
    work->lower_priorities =
        lower_priorities(verdict, verdict != NULL ? verdict_get(verdict, "priority") : NULL);
    work->answer_within = -1;
    if (plan == NULL)
        return;
    work->queue = g_strdup(plan->queue);
    work->assignee = g_strdup(plan->assignee);
    work->review = g_strdup(review_text(plan));
    work->tags = codec_list(plan->tags, G_MAXUINT);
    work->answer_within = plan->answer_within / 1000;
}

void ticket_work_clear(TicketWork *work)
{
    g_free(work->queue);
    g_free(work->assignee);
    g_free(work->priority);
    g_free(work->review);
    g_free(work->tags);
    g_free(work->lower_priorities);
    *work = (TicketWork){ 0 };
}

void ticket_name_clear(TicketName *ticket)
{
    g_clear_pointer(&ticket->name, g_free);
    ticket->id = 0;
}

static bool next_number(Connection *connection, const char *prefix, gint64 *number, GError **error)
{
    g_autoptr(Statement) count =
        connection_statement(connection,
                             "INSERT INTO counter (prefix, next) VALUES (?1, " FIRST_NUMBER " + 1)"
                             " ON CONFLICT DO UPDATE SET next = next + 1 RETURNING next - 1",
                             error);
    if (count == NULL)
        return false;
    sqlite_bind(count, "t", prefix);
    if (sqlite_step(count, error) != SQLITE_ROW)
        return false;
    *number = sqlite3_column_int64(count, 0);
    return true;
}

/* The ticket that the statement's one row names as id and name; none if there is no row. */
static bool read_name(Statement *statement, TicketName *ticket, GError **error)
{
    ticket_name_clear(ticket);
    int result = sqlite_step(statement, error);
    if (result != SQLITE_ROW)
        return result == SQLITE_DONE;
    ticket->id = sqlite3_column_int64(statement, 0);
    ticket->name = sqlite_text(statement, 1, TICKET_NAME_MAX);
    return true;
}

/* The same mail in another mailbox makes a ticket of its own, linked like one that the sender names
 * but may not follow up. */
static const char open_sql[] =
    "INSERT INTO ticket (name, mailbox, status, queue, assignee, priority, tags, review, subject,"
    " sender, customer, linked, created, updated, answered, due) "
    "VALUES (?1, ?2, 'new', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,"
    " coalesce((SELECT id FROM ticket WHERE id = ?11),"
    "          (SELECT max(ticket) FROM decision"
    "           WHERE copy_key = ?12 AND copy_key <> '' AND mailbox <> ?2)),"
    " ?13, ?13, 0, ?14) RETURNING id, name";

bool ticket_row_open(Connection *connection, const TicketOrigin *origin, const TicketWork *work,
                     gint64 now, TicketName *ticket, GError **error)
{
    gint64 number;
    if (!next_number(connection, origin->prefix, &number, error))
        return false;
    g_autoptr(Statement) insert = connection_statement(connection, open_sql, error);
    if (insert == NULL)
        return false;
    g_autofree char *name = g_strdup_printf("%s-%" G_GINT64_FORMAT, origin->prefix, number);
    const KeptMail *mail = origin->mail;
    gint64 due = work->answer_within > 0 ? now + work->answer_within : 0;
    sqlite_bind(insert, "ttttttttttitii", name, origin->mailbox, work->queue, work->assignee,
                work->priority, work->tags, work->review, mail->subject, mail->sender,
                origin->customer, origin->linked, origin->copy_key, now, due);
    return read_name(insert, ticket, error);
}

/* A person set it. */
#define HELD " IN (SELECT value FROM json_each(held))"

static const char follow_up_sql[] =
    "UPDATE ticket SET updated = max(updated, ?2),"
    " status = CASE WHEN ?3 AND status IN ('waiting', 'closed') THEN 'open' ELSE status END,"
    " due = CASE WHEN NOT ?3 OR ?4 = 0 THEN due WHEN due = 0 THEN ?2 + ?4"
    "       ELSE min(due, ?2 + ?4) END,"
    " priority = CASE WHEN 'priority'" HELD " THEN priority"
    "            WHEN priority IN (SELECT value FROM json_each(?5)) THEN ?6 ELSE priority END,"
    " tags = (SELECT json_group_array(value) FROM (SELECT value FROM json_each(tags)"
    "         UNION SELECT value FROM json_each(?7))),"
    " review = CASE review WHEN '' THEN ?8 ELSE review END,"
    " queue = CASE queue WHEN '' THEN ?9 ELSE queue END,"
    " assignee = CASE WHEN 'assignee'" HELD " OR assignee <> '' THEN assignee ELSE ?10 END "
    "WHERE id = ?1 RETURNING id, name";

bool ticket_row_follow_up(Connection *connection, gint64 id, const TicketWork *work, bool reopens,
                          gint64 now, TicketName *ticket, GError **error)
{
    g_autoptr(Statement) update = connection_statement(connection, follow_up_sql, error);
    if (update == NULL)
        return false;
    sqlite_bind(update, "iiiitttttt", id, now, (gint64)reopens, work->answer_within,
                work->lower_priorities, work->priority, work->tags, work->review, work->queue,
                work->assignee);
    return read_name(update, ticket, error);
}

bool ticket_row_answer(Connection *connection, gint64 id, gint64 now, TicketName *ticket,
                       GError **error)
{
    g_autoptr(Statement) update =
        connection_statement(connection,
                             "UPDATE ticket SET updated = max(updated, ?2), answered = ?2, due = 0,"
                             " status = CASE status WHEN 'closed' THEN status ELSE 'waiting' END "
                             "WHERE id = ?1 RETURNING id, name",
                             error);
    if (update == NULL)
        return false;
    sqlite_bind(update, "ii", id, now);
    return read_name(update, ticket, error);
}

static const char revise_sql[] =
    "UPDATE ticket SET updated = max(updated, ?2),"
    " queue = iif('queue'" HELD ", queue, coalesce(?3, queue)),"
    " assignee = iif('assignee'" HELD ", assignee, coalesce(?4, assignee)),"
    " priority = iif('priority'" HELD ", priority, coalesce(?5, priority)),"
    " tags = coalesce(?6, tags), review = coalesce(?7, review),"
    " due = CASE WHEN status IN ('waiting', 'closed') OR ?8 < 0 THEN due WHEN ?8 = 0 THEN 0"
    "       ELSE ?9 + ?8 END "
    "WHERE id = ?1 RETURNING id, name";

bool ticket_row_revise(Connection *connection, gint64 id, const TicketWork *work, gint64 since,
                       gint64 now, TicketName *ticket, GError **error)
{
    g_autoptr(Statement) update = connection_statement(connection, revise_sql, error);
    if (update == NULL)
        return false;
    sqlite_bind(update, "iitttttii", id, now, work->queue, work->assignee, work->priority,
                work->tags, work->review, work->answer_within, since);
    return read_name(update, ticket, error);
}

bool ticket_row_reopen(Connection *connection, gint64 id, gint64 now, GError **error)
{
    g_autoptr(Statement) update =
        connection_statement(connection,
                             "UPDATE ticket SET updated = max(updated, ?2), status = 'open',"
                             " due = iif(due = 0, ?2, due) WHERE id = ?1",
                             error);
    if (update == NULL)
        return false;
    sqlite_bind(update, "ii", id, now);
    return statement_run(update, error);
}

static const char hold_sql[] =
    "UPDATE ticket SET updated = max(updated, ?4),"
    " assignee = iif(?2 = 'assignee', ?3, assignee),"
    " priority = iif(?2 = 'priority', ?3, priority),"
    " held = (SELECT json_group_array(value) FROM"
    "         (SELECT value FROM json_each(held) UNION SELECT ?2)) WHERE id = ?1";

bool ticket_row_hold(Connection *connection, gint64 id, const char *name, const char *value,
                     gint64 now, GError **error)
{
    g_autoptr(Statement) update = connection_statement(connection, hold_sql, error);
    if (update == NULL)
        return false;
    sqlite_bind(update, "itti", id, name, value, now);
    return statement_run(update, error);
}
