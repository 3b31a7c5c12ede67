/* The retention job: old text and old decisions go, once an hour, on a thread of its own. */
#pragma once

#include "pipeline/daemon.h"

typedef struct RetainJob RetainJob;

RetainJob *retain_job_start(Daemon *daemon);
void retain_job_stop(RetainJob *job); /* waits for the transaction in hand; NULL is fine */
