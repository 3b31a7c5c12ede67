/* The product on one page: READ, then for each mailbox RECALL, MATCH, PRESUME, CLASSIFY, DECIDE
 * (decide.c) and RECORD, then MARK.
 *
 * Everything before the edits is planned, nothing is touched half-way: a message leaves with all of
 * our headers, with `failed; why=…`, or as it came.  Trouble is logged here, once, because here it
 * is decided what it means for the message. */
#include "pipeline/pipeline.h"

#include "base/log.h"
#include "pipeline/late_calls.h"
#include "pipeline/marks.h"
#include "pipeline/outgoing.h"
#include "pipeline/side_by_side.h"
#include "pipeline/verification.h"

/* What the mailboxes of one message share while they are judged. */
typedef struct {
    Site *site;
    Services *services;
    const Submission *submission;
    const Message *message;
    gint64 deadline;
} Round;

/* A call that goes on is kept for the job that will come for it; nobody comes without one. */
static void keep_late_call(Judgement *judgement, const Round *round)
{
    Site *site = round->site;
    ClassifyPending *pending = g_steal_pointer(&judgement->classification->pending);
    gint64 until = g_get_monotonic_time() +
                   (site->settle_ms + 2 * site->late_deadline_ms) * G_TIME_SPAN_MILLISECOND;
    if (pending != NULL && judgement->receipt != NULL)
        late_calls_keep(services_late_calls(round->services), judgement->receipt->decision_id, site,
                        pending, until);
    else
        classify_give_up(pending);
}

static void record(Judgement *judgement, const Round *round)
{
    g_autoptr(GPtrArray) wishes = judgement_wishes(judgement, round->site, round->message);
    Record row = judgement_record(judgement, round->site, round->submission->envelope,
                                  round->message, round->submission->now);
    row.jobs = wishes;
    judgement->receipt =
        store_record(services_store(round->services), &row, round->deadline, &judgement->error);
    if (judgement->receipt == NULL)
        judgement->failed = "store";
    keep_late_call(judgement, round);
}

/* A footer more or less: the decision stands, and the mail is kept beside the one it was about. */
static void keep_copy(Judgement *judgement, const Round *round)
{
    const Mailbox *mailbox = judgement->mailbox;
    const Record row = { .mailbox = mailbox->name,
                         .identity = judgement->identity,
                         .envelope = round->submission->envelope,
                         .message = round->message,
                         .keep = mailbox->keep,
                         .keep_text = mailbox->keep_text,
                         .now = round->submission->now };
    if (!store_add_copy(services_store(round->services), &row, judgement->stored->decision_id,
                        round->deadline, &judgement->error))
        judgement->failed = "store";
}

static gint64 waited_ms(const Submission *submission)
{
    return (g_get_monotonic_time() - submission->received) / G_TIME_SPAN_MILLISECOND;
}

/* Did more headers of ours come with it than can be removed?  Then nothing can be sorted by them or
 * by ours, and nothing is spent on the message. */
static bool is_forged(const Submission *submission)
{
    return !mark_may_remove(submission->incoming->len, submission->fields);
}

static Judgement *refuse_forged(const Mailbox *mailbox)
{
    Judgement *judgement = g_new0(Judgement, 1);
    judgement->mailbox = mailbox;
    judgement->failed = "forged";
    return judgement;
}

static void *judge(void *mailbox, void *data)
{
    const Round *round = data;
    if (is_forged(round->submission))
        return refuse_forged(mailbox);
    Judgement *judgement = pipeline_decide(round->site, round->services, mailbox, round->submission,
                                           round->message, round->deadline);
    judgement->ms = waited_ms(round->submission);
    if (judgement->failed == NULL && judgement->copy)
        keep_copy(judgement, round);
    else if (judgement->failed == NULL && judgement->stored == NULL)
        record(judgement, round);
    return judgement;
}

/* The mailboxes among the recipients, without doubles, in order. */
static GPtrArray *mailboxes_of(const Site *site, const Envelope *envelope)
{
    GPtrArray *mailboxes = g_ptr_array_new();
    for (guint i = 0; i < envelope->recipients->len; i++) {
        const Mailbox *mailbox = site_mailbox_for(site, g_ptr_array_index(envelope->recipients, i));
        if (mailbox != NULL && !g_ptr_array_find(mailboxes, mailbox, NULL))
            g_ptr_array_add(mailboxes, (gpointer)mailbox);
    }
    return mailboxes;
}

static gint64 shortest_deadline(const GPtrArray *mailboxes, const Submission *submission)
{
    gint64 shortest = G_MAXINT64;
    for (guint i = 0; i < mailboxes->len; i++)
        shortest = MIN(shortest, ((Mailbox *)g_ptr_array_index(mailboxes, i))->deadline_ms);
    return submission->received + shortest * G_TIME_SPAN_MILLISECOND;
}

bool pipeline_has_mailbox(const Site *site, const Envelope *envelope)
{
    for (guint i = 0; i < envelope->recipients->len; i++) {
        if (site_mailbox_for(site, g_ptr_array_index(envelope->recipients, i)) != NULL)
            return true;
    }
    return false;
}

bool pipeline_in_scope(const Site *site, const Envelope *envelope)
{
    return outgoing_possible(site, envelope) || pipeline_has_mailbox(site, envelope);
}

/* Only when something failed, and the mailbox of every recipient asks for it. */
static bool should_tempfail(const Round *round, const GPtrArray *judgements)
{
    const Envelope *envelope = round->submission->envelope;
    const Judgement *failed = NULL;
    if (envelope->others || is_forged(round->submission))
        return false; /* it would be the same the next time */
    for (guint i = 0; i < judgements->len; i++) {
        const Judgement *judgement = g_ptr_array_index(judgements, i);
        if (judgement->mailbox->on_failure != ON_FAILURE_TEMPFAIL)
            return false;
        if (judgement->failed != NULL && failed == NULL)
            failed = judgement;
    }
    for (guint i = 0; i < envelope->recipients->len; i++) {
        if (site_mailbox_for(round->site, g_ptr_array_index(envelope->recipients, i)) == NULL)
            return false;
    }
    if (failed == NULL)
        return false;
    g_autofree char *identity =
        thread_try_identity(failed->mailbox->name, round->message, envelope->sender);
    return services_may_tempfail(round->services, identity, round->submission->now,
                                 failed->mailbox->tempfail_for_ms);
}

Message *pipeline_read(const Site *site, const Submission *submission, const SenderResult *own)
{
    bool own_only = site->authenticate == AUTHENTICATE_OWN;
    const MailTrust trust = { .authserv_ids = own_only ? NULL : site->trust,
                              .trusted_hops = site->trusted_hops,
                              .own_lists = (char **)site->own_lists->pdata,
                              .own_domains = site->local_domains,
                              .arc_sealers = site->trust_arc,
                              .servers = own_only ? NULL : site->trusted_servers,
                              .own_only = own_only,
                              .own = own };
    const char *sender = submission->from_file ? NULL : submission->envelope->path;
    Message *message =
        message_read(submission->bytes->str, submission->bytes->len, sender, &site->limits, &trust);
    if (submission->cut != NULL && message->truncated[0] == '\0') {
        g_free(message->truncated);
        message->truncated = g_strdup(submission->cut);
    }
    return message;
}

/* Only where nothing else than those results can prove a sender. */
static void watch_results(const Site *site, Services *services, const Message *message)
{
    if (site->authenticate != AUTHENTICATE_TRUST)
        return;
    if (services_note_results(services, message->authentication.results->len > 0))
        log_note(LOG_LEVEL_WARNING, "no-trusted-results",
                 "%d messages in a row; do we stand behind the DKIM and DMARC filters, and does "
                 "'trust' name their authserv-id?",
                 SERVICES_UNTRUSTED_ALARM);
}

/* One of the two is wrong: a filter before us changed the mail, or a field in it is forged. */
static void log_difference(const Submission *submission, const Message *message)
{
    const Authentication *authentication = &message->authentication;
    if (authentication->differs[0] == '\0')
        return;
    g_autoptr(LogLine) line = log_line_new("authentication-differs");
    log_text(line, "id", submission->envelope->id);
    log_text(line, "queue_id", submission->envelope->queue_id);
    log_text(line, "from", address_domain(message->from->address));
    log_text(line, "found", authentication->differs);
    log_text(line, "why", authentication->why);
    log_write(LOG_LEVEL_WARNING, line);
}

/* Waits for the sender's verification, at most for half of the time that there is: what comes then
 * needs the rest. */
static SenderResult *verified(const GPtrArray *mailboxes, const Submission *submission)
{
    if (mailboxes->len == 0)
        return NULL;
    gint64 time = shortest_deadline(mailboxes, submission) - submission->received;
    return verification_end(submission->verification, submission->received + time / 2,
                            submission->now, submission->tick, submission->tick_data);
}

PipelineResult *pipeline_run(Site *site, Services *services, const Submission *submission)
{
    g_autoptr(GPtrArray) mailboxes = mailboxes_of(site, submission->envelope);
    g_autoptr(SenderResult) own = verified(mailboxes, submission);
    g_autoptr(Message) message = pipeline_read(site, submission, own);
    PipelineResult *result = g_new0(PipelineResult, 1);
    if (outgoing_record(site, services, submission, message) || mailboxes->len == 0) {
        result->judgements = g_ptr_array_new();
        result->edits = mark_edits(NULL, NULL, 0, NULL, 0);
        return result;
    }
    Submission untold = *submission; /* the MTA hears from the thread that waits, and no other */
    untold.tick = NULL;
    watch_results(site, services, message);
    log_difference(submission, message);
    const Round round = { .site = site,
                          .services = services,
                          .submission = mailboxes->len > 1 ? &untold : submission,
                          .message = message,
                          .deadline = shortest_deadline(mailboxes, submission) };
    result->judgements =
        side_by_side(judge, mailboxes, (void *)&round, submission->tick, submission->tick_data);
    g_ptr_array_set_free_func(result->judgements, (GDestroyNotify)judgement_free);
    for (guint i = 0; i < result->judgements->len; i++)
        ((Judgement *)g_ptr_array_index(result->judgements, i))->ms = waited_ms(submission);
    result->tempfail = should_tempfail(&round, result->judgements);
    result->edits = marks_for(site, submission, message, own, result->judgements);
    return result;
}

void pipeline_result_free(PipelineResult *result)
{
    if (result == NULL)
        return;
    g_ptr_array_unref(result->judgements);
    g_ptr_array_unref(result->edits);
    g_free(result);
}
