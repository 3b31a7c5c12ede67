/* The workers: they take jobs out of the store and carry them out, each on a thread of its own.
 * They wait on the store; nothing calls them. */
#pragma once

#include "pipeline/daemon.h"

typedef struct JobRunner JobRunner;

/* As many as the site's `workers`.  NULL after saying why in the log: then jobs stay where they
 * are.
 */
JobRunner *job_runner_start(Daemon *daemon);
/* Waits for the jobs in hand, whose calls to models end at once; they are tried again after the
 * next start.  NULL is fine. */
void job_runner_stop(JobRunner *runner);
