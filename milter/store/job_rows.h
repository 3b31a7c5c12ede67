/* What happens to jobs within a transaction of the writer. */
#pragma once

#include "store/connection.h"
#include "store/job.h"

/* What a new job is about; texts NULL and numbers 0: nothing. */
typedef struct {
    gint64 ticket, draft;
    const char *decision, *mailbox;
} JobSubject;

bool job_row_add(Connection *connection, const JobWish *wish, const JobSubject *about, gint64 now,
                 GError **error);

/* Is the same wished for the decision already? */
bool job_row_waits(Connection *connection, const JobWish *wish, const char *decision, bool *waits,
                   GError **error);

/* Ends a job that `job->holder` holds, together with what it has brought about.
 * TRIAGE_ERROR_NOT_FOUND: somebody else holds it by now. */
bool job_row_done(Connection *connection, const Job *job, GError **error);

/* The same error if somebody else does. */
bool job_row_is_held(Connection *connection, const Job *job, GError **error);
/* Gives it back: to run again when `due`, or to people.  The same error if the lease is lost. */
bool job_row_again(Connection *connection, const Job *job, gint64 due, const char *why,
                   GError **error);
bool job_row_dead(Connection *connection, const Job *job, const char *why, GError **error);

/* Those of a decision whose mail was not delivered with it. */
bool job_rows_drop_of_decision(Connection *connection, const char *decision, GError **error);
/* What was to be tried again later about a draft is due now: nothing is left to be done. */
bool job_rows_hurry_of_draft(Connection *connection, gint64 draft, gint64 now, GError **error);
/* Those about a draft, whoever holds them. */
bool job_rows_drop_of_draft(Connection *connection, gint64 draft, GError **error);
