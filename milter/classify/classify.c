/* The chain: each engine in its turn, within the deadline, and the baseline behind them.
 *
 * A refusal or a filter ends the chain: another model would only be argued into an answer, and the
 * mail that causes it is seldom a customer's.  A spent budget ends it where the mailbox says so.
 * Why the baseline stood in is the outcome of the last engine that was asked.  Any thread; waits.
 */
#include "classify/engine.h"

#include "classify/pending.h"

/* Outcomes as the status header says them, and whether another try, later, can help. */
static const struct {
    const char *why;
    bool provisional;
} whys[] = {
    [LLM_OK] = { "", false },
    [LLM_TRUNCATED] = { "invalid-answer", false },
    [LLM_REFUSED] = { "refused", false },
    [LLM_FILTERED] = { "filtered", false },
    [LLM_EMPTY] = { "invalid-answer", false },
    [LLM_INVALID_JSON] = { "invalid-answer", false },
    [LLM_SCHEMA_MISMATCH] = { "invalid-answer", false },
    [LLM_RATE_LIMITED] = { "rate-limited", true },
    [LLM_QUOTA] = { "quota", false },
    [LLM_AUTH] = { "auth", false },
    [LLM_BAD_REQUEST] = { "bad-request", false },
    [LLM_TOO_LARGE] = { "too-large", false },
    [LLM_SERVER] = { "server", true },
    [LLM_TRANSPORT] = { "transport", true },
    [LLM_DEADLINE] = { "timeout", true },
    [LLM_BREAKER_OPEN] = { "breaker-open", true },
    [LLM_NO_BUDGET] = { "budget", false },
};

bool engine_is_final(const ClassifyInput *input, LlmOutcome outcome)
{
    return outcome == LLM_OK || outcome == LLM_REFUSED || outcome == LLM_FILTERED ||
           (outcome == LLM_NO_BUDGET && input->budget_ends_chain);
}

const char *engine_why(LlmOutcome outcome)
{
    return whys[outcome].why;
}

bool engine_is_provisional(LlmOutcome outcome)
{
    return whys[outcome].provisional;
}

bool engine_is_answer(LlmOutcome outcome)
{
    return outcome == LLM_OK || g_str_equal(whys[outcome].why, "invalid-answer");
}

static void take_result(Classification *result, const LlmModel *model, LlmOutcome outcome,
                        EngineResult *engine)
{
    if (engine->pending != NULL)
        result->pending = engine->pending;
    if (outcome != LLM_OK)
        return;
    verdict_free(result->verdict);
    g_free(result->engine);
    result->status = STATUS_LLM;
    result->engine = g_strdup(model->name);
    result->verdict = engine->verdict;
    result->quotes_failed = engine->quotes_failed;
}

static void set_why(Classification *result, LlmOutcome outcome)
{
    g_free(result->why);
    result->why = g_strdup(engine_why(outcome));
}

/* Fills `result`, which holds the baseline. */
static void ask_chain(const ClassifyInput *input, Classification *result)
{
    LlmOutcome outcome = LLM_DEADLINE;
    for (gsize i = 0; input->engines[i] && !engine_is_final(input, outcome); i++) {
        EngineResult answer = { .calls = result->calls };
        if (g_get_monotonic_time() >= input->deadline)
            break;
        outcome = engine_ask(input, input->engines[i], &answer);
        take_result(result, input->engines[i], outcome, &answer);
    }
    set_why(result, outcome);
}

/* false: what was pending is of no use, and the chain is asked. */
static bool collect(const ClassifyInput *input, ClassifyPending *pending, Classification *result)
{
    const LlmModel *model = pending->bill.model;
    EngineResult answer = { .calls = result->calls };
    LlmOutcome outcome = engine_collect(input, pending, &answer);
    take_result(result, model, outcome, &answer);
    set_why(result, outcome);
    return engine_is_final(input, outcome);
}

Classification *classify_late(const ClassifyInput *input, ClassifyPending *pending)
{
    if (!input->dispatcher || !input->prompt || !input->engines || !input->engines[0]) {
        classify_give_up(pending);
        return classify_baseline(input->baseline, "no-engine");
    }
    Classification *result = classify_baseline(input->baseline, "");
    if (pending == NULL || !collect(input, pending, result))
        ask_chain(input, result);
    return result;
}

Classification *classify(const ClassifyInput *input)
{
    return classify_late(input, NULL);
}

bool classify_is_provisional(const Classification *classification)
{
    if (classification->status != STATUS_FALLBACK)
        return false;
    for (gsize i = 0; i < G_N_ELEMENTS(whys); i++) {
        if (whys[i].provisional && g_str_equal(whys[i].why, classification->why))
            return true;
    }
    return g_str_equal(classification->why, CLASSIFY_BUSY);
}
