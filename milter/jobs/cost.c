/* What jobs have cost that came to nothing. */
#include "jobs/kinds.h"

#include "base/log.h"
#include "store/call.h"

void job_record_cost(const JobWork *work, const char *purpose, const GPtrArray *calls)
{
    g_autoptr(GError) error = NULL;
    if (!store_calls_in_vain(services_store(work->services), work->job->decision_id, purpose, calls,
                             work->now, &error))
        log_error(LOG_LEVEL_WARNING, "calls-not-recorded", error);
}
