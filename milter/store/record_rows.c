/* The rows of a recorded message: ticket, message, participants, decision, revision, calls,
 * jobs.
 *
 * Whether the mail has been recorded already is asked here again, under the write lock, because two
 * connections may bring the same mail at the same time.  A decision whose headers failed doesn't
 * stand: the mail is judged again, but the new decision takes over its message and its ticket,
 * which it may change only as a follow-up could if others, or a person, had a say in it too.
 * Writer's thread; everything starts from the RecordWork alone, for it may run twice. */
#include "store/record_rows.h"

#include "store/audit_row.h"
#include "store/call_rows.h"
#include "store/draft_rows.h"
#include "store/job_rows.h"
#include "store/message_rows.h"
#include "store/report_rows.h"

#define ID_MAX 16

/* The decision that was there before for this identity. */
typedef struct {
    char *id; /* NULL: none */
    gint64 message, created;
    TicketName ticket;
    bool alone; /* nothing but this mail has shaped the ticket */
} Earlier;

static void earlier_clear(Earlier *earlier)
{
    g_clear_pointer(&earlier->id, g_free);
    ticket_name_clear(&earlier->ticket);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Earlier, earlier_clear)

#define EARLIER_COLUMNS                                                                            \
    "SELECT d.id, d.message, d.created, coalesce(t.id, 0), coalesce(t.name, ''),"                  \
    " NOT EXISTS (SELECT 1 FROM message m WHERE m.ticket = t.id AND m.id <> d.message)"            \
    " AND NOT EXISTS (SELECT 1 FROM audit a WHERE a.ticket = t.id AND " AUDIT_SHAPES_TICKET ") "   \
    "FROM decision d LEFT JOIN ticket t ON t.id = d.ticket WHERE d.identity = ?1 "

static const char standing_sql[] = EARLIER_COLUMNS "AND d.standing = 1";
static const char fallen_sql[] =
    EARLIER_COLUMNS "AND d.standing = 0 AND d.marked IN ('failed', 'tempfailed') "
                    "ORDER BY d.created DESC LIMIT 1";

static bool find_earlier(Connection *connection, const char *sql, const RecordWork *work,
                         Earlier *earlier, GError **error)
{
    g_autoptr(Statement) select = connection_statement(connection, sql, error);
    if (select == NULL)
        return false;
    sqlite_bind(select, "t", work->identity);
    int result = sqlite_step(select, error);
    if (result != SQLITE_ROW)
        return result == SQLITE_DONE;
    earlier->id = sqlite_text(select, 0, ID_MAX);
    earlier->message = sqlite3_column_int64(select, 1);
    earlier->created = sqlite3_column_int64(select, 2);
    earlier->ticket.id = sqlite3_column_int64(select, 3);
    earlier->ticket.name = sqlite_text(select, 4, STORE_TEXT_MAX);
    earlier->alone = sqlite3_column_int(select, 5) != 0;
    return true;
}

static bool is_within_window(const RecordWork *work, gint64 created)
{
    return work->duplicate_window_ms <= 0 ||
           created >= work->now - work->duplicate_window_ms / 1000;
}

/* Runs a statement about one decision. */
static bool change_decision(Connection *connection, const char *sql, const char *id, GError **error)
{
    g_autoptr(Statement) update = connection_statement(connection, sql, error);
    if (update == NULL)
        return false;
    sqlite_bind(update, "t", id);
    return statement_run(update, error);
}

static bool give_receipt(RecordWork *work, const char *decision_id, TicketName *ticket)
{
    work->receipt = g_new0(Receipt, 1);
    work->receipt->decision_id = g_strdup(decision_id);
    work->receipt->ticket_id = ticket->id;
    work->receipt->ticket = ticket->name != NULL ? g_steal_pointer(&ticket->name) : g_strdup("");
    return true;
}

static bool follow_up(Connection *connection, const RecordWork *work, gint64 id, TicketName *ticket,
                      GError **error)
{
    return ticket_row_follow_up(connection, id, &work->ticket, work->reopens, work->now, ticket,
                                error);
}

/* The ticket the plan asks for; a new one if the one to follow up has gone meanwhile. */
static bool choose_ticket(Connection *connection, const RecordWork *work, const Earlier *earlier,
                          TicketName *ticket, GError **error)
{
    const TicketOrigin origin = { work->prefix, work->mailbox, work->customer, &work->mail,
                                  work->linked };
    if (earlier->ticket.id != 0 && earlier->alone)
        return ticket_row_revise(connection, earlier->ticket.id, &work->ticket, work->now,
                                 work->now, ticket, error);
    if (earlier->ticket.id != 0)
        return follow_up(connection, work, earlier->ticket.id, ticket, error);
    if (work->wish == PLAN_TICKET_NONE)
        return true;
    if (work->wish == PLAN_TICKET_FOLLOW_UP &&
        !follow_up(connection, work, work->follow_up, ticket, error))
        return false;
    return ticket->id != 0 ||
           ticket_row_open(connection, &origin, &work->ticket, work->now, ticket, error);
}

/* A new mail in a ticket: what was drafted before it answers less than was asked. */
static bool pass_drafts(Connection *connection, const RecordWork *work, gint64 ticket,
                        gint64 message, GError **error)
{
    const DraftsBygone bygone = { .ticket = ticket,
                                  .below = message,
                                  .approved = true,
                                  .by = "",
                                  .why = work->outgoing ? "somebody else has answered"
                                                        : "they wrote again" };
    bool says_nothing = !work->outgoing && !work->speaks;
    return says_nothing || draft_rows_withdraw(connection, &bygone, work->now, error);
}

static bool add_message(Connection *connection, const RecordWork *work, gint64 ticket, gint64 *id,
                        GError **error)
{
    const MessageRow message = { .mailbox = work->mailbox,
                                 .ticket = ticket,
                                 .outgoing = work->outgoing,
                                 .mail = &work->mail,
                                 .now = work->now };
    return message_row_add(connection, &message, id, error) &&
           (ticket == 0 || pass_drafts(connection, work, ticket, *id, error));
}

/* Whom nobody vouches for may follow up, but not bring others along. */
bool record_rows_add_participants(Connection *connection, const RecordWork *work, gint64 ticket,
                                  GError **error)
{
    return ticket == 0 || !work->takes_along ||
           message_row_add_participants(connection, ticket, &work->mail, error);
}

static bool add_decision(Connection *connection, const RecordWork *work, gint64 message,
                         gint64 ticket, GError **error)
{
    g_autoptr(Statement) insert = connection_statement(
        connection,
        "INSERT INTO decision (id, mailbox, identity, standing, marked, message, ticket, status,"
        " why, engine, proven, proven_reason, customer, match, manifest, quotes_failed, ms,"
        " created, payer, question) VALUES (?1, ?2, ?3, 1, 'unmarked', ?4, nullif(?5, 0), ?6, ?7,"
        " ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
        error);
    if (insert == NULL)
        return false;
    sqlite_bind(insert, "tttiitttittttiiitt", work->decision_id, work->mailbox, work->identity,
                message, ticket, work->status, work->why, work->engine, (gint64)work->proven,
                work->proven_reason, work->customer, work->match, work->manifest,
                (gint64)work->quotes_failed, work->ms, work->now, work->payer, work->question);
    return statement_run(insert, error);
}

bool record_rows_add_revision(Connection *connection, const RecordWork *work, GError **error)
{
    g_autoptr(Statement) insert = connection_statement(
        connection,
        "INSERT INTO revision (decision, by, verdict, texts, confidence, confidence_source, floors,"
        " final, plan, prompt, prompt_digest, policy, at)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, coalesce((SELECT final FROM revision WHERE"
        " decision = ?1 ORDER BY id DESC LIMIT 1), '[]'), ?8, ?9, ?10, ?11, ?12)",
        error);
    if (insert == NULL)
        return false;
    sqlite_bind(insert, "ttttdtttttti", work->decision_id, work->by, work->verdict.values,
                work->verdict.texts, work->confidence, work->confidence_source, work->floors.values,
                work->plan, work->prompt_id, work->prompt_digest, work->policy_hash, work->now);
    return statement_run(insert, error);
}

bool record_rows_add_jobs(Connection *connection, const RecordWork *work, gint64 ticket,
                          GError **error)
{
    const JobSubject about = { .ticket = ticket,
                               .decision = work->decision_id,
                               .mailbox = work->mailbox };
    for (guint i = 0; i < work->jobs->len; i++) {
        const JobWish *wish = &g_array_index(work->jobs, JobWish, i);
        bool waits;
        if (!job_row_waits(connection, wish, work->decision_id, &waits, error) ||
            (!waits && !job_row_add(connection, wish, &about, work->now, error)))
            return false;
    }
    return true;
}

static bool record_anew(Connection *connection, RecordWork *work, const Earlier *fallen,
                        GError **error)
{
    g_auto(TicketName) ticket = { 0 };
    gint64 message = fallen->message;
    if (!choose_ticket(connection, work, fallen, &ticket, error) ||
        (message == 0 && !add_message(connection, work, ticket.id, &message, error)))
        return false;
    if (!record_rows_add_participants(connection, work, ticket.id, error) ||
        !add_decision(connection, work, message, ticket.id, error) ||
        !record_rows_add_revision(connection, work, error) ||
        !call_rows_add(connection, work->decision_id, CALL_FOR_TRIAGE, work->calls, work->now,
                       error) ||
        !report_rows_write(connection, work, error) ||
        !record_rows_add_jobs(connection, work, ticket.id, error))
        return false;
    return give_receipt(work, work->decision_id, &ticket);
}

bool record_rows_write(Connection *connection, gpointer record_work, GError **error)
{
    RecordWork *work = record_work;
    g_auto(Earlier) standing = { 0 }, fallen = { 0 };
    g_clear_pointer(&work->receipt, receipt_free);
    if (!find_earlier(connection, standing_sql, work, &standing, error))
        return false;
    if (standing.id != NULL && is_within_window(work, standing.created))
        return give_receipt(work, standing.id, &standing.ticket);
    if (standing.id != NULL)
        return change_decision(connection, "UPDATE decision SET standing = 0 WHERE id = ?1",
                               standing.id, error) &&
               record_anew(connection, work, &fallen, error);
    if (!find_earlier(connection, fallen_sql, work, &fallen, error))
        return false;
    if (fallen.id != NULL &&
        !change_decision(connection, "UPDATE decision SET marked = 'superseded' WHERE id = ?1",
                         fallen.id, error))
        return false;
    return record_anew(connection, work, &fallen, error);
}

bool record_rows_write_answer(Connection *connection, gpointer record_work, GError **error)
{
    RecordWork *work = record_work;
    g_auto(TicketName) ticket = { 0 };
    gint64 message;
    bool known;
    g_clear_pointer(&work->receipt, receipt_free);
    if (!message_row_is_known_answer(connection, work->follow_up, &work->mail, &known, error) ||
        !ticket_row_answer(connection, work->follow_up, work->now, &ticket, error))
        return false;
    if (ticket.id != 0 && !known &&
        (!add_message(connection, work, ticket.id, &message, error) ||
         !record_rows_add_participants(connection, work, ticket.id, error) ||
         !record_rows_add_jobs(connection, work, ticket.id, error)))
        return false;
    return give_receipt(work, "", &ticket);
}
