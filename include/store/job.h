/* Jobs: what is still to be done about a mail once it has gone its way.  They are rows, so they
 * outlive the program; whoever takes one holds it by a lease that must be renewed, and a worker
 * that dies loses it.  Times are epoch seconds.  Any thread. */
#pragma once

#include "store/store.h"

/* Longest `argument` and `error`, in bytes. */
#define JOB_ARGUMENT_MAX 4096
#define JOB_ERROR_MAX    500

/* A job to be made with a decision (Record.jobs) or by a person's verb. */
typedef struct {
    const char *kind;     /* a row of the table in milter/jobs/kinds.c */
    const char *argument; /* what the kind needs to know beside its mail; NULL: "" */
    gint64 delay;         /* seconds from now on */
    bool in_order;        /* of its ticket's that are in order too, one runs at a time, and an
                             earlier one first, unless it has failed before */
} JobWish;

typedef struct {
    gint64 id, ticket_id, draft_id; /* 0: none */
    char *kind, *argument, *mailbox;
    char *ticket, *decision_id; /* "": none */
    gint64 created, due, attempts;
    bool held, dead;
    char *error;  /* of the last attempt, "" */
    char *holder; /* "HOLDER/ID" of the taking, "" */
} Job;
void job_free(Job *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Job, job_free)

/* How long a job is held without being renewed. */
#define JOB_LEASE 20

/* Takes the job that has been due longest, for `holder`; its attempt counts from here.  NULL: none
 * is due, or an error. */
Job *store_job_take(Store *store, const char *holder, gint64 now, GError **error);
/* Renews all leases of `holder`. */
bool store_jobs_renew(Store *store, const char *holder, gint64 now, GError **error);
/* When the next one can be taken; `otherwise` if none waits. */
bool store_job_next(Store *store, gint64 now, gint64 otherwise, gint64 *next, GError **error);

/* Is the job still that of this taking?  TRIAGE_ERROR_NOT_FOUND: it has lost the lease, and another
 * worker has the job or it has ended. */
bool store_job_is_held(Store *store, const Job *job, GError **error);
/* The holder's report.  TRIAGE_ERROR_NOT_FOUND: it has lost the lease; nothing has changed. */
bool store_job_done(Store *store, const Job *job, GError **error);
bool store_job_again(Store *store, const Job *job, gint64 due, const char *why, GError **error);
bool store_job_dead(Store *store, const Job *job, const char *why, GError **error);

/* TRIAGE_ERROR_NOT_FOUND: no such job. */
Job *store_job(Store *store, gint64 id, gint64 now, GError **error);
/* Array of Job*: those that are dead first, then by when they are due. */
GPtrArray *store_jobs(Store *store, gint64 now, gint64 limit, GError **error);
/* A person's verbs, audited.  TRIAGE_ERROR_NOT_FOUND: no such job; TRIAGE_ERROR_BUSY: a worker
 * holds it right now.  A draft whose sending is dropped is a person's again. */
bool store_job_retry(Store *store, gint64 id, const char *by, gint64 now, GError **error);
bool store_job_drop(Store *store, gint64 id, const char *by, gint64 now, GError **error);
