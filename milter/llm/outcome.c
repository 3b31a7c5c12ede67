/* The outcomes of a call: their names, and which of them another try can mend.
 *
 * A refusal, a filter, a wrong key, a bad request and an empty purse stay what they are however
 * often one asks; asking again after a block even makes attacks succeed more often.  A deadline
 * leaves no time to ask.
 */
#include "llm/llm.h"

static const struct {
    const char *name;
    bool may_retry;
} outcomes[] = {
    [LLM_OK] = { "ok", false },
    [LLM_TRUNCATED] = { "truncated", true },
    [LLM_REFUSED] = { "refused", false },
    [LLM_FILTERED] = { "filtered", false },
    [LLM_EMPTY] = { "empty", true },
    [LLM_INVALID_JSON] = { "invalid-json", true },
    [LLM_SCHEMA_MISMATCH] = { "schema-mismatch", true },
    [LLM_RATE_LIMITED] = { "rate-limited", true },
    [LLM_QUOTA] = { "quota", false },
    [LLM_AUTH] = { "auth", false },
    [LLM_BAD_REQUEST] = { "bad-request", false },
    [LLM_TOO_LARGE] = { "too-large", true },
    [LLM_SERVER] = { "server", true },
    [LLM_TRANSPORT] = { "transport", true },
    [LLM_DEADLINE] = { "deadline", false },
    [LLM_BREAKER_OPEN] = { "breaker-open", false },
    [LLM_NO_BUDGET] = { "no-budget", false },
};

const char *llm_outcome_name(LlmOutcome outcome)
{
    g_assert((gsize)outcome < G_N_ELEMENTS(outcomes));
    return outcomes[outcome].name;
}

bool llm_outcome_may_retry(LlmOutcome outcome)
{
    g_assert((gsize)outcome < G_N_ELEMENTS(outcomes));
    return outcomes[outcome].may_retry;
}
