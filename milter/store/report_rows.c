/* What mail servers say of a reply: it came back, it is late, it went on.
 *
 * Any of the three proves that it was taken once.  A reply that came back is owed again; of one
 * that is late people get a note, and nothing else changes.  Writer's thread. */
#include "store/report_rows.h"

#include "base/error.h"
#include "store/draft_rows.h"
#include "store/job_rows.h"

/* row->id 0: it is about no reply that we know, any more. */
static bool find_reply(Connection *connection, const RecordWork *work, DraftRow *row,
                       GError **error)
{
    gint64 id = work->reply;
    g_autoptr(GError) trouble = NULL;
    if (id == 0 && !draft_row_by_message_id(connection, work->returned_id, &id, error))
        return false;
    if (id == 0 || draft_row_find(connection, id, row, &trouble) ||
        g_error_matches(trouble, TRIAGE_ERROR, TRIAGE_ERROR_NOT_FOUND))
        return true;
    g_propagate_error(error, g_steal_pointer(&trouble));
    return false;
}

static bool bounce(Connection *connection, const RecordWork *work, const DraftRow *row,
                   GError **error)
{
    const DraftDeed deed = {
        .step = STEP_BOUNCED, .by = "", .why = work->report_why, .now = work->now
    };
    return draft_row_step(connection, row, &deed, error) &&
           job_rows_drop_of_draft(connection, row->id, error) &&
           ticket_row_reopen(connection, row->ticket, work->now, error);
}

static bool add_note(Connection *connection, const RecordWork *work, const DraftRow *row,
                     GError **error)
{
    g_autoptr(Statement) insert = connection_statement(
        connection, "INSERT INTO note (ticket, by, text, at) VALUES (?1, '', ?2, ?3)", error);
    if (insert == NULL)
        return false;
    g_autofree char *text = g_strdup_printf("the delivery of reply %" G_GINT64_FORMAT " is %s",
                                            row->id, work->report_why);
    sqlite_bind(insert, "iti", row->ticket, text, work->now);
    return statement_run(insert, error);
}

static bool is_out(const DraftRow *row)
{
    return row->state == DRAFT_SENDING || row->state == DRAFT_SENT || row->state == DRAFT_UNCERTAIN;
}

bool report_rows_write(Connection *connection, const RecordWork *work, GError **error)
{
    g_auto(DraftRow) row = { 0 };
    if (work->report == REPORT_NONE)
        return true;
    if (!find_reply(connection, work, &row, error))
        return false;
    if (row.id == 0 || !g_str_equal(row.mailbox, work->mailbox) || !is_out(&row))
        return true;
    if (work->report == REPORT_FAILED)
        return bounce(connection, work, &row, error);
    if (row.state == DRAFT_UNCERTAIN &&
        !draft_row_sent(connection, &row, "", NULL, work->now, error))
        return false;
    return work->report == REPORT_DELIVERED || add_note(connection, work, &row, error);
}
