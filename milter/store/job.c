/* Jobs between workers: taken, renewed, given back.
 *
 * A lease is short and renewed, so that what a killed worker held is taken again soon; an attempt
 * is counted when a job is taken, so that one that kills its worker comes to an end too.  Each
 * taking has a name of its own in `holder`: a worker that stalled for longer than its lease and
 * goes on finds that the job is not its any more, even if another worker of the same process has
 * it, or if a new job got the number of one that has ended.  Of a sequence one job runs at a time,
 * the earliest first; but one that has failed, and tries again later, holds nobody back: a draft is
 * written from what is known, rather than wait for a model that is down. */
#include "store/parts.h"

#include "store/audit_row.h"
#include "store/draft_rows.h"
#include "store/job_rows.h"

#include "base/error.h"
#include "base/text.h"

#define WORD_MAX 256
#define HELD_MAX 256 /* jobs that the workers of overlapping processes hold at once */

void job_free(Job *job)
{
    if (job == NULL)
        return;
    g_free(job->kind);
    g_free(job->argument);
    g_free(job->mailbox);
    g_free(job->ticket);
    g_free(job->decision_id);
    g_free(job->error);
    g_free(job->holder);
    g_free(job);
}

/* ?1 is now. */
#define JOB_COLUMNS                                                                                \
    "SELECT j.id, coalesce(j.ticket, 0), coalesce(j.draft, 0), j.created, j.due, j.attempts,"      \
    " j.lease > ?1, j.dead, j.kind, j.argument, j.mailbox, coalesce(t.name, ''),"                  \
    " coalesce(j.decision, ''), j.error, j.holder FROM job j LEFT JOIN ticket t ON t.id = "        \
    "j.ticket "

static Job *read_job(Statement *row)
{
    Job *job = g_new0(Job, 1);
    gint64 *const numbers[] = { &job->id,      &job->ticket_id, &job->draft_id,
                                &job->created, &job->due,       &job->attempts };
    char **const texts[] = { &job->kind,        &job->argument, &job->mailbox, &job->ticket,
                             &job->decision_id, &job->error,    &job->holder };
    int column = 0;
    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
        *numbers[i] = sqlite3_column_int64(row, column++);
    job->held = sqlite3_column_int(row, column++) != 0;
    job->dead = sqlite3_column_int(row, column++) != 0;
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        *texts[i] = sqlite_text(row, column++, JOB_ARGUMENT_MAX);
    return job;
}

/* ── workers ── */

/* ?1 is now. */
#define IS_ITS_TURN                                                                                \
    "j.dead = 0 AND NOT EXISTS (SELECT 1 FROM job e WHERE e.sequence = j.sequence"                 \
    " AND e.id <> j.id AND e.dead = 0 AND (e.lease > ?1 OR (e.id < j.id AND e.error = ''))) "

typedef struct {
    const char *holder; /* of a taking: with the part that no other taking has */
    gint64 now;
    Job *job; /* what the transaction leaves */
} Taking;

static bool find_due(Connection *connection, Taking *taking, GError **error)
{
    g_autoptr(Statement) select =
        connection_statement(connection,
                             JOB_COLUMNS "WHERE j.due <= ?1 AND j.lease <= ?1 AND " IS_ITS_TURN
                                         "ORDER BY j.due, j.id LIMIT 1",
                             error);
    if (select == NULL)
        return false;
    sqlite_bind(select, "i", taking->now);
    int result = sqlite_step(select, error);
    if (result == SQLITE_ROW)
        taking->job = read_job(select);
    return result != -1;
}

static bool hold(Connection *connection, Taking *taking, GError **error)
{
    Job *job = taking->job;
    g_autoptr(Statement) update = connection_statement(
        connection, "UPDATE job SET holder = ?2, lease = ?3, attempts = attempts + 1 WHERE id = ?1",
        error);
    if (update == NULL)
        return false;
    sqlite_bind(update, "iti", job->id, taking->holder, taking->now + JOB_LEASE);
    job->attempts++;
    job->held = true;
    g_free(job->holder);
    job->holder = g_strdup(taking->holder);
    return statement_run(update, error);
}

static bool write_taking(Connection *connection, gpointer work, GError **error)
{
    Taking *taking = work;
    g_clear_pointer(&taking->job, job_free);
    return find_due(connection, taking, error) &&
           (taking->job == NULL || hold(connection, taking, error));
}

Job *store_job_take(Store *store, const char *holder, gint64 now, GError **error)
{
    g_autofree char *unique = g_uuid_string_random();
    g_autofree char *lease = g_strconcat(holder, "/", unique, NULL);
    Taking taking = { .holder = lease, .now = now };
    if (store_write(store, write_taking, &taking, error))
        return taking.job;
    job_free(taking.job);
    return NULL;
}

static bool write_renewal(Connection *connection, gpointer work, GError **error)
{
    const Taking *taking = work;
    g_autoptr(Statement) update = connection_statement(
        connection,
        "UPDATE job SET lease = ?2 WHERE substr(holder, 1, length(?1) + 1) = ?1 || '/'"
        " AND lease > 0",
        error);
    if (update == NULL)
        return false;
    sqlite_bind(update, "ti", taking->holder, taking->now + JOB_LEASE);
    return statement_run(update, error);
}

bool store_jobs_renew(Store *store, const char *holder, gint64 now, GError **error)
{
    Taking taking = { .holder = holder, .now = now };
    return store_write(store, write_renewal, &taking, error);
}

/* Whoever holds a job took it when it was due: of those that may come next, in the order in which
 * they are due, the held ones stand first.  So the first rows tell, however many wait. */
bool store_job_next(Store *store, gint64 now, gint64 otherwise, gint64 *next, GError **error)
{
    g_auto(Reader) reader = pool_take(store->pool, error);
    if (reader.connection == NULL)
        return false;
    g_autoptr(Statement) select = connection_statement(
        reader.connection,
        "SELECT min(max(due, lease)) FROM (SELECT j.due, j.lease FROM job j"
        " WHERE " IS_ITS_TURN "ORDER BY j.due LIMIT 1 + " G_STRINGIFY(HELD_MAX) ")",
        error);
    if (select == NULL)
        return false;
    sqlite_bind(select, "i", now);
    if (sqlite_step(select, error) != SQLITE_ROW)
        return false;
    bool waits = sqlite3_column_type(select, 0) != SQLITE_NULL;
    *next = waits ? MAX(sqlite3_column_int64(select, 0), now) : otherwise;
    return true;
}

/* ── what becomes of a job that is held ── */

bool store_job_is_held(Store *store, const Job *job, GError **error)
{
    g_auto(Reader) reader = pool_take(store->pool, error);
    return reader.connection != NULL && job_row_is_held(reader.connection, job, error);
}

static bool write_done(Connection *connection, gpointer work, GError **error)
{
    return job_row_done(connection, work, error);
}

bool store_job_done(Store *store, const Job *job, GError **error)
{
    return store_write(store, write_done, (gpointer)job, error);
}

/* What a report says. */
typedef struct {
    const Job *job;
    gint64 due;
    char *why;
} Outcome;

static bool write_again(Connection *connection, gpointer work, GError **error)
{
    const Outcome *outcome = work;
    return job_row_again(connection, outcome->job, outcome->due, outcome->why, error);
}

static bool write_dead(Connection *connection, gpointer work, GError **error)
{
    const Outcome *outcome = work;
    return job_row_dead(connection, outcome->job, outcome->why, error);
}

bool store_job_again(Store *store, const Job *job, gint64 due, const char *why, GError **error)
{
    g_autofree char *line = text_line(why, JOB_ERROR_MAX);
    Outcome outcome = { job, due, line };
    return store_write(store, write_again, &outcome, error);
}

bool store_job_dead(Store *store, const Job *job, const char *why, GError **error)
{
    g_autofree char *line = text_line(why, JOB_ERROR_MAX);
    Outcome outcome = { job, job->due, line };
    return store_write(store, write_dead, &outcome, error);
}

/* ── people ── */

GPtrArray *store_jobs(Store *store, gint64 now, gint64 limit, GError **error)
{
    g_auto(Reader) reader = pool_take(store->pool, error);
    if (reader.connection == NULL)
        return NULL;
    g_autoptr(Statement) rows = connection_statement(
        reader.connection, JOB_COLUMNS "ORDER BY j.dead DESC, j.due, j.id LIMIT ?2", error);
    if (rows == NULL)
        return NULL;
    sqlite_bind(rows, "ii", now, MAX(limit, 0));
    g_autoptr(GPtrArray) jobs = g_ptr_array_new_with_free_func((GDestroyNotify)job_free);
    int result;
    while ((result = sqlite_step(rows, error)) == SQLITE_ROW)
        g_ptr_array_add(jobs, read_job(rows));
    return result == SQLITE_DONE ? g_steal_pointer(&jobs) : NULL;
}

static Job *find_job(Connection *connection, gint64 id, gint64 now, GError **error)
{
    g_autoptr(Statement) select =
        connection_statement(connection, JOB_COLUMNS "WHERE j.id = ?2", error);
    if (select == NULL)
        return NULL;
    sqlite_bind(select, "ii", now, id);
    int result = sqlite_step(select, error);
    if (result == SQLITE_DONE)
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_NOT_FOUND,
                    "there is no job %" G_GINT64_FORMAT, id);
    return result == SQLITE_ROW ? read_job(select) : NULL;
}

Job *store_job(Store *store, gint64 id, gint64 now, GError **error)
{
    g_auto(Reader) reader = pool_take(store->pool, error);
    return reader.connection != NULL ? find_job(reader.connection, id, now, error) : NULL;
}

typedef struct {
    gint64 id, now;
    const char *by, *verb, *sql;
    bool drops;
} Order;

static bool check_free(const Job *job, GError **error)
{
    if (job->held)
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_BUSY,
                    "job %" G_GINT64_FORMAT " is being worked on; try again in a moment", job->id);
    return !job->held;
}

static char *job_json(const Job *job)
{
    g_autoptr(cJSON) json = cJSON_CreateObject();
    cJSON_AddNumberToObject(json, "job", (double)job->id);
    cJSON_AddStringToObject(json, "kind", job->kind);
    cJSON_AddNumberToObject(json, "attempts", (double)job->attempts);
    cJSON_AddStringToObject(json, "error", job->error);
    return json_print(json);
}

static bool audit_order(Connection *connection, const Order *order, const Job *job, GError **error)
{
    g_autofree char *before = job_json(job);
    const Audit audit = { .by = order->by,
                          .verb = order->verb,
                          .ticket = job->ticket_id,
                          .decision = job->decision_id,
                          .before = before };
    return audit_row_add(connection, &audit, order->now, error);
}

/* What was to be sent is a person's again, and flagged if it may have been. */
static bool give_back_draft(Connection *connection, const Order *order, const Job *job,
                            GError **error)
{
    g_auto(DraftRow) draft = { 0 };
    if (!draft_row_find(connection, job->draft_id, &draft, error))
        return false;
    bool begun = draft.state == DRAFT_SENDING;
    const DraftDeed deed = { .step = begun ? STEP_UNCERTAIN : STEP_FAILED,
                             .by = order->by,
                             .why = "its job was dropped",
                             .now = order->now };
    return (!begun && draft.state != DRAFT_APPROVED) ||
           draft_row_step(connection, &draft, &deed, error);
}

static bool write_order(Connection *connection, gpointer work, GError **error)
{
    const Order *order = work;
    g_autoptr(Job) job = find_job(connection, order->id, order->now, error);
    if (job == NULL || !check_free(job, error))
        return false;
    g_autoptr(Statement) change = connection_statement(connection, order->sql, error);
    if (change == NULL)
        return false;
    sqlite_bind(change, "ii", order->id, order->now);
    return statement_run(change, error) && audit_order(connection, order, job, error) &&
           (!order->drops || job->draft_id == 0 || give_back_draft(connection, order, job, error));
}

bool store_job_retry(Store *store, gint64 id, const char *by, gint64 now, GError **error)
{
    Order order = { .id = id,
                    .now = now,
                    .by = by,
                    .verb = "job retry",
                    .sql = "UPDATE job SET dead = 0, due = ?2, attempts = 0 WHERE id = ?1" };
    return store_write(store, write_order, &order, error);
}

bool store_job_drop(Store *store, gint64 id, const char *by, gint64 now, GError **error)
{
    Order order = { .id = id,
                    .now = now,
                    .by = by,
                    .verb = "job drop",
                    .sql = "DELETE FROM job WHERE id = ?1 AND ?2",
                    .drops = true };
    return store_write(store, write_order, &order, error);
}
