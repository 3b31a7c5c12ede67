/* OpenAI's Responses.
 *
 * The schema goes into text.format.  The answer is the last item of type message: reasoning and
 * commentary come before it.  A response can be cut off or filtered before there is any.  Errors
 * are those of Chat Completions.  Pure.
 */
#include "llm/api.h"

cJSON *responses_body(const LlmModel *model, const LlmRequest *request)
{
    const char *effort = llm_effort(model, request);
    cJSON *body = cJSON_CreateObject();
    cJSON_AddStringToObject(body, "model", model->model);
    cJSON_AddStringToObject(body, "instructions", request->system);
    llm_add_question(cJSON_AddArrayToObject(body, "input"), request, llm_add_turn);
    cJSON_AddNumberToObject(body, "max_output_tokens", (double)request->max_tokens);
    if (effort)
        cJSON_AddStringToObject(cJSON_AddObjectToObject(body, "reasoning"), "effort", effort);
    cJSON_AddBoolToObject(body, "store", false);

    cJSON *format = cJSON_AddObjectToObject(cJSON_AddObjectToObject(body, "text"), "format");
    cJSON_AddStringToObject(format, "type", "json_schema");
    llm_add_named_schema(format, request);
    return body;
}

/* The content of the last message, NULL if there is none. */
static const cJSON *last_message(const cJSON *root)
{
    const cJSON *item, *output = json_at(root, "output"), *found = NULL;
    cJSON_ArrayForEach(item, output)
    {
        if (g_strcmp0(json_text_at(item, "type"), "message") == 0)
            found = item;
    }
    return json_at(found, "content");
}

static bool has_refusal(const cJSON *content)
{
    const cJSON *part;
    cJSON_ArrayForEach(part, content)
    {
        if (g_strcmp0(json_text_at(part, "type"), "refusal") == 0)
            return true;
    }
    return false;
}

static const LlmWord incomplete_reasons[] = {
    { "max_output_tokens", LLM_TRUNCATED },
    { "content_filter", LLM_FILTERED },
    { NULL, LLM_SERVER },
};

static LlmAnswer *read_incomplete(const cJSON *root)
{
    const char *reason = json_text_at(root, "incomplete_details.reason");
    return llm_answer_word(llm_word_outcome(incomplete_reasons, reason), "incomplete", reason);
}

/* A refusal that was cut is still one, and final. */
static LlmAnswer *read_output(const cJSON *root)
{
    const char *status = json_text_at(root, "status");
    const cJSON *content = last_message(root);
    if (has_refusal(content))
        return llm_answer_new(LLM_REFUSED, "refusal");
    if (g_strcmp0(status, "incomplete") == 0)
        return read_incomplete(root);
    if (g_strcmp0(status, "failed") == 0)
        return openai_read_error(200, root);
    if (g_strcmp0(status, "completed") != 0)
        return llm_answer_word(LLM_SERVER, "status", status);
    return llm_answer_block(content, "output_text");
}

LlmAnswer *responses_read(const cJSON *root)
{
    LlmAnswer *answer = read_output(root);
    llm_read_usage(answer, root, "usage.input_tokens", "usage.input_tokens_details.cached_tokens",
                   "usage.output_tokens");
    return answer;
}
