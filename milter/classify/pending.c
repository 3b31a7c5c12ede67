/* A call whose mail has gone: the money held back for it stays held until somebody comes for the
 * answer or gives it up.  Who pays is kept by name, because the message's own values have gone with
 * it. */
#include "classify/pending.h"

ClassifyPending *pending_new(LlmPending *call, const Bill *bill)
{
    ClassifyPending *pending = g_new0(ClassifyPending, 1);
    pending->call = call;
    pending->bill = *bill;
    pending->mailbox = g_strdup(bill->payers[PURSE_MAILBOX].name);
    pending->sender = g_strdup(bill->payers[PURSE_SENDER].name);
    pending->bill.payers[PURSE_MAILBOX].name = pending->mailbox;
    pending->bill.payers[PURSE_SENDER].name = pending->sender;
    return pending;
}

LlmAnswer *pending_collect(ClassifyPending *pending, gint64 *cost)
{
    LlmAnswer *answer = llm_collect(g_steal_pointer(&pending->call));
    *cost = bill_close(&pending->bill, answer);
    return answer;
}

void pending_free(ClassifyPending *pending)
{
    g_free(pending->mailbox);
    g_free(pending->sender);
    g_free(pending);
}

/* It may be charged all the same, like any call that was cut off. */
void classify_give_up(ClassifyPending *pending)
{
    if (pending == NULL)
        return;
    g_autoptr(LlmAnswer) cut = llm_answer_new(LLM_DEADLINE, "nobody came for it");
    llm_give_up(g_steal_pointer(&pending->call));
    bill_close(&pending->bill, cut);
    pending_free(pending);
}
