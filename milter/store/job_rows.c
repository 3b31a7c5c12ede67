/* Jobs as rows: made, ended, dropped, each within the transaction that gives the reason for it.
 * Writer's thread. */
#include "store/job_rows.h"

#include "base/error.h"

bool job_row_add(Connection *connection, const JobWish *wish, const JobSubject *about, gint64 now,
                 GError **error)
{
    g_autoptr(Statement) insert = connection_statement(
        connection,
        "INSERT INTO job (kind, sequence, ticket, decision, draft, mailbox, argument, created, due)"
        " VALUES (?1, iif(?2, nullif(?3, 0), NULL), nullif(?3, 0), nullif(?4, ''), nullif(?5, 0),"
        " ?6, ?7, ?8, ?9)",
        error);
    if (insert == NULL)
        return false;
    sqlite_bind(insert, "tiitittii", wish->kind, (gint64)wish->in_order, about->ticket,
                about->decision, about->draft, about->mailbox,
                wish->argument != NULL ? wish->argument : "", now, now + wish->delay);
    return statement_run(insert, error);
}

/* The job is still that of this taking: ?1 id, ?2 holder, ?3 attempts.  Takings have
 * names of their own; the attempt tells two apart even where a name was written by another hand. */
#define IS_HELD " WHERE id = ?1 AND holder = ?2 AND attempts = ?3"

static bool fail_lost(const Job *job, GError **error)
{
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_NOT_FOUND,
                "lost the lease on job %" G_GINT64_FORMAT, job->id);
    return false;
}

bool job_row_waits(Connection *connection, const JobWish *wish, const char *decision, bool *waits,
                   GError **error)
{
    g_autoptr(Statement) select = connection_statement(
        connection, "SELECT 1 FROM job WHERE decision = ?1 AND kind = ?2 AND argument = ?3", error);
    if (select == NULL)
        return false;
    sqlite_bind(select, "ttt", decision, wish->kind, wish->argument != NULL ? wish->argument : "");
    int result = sqlite_step(select, error);
    *waits = result == SQLITE_ROW;
    return result != -1;
}

bool job_row_done(Connection *connection, const Job *job, GError **error)
{
    g_autoptr(Statement) delete =
        connection_statement(connection, "DELETE FROM job" IS_HELD, error);
    if (delete == NULL)
        return false;
    sqlite_bind(delete, "iti", job->id, job->holder, job->attempts);
    if (!statement_run(delete, error))
        return false;
    return sqlite3_changes(connection->db) > 0 || fail_lost(job, error);
}

bool job_row_is_held(Connection *connection, const Job *job, GError **error)
{
    g_autoptr(Statement) select =
        connection_statement(connection, "SELECT 1 FROM job" IS_HELD, error);
    if (select == NULL)
        return false;
    sqlite_bind(select, "iti", job->id, job->holder, job->attempts);
    int result = sqlite_step(select, error);
    return result == SQLITE_ROW || (result == SQLITE_DONE && fail_lost(job, error));
}

static const char give_back_sql[] =
    "UPDATE job SET due = ?4, dead = ?5, error = ?6, lease = 0, holder = ''" IS_HELD;

static bool give_back(Connection *connection, const Job *job, gint64 due, bool dead,
                      const char *why, GError **error)
{
    g_autoptr(Statement) update = connection_statement(connection, give_back_sql, error);
    if (update == NULL)
        return false;
    sqlite_bind(update, "itiiit", job->id, job->holder, job->attempts, due, (gint64)dead, why);
    if (!statement_run(update, error))
        return false;
    return sqlite3_changes(connection->db) > 0 || fail_lost(job, error);
}

bool job_row_again(Connection *connection, const Job *job, gint64 due, const char *why,
                   GError **error)
{
    return give_back(connection, job, due, false, why, error);
}

bool job_row_dead(Connection *connection, const Job *job, const char *why, GError **error)
{
    return give_back(connection, job, job->due, true, why, error);
}

bool job_rows_drop_of_decision(Connection *connection, const char *decision, GError **error)
{
    g_autoptr(Statement) delete =
        connection_statement(connection, "DELETE FROM job WHERE decision = ?1", error);
    if (delete == NULL)
        return false;
    sqlite_bind(delete, "t", decision);
    return statement_run(delete, error);
}

bool job_rows_hurry_of_draft(Connection *connection, gint64 draft, gint64 now, GError **error)
{
    g_autoptr(Statement) update = connection_statement(
        connection, "UPDATE job SET due = min(due, ?2) WHERE draft = ?1", error);
    if (update == NULL)
        return false;
    sqlite_bind(update, "ii", draft, now);
    return statement_run(update, error);
}

bool job_rows_drop_of_draft(Connection *connection, gint64 draft, GError **error)
{
    g_autoptr(Statement) delete =
        connection_statement(connection, "DELETE FROM job WHERE draft = ?1", error);
    if (delete == NULL)
        return false;
    sqlite_bind(delete, "i", draft);
    return statement_run(delete, error);
}
