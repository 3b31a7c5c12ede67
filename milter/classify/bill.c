/* The money side of one call: an estimate before, the cost behind it.
 *
 * The estimate is on the safe side: a token for three bytes of what is sent, and the longest answer
 * that is allowed.  It is also the cost where a provider doesn't say what it counted, so that
 * hiding it makes no call free.  What was refused at the door costs nothing.
 */
#include "classify/bill.h"

#include <string.h>

#define BYTES_PER_TOKEN 3

/* Do providers charge for it?  A call that was cut off they may have answered. */
static const bool is_charged[] = {
    [LLM_OK] = true,
    [LLM_TRUNCATED] = true,
    [LLM_REFUSED] = true,
    [LLM_FILTERED] = true,
    [LLM_EMPTY] = true,
    [LLM_INVALID_JSON] = true,
    [LLM_SCHEMA_MISMATCH] = true,
    [LLM_RATE_LIMITED] = false,
    [LLM_QUOTA] = false,
    [LLM_AUTH] = false,
    [LLM_BAD_REQUEST] = false,
    [LLM_TOO_LARGE] = false,
    [LLM_SERVER] = false,
    [LLM_TRANSPORT] = true,
    [LLM_DEADLINE] = true,
    [LLM_BREAKER_OPEN] = false,
    [LLM_NO_BUDGET] = false,
};

static gint64 tokens_of(const LlmRequest *request)
{
    g_autofree char *schema = json_print(request->schema);
    const char *const sent[] = { request->system, request->user, schema, request->rejected,
                                 request->correction };
    gsize bytes = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(sent); i++)
        bytes += sent[i] != NULL ? strlen(sent[i]) : 0;
    return (gint64)(bytes / BYTES_PER_TOKEN) + 1;
}

bool bill_open(Bill *bill, const ClassifyInput *input, const LlmModel *model,
               const LlmRequest *request, PurseRefusal *refusal)
{
    *bill = (Bill){ .purse = model->priced ? input->purse : NULL,
                    .model = model,
                    .input = tokens_of(request),
                    .output = request->max_tokens };
    if (bill->purse == NULL)
        return true;
    memcpy(bill->payers, input->payers, sizeof bill->payers);
    bill->payers[PURSE_LLM] = purse_payer(model->name, model->budget, input->strangers_share);
    return purse_hold(bill->purse, bill->payers,
                      llm_cost(&model->price, bill->input, 0, bill->output), input->stranger,
                      input->now, &bill->hold, refusal);
}

static gint64 cost_of(const Bill *bill, const LlmAnswer *answer)
{
    bool said = answer->input_tokens >= 0 || answer->output_tokens >= 0;
    if (!bill->model->priced)
        return -1;
    if (!said && !is_charged[answer->outcome])
        return 0;
    return llm_cost(
        &bill->model->price, answer->input_tokens >= 0 ? answer->input_tokens : bill->input,
        answer->cached_tokens, answer->output_tokens >= 0 ? answer->output_tokens : bill->output);
}

gint64 bill_close(const Bill *bill, const LlmAnswer *answer)
{
    gint64 cost = cost_of(bill, answer);
    if (bill->purse != NULL)
        purse_settle(bill->purse, bill->payers, &bill->hold, cost);
    return cost;
}
