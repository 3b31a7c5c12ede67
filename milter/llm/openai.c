/* OpenAI's Chat Completions, and the servers that speak it; what differs is in their rows.
 *
 * The schema goes into response_format with strict = true, at vLLM into structured_outputs.  A
 * refusal can come as a text beside an empty content, a filter as a finish_reason or, from Azure,
 * as HTTP 400.  Pure.
 */
#include "llm/api.h"

/* With the one likeliest token beside each: llama-server gives none for 0, and twenty unasked. */
static void add_logprobs(cJSON *body)
{
    cJSON_AddTrueToObject(body, "logprobs");
    cJSON_AddNumberToObject(body, "top_logprobs", 1);
}

static void add_wishes(cJSON *body, const LlmModel *model, const LlmRequest *request)
{
    const char *effort = llm_effort(model, request);
    if (effort)
        cJSON_AddStringToObject(body, "reasoning_effort", effort);
    llm_add_temperature(body, model, request);
    if (llm_api(model)->no_store)
        cJSON_AddBoolToObject(body, "store", false);
    if (model->logprobs)
        add_logprobs(body);
}

static void add_format(cJSON *body, const LlmModel *model, const LlmRequest *request)
{
    if (llm_api(model)->structured_outputs) {
        llm_add_schema(cJSON_AddObjectToObject(body, "structured_outputs"), "json", request);
        return;
    }
    cJSON *format = cJSON_AddObjectToObject(body, "response_format");
    cJSON_AddStringToObject(format, "type", "json_schema");
    llm_add_named_schema(cJSON_AddObjectToObject(format, "json_schema"), request);
}

cJSON *openai_body(const LlmModel *model, const LlmRequest *request)
{
    cJSON *body = cJSON_CreateObject();
    cJSON_AddStringToObject(body, "model", model->model);
    cJSON *messages = cJSON_AddArrayToObject(body, "messages");
    llm_add_turn(messages, "system", request->system);
    llm_add_question(messages, request, llm_add_turn);
    cJSON_AddNumberToObject(body, llm_api(model)->max_tokens, (double)request->max_tokens);
    add_wishes(body, model, request);
    add_format(body, model, request);
    return body;
}

/* Mistral's thinking models answer in blocks. */
static LlmAnswer *read_content(const cJSON *content)
{
    return cJSON_IsArray(content) ? llm_answer_block(content, "text")
                                  : llm_answer_text(cJSON_GetStringValue(content));
}

/* Filter and refusal before the length: a refusal that was cut is still one, and final. */
static LlmAnswer *read_choice(const cJSON *choice, const LlmWord *finish_reasons)
{
    const char *reason = json_text_at(choice, "finish_reason");
    const char *refusal = json_text_at(choice, "message.refusal");
    LlmOutcome outcome = llm_word_outcome(finish_reasons, reason);
    if (outcome != LLM_FILTERED && refusal && *refusal)
        return llm_answer_new(LLM_REFUSED, "refusal");
    if (outcome != LLM_OK)
        return llm_answer_word(outcome, "finish_reason", reason);
    return read_content(json_at(choice, "message.content"));
}

LlmAnswer *openai_read_choice(const cJSON *root, const LlmWord *finish_reasons)
{
    const cJSON *choices = json_at(root, "choices");
    if (!cJSON_IsArray(choices) || cJSON_GetArraySize(choices) != 1)
        return llm_answer_new(LLM_SERVER, "the answer has not one choice");
    LlmAnswer *answer = read_choice(choices->child, finish_reasons);
    llm_read_usage(answer, root, "usage.prompt_tokens", "usage.prompt_tokens_details.cached_tokens",
                   "usage.completion_tokens");
    return answer;
}

LlmAnswer *openai_read(const cJSON *root)
{
    static const LlmWord finish_reasons[] = {
        { "stop", LLM_OK },
        { "length", LLM_TRUNCATED },
        { "content_filter", LLM_FILTERED },
        { NULL, LLM_SERVER },
    };
    return openai_read_choice(root, finish_reasons);
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

/* OpenAI wraps its error; Mistral and old servers send the members alone.  `code` is text at OpenAI
 * and the status again, as a number, at llama-server. */
LlmAnswer *openai_read_error(long status, const cJSON *root)
{
    const cJSON *wrapped = json_at(root, "error");
    const cJSON *error = cJSON_IsObject(wrapped) ? wrapped : root;
    g_autofree char *head = llm_message_head(json_text_at(error, "message"));
    const char *words[] = { json_text_at(error, "code"), json_text_at(error, "type"),
                            json_text_at(error, "param"), head };
    return llm_error_answer(status, error_words, words, G_N_ELEMENTS(words));
}
