/* From a judgement to what the store takes.  A view: nothing is copied. */
#include "pipeline/pipeline.h"

Record judgement_record(const Judgement *judgement, const Site *site, const Envelope *envelope,
                        const Message *message, gint64 now)
{
    const Mailbox *mailbox = judgement->mailbox;
    const Prompt *prompt = judgement->context != NULL ? mailbox->active_prompt : NULL;
    return (Record){ .mailbox = mailbox->name,
                     .identity = judgement->identity,
                     .ticket_prefix = mailbox->ticket_prefix,
                     .envelope = envelope,
                     .message = message,
                     .thread = judgement->thread,
                     .customer = judgement->customer,
                     .context = judgement->context,
                     .classification = judgement->classification,
                     .presumption = judgement->presumption,
                     .verdict = judgement->verdict,
                     .plan = judgement->plan,
                     .policy_hash = policy_hash(mailbox->policy),
                     .prompt_id = prompt != NULL ? prompt->id : "",
                     .prompt_digest = prompt != NULL ? prompt->digest : "",
                     .payer = judgement->payer,
                     .question = judgement->question,
                     .reply = judgement->reply,
                     .keep = mailbox->keep,
                     .keep_text = mailbox->keep_text,
                     .now = now,
                     .ms = judgement->ms,
                     .duplicate_window_ms =
                         thread_duplicate_window(message, site->duplicate_window_ms) };
}
