/* The chain: each engine in its turn, within the deadline, and the baseline behind them.
 *
 * A refusal or a filter ends the chain: another model would only be argued into an answer, and the
 * mail that causes it is seldom a customer's.  A spent budget ends it where the mailbox says so.
 * Why the baseline stood in is the outcome of the last engine that was asked.  Any thread; waits.
 */
#include "classify/engine.h"

/* Outcomes as the status header says them. */
static const char *const whys[] = {
    [LLM_OK] = "",
    [LLM_TRUNCATED] = "invalid-answer",
    [LLM_REFUSED] = "refused",
    [LLM_FILTERED] = "filtered",
    [LLM_EMPTY] = "invalid-answer",
    [LLM_INVALID_JSON] = "invalid-answer",
    [LLM_SCHEMA_MISMATCH] = "invalid-answer",
    [LLM_RATE_LIMITED] = "rate-limited",
    [LLM_QUOTA] = "quota",
    [LLM_AUTH] = "auth",
    [LLM_BAD_REQUEST] = "bad-request",
    [LLM_TOO_LARGE] = "too-large",
    [LLM_SERVER] = "server",
    [LLM_TRANSPORT] = "transport",
    [LLM_DEADLINE] = "timeout",
    [LLM_BREAKER_OPEN] = "breaker-open",
    [LLM_NO_BUDGET] = "budget",
};

static bool is_final(const ClassifyInput *input, LlmOutcome outcome)
{
    return outcome == LLM_OK || outcome == LLM_REFUSED || outcome == LLM_FILTERED ||
           (outcome == LLM_NO_BUDGET && input->budget_ends_chain);
}

static void take_verdict(Classification *result, const LlmModel *model, Verdict *verdict,
                         bool quotes_failed)
{
    verdict_free(result->verdict);
    g_free(result->engine);
    result->status = STATUS_LLM;
    result->engine = g_strdup(model->name);
    result->verdict = verdict;
    result->quotes_failed = quotes_failed;
}

/* Fills `result`, which holds the baseline. */
static void ask_chain(const EngineQuestion *question, Classification *result)
{
    const ClassifyInput *input = question->input;
    LlmOutcome outcome = LLM_DEADLINE;
    for (gsize i = 0; input->engines[i] && !is_final(input, outcome); i++) {
        Verdict *verdict = NULL;
        bool quotes_failed = false;
        if (g_get_monotonic_time() >= input->deadline)
            break;
        outcome = engine_ask(question, input->engines[i], result->calls, &verdict, &quotes_failed);
        if (outcome == LLM_OK)
            take_verdict(result, input->engines[i], verdict, quotes_failed);
    }
    g_free(result->why);
    result->why = g_strdup(whys[outcome]);
}

Classification *classify(const ClassifyInput *input)
{
    if (!input->dispatcher || !input->prompt || !input->engines || !input->engines[0])
        return classify_baseline(input->baseline, "no-engine");
    g_autoptr(PromptText) text = prompt_render(input->prompt, input->input, NULL);
    if (!text)
        return classify_baseline(input->baseline, "prompt");
    const EngineQuestion question = { .input = input, .text = text };
    Classification *result = classify_baseline(input->baseline, "");
    ask_chain(&question, result);
    return result;
}
