/* Anthropic's Messages.
 *
 * The schema goes into output_config.format; a forced tool call would be refused by current models,
 * and so would temperature and its relatives.  The answer is the one block of type text, wherever
 * it stands: thinking comes before it.  Pure.
 */
#include "llm/api.h"

/* The one part that is the same for each mail.  A prefix that is too short is silently not cached.
 */
static void add_system(cJSON *body, const char *text)
{
    cJSON *block = cJSON_CreateObject();
    cJSON_AddStringToObject(block, "type", "text");
    cJSON_AddStringToObject(block, "text", text);
    cJSON_AddStringToObject(cJSON_AddObjectToObject(block, "cache_control"), "type", "ephemeral");
    cJSON_AddItemToArray(cJSON_AddArrayToObject(body, "system"), block);
}

cJSON *anthropic_body(const LlmModel *model, const LlmRequest *request)
{
    cJSON *body = cJSON_CreateObject();
    cJSON_AddStringToObject(body, "model", model->model);
    cJSON_AddNumberToObject(body, "max_tokens", (double)request->max_tokens);
    add_system(body, request->system);
    llm_add_question(cJSON_AddArrayToObject(body, "messages"), request, llm_add_turn);

    const char *effort = llm_effort(model, request);
    cJSON *output = cJSON_AddObjectToObject(body, "output_config");
    if (effort)
        cJSON_AddStringToObject(output, "effort", effort);
    cJSON *format = cJSON_AddObjectToObject(output, "format");
    cJSON_AddStringToObject(format, "type", "json_schema");
    llm_add_schema(format, "schema", request);
    return body;
}

/* A stop that isn't in the table (a tool call, say) is none we could have caused. */
static const LlmWord stop_reasons[] = {
    { "end_turn", LLM_OK },          { "stop_sequence", LLM_OK },
    { "max_tokens", LLM_TRUNCATED }, { "model_context_window_exceeded", LLM_TOO_LARGE },
    { "refusal", LLM_REFUSED },      { NULL, LLM_SERVER },
};

/* input_tokens of the wire is only the part that no cache had to do with. */
static void read_usage(LlmAnswer *answer, const cJSON *root)
{
    gint64 fresh = json_count_at(root, "usage.input_tokens", -1);
    gint64 written = json_count_at(root, "usage.cache_creation_input_tokens", 0);
    gint64 cached = json_count_at(root, "usage.cache_read_input_tokens", 0);
    answer->input_tokens = fresh < 0 ? -1 : fresh + written + cached;
    answer->cached_tokens = fresh < 0 ? -1 : cached;
    answer->output_tokens = json_count_at(root, "usage.output_tokens", -1);
}

LlmAnswer *anthropic_read(const cJSON *root)
{
    if (g_strcmp0(json_text_at(root, "type"), "message") != 0)
        return llm_answer_new(LLM_SERVER, "the answer is not a message");
    const char *reason = json_text_at(root, "stop_reason");
    LlmOutcome outcome = llm_word_outcome(stop_reasons, reason);
    LlmAnswer *answer;
    if (outcome == LLM_OK)
        answer = llm_answer_block(json_at(root, "content"), "text");
    else if (outcome == LLM_REFUSED)
        answer = llm_answer_word(outcome, "refusal", json_text_at(root, "stop_details.category"));
    else
        answer = llm_answer_word(outcome, "stop_reason", reason);
    read_usage(answer, root);
    return answer;
}

static const LlmWord error_words[] = {
    { "enforced_spend_limit_reached", LLM_QUOTA },
    { "contract_spend_limit_reached", LLM_QUOTA },
    { "organization_on_hold", LLM_AUTH },
    { "request_body_too_large_after_decoding", LLM_TOO_LARGE },
    { "Output blocked by content filtering policy", LLM_FILTERED },
    { "invalid_request_error", LLM_BAD_REQUEST },
    { "authentication_error", LLM_AUTH },
    { "billing_error", LLM_QUOTA },
    { "permission_error", LLM_AUTH },
    { "not_found_error", LLM_BAD_REQUEST },
    { "conflict_error", LLM_SERVER },
    { "request_too_large", LLM_TOO_LARGE },
    { "rate_limit_error", LLM_RATE_LIMITED },
    { "api_error", LLM_SERVER },
    { "timeout_error", LLM_SERVER },
    { "overloaded_error", LLM_SERVER },
    { NULL, LLM_SERVER },
};

LlmAnswer *anthropic_read_error(long status, const cJSON *root)
{
    g_autofree char *head = llm_message_head(json_text_at(root, "error.message"));
    const char *words[] = { json_text_at(root, "error.details.error_code"),
                            json_text_at(root, "error.message"), json_text_at(root, "error.type"),
                            head };
    return llm_error_answer(status, error_words, words, G_N_ELEMENTS(words));
}
