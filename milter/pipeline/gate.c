/* The gate in front of CLASSIFY.
 *
 * Nobody's money is spent on an out-of-office note or on spam.  Two kinds of mail must not be mixed
 * up: what is skipped (no person and no system of a customer's wants anything), and automatic mail
 * that a customer's machines send, which gets the baseline and, for a known customer, a ticket.  A
 * filter's spam mark skips a stranger's mail, but a proven contact's gets a ticket and a review: a
 * wrong mark must not silence a customer. */
#include "pipeline/gate.h"

Gate gate_judge(const Message *message, const Customer *customer)
{
    const Automatic *automatic = &message->automatic;
    bool known = customer->match == MATCH_EXACT || customer->match == MATCH_DOMAIN;
    bool contact = customer->match == MATCH_EXACT && message_person_is_proven(message);

    if (automatic->skip)
        return (Gate){ .status = STATUS_SKIPPED, .why = automatic_kind_name(automatic->kind) };
    if (message->spam && !contact)
        return (Gate){ .status = STATUS_SKIPPED, .why = "spam" };
    if (automatic->kind != AUTOMATIC_NONE)
        return (Gate){ .ticket = known,
                       .status = STATUS_FALLBACK,
                       .why = automatic_kind_name(automatic->kind) };
    if (message->spam)
        return (Gate){
            .ticket = true, .status = STATUS_FALLBACK, .why = "spam", .review = "marked as spam"
        };
    if (message->encrypted)
        return (Gate){ .ticket = true, .status = STATUS_FALLBACK, .why = "protected" };
    return (Gate){ .ask = true, .ticket = true, .status = STATUS_LLM, .why = "" };
}
