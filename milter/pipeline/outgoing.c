/* Our own answers, seen on their way out: they belong into the thread they answer and are never
 * judged.
 *
 * Who may speak for a mailbox is decided by the connection (authenticated, or our network), never
 * by what a header says alone: our own From without those signs is just another stranger. */
#include "pipeline/outgoing.h"

#include "base/log.h"
#include "store/draft.h"

bool outgoing_possible(const Site *site, const Envelope *envelope)
{
    return envelope->authenticated[0] != '\0' ||
           site_is_our_network(site, envelope->client_address);
}

/* The ticket it answers: named by a Message-ID rather than by a token. */
static const ThreadCandidate *answered(const GPtrArray *candidates)
{
    const ThreadCandidate *by_token = NULL;
    for (guint i = 0; i < candidates->len; i++) {
        const ThreadCandidate *candidate = g_ptr_array_index(candidates, i);
        if (candidate->by_reference)
            return candidate;
        if (candidate->by_token && by_token == NULL)
            by_token = candidate;
    }
    return by_token;
}

static bool record_answer(const Site *site, Services *services, const Mailbox *mailbox,
                          const Submission *submission, const Message *message, gint64 deadline,
                          GError **error)
{
    g_autofree char *identity = thread_identity(
        mailbox->name, message, submission->envelope->sender, submission->envelope->recipients);
    g_autoptr(GPtrArray) tokens = thread_tokens(message, mailbox->ticket_prefix);
    const RecallKey key = { .mailbox = mailbox->name,
                            .identity = identity,
                            .message = message,
                            .tokens = tokens,
                            .now = submission->now };
    g_autoptr(Recalled) recalled = store_recall(services_store(services), &key, error);
    if (recalled == NULL)
        return false;
    const ThreadCandidate *ticket = answered(recalled->candidates);
    if (ticket == NULL)
        return true;
    g_autoptr(Thread) thread = thread_new();
    g_autoptr(GPtrArray) jobs = mailbox_answer_wishes(mailbox, site);
    thread->ticket_id = ticket->id;
    const Record row = { .mailbox = mailbox->name,
                         .identity = identity,
                         .ticket_prefix = mailbox->ticket_prefix,
                         .envelope = submission->envelope,
                         .message = message,
                         .thread = thread,
                         .outgoing = true,
                         .jobs = jobs,
                         .keep = mailbox->keep,
                         .keep_text = mailbox->keep_text,
                         .now = submission->now };
    g_autoptr(Receipt) receipt = store_record(services_store(services), &row, deadline, error);
    return receipt != NULL;
}

/* An absence, or our own acknowledgement, answers nobody. */
static bool is_answer(const Message *message)
{
    AutomaticKind kind = message->automatic.kind;
    return kind != AUTOMATIC_AUTO_REPLY && kind != AUTOMATIC_AUTO_GENERATED;
}

/* A reply of ours on its way: nobody need ask any more whether it was handed over. */
static void tell_seen(const Site *site, Services *services, const Mailbox *mailbox,
                      const Submission *submission, const Message *message)
{
    g_autoptr(GPtrArray) then = mailbox_sent_wishes(mailbox, site);
    g_autoptr(GError) error = NULL;
    if (message->message_id[0] != '\0' &&
        !store_draft_seen(services_store(services), message->message_id, then, submission->now,
                          &error))
        log_error(LOG_LEVEL_WARNING, "reply-not-settled", error);
}

bool outgoing_record(Site *site, Services *services, const Submission *submission,
                     const Message *message)
{
    if (!outgoing_possible(site, submission->envelope) || message->from_count != 1)
        return false;
    /* A relay of inbound mail inside our networks would lend strangers our voice. */
    if (submission->envelope->authenticated[0] == '\0' &&
        g_str_equal(message->authentication.dmarc, "fail"))
        return false;
    const Mailbox *mailbox = site_mailbox_of_author(site, message->from->address);
    if (mailbox == NULL)
        return false;
    if (!is_answer(message))
        return true;
    g_autoptr(GError) error = NULL;
    gint64 deadline = submission->received + mailbox->deadline_ms * 1000;
    if (!record_answer(site, services, mailbox, submission, message, deadline, &error))
        log_error(LOG_LEVEL_WARNING, "answer-not-recorded", error);
    tell_seen(site, services, mailbox, submission, message);
    return true;
}
