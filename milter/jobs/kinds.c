/* The kinds of jobs, a row each. */
#include "jobs/kinds.h"

/* To send is tried for two days, as mail servers do.  That no model answers is an alarm of its own,
 * not one of each mail that waits for it. */
static const JobKind kinds[] = {
    { "late", job_late, 3, 30, true },
    { "draft", job_draft, 8, 30, false },
    { "notify", job_notify, 10, 10, false },
    { "log", job_log, 8, 60, false },
    { "remind", job_remind, 8, 60, false },
    { "send", job_send, 52, 60, false },
    { "sent-copy", job_sent_copy, 8, 60, false },
    { "acknowledge", job_acknowledge, 5, 60, false },
};

const JobKind *job_kind(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (g_str_equal(kinds[i].name, name))
            return &kinds[i];
    }
    return NULL;
}

gint64 job_pause(const JobKind *kind, gint64 attempts)
{
    gint64 pause = kind->pause;
    for (gint64 i = 1; i < attempts && pause < JOB_PAUSE_MAX; i++)
        pause *= 2;
    return MIN(pause, JOB_PAUSE_MAX);
}

/* A store that can't be read says nothing: then the mail isn't sent either. */
static bool is_held(const void *data)
{
    const JobWork *work = data;
    g_autoptr(GError) error = NULL;
    return store_job_is_held(services_store(work->services), work->job, &error);
}

SmtpBreak job_breaks(const JobWork *work)
{
    return (SmtpBreak){ .stopping = work->stopping, .may_send = is_held, .data = work };
}
