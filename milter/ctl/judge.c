/* The same stages as the daemon's, from a file: nothing is recorded and nothing is marked. */
#include "ctl/judge.h"

static gint64 deadline_of(const Mailbox *mailbox)
{
    return g_get_monotonic_time() + mailbox->deadline_ms * 1000;
}

CtlJudged *ctl_judge_read(Ctl *ctl, const Mailbox *mailbox)
{
    GString *bytes = ctl_services(ctl) != NULL
                         ? ctl_read_message(ctl->arguments[0], (gsize)ctl->site->max_body)
                         : NULL;
    if (bytes == NULL)
        return NULL;
    CtlJudged *judged = g_new0(CtlJudged, 1);
    judged->submission = ctl_submission_new(bytes, mailbox->address[0]);
    judged->message = pipeline_read(ctl->site, judged->submission, NULL);
    envelope_set(&judged->submission->envelope->sender, judged->message->from->address);
    return judged;
}

CtlJudged *ctl_judge(Ctl *ctl)
{
    const Mailbox *mailbox = ctl_mailbox(ctl);
    g_autoptr(CtlJudged) judged = mailbox != NULL ? ctl_judge_read(ctl, mailbox) : NULL;
    if (judged == NULL)
        return NULL;
    judged->judgement = pipeline_decide(ctl->site, ctl->services, mailbox, judged->submission,
                                        judged->message, deadline_of(mailbox));
    if (judged->judgement->error == NULL)
        return g_steal_pointer(&judged);
    ctl_fail(judged->judgement->error);
    return NULL;
}

void ctl_judged_free(CtlJudged *judged)
{
    if (judged == NULL)
        return;
    judgement_free(judged->judgement);
    message_free(judged->message);
    ctl_submission_free(judged->submission);
    g_free(judged);
}
