/* Our own answers, seen on their way out: they belong to the thread they answer and are never
 * judged.
 *
 * Who may speak for a mailbox is decided by the connection (authenticated, or our network), never
 * by what a header says alone: our own From without those signs is just another stranger.  A
 * content filter hands mail from outside back to us out of our network, so the way that mail has
 * come counts as well. */
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

/* Loopback and link-local addresses are those of the hop itself. */
static bool is_inside(const Site *site, const char *address)
{
    g_autoptr(GInetAddress) parsed = g_inet_address_new_from_string(address);
    return g_inet_address_get_is_loopback(parsed) || g_inet_address_get_is_link_local(parsed) ||
           site_is_our_network(site, address) ||
           (site->trusted_hops != NULL &&
            g_strv_contains((const char *const *)site->trusted_hops, address));
}

/* Does a Received field name a client outside our networks?  They are read from the top down to the
 * first whose client logged in; those below it are that client's own. */
static bool came_by_stranger(const Site *site, const Message *message)
{
    for (guint i = 0; i < message->hops->len; i++) {
        const Hop *hop = g_ptr_array_index(message->hops, i);
        if (hop->authenticated || hop->unclear)
            return !hop->authenticated;
        for (guint k = 0; k < hop->addresses->len; k++) {
            if (!is_inside(site, g_ptr_array_index(hop->addresses, k)))
                return true;
        }
    }
    return message->hops->len >= HOPS_MAX;
}

/* Has one of the mailboxes it goes to judged it, as mail from outside? */
static bool was_judged(const Site *site, Services *services, const Submission *submission,
                       const Message *message)
{
    const Envelope *envelope = submission->envelope;
    bool judged = false;
    for (guint i = 0; i < envelope->recipients->len && !judged; i++) {
        const Mailbox *mailbox = site_mailbox_for(site, g_ptr_array_index(envelope->recipients, i));
        if (mailbox == NULL)
            continue;
        g_autoptr(GError) error = NULL;
        g_autofree char *identity =
            thread_identity(mailbox->name, message, envelope->sender, envelope->recipients);
        if (!store_was_judged(services_store(services), identity, &judged, &error)) {
            log_error(LOG_LEVEL_WARNING, "answer-not-recorded", error);
            return true;
        }
    }
    return judged;
}

/* Our own DMARC fail says no more here than that the mail isn't signed yet, and that its client is
 * not among those that our domain's SPF record names. */
static bool others_say_it_is_forged(const Authentication *found)
{
    return g_str_equal(found->source, "trust") && g_str_equal(found->dmarc, "fail");
}

/* A relay of inbound mail inside our networks would lend strangers our voice. */
static bool is_from_outside(const Site *site, Services *services, const Submission *submission,
                            const Message *message)
{
    return submission->envelope->authenticated[0] == '\0' &&
           (others_say_it_is_forged(&message->authentication) || came_by_stranger(site, message) ||
            was_judged(site, services, submission, message));
}

bool outgoing_record(Site *site, Services *services, const Submission *submission,
                     const Message *message)
{
    if (!outgoing_possible(site, submission->envelope) || message->from_count != 1)
        return false;
    const Mailbox *mailbox = site_mailbox_of_author(site, message->from->address);
    if (mailbox == NULL || is_from_outside(site, services, submission, message))
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
