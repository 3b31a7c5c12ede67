/* OpenAI's Chat Completions, and the servers that speak it; what differs is in their rows.
 *
 * The schema goes into response_format with strict = true, at vLLM into structured_outputs.  A
 * refusal can come as a text beside an empty content, a filter as a finish_reason or, from Azure,
 * as HTTP 400.
 *
 * Local servers report the end of an answer in words of their own ("eos", "end_turn", "", null),
 * and some count a complete answer as "length".  So an unknown reason, or "length", is overruled
 * where the content is one complete JSON object; a filter, a refusal and a tool call never are.
 * Pure.
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

/* Where servers put the reasoning of a model whose chat template leaves `content` empty. */
static const char *const reasoning_members[] = { "reasoning_content", "reasoning", "thinking" };

/* Mistral's thinking models answer in blocks. */
static LlmAnswer *read_content(const cJSON *message)
{
    const cJSON *content = json_at(message, "content");
    return cJSON_IsArray(content)
               ? llm_answer_block(content, "text")
               : llm_answer_text(llm_without_thinking(cJSON_GetStringValue(content)));
}

LlmAnswer *llm_answer_message(const cJSON *message)
{
    LlmAnswer *answer = read_content(message);
    for (gsize i = 0; answer->outcome == LLM_EMPTY && i < G_N_ELEMENTS(reasoning_members); i++) {
        const char *reasoning = json_text_at(message, reasoning_members[i]);
        if (!llm_text_is_object(reasoning))
            continue;
        llm_answer_free(answer);
        answer = llm_answer_text(reasoning);
    }
    return answer;
}

/* Filter and refusal before the length: a refusal that was cut is still one, and final. */
static LlmAnswer *read_choice(const cJSON *choice, const LlmWord *finish_reasons)
{
    const char *reason = json_text_at(choice, "finish_reason");
    const char *refusal = json_text_at(choice, "message.refusal");
    const char *content = json_text_at(choice, "message.content");
    const LlmWord *end = llm_word_find(finish_reasons, reason);
    if (end->outcome != LLM_FILTERED && refusal && *refusal)
        return llm_answer_new(LLM_REFUSED, "refusal");
    if (end->outcome == LLM_OK)
        return llm_answer_message(json_at(choice, "message"));
    /* Reasoning that was cut off can end in an object that the mail contains, so "length" is
     * overruled only where the content is an object from its first character on. */
    bool cut = end->outcome == LLM_TRUNCATED;
    const char *text = cut ? content : llm_without_thinking(content);
    if ((cut || !end->word) && llm_text_is_object(text))
        return llm_answer_text(text);
    return llm_answer_word(end->outcome, "finish_reason", reason);
}

/* Gateways answer HTTP 200 and pass on the error of the server they asked, beside the choices or
 * inside one. */
static const cJSON *error_holder(const cJSON *root, const cJSON *choice)
{
    if (cJSON_IsObject(json_at(choice, "error")))
        return choice;
    return !choice && cJSON_IsObject(json_at(root, "error")) ? root : NULL;
}

LlmAnswer *openai_read_choice(const cJSON *root, const LlmWord *finish_reasons)
{
    const cJSON *choices = json_at(root, "choices");
    const cJSON *choice = cJSON_IsArray(choices) ? choices->child : NULL;
    const cJSON *holder = error_holder(root, choice);
    if (holder)
        return openai_read_error(llm_status_within(holder), holder);
    if (!choice || choice->next)
        return llm_answer_new(LLM_SERVER, "the answer has not one choice");
    LlmAnswer *answer = read_choice(choice, finish_reasons);
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
        { "tool_calls", LLM_SERVER },
        { "function_call", LLM_SERVER },
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
