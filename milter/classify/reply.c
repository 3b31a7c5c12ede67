/* The chain, asked for a reply: each engine that writes in its turn, until one has written or one
 * has refused.  Any thread; waits. */
#include "classify/reply.h"

#include "classify/engine.h"

static void take_words(ReplyAnswer *answer, const LlmModel *model, EngineResult *result)
{
    g_free(answer->engine);
    answer->engine = g_strdup(model->name);
    answer->text = result->reply;
}

ReplyAnswer *reply_ask(const ClassifyInput *input)
{
    ReplyAnswer *answer = g_new0(ReplyAnswer, 1);
    LlmOutcome outcome = LLM_DEADLINE;
    bool asked = false;
    answer->engine = g_strdup("");
    answer->calls = g_ptr_array_new_with_free_func((GDestroyNotify)classify_call_free);
    for (gsize i = 0; input->engines[i] && !engine_is_final(input, outcome); i++) {
        EngineResult result = { .calls = answer->calls };
        if (llm_model_chooses(input->engines[i]) || g_get_monotonic_time() >= input->deadline)
            continue;
        asked = true;
        outcome = engine_ask(input, input->engines[i], &result);
        if (outcome == LLM_OK)
            take_words(answer, input->engines[i], &result);
    }
    answer->why = asked ? engine_why(outcome) : "no-engine";
    answer->provisional = asked && engine_is_provisional(outcome);
    return answer;
}

void reply_answer_free(ReplyAnswer *answer)
{
    if (answer == NULL)
        return;
    g_free(answer->text);
    g_free(answer->engine);
    g_ptr_array_unref(answer->calls);
    g_free(answer);
}
