/* Looks after a ticket that somebody is owed an answer in. */
#include "jobs/kinds.h"

#include "store/remind.h"

JobEnd job_remind(const JobWork *work, GError **error)
{
    static const char *const nobody[] = { NULL };
    const Mailbox *mailbox = site_mailbox(work->site, work->job->mailbox);
    const char *const *names = mailbox != NULL ? (const char *const *)mailbox->remind : nobody;
    return store_ticket_remind(services_store(work->services), work->job, names, work->now, error)
               ? JOB_ENDED
               : JOB_FAILED;
}
