/* OpenAI's Chat Completions, and the servers that speak it; what differs is in their rows.
 *
 * The schema goes into response_format with strict = true.  A refusal can come as a text beside an
 * empty content, a filter as a finish_reason or, from Azure, as HTTP 400.  Pure.
 */
#include "llm/api.h"

#include <math.h>
#include <string.h>

static void add_wishes(cJSON *body, const LlmApi *api, const LlmRequest *request)
{
    if (api->effort && request->effort)
        cJSON_AddStringToObject(body, "reasoning_effort", request->effort);
    if (api->temperature && isfinite(request->temperature))
        cJSON_AddNumberToObject(body, "temperature", request->temperature);
    if (api->no_store)
        cJSON_AddBoolToObject(body, "store", false);
}

cJSON *openai_body(const LlmModel *model, const LlmRequest *request)
{
    const LlmApi *api = llm_api(model);
    cJSON *body = cJSON_CreateObject();
    cJSON_AddStringToObject(body, "model", model->model);
    cJSON *messages = cJSON_AddArrayToObject(body, "messages");
    llm_add_turn(messages, "system", request->system);
    llm_add_question(messages, request);
    cJSON_AddNumberToObject(body, api->max_tokens, (double)request->max_tokens);
    add_wishes(body, api, request);

    cJSON *format = cJSON_AddObjectToObject(body, "response_format");
    cJSON_AddStringToObject(format, "type", "json_schema");
    cJSON *schema = cJSON_AddObjectToObject(format, "json_schema");
    cJSON_AddStringToObject(schema, "name", request->schema_name);
    cJSON_AddBoolToObject(schema, "strict", true);
    cJSON_AddItemToObject(schema, "schema", cJSON_Duplicate(request->schema, true));
    return body;
}

/* Filter and refusal before the length: a refusal that was cut is still one, and final. */
static LlmAnswer *read_choice(const cJSON *choice)
{
    const char *reason = json_text_at(choice, "finish_reason");
    const char *refusal = json_text_at(choice, "message.refusal");
    if (g_strcmp0(reason, "content_filter") == 0)
        return llm_answer_new(LLM_FILTERED, "content_filter");
    if (refusal && *refusal)
        return llm_answer_new(LLM_REFUSED, "refusal");
    if (g_strcmp0(reason, "length") == 0)
        return llm_answer_new(LLM_TRUNCATED, "finish_reason 'length'");
    if (g_strcmp0(reason, "stop") != 0)
        return llm_answer_word(LLM_SERVER, "finish_reason", reason);
    return llm_answer_text(json_text_at(choice, "message.content"));
}

LlmAnswer *openai_read(const cJSON *root)
{
    const cJSON *choices = json_at(root, "choices");
    if (!cJSON_IsArray(choices) || cJSON_GetArraySize(choices) != 1)
        return llm_answer_new(LLM_SERVER, "the answer has not one choice");
    LlmAnswer *answer = read_choice(choices->child);
    answer->input_tokens = json_count_at(root, "usage.prompt_tokens", -1);
    answer->cached_tokens = json_count_at(root, "usage.prompt_tokens_details.cached_tokens", -1);
    answer->output_tokens = json_count_at(root, "usage.completion_tokens", -1);
    return answer;
}

static const LlmWord error_words[] = {
    { "content_filter", LLM_FILTERED },
    { "content_policy_violation", LLM_FILTERED },
    { "insufficient_quota", LLM_QUOTA },
    { "credit_balance_exhausted", LLM_QUOTA },
    { "organization_spend_limit_exceeded", LLM_QUOTA },
    { "project_spend_limit_exceeded", LLM_QUOTA },
    { "organization_usage_limit_exceeded", LLM_QUOTA },
    { "billing_hard_limit_reached", LLM_QUOTA },
    { "rate_limit_exceeded", LLM_RATE_LIMITED },
    { "slow_down", LLM_RATE_LIMITED },
    { "context_length_exceeded", LLM_TOO_LARGE },
    { "exceed_context_size_error", LLM_TOO_LARGE },
    { NULL, LLM_SERVER },
};

/* `code` is text at OpenAI and the status again, as a number, at llama-server. */
LlmAnswer *openai_read_error(long status, const cJSON *root)
{
    g_autofree char *head = llm_message_head(json_text_at(root, "error.message"));
    const char *words[] = { json_text_at(root, "error.code"), json_text_at(root, "error.type"),
                            json_text_at(root, "error.param"), head };
    return llm_error_answer(status, error_words, words, G_N_ELEMENTS(words));
}
