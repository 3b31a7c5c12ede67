/* A late verdict: what a model says of a mail that has gone already upgrades its decision and its
 * ticket, never the delivered mail. */
#include "jobs/kinds.h"

#include "base/error.h"
#include "base/log.h"
#include "pipeline/pipeline.h"
#include "store/call.h"
#include "store/revise.h"

static void log_verdict(const Job *job, const Judgement *judgement)
{
    const Classification *classification = judgement->classification;
    g_autofree char *redacted = classify_redacted(classification->calls);
    g_autoptr(LogLine) line = log_line_new("judged-late");
    log_text(line, "decision", job->decision_id);
    log_text(line, "mailbox", job->mailbox);
    log_text(line, "status", status_name(classification->status));
    log_text(line, "engine", classification->engine);
    log_text(line, "why", classification->why[0] != '\0' ? classification->why : NULL);
    log_text(line, "redacted", redacted);
    log_write(LOG_LEVEL_INFO, line);
}

static bool revise(const JobWork *work, const Judgement *judgement, const StoredMail *mail,
                   GError **error)
{
    g_autoptr(GPtrArray) wishes = judgement_wishes(judgement, work->site, mail->message);
    Record record =
        judgement_record(judgement, work->site, mail->envelope, mail->message, work->now);
    record.jobs = wishes;
    const Revision revision = { .decision_id = mail->decision_id,
                                .by = "late",
                                .after = judgement->revises,
                                .record = &record };
    return store_revise(services_store(work->services), &revision, work->job, error);
}

/* Still no answer: another try may bring one, and where none does the baseline stands. */
static JobEnd unanswered(const JobWork *work, const Classification *classification, GError **error)
{
    bool last = work->last && !atomic_load(work->stopping);
    job_record_cost(work, CALL_FOR_TRIAGE, classification->calls);
    if (last || !classify_is_provisional(classification))
        return JOB_DONE;
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_BUSY, "no model answered: %s",
                classification->why);
    return JOB_FAILED;
}

JobEnd job_late(const JobWork *work, GError **error)
{
    const Mailbox *mailbox = site_mailbox(work->site, work->job->mailbox);
    g_autoptr(StoredMail) mail =
        store_mail_of_decision(services_store(work->services), work->job->decision_id, error);
    if (mail == NULL)
        return JOB_FAILED;
    if (mailbox == NULL || !mail->kept) /* gone meanwhile: the baseline stands */
        return JOB_DONE;
    g_autoptr(Judgement) judgement =
        pipeline_decide_late(work->site, work->services, mailbox, mail, work->now, error);
    if (judgement == NULL)
        return JOB_FAILED;
    if (judgement->classification->status == STATUS_FALLBACK)
        return unanswered(work, judgement->classification, error);
    if (!revise(work, judgement, mail, error))
        return JOB_FAILED;
    log_verdict(work->job, judgement);
    return JOB_ENDED;
}
