/* Sends an approved draft, at most once.
 *
 * The attempt is committed before the mail server sees a byte.  A draft that is found attempted
 * when its job is taken was left so by a worker that died, and nobody knows how far it came: that
 * is uncertain, as is a connection that broke behind the mail's last byte, and neither is ever
 * tried again by itself. */
#include "jobs/kinds.h"

#include "base/error.h"
#include "base/log.h"
#include "desk/draft_mail.h"
#include "jobs/submit.h"
#include "pipeline/pipeline.h"

/* What a draft is sent with. */
typedef struct {
    const JobWork *work;
    const Mailbox *mailbox;
    const Draft *draft;
    char *envelope_sender;
    GPtrArray *recipients;
    DraftReply reply;
    ReplyMail mail;
} Sending;

static void sending_clear(Sending *sending)
{
    g_free(sending->envelope_sender);
    g_clear_pointer(&sending->recipients, g_ptr_array_unref);
    reply_mail_clear(&sending->mail);
    draft_reply_clear(&sending->reply);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Sending, sending_clear)

/* ── the attempt ── */

static bool attempt(const Sending *sending, GError **error)
{
    const JobWork *work = sending->work;
    g_autoptr(Envelope) envelope = envelope_new();
    g_autoptr(GString) bytes = g_string_new_len(sending->mail.bytes, (gssize)sending->mail.length);
    const Submission as_others_see_it = { .envelope = envelope, .bytes = bytes };
    envelope_set(&envelope->sender, sending->envelope_sender);
    envelope_set(&envelope->path, sending->envelope_sender);
    for (guint i = 0; i < sending->recipients->len; i++)
        envelope_add_recipient(envelope, sending->recipients->pdata[i]);
    g_autoptr(Message) message = pipeline_read(work->site, &as_others_see_it, NULL);
    const DraftMail mail = { .draft = sending->draft,
                             .reply = &sending->reply.reply,
                             .message = message,
                             .envelope = envelope,
                             .keep = (KeepMail)sending->mailbox->keep,
                             .keep_text = sending->mailbox->keep_text };
    return store_draft_attempt(services_store(work->services), work->job, &mail, work->now, error);
}

/* ── how it ended ── */

static gint64 seconds_now(void)
{
    return g_get_real_time() / G_USEC_PER_SEC;
}

static const char *const outcome_names[] = {
    [SMTP_TAKEN] = "sent",
    [SMTP_LATER] = "later",
    [SMTP_NEVER] = "failed",
    [SMTP_UNKNOWN] = "uncertain",
};

static void log_outcome(const JobWork *work, const Draft *draft, SmtpOutcome outcome,
                        const char *why)
{
    g_autoptr(LogLine) line = log_line_new("reply");
    log_text(line, "outcome", outcome_names[outcome]);
    log_number(line, "draft", draft->id);
    log_text(line, "ticket", draft->ticket);
    log_text(line, "mailbox", draft->mailbox);
    log_text(line, "message_id", draft->message_id);
    log_number(line, "attempts", work->job->attempts);
    log_text(line, "why", why);
    log_write(outcome == SMTP_TAKEN || outcome == SMTP_LATER ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING,
              line);
}

static bool again(const JobWork *work, const Draft *draft, const char *why, GError **error)
{
    Store *store = services_store(work->services);
    const JobKind *kind = job_kind(work->job->kind);
    gint64 attempts = work->job->attempts, now = seconds_now();
    if (attempts < kind->attempts)
        return store_draft_again(store, draft->id, work->job, now + job_pause(kind, attempts), why,
                                 now, error);
    g_autofree char *enough =
        g_strdup_printf("given up after %" G_GINT64_FORMAT " attempts: %s", attempts, why);
    return store_draft_failed(store, draft->id, work->job, enough, now, error);
}

static bool settle(const JobWork *work, const Mailbox *mailbox, const Draft *draft,
                   SmtpOutcome outcome, const char *why, GError **error)
{
    Store *store = services_store(work->services);
    g_autoptr(GPtrArray) then = mailbox != NULL ? mailbox_sent_wishes(mailbox, work->site) : NULL;
    log_outcome(work, draft, outcome, why);
    switch (outcome) {
    case SMTP_TAKEN:
        return store_draft_sent(store, draft->id, then, seconds_now(), error);
    case SMTP_LATER:
        return again(work, draft, why, error);
    case SMTP_NEVER:
        return store_draft_failed(store, draft->id, work->job, why, seconds_now(), error);
    default:
        return store_draft_uncertain(store, draft->id, work->job, why, then, seconds_now(), error);
    }
}

/* ── the job ── */

static bool prepare(Sending *sending, GError **error)
{
    const JobWork *work = sending->work;
    if (sending->mailbox == NULL || work->site->submission_url == NULL) {
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT, "%s",
                    sending->mailbox == NULL ? "its mailbox is no longer configured"
                                             : "no mail server is configured: submission_url");
        return false;
    }
    sending->recipients = draft_mail_recipients(sending->draft);
    sending->envelope_sender = mailbox_bounce_address(sending->mailbox, sending->draft->id,
                                                      services_secret(work->services));
    return draft_reply_read(&sending->reply, services_store(work->services), sending->mailbox,
                            sending->draft, error) &&
           reply_compose(&sending->reply.reply, &sending->mail, error);
}

static bool is_input(const GError *error)
{
    return g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT);
}

static JobEnd fail(GError *trouble, GError **error)
{
    g_propagate_error(error, trouble);
    return JOB_FAILED;
}

/* It is not what was approved, or nobody approves it any more. */
static JobEnd refuse(const GError *why)
{
    log_error(LOG_LEVEL_WARNING, "reply-refused", why);
    return JOB_DONE;
}

static JobEnd send_approved(const JobWork *work, const Mailbox *mailbox, const Draft *draft,
                            GError **error)
{
    g_auto(Sending) sending = { .work = work, .mailbox = mailbox, .draft = draft };
    g_autoptr(GError) trouble = NULL;
    SmtpResult result = { .outcome = SMTP_NEVER };
    if (prepare(&sending, &trouble)) {
        if (!attempt(&sending, &trouble))
            return is_input(trouble) ? refuse(trouble) : fail(g_steal_pointer(&trouble), error);
        const SmtpBreak breaks = job_breaks(work);
        result = submit(work->site, work->services, sending.envelope_sender, sending.recipients,
                        &sending.mail, &breaks);
    } else if (is_input(trouble)) {
        result.why = g_strdup(trouble->message);
    } else {
        return fail(g_steal_pointer(&trouble), error);
    }
    bool settled = settle(work, mailbox, draft, result.outcome, result.why, error);
    g_free(result.why);
    return settled ? JOB_ENDED : JOB_FAILED;
}

JobEnd job_send(const JobWork *work, GError **error)
{
    const Mailbox *mailbox = site_mailbox(work->site, work->job->mailbox);
    g_autoptr(Draft) draft =
        store_draft(services_store(work->services), work->job->draft_id, error);
    if (draft == NULL)
        return JOB_FAILED;
    if (draft->state == DRAFT_APPROVED)
        return send_approved(work, mailbox, draft, error);
    if (draft->state != DRAFT_SENDING)
        return JOB_DONE;
    bool settled = settle(work, mailbox, draft, SMTP_UNKNOWN,
                          "the worker that was sending it has gone", error);
    return settled ? JOB_ENDED : JOB_FAILED;
}
