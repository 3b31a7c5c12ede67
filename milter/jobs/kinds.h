/* Private to jobs/: what kinds of jobs there are, and what one is given. */
#pragma once

#include "jobs/smtp.h"
#include "pipeline/services.h"
#include "store/job.h"

typedef struct {
    Site *site;
    Services *services;
    const Job *job;
    gint64 now;                  /* epoch seconds */
    bool last;                   /* if this attempt fails, there is no other */
    const atomic_bool *stopping; /* then what takes long should come to an end */
} JobWork;

typedef enum {
    JOB_DONE,  /* nothing is left to do */
    JOB_ENDED, /* the same, and the job ended in the transaction that did it */
    JOB_FAILED /* error says why: what is temporary, or the system's, is tried again */
} JobEnd;

typedef struct {
    const char *name;
    JobEnd (*run)(const JobWork *work, GError **error);
    guint attempts; /* at most; then it is dead until a person retries it */
    gint64 pause;   /* seconds before the second attempt, doubled before each further one */
    bool quiet;     /* somebody else has told why it fails, once for all of them */
} JobKind;

#define JOB_PAUSE_MAX 3600

/* NULL: unknown. */
const JobKind *job_kind(const char *name);

/* Seconds before the attempt that follows so many. */
gint64 job_pause(const JobKind *kind, gint64 attempts);

/* For a mail that a job sends: broken off by a stop, and not completed once the lease is lost. */
SmtpBreak job_breaks(const JobWork *work);

/* What a model was asked in vain has its cost all the same.  `calls`: ClassifyCall*; a failure is
 * logged. */
void job_record_cost(const JobWork *work, const char *purpose, const GPtrArray *calls);

/* A file each. */
JobEnd job_late(const JobWork *work, GError **error);
JobEnd job_draft(const JobWork *work, GError **error);
JobEnd job_notify(const JobWork *work, GError **error);
JobEnd job_log(const JobWork *work, GError **error);
JobEnd job_remind(const JobWork *work, GError **error);
JobEnd job_send(const JobWork *work, GError **error);
JobEnd job_sent_copy(const JobWork *work, GError **error);
JobEnd job_acknowledge(const JobWork *work, GError **error);
