/* The verbs `retry` and `drop`, for jobs that came to no end by themselves. */
#include "desk/job.h"

typedef bool (*JobVerb)(Store *store, gint64 id, const char *by, gint64 now, GError **error);

static bool act(const Desk *desk, gint64 id, JobVerb verb, GError **error)
{
    g_autoptr(Job) job = store_job(desk->store, id, desk->now, error);
    return job != NULL && desk_may_act(desk, job->mailbox, error) &&
           verb(desk->store, id, desk->actor.name, desk->now, error);
}

bool desk_job_retry(const Desk *desk, gint64 id, GError **error)
{
    return act(desk, id, store_job_retry, error);
}

bool desk_job_drop(const Desk *desk, gint64 id, GError **error)
{
    return act(desk, id, store_job_drop, error);
}
