/* Verbs about jobs.  TRIAGE_ERROR_NOT_FOUND: there is no such job; TRIAGE_ERROR_BUSY: it is being
 * worked on. */
#pragma once

#include "desk/actor.h"
#include "store/job.h"

/* Due now, with all its attempts, dead or not. */
bool desk_job_retry(const Desk *desk, gint64 id, GError **error);
/* Gone; what it was to send is a person's again. */
bool desk_job_drop(const Desk *desk, gint64 id, GError **error);
