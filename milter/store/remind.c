/* Tickets that are overdue.
 *
 * Each mail of a ticket may make it due earlier, and an answer takes that away, so a reminder looks
 * at the ticket and at nothing else.  Whether people were told of this very moment is in the audit:
 * however many reminders a ticket has, they are told once. */
#include "store/remind.h"

#include "store/parts.h"

#include "store/audit_row.h"
#include "store/job_rows.h"

#define VERB "overdue"

typedef struct {
    const Job *job;
    const char *const *names;
    gint64 now;
} Reminding;

/* `due`: 0 if nobody waits, or people were told of it. */
static bool read_due(Connection *connection, const Job *job, gint64 *due, GError **error)
{
    g_autoptr(Statement) select = connection_statement(
        connection,
        "SELECT due FROM ticket t WHERE id = ?1 AND status NOT IN ('waiting', 'closed')"
        " AND NOT EXISTS (SELECT 1 FROM audit WHERE ticket = t.id AND verb = '" VERB "'"
        "  AND after ->> '$.due' = t.due)",
        error);
    if (select == NULL)
        return false;
    sqlite_bind(select, "i", job->ticket_id);
    int result = sqlite_step(select, error);
    *due = result == SQLITE_ROW ? sqlite3_column_int64(select, 0) : 0;
    return result != -1;
}

static bool run_again(Connection *connection, const Job *job, gint64 due, GError **error)
{
    g_autoptr(Statement) delete = connection_statement(
        connection, "DELETE FROM job WHERE ticket = ?1 AND kind = ?2 AND id <> ?3 AND holder = ''",
        error);
    if (delete == NULL)
        return false;
    sqlite_bind(delete, "iti", job->ticket_id, job->kind, job->id);
    return statement_run(delete, error) && job_row_again(connection, job, due, "", error);
}

static bool tell(Connection *connection, const Reminding *reminding, gint64 due, GError **error)
{
    const Job *job = reminding->job;
    g_autofree char *after = g_strdup_printf("{\"due\":%" G_GINT64_FORMAT "}", due);
    const Audit audit = { .by = "", .verb = VERB, .ticket = job->ticket_id, .after = after };
    const JobSubject about = { .ticket = job->ticket_id,
                               .decision = job->decision_id,
                               .mailbox = job->mailbox };
    for (const char *const *name = reminding->names; *name != NULL; name++) {
        g_autofree char *argument = g_strdup_printf("%s %" G_GINT64_FORMAT, *name, due);
        const JobWish wish = { .kind = "notify", .argument = argument };
        if (!job_row_add(connection, &wish, &about, reminding->now, error))
            return false;
    }
    return audit_row_add(connection, &audit, reminding->now, error) &&
           job_row_done(connection, job, error);
}

static bool write_reminder(Connection *connection, gpointer work, GError **error)
{
    const Reminding *reminding = work;
    gint64 due;
    if (!job_row_is_held(connection, reminding->job, error) ||
        !read_due(connection, reminding->job, &due, error))
        return false;
    if (due == 0)
        return job_row_done(connection, reminding->job, error);
    if (due > reminding->now)
        return run_again(connection, reminding->job, due, error);
    return tell(connection, reminding, due, error);
}

bool store_ticket_remind(Store *store, const Job *job, const char *const *names, gint64 now,
                         GError **error)
{
    Reminding reminding = { .job = job, .names = names, .now = now };
    return store_write(store, write_reminder, &reminding, error);
}
