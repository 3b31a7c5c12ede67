/* From judgements to the edits of one message.
 *
 * A message has one set of headers, however many mailboxes it names, and what they say is bounded
 * by its recipients: full headers never leave with a copy that goes elsewhere. */
#include "pipeline/marks.h"

/* Full headers stay inside: one recipient elsewhere, or one we can't tell, and the id alone is
 * written. */
static MarkLevel mark_level(const Site *site, const Envelope *envelope, const Mailbox *mailbox)
{
    if (envelope->others)
        return MARK_ID;
    for (guint i = 0; i < envelope->recipients->len; i++) {
        if (!site_is_local(site, g_ptr_array_index(envelope->recipients, i)))
            return MARK_ID;
    }
    return mailbox->headers;
}

void judgement_mark(const Judgement *judgement, const Message *message, MarkLevel level, Mark *mark)
{
    const StoredDecision *stored = judgement->stored;
    const Classification *classification = judgement->classification;
    *mark = (Mark){ .mailbox = judgement->mailbox->name,
                    .customer = judgement->customer,
                    .proven = message_person_is_proven(message),
                    .proven_by = message->authentication.reason,
                    .level = level,
                    .crm_unreadable = judgement->crm_unreadable,
                    .ms = judgement->ms };
    if (judgement->failed != NULL) {
        mark->status = STATUS_FAILED;
        mark->why = judgement->failed;
    } else if (stored != NULL) {
        mark->status = stored->status;
        mark->why = stored->why;
        mark->prompt = stored->prompt;
        mark->decision_id = stored->decision_id;
        mark->ticket = stored->ticket;
        mark->verdict = stored->verdict;
        mark->plan = stored->plan;
    } else {
        mark->status = classification->status;
        mark->why = classification->why;
        mark->prompt = judgement->context != NULL ? judgement->mailbox->active_prompt->id : "";
        mark->decision_id = judgement->receipt != NULL ? judgement->receipt->decision_id : "";
        mark->ticket = judgement->receipt != NULL ? judgement->receipt->ticket : "";
        mark->verdict = judgement->verdict;
        mark->plan = judgement->plan;
    }
}

/* The envelope recipients that stand for the mailbox. */
static GPtrArray *recipients_of(const Site *site, const Envelope *envelope, const Mailbox *mailbox)
{
    GPtrArray *recipients = g_ptr_array_new();
    for (guint i = 0; i < envelope->recipients->len; i++) {
        char *recipient = g_ptr_array_index(envelope->recipients, i);
        if (site_mailbox_for(site, recipient) == mailbox)
            g_ptr_array_add(recipients, recipient);
    }
    return recipients;
}

static void route_clear(gpointer data)
{
    g_ptr_array_unref(((MarkRoute *)data)->recipients);
}

static const Plan *plan_of(const Judgement *judgement)
{
    if (judgement->failed != NULL)
        return NULL;
    return judgement->stored != NULL ? judgement->stored->plan : judgement->plan;
}

/* Headers come from the first mailbox whose mode marks; where the message goes, all of those say.
 */
GPtrArray *marks_for(const Site *site, const Submission *submission, const Message *message,
                     const SenderResult *own, const GPtrArray *judgements)
{
    g_autofree char *results = own != NULL && site->authentication_results != NULL
                                   ? sender_result_field(own, site->authentication_results)
                                   : NULL;
    const Envelope *envelope = submission->envelope;
    g_autoptr(GArray) routes = g_array_new(FALSE, FALSE, sizeof(MarkRoute));
    const Judgement *first = NULL;
    Mark mark;
    g_array_set_clear_func(routes, route_clear);
    for (guint i = 0; i < judgements->len; i++) {
        const Judgement *judgement = g_ptr_array_index(judgements, i);
        if (judgement->mailbox->mode == MODE_OBSERVE)
            continue;
        const MarkRoute route = { plan_of(judgement),
                                  recipients_of(site, envelope, judgement->mailbox) };
        g_array_append_val(routes, route);
        first = first != NULL ? first : judgement;
    }
    if (first == NULL)
        return mark_edits(NULL, NULL, 0, NULL, 0);
    judgement_mark(first, message, mark_level(site, envelope, first->mailbox), &mark);
    guint removals = submission->incoming->len;
    if (mark_may_remove(removals, submission->fields))
        mark.results = results;
    else
        removals = 0;
    return mark_edits(&mark, (const MarkIncoming *)(void *)submission->incoming->data, removals,
                      (const MarkRoute *)(void *)routes->data, routes->len);
}
