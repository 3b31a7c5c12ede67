/* The rows of a recorded message: ticket, message, participants, decision, revision, calls,
 * jobs.
 *
 * Whether the mail has been recorded already is asked here again, under the write lock, because two
 * connections may bring the same mail at the same time.  A decision whose headers failed doesn't
 * stand, and one about an unproven mail doesn't where the same mail comes from a proven sender: the
 * mail is judged again, but the new decision takes over its message and its ticket, which it may
 * change only as a follow-up could if others, or a person, had a say in it too.
 * Writer's thread; everything starts from the RecordWork alone, for it may run twice. */
#include "store/record_rows.h"

#include "store/audit_row.h"
#include "store/call_rows.h"
#include "store/copy_rows.h"
#include "store/draft_rows.h"
#include "store/job_rows.h"
#include "store/message_rows.h"
#include "store/report_rows.h"
#include "store/standing.h"

#define ID_MAX 16

/* The decision that was there before for this identity. */
typedef struct {
    char *id; /* NULL: none */
    gint64 message;
    TicketName ticket;
    bool alone;    /* nothing but this mail has shaped the ticket */
    bool unproven; /* it stood, but the sender is proven only now */
} Earlier;

static void earlier_clear(Earlier *earlier)
{
    g_clear_pointer(&earlier->id, g_free);
    ticket_name_clear(&earlier->ticket);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Earlier, earlier_clear)

#define EARLIER_COLUMNS                                                                            \
    "SELECT d.id, d.message, coalesce(t.id, 0), coalesce(t.name, ''),"                             \
    " NOT EXISTS (SELECT 1 FROM message m WHERE m.ticket = t.id AND m.id <> d.message"             \
    "  AND m.copy_of IS NULL)"                                                                     \
    " AND NOT EXISTS (SELECT 1 FROM audit a WHERE a.ticket = t.id AND " AUDIT_SHAPES_TICKET ") "   \
    "FROM decision d LEFT JOIN ticket t ON t.id = d.ticket WHERE "

static const char by_id_sql[] = EARLIER_COLUMNS "d.id = ?1";
static const char fallen_sql[] =
    EARLIER_COLUMNS "d.identity = ?1 AND d.standing = 0 AND d.marked IN ('failed', 'tempfailed') "
                    "ORDER BY d.created DESC LIMIT 1";

static bool find_earlier(Connection *connection, const char *sql, const char *name,
                         Earlier *earlier, GError **error)
{
    g_autoptr(Statement) select = connection_statement(connection, sql, error);
    if (select == NULL)
        return false;
    sqlite_bind(select, "t", name);
    int result = sqlite_step(select, error);
    if (result != SQLITE_ROW)
        return result == SQLITE_DONE;
    earlier->id = sqlite_text(select, 0, ID_MAX);
    earlier->message = sqlite3_column_int64(select, 1);
    earlier->ticket.id = sqlite3_column_int64(select, 2);
    earlier->ticket.name = sqlite_text(select, 3, STORE_TEXT_MAX);
    earlier->alone = sqlite3_column_int(select, 4) != 0;
    return true;
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

static bool supersede(Connection *connection, const char *id, GError **error)
{
    return change_decision(connection,
                           "UPDATE decision SET standing = 0, marked = 'superseded' WHERE id = ?1",
                           id, error);
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
    const TicketOrigin origin = { work->prefix, work->mailbox, work->customer,
                                  &work->mail,  work->linked,  work->copy_key };
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
        " created, payer, question, copy_key, lines, content) VALUES (?1, ?2, ?3, 1, 'unmarked', "
        "?4,"
        " nullif(?5, 0), ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,"
        " ?21)",
        error);
    if (insert == NULL)
        return false;
    sqlite_bind(insert, "tttiitttittttiiittttt", work->decision_id, work->mailbox, work->identity,
                message, ticket, work->status, work->why, work->engine, (gint64)work->proven,
                work->proven_reason, work->customer, work->match, work->manifest,
                (gint64)work->quotes_failed, work->ms, work->now, work->payer, work->question,
                work->copy_key, work->lines, work->content);
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

/* What belongs to the decision about the unproven mail passes to this one: the message, as it came
 * now, copies, and waiting jobs, except those that were to ask a model.  Its drafts are withdrawn:
 * they were made from less than is known now. */
static const char remember_sql[] =
    "INSERT OR REPLACE INTO copy (identity, decision)"
    " SELECT identity, ?2 FROM decision WHERE id = ?1 AND identity <> ?3";
static const char *const take_over_sql[] = {
    "UPDATE copy SET decision = ?2 WHERE decision = ?1",
    remember_sql,
    "DELETE FROM copy WHERE identity = ?3",
    "DELETE FROM job WHERE decision = ?1 AND kind IN ('late', 'draft')",
    "UPDATE job SET decision = ?2 WHERE decision = ?1",
};

static bool take_over(Connection *connection, const RecordWork *work, const Earlier *earlier,
                      gint64 ticket, GError **error)
{
    const DraftsBygone bygone = { .ticket = ticket,
                                  .below = earlier->message + 1,
                                  .approved = true,
                                  .by = "",
                                  .why = "the mail came again, now from a proven sender" };
    for (guint i = 0; i < G_N_ELEMENTS(take_over_sql); i++) {
        g_autoptr(Statement) change = connection_statement(connection, take_over_sql[i], error);
        if (change == NULL)
            return false;
        g_autofree char *format = g_strndup("ttt", (gsize)sqlite3_bind_parameter_count(change));
        sqlite_bind(change, format, earlier->id, work->decision_id, work->identity);
        if (!statement_run(change, error))
            return false;
    }
    return message_row_replace(connection, earlier->message, ticket, &work->mail, error) &&
           draft_rows_withdraw(connection, &bygone, work->now, error);
}

static bool record_anew(Connection *connection, RecordWork *work, const Earlier *earlier,
                        GError **error)
{
    g_auto(TicketName) ticket = { 0 };
    gint64 message = earlier->message;
    if (!choose_ticket(connection, work, earlier, &ticket, error) ||
        (message == 0 && !add_message(connection, work, ticket.id, &message, error)))
        return false;
    if (!record_rows_add_participants(connection, work, ticket.id, error) ||
        !add_decision(connection, work, message, ticket.id, error) ||
        !record_rows_add_revision(connection, work, error) ||
        !call_rows_add(connection, work->decision_id, CALL_FOR_TRIAGE, work->calls, work->now,
                       error) ||
        !report_rows_write(connection, work, error) ||
        (earlier->unproven && !take_over(connection, work, earlier, ticket.id, error)) ||
        !record_rows_add_jobs(connection, work, ticket.id, error))
        return false;
    return give_receipt(work, work->decision_id, &ticket);
}

/* No decision stands for it: it is new, or came after duplicate_window, or the headers of the last
 * one failed. */
static bool record_new(Connection *connection, RecordWork *work, GError **error)
{
    g_auto(Earlier) fallen = { 0 };
    if (!change_decision(connection,
                         "UPDATE decision SET standing = 0 WHERE identity = ?1 AND standing = 1",
                         work->identity, error))
        return false;
    if (sqlite3_changes(connection->db) == 0 &&
        !find_earlier(connection, fallen_sql, work->identity, &fallen, error))
        return false;
    if (fallen.id != NULL && !supersede(connection, fallen.id, error))
        return false;
    return record_anew(connection, work, &fallen, error);
}

/* A decision stands for it. */
static bool record_again(Connection *connection, RecordWork *work, const Standing *standing,
                         GError **error)
{
    g_auto(Earlier) earlier = { 0 };
    if (!find_earlier(connection, by_id_sql, standing->id, &earlier, error))
        return false;
    earlier.unproven = work->proven && !standing->proven;
    if (earlier.unproven)
        return supersede(connection, earlier.id, error) &&
               record_anew(connection, work, &earlier, error);
    const CopyRow copy = { .decision = standing->id,
                           .identity = work->identity,
                           .mailbox = work->mailbox,
                           .mail = &work->mail,
                           .now = work->now };
    return (!standing->copy || copy_row_add(connection, &copy, error)) &&
           give_receipt(work, standing->id, &earlier.ticket);
}

bool record_rows_write(Connection *connection, gpointer record_work, GError **error)
{
    RecordWork *work = record_work;
    gint64 window = work->duplicate_window_ms;
    const StandingKey key = { .mailbox = work->mailbox,
                              .identity = work->identity,
                              .copy_key = work->copy_key,
                              .lines = work->lines,
                              .content = work->content,
                              .named_id = work->named_id,
                              .since = window <= 0 ? 0 : work->now - window / 1000 };
    g_auto(Standing) standing = { 0 };
    g_clear_pointer(&work->receipt, receipt_free);
    if (!standing_find(connection, &key, &standing, error))
        return false;
    return standing.id != NULL ? record_again(connection, work, &standing, error)
                               : record_new(connection, work, error);
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
