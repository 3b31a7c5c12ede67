/* What is due every hour, on a thread of its own: retention, and what models are worth. */
#pragma once

#include "pipeline/daemon.h"

typedef struct HourlyJob HourlyJob;

/* NULL after saying why in the log. */
HourlyJob *hourly_job_start(Daemon *daemon);
void hourly_job_stop(HourlyJob *job); /* waits for the transaction in hand; NULL is fine */
