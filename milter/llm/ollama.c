/* Ollama's own chat.
 *
 * Here, and not in the compatible interface, the context can be given its size: the usual one is
 * small, and what doesn't fit is silently cut off at the front, where our instructions stand.
 * Whether a model thinks is left to it, because "think" together with a schema makes some versions
 * ignore the schema.  Pure.
 */
#include "llm/api.h"

#include <string.h>

/* Longer than the pauses between two mails of a small site, so that the model stays loaded. */
#define KEEP_ALIVE "30m"

/* Another size loads the model anew, so there are few of them. */
#define CONTEXT_MIN 8192
#define CONTEXT_MAX 131072
/* Fewer than in any language's usual text, so that the estimate errs upwards. */
#define BYTES_PER_TOKEN 3

static gint64 context_size(const LlmRequest *request)
{
    gsize bytes = strlen(request->system) + strlen(request->user);
    bytes += request->rejected ? strlen(request->rejected) : 0;
    gint64 wanted = (gint64)bytes / BYTES_PER_TOKEN + request->max_tokens, size = CONTEXT_MIN;
    while (size < wanted && size < CONTEXT_MAX)
        size *= 2;
    return size;
}

cJSON *ollama_body(const LlmModel *model, const LlmRequest *request)
{
    cJSON *body = cJSON_CreateObject();
    cJSON_AddStringToObject(body, "model", model->model);
    cJSON *messages = cJSON_AddArrayToObject(body, "messages");
    llm_add_turn(messages, "system", request->system);
    llm_add_question(messages, request, llm_add_turn);
    cJSON_AddBoolToObject(body, "stream", false);
    llm_add_schema(body, "format", request);

    cJSON *options = cJSON_AddObjectToObject(body, "options");
    llm_add_temperature(options, model, request);
    cJSON_AddNumberToObject(options, "num_predict", (double)request->max_tokens);
    cJSON_AddNumberToObject(options, "num_ctx", (double)context_size(request));
    cJSON_AddStringToObject(body, "keep_alive", KEEP_ALIVE);
    return body;
}

static const LlmWord done_reasons[] = {
    { "stop", LLM_OK },
    { "length", LLM_TRUNCATED },
    { NULL, LLM_SERVER },
};

static LlmAnswer *read_message(const cJSON *root)
{
    const char *reason = json_text_at(root, "done_reason");
    LlmOutcome outcome = llm_word_outcome(done_reasons, reason);
    if (!cJSON_IsTrue(json_at(root, "done")))
        return llm_answer_new(LLM_SERVER, "the answer is not done");
    if (outcome != LLM_OK)
        return llm_answer_word(outcome, "done_reason", reason);
    return llm_answer_message(json_at(root, "message"));
}

LlmAnswer *ollama_read(const cJSON *root)
{
    LlmAnswer *answer = read_message(root);
    llm_read_usage(answer, root, "prompt_eval_count", NULL, "eval_count");
    return answer;
}

/* {"error": "a sentence"}: only the status tells one from another. */
LlmAnswer *ollama_read_error(long status, const cJSON *root)
{
    static const LlmWord none[] = { { NULL, LLM_SERVER } };
    g_autofree char *head = llm_message_head(json_text_at(root, "error"));
    const char *words[] = { head };
    return llm_error_answer(status, none, words, G_N_ELEMENTS(words));
}
