/* A decision judged anew.
 *
 * Who judges reads the newest revision, thinks, and adds one behind it; under the write lock it is
 * asked again whether that is still the newest, so that nobody's word is lost between the two.  A
 * ticket that others have shaped too, or a person, is changed only as a follow-up would change it.
 */
#include "store/revise.h"

#include "store/parts.h"

#include "base/error.h"
#include "base/json.h"
#include "store/audit_row.h"
#include "store/call_rows.h"
#include "store/codec.h"
#include "store/job_rows.h"
#include "store/record_rows.h"

#include <string.h>

#define WORD_MAX 1024

/* ── what stands ── */

void current_revision_free(CurrentRevision *current)
{
    if (current == NULL)
        return;
    verdict_free(current->verdict);
    verdict_free(current->floors);
    g_strfreev(current->final);
    plan_free(current->plan);
    g_free(current);
}

static char **read_names(Statement *row, int column)
{
    g_autofree char *text = sqlite_text(row, column, STORE_TEXT_MAX);
    g_autoptr(cJSON) array = json_parse(text, strlen(text), NULL);
    g_autoptr(GStrvBuilder) names = g_strv_builder_new();
    const cJSON *name;
    cJSON_ArrayForEach(name, array)
    {
        if (cJSON_IsString(name))
            g_strv_builder_add(names, name->valuestring);
    }
    return g_strv_builder_end(names);
}

static Verdict *read_verdict(Statement *row, int values, int texts, FieldTable *fields,
                             GError **error)
{
    g_auto(VerdictColumns)
        columns = { sqlite_text(row, values, STORE_TEXT_MAX),
                    texts < 0 ? g_strdup("{}") : sqlite_text(row, texts, STORE_TEXT_MAX) };
    return codec_read_verdict(fields, &columns, error);
}

static bool read_current(Statement *row, CurrentRevision *current, FieldTable *fields,
                         GError **error)
{
    g_autofree char *plan = sqlite_text(row, 5, STORE_TEXT_MAX);
    current->id = sqlite3_column_int64(row, 0);
    current->verdict = read_verdict(row, 1, 2, fields, error);
    current->floors = current->verdict != NULL ? read_verdict(row, 3, -1, fields, error) : NULL;
    current->final = read_names(row, 4);
    current->plan = current->floors != NULL ? codec_read_plan(plan, error) : NULL;
    current->by_person = sqlite3_column_int(row, 6) != 0;
    return current->plan != NULL;
}

static const char current_sql[] =
    "SELECT id, verdict, texts, floors, final, plan, final <> '[]' FROM revision"
    " WHERE decision = ?1 ORDER BY id DESC LIMIT 1";

CurrentRevision *store_current_revision(Store *store, const char *decision_id, FieldTable *fields,
                                        GError **error)
{
    g_auto(Reader) reader = pool_take(store->pool, error);
    if (reader.connection == NULL)
        return NULL;
    g_autoptr(Statement) row = connection_statement(reader.connection, current_sql, error);
    if (row == NULL)
        return NULL;
    sqlite_bind(row, "t", decision_id);
    int result = sqlite_step(row, error);
    if (result == SQLITE_DONE)
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_NOT_FOUND, "there is no decision %s",
                    decision_id);
    if (result != SQLITE_ROW)
        return NULL;
    g_autoptr(CurrentRevision) current = g_new0(CurrentRevision, 1);
    return read_current(row, current, fields, error) ? g_steal_pointer(&current) : NULL;
}

/* ── the transaction ── */

typedef struct {
    RecordWork *record;
    gint64 after;
    const Job *job;
} ReviseWork;

/* What the revision is about. */
typedef struct {
    gint64 ticket, created;
    bool alone; /* nothing but this mail has shaped the ticket */
} Subject;

static const char subject_sql[] =
    "SELECT coalesce(d.ticket, 0), d.created,"
    " NOT EXISTS (SELECT 1 FROM message m WHERE m.ticket = d.ticket AND m.id <> d.message"
    "  AND m.copy_of IS NULL)"
    " AND NOT EXISTS (SELECT 1 FROM audit a WHERE a.ticket = d.ticket AND " AUDIT_SHAPES_TICKET "),"
    " (SELECT max(id) FROM revision WHERE decision = d.id) FROM decision d WHERE d.id = ?1";

static bool read_subject(Connection *connection, const ReviseWork *work, Subject *subject,
                         GError **error)
{
    g_autoptr(Statement) row = connection_statement(connection, subject_sql, error);
    if (row == NULL)
        return false;
    sqlite_bind(row, "t", work->record->decision_id);
    int result = sqlite_step(row, error);
    if (result == SQLITE_DONE)
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_NOT_FOUND, "there is no decision %s",
                    work->record->decision_id);
    if (result != SQLITE_ROW)
        return false;
    *subject = (Subject){ sqlite3_column_int64(row, 0), sqlite3_column_int64(row, 1),
                          sqlite3_column_int(row, 2) != 0 };
    if (sqlite3_column_int64(row, 3) == work->after)
        return true;
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_BUSY, "decision %s was revised meanwhile",
                work->record->decision_id);
    return false;
}

static bool run_linking(Connection *connection, const char *sql, const ReviseWork *work,
                        gint64 ticket, GError **error)
{
    g_autoptr(Statement) update = connection_statement(connection, sql, error);
    if (update == NULL)
        return false;
    sqlite_bind(update, "it", ticket, work->record->decision_id);
    return statement_run(update, error);
}

/* The mail has a ticket only now. */
static bool link_ticket(Connection *connection, const ReviseWork *work, gint64 ticket,
                        GError **error)
{
    return run_linking(connection,
                       "UPDATE message SET ticket = ?1 WHERE id ="
                       " (SELECT message FROM decision WHERE id = ?2)",
                       work, ticket, error) &&
           run_linking(connection, "UPDATE decision SET ticket = ?1 WHERE id = ?2", work, ticket,
                       error) &&
           record_rows_add_participants(connection, work->record, ticket, error);
}

static bool change_ticket(Connection *connection, const ReviseWork *work, const Subject *subject,
                          TicketName *ticket, GError **error)
{
    const RecordWork *record = work->record;
    const TicketOrigin origin = { record->prefix, record->mailbox, record->customer,
                                  &record->mail,  record->linked,  record->copy_key };
    if (subject->ticket != 0 && subject->alone)
        return ticket_row_revise(connection, subject->ticket, &record->ticket, subject->created,
                                 record->now, ticket, error);
    if (subject->ticket != 0)
        return ticket_row_follow_up(connection, subject->ticket, &record->ticket, false,
                                    record->now, ticket, error);
    if (record->wish != PLAN_TICKET_NEW)
        return true;
    return ticket_row_open(connection, &origin, &record->ticket, record->now, ticket, error) &&
           link_ticket(connection, work, ticket->id, error);
}

static bool write_revision(Connection *connection, gpointer revise_work, GError **error)
{
    const ReviseWork *work = revise_work;
    g_auto(TicketName) ticket = { 0 };
    Subject subject;
    return read_subject(connection, work, &subject, error) &&
           record_rows_add_revision(connection, work->record, error) &&
           call_rows_add(connection, work->record->decision_id, CALL_FOR_TRIAGE,
                         work->record->calls, work->record->now, error) &&
           change_ticket(connection, work, &subject, &ticket, error) &&
           record_rows_add_jobs(connection, work->record, ticket.id, error) &&
           (work->job == NULL || job_row_done(connection, work->job, error));
}

bool store_revise(Store *store, const Revision *revision, const Job *job, GError **error)
{
    ReviseWork work = { .record = record_work_new(revision->record),
                        .after = revision->after,
                        .job = job };
    work.record->decision_id = record_work_keep(work.record, revision->decision_id);
    work.record->by = record_work_keep(work.record, revision->by);
    bool good = store_write(store, write_revision, &work, error);
    record_work_free(work.record);
    return good;
}
