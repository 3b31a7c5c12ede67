/* Drafts that were attempted: sent, uncertain, refused, come back. */
#include "store/parts.h"

#include "base/error.h"
#include "base/text.h"
#include "store/draft_rows.h"
#include "store/job_rows.h"
#include "store/message_rows.h"
#include "store/ticket_rows.h"

/* One step of a sending. */
typedef struct {
    gint64 id;
    const Job *job;
    gint64 due;             /* of the job, when it runs again */
    const char *message_id; /* that was seen */
    const GPtrArray *then;
    DraftDeed deed;
} Sending;

/* Why a draft is still being sent that was seen already. */
#define SEEN "seen on its way"

static bool find_and_step(Connection *connection, const Sending *sending, DraftRow *row,
                          GError **error)
{
    return draft_row_find(connection, sending->id, row, error) &&
           draft_row_step(connection, row, &sending->deed, error);
}

/* By the program itself unless the deed says otherwise; `why` comes from a mail server. */
static bool run(Store *store, WriteFunction write, Sending *sending, const char *why,
                GError **error)
{
    g_autofree char *line = why != NULL ? text_line(why, DRAFT_WHY_MAX) : NULL;
    if (sending->deed.by == NULL)
        sending->deed.by = "";
    sending->deed.why = line;
    return store_write(store, write, sending, error);
}

/* ── how it ended ── */

/* ?1 ticket, ?2 draft.  An approval of what is uncertain keeps the Message-ID, any other gives a
 * new one: what counts is whether an attempt since then was uncertain. */
static const char uncertain_sql[] =
    "SELECT 1 FROM audit WHERE ticket = ?1 AND verb = 'draft uncertain'"
    " AND after ->> '$.draft' = ?2 AND id > (SELECT coalesce(max(id), 0) FROM audit"
    "  WHERE ticket = ?1 AND verb = 'draft approve' AND after ->> '$.draft' = ?2"
    "  AND before ->> '$.state' <> 'uncertain') LIMIT 1";

static bool may_have_arrived(Connection *connection, const DraftRow *row, bool *may, GError **error)
{
    g_autoptr(Statement) select = connection_statement(connection, uncertain_sql, error);
    if (select == NULL)
        return false;
    sqlite_bind(select, "ii", row->ticket, row->id);
    int result = sqlite_step(select, error);
    *may = result == SQLITE_ROW;
    return result != -1;
}

/* This attempt surely sent nothing: the mail is taken out of the ticket, unless an earlier attempt
 * may have sent it.  Then it stays, because an answer to it must still find its ticket. */
static bool drop_answer(Connection *connection, const DraftRow *row, GError **error)
{
    bool may;
    return may_have_arrived(connection, row, &may, error) &&
           (may || message_row_drop_answer(connection, row->ticket, row->message_id, error));
}

static bool write_again(Connection *connection, gpointer work, GError **error)
{
    const Sending *sending = work;
    g_auto(DraftRow) row = { 0 };
    return find_and_step(connection, sending, &row, error) &&
           drop_answer(connection, &row, error) &&
           job_row_again(connection, sending->job, sending->due, sending->deed.why, error);
}

bool store_draft_again(Store *store, gint64 id, const Job *job, gint64 due, const char *why,
                       gint64 now, GError **error)
{
    Sending sending = {
        .id = id, .job = job, .due = due, .deed = { .step = STEP_AGAIN, .now = now }
    };
    return run(store, write_again, &sending, why, error);
}

static gint64 answer_row(Connection *connection, const DraftRow *row, GError **error)
{
    g_autoptr(Statement) select =
        connection_statement(connection,
                             "SELECT max(id) FROM message WHERE message_id = ?2 AND ticket = ?1"
                             " AND direction = 'out'",
                             error);
    if (select == NULL)
        return -1;
    sqlite_bind(select, "it", row->ticket, row->message_id);
    return sqlite_step(select, error) == SQLITE_ROW ? sqlite3_column_int64(select, 0) : -1;
}

static bool add_next(Connection *connection, const DraftRow *row, const GPtrArray *then, gint64 now,
                     GError **error)
{
    const JobSubject about = { .ticket = row->ticket, .draft = row->id, .mailbox = row->mailbox };
    for (guint i = 0; then != NULL && i < then->len; i++) {
        if (!job_row_add(connection, then->pdata[i], &about, now, error))
            return false;
    }
    return true;
}

/* The ticket has its answer; other drafts that don't know of it are of no use any more. */
bool draft_row_sent(Connection *connection, const DraftRow *row, const char *by,
                    const GPtrArray *then, gint64 now, GError **error)
{
    const DraftDeed deed = { .step = STEP_SENT, .by = by, .now = now };
    g_auto(TicketName) ticket = { 0 };
    DraftsBygone others = { .ticket = row->ticket,
                            .below = answer_row(connection, row, error),
                            .by = "",
                            .why = "another answer was sent" };
    return others.below >= 0 && draft_row_step(connection, row, &deed, error) &&
           draft_rows_withdraw(connection, &others, now, error) &&
           ticket_row_answer(connection, row->ticket, now, &ticket, error) &&
           job_rows_drop_of_draft(connection, row->id, error) &&
           add_next(connection, row, then, now, error);
}

static bool write_sent(Connection *connection, gpointer work, GError **error)
{
    const Sending *sending = work;
    g_auto(DraftRow) row = { 0 };
    return draft_row_find(connection, sending->id, &row, error) &&
           draft_row_sent(connection, &row, "", sending->then, sending->deed.now, error);
}

bool store_draft_sent(Store *store, gint64 id, const GPtrArray *then, gint64 now, GError **error)
{
    Sending sending = { .id = id, .then = then, .deed = { .now = now } };
    return run(store, write_sent, &sending, NULL, error);
}

static bool write_settled(Connection *connection, gpointer work, GError **error)
{
    const Sending *sending = work;
    g_auto(DraftRow) row = { 0 };
    if (!draft_row_find(connection, sending->id, &row, error))
        return false;
    if (row.state == DRAFT_UNCERTAIN)
        return draft_row_sent(connection, &row, sending->deed.by, sending->then, sending->deed.now,
                              error);
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT,
                "draft %" G_GINT64_FORMAT " is %s; only what is uncertain is settled", row.id,
                draft_state_name(row.state));
    return false;
}

bool store_draft_settle(Store *store, gint64 id, const char *by, const GPtrArray *then, gint64 now,
                        GError **error)
{
    Sending sending = { .id = id, .then = then, .deed = { .by = by, .now = now } };
    return run(store, write_settled, &sending, NULL, error);
}

static bool write_uncertain(Connection *connection, gpointer work, GError **error)
{
    const Sending *sending = work;
    g_auto(DraftRow) row = { 0 };
    if (!draft_row_find(connection, sending->id, &row, error))
        return false;
    if (row.state == DRAFT_SENDING && g_str_equal(row.why, SEEN))
        return draft_row_sent(connection, &row, "", sending->then, sending->deed.now, error);
    return draft_row_step(connection, &row, &sending->deed, error) &&
           job_row_done(connection, sending->job, error) &&
           add_next(connection, &row, sending->then, sending->deed.now, error);
}

bool store_draft_uncertain(Store *store, gint64 id, const Job *job, const char *why,
                           const GPtrArray *then, gint64 now, GError **error)
{
    Sending sending = {
        .id = id, .job = job, .then = then, .deed = { .step = STEP_UNCERTAIN, .now = now }
    };
    return run(store, write_uncertain, &sending, why, error);
}

static bool write_failed(Connection *connection, gpointer work, GError **error)
{
    const Sending *sending = work;
    g_auto(DraftRow) row = { 0 };
    return find_and_step(connection, sending, &row, error) &&
           drop_answer(connection, &row, error) && job_row_done(connection, sending->job, error);
}

bool store_draft_failed(Store *store, gint64 id, const Job *job, const char *why, gint64 now,
                        GError **error)
{
    Sending sending = { .id = id, .job = job, .deed = { .step = STEP_FAILED, .now = now } };
    return run(store, write_failed, &sending, why, error);
}

/* ── what is heard of it later ── */

static bool remember_seen(Connection *connection, const DraftRow *row, GError **error)
{
    g_autoptr(Statement) update =
        connection_statement(connection, "UPDATE draft SET why = ?2 WHERE id = ?1", error);
    if (update == NULL)
        return false;
    sqlite_bind(update, "it", row->id, SEEN);
    return statement_run(update, error);
}

static bool write_seen(Connection *connection, gpointer work, GError **error)
{
    const Sending *sending = work;
    g_auto(DraftRow) row = { 0 };
    gint64 id;
    if (!draft_row_by_message_id(connection, sending->message_id, &id, error) ||
        (id != 0 && !draft_row_find(connection, id, &row, error)))
        return false;
    if (id != 0 && row.state == DRAFT_SENDING)
        return remember_seen(connection, &row, error);
    return id == 0 || row.state != DRAFT_UNCERTAIN ||
           draft_row_sent(connection, &row, "", sending->then, sending->deed.now, error);
}

bool store_draft_seen(Store *store, const char *message_id, const GPtrArray *then, gint64 now,
                      GError **error)
{
    Sending sending = { .message_id = message_id, .then = then, .deed = { .now = now } };
    return run(store, write_seen, &sending, NULL, error);
}
