/* The gate in front of CLASSIFY.
 *
 * Nobody's money is spent on an out-of-office note or on spam.  Two kinds of mail must not be mixed
 * up: what is skipped (no person and no system of a customer's wants anything), and automatic mail
 * that a customer's machines send, which gets the baseline and, for a known customer, a ticket. */
#include "pipeline/gate.h"

Gate gate_judge(const Message *message, const Customer *customer)
{
    const Automatic *automatic = &message->automatic;
    bool known = customer->match == MATCH_EXACT || customer->match == MATCH_DOMAIN;

    if (automatic->skip)
        return (Gate){ false, false, STATUS_SKIPPED, automatic_kind_name(automatic->kind) };
    if (message->spam)
        return (Gate){ false, false, STATUS_SKIPPED, "spam" };
    if (automatic->kind != AUTOMATIC_NONE)
        return (Gate){ false, known, STATUS_FALLBACK, automatic_kind_name(automatic->kind) };
    if (message->encrypted)
        return (Gate){ false, true, STATUS_FALLBACK, "protected" };
    return (Gate){ true, true, STATUS_LLM, "" };
}
