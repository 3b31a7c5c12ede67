/* Google's Gemini: generateContent.
 *
 * The model stands in the path.  The schema goes into responseJsonSchema; the older responseSchema
 * refuses additionalProperties.  The answer is the text of all parts that are no thoughts.  A mail
 * that is blocked on its way in has no candidate at all.  Pure.
 */
#include "llm/api.h"

#include <string.h>

static void add_parts(cJSON *object, const char *text)
{
    cJSON *part = cJSON_CreateObject();
    cJSON_AddStringToObject(part, "text", text);
    cJSON_AddItemToArray(cJSON_AddArrayToObject(object, "parts"), part);
}

static void add_content(cJSON *contents, const char *role, const char *text)
{
    cJSON *content = cJSON_CreateObject();
    bool model = strcmp(role, "assistant") == 0;
    cJSON_AddStringToObject(content, "role", model ? "model" : role);
    add_parts(content, text);
    cJSON_AddItemToArray(contents, content);
}

cJSON *gemini_body(const LlmModel *model, const LlmRequest *request)
{
    cJSON *body = cJSON_CreateObject();
    add_parts(cJSON_AddObjectToObject(body, "systemInstruction"), request->system);
    llm_add_question(cJSON_AddArrayToObject(body, "contents"), request, add_content);

    cJSON *config = cJSON_AddObjectToObject(body, "generationConfig");
    cJSON_AddNumberToObject(config, "maxOutputTokens", (double)request->max_tokens);
    llm_add_temperature(config, model, request);
    cJSON_AddStringToObject(config, "responseMimeType", "application/json");
    llm_add_schema(config, "responseJsonSchema", request);
    return body;
}

static const LlmWord finish_reasons[] = {
    { "STOP", LLM_OK },
    { "MAX_TOKENS", LLM_TRUNCATED },
    { "SAFETY", LLM_FILTERED },
    { "RECITATION", LLM_FILTERED },
    { "LANGUAGE", LLM_FILTERED },
    { "BLOCKLIST", LLM_FILTERED },
    { "PROHIBITED_CONTENT", LLM_FILTERED },
    { "SPII", LLM_FILTERED },
    { "MALFORMED_RESPONSE", LLM_INVALID_JSON },
    { NULL, LLM_SERVER },
};

static LlmAnswer *read_parts(const cJSON *parts)
{
    g_autoptr(GString) text = g_string_new(NULL);
    const cJSON *part;
    cJSON_ArrayForEach(part, parts)
    {
        const char *piece = json_text_at(part, "text");
        if (piece && !cJSON_IsTrue(json_at(part, "thought")))
            g_string_append(text, piece);
    }
    return llm_answer_text(text->str);
}

static LlmAnswer *read_candidate(const cJSON *root)
{
    const char *blocked = json_text_at(root, "promptFeedback.blockReason");
    const cJSON *candidates = json_at(root, "candidates");
    if (blocked)
        return llm_answer_word(LLM_FILTERED, "blockReason", blocked);
    if (!cJSON_IsArray(candidates) || cJSON_GetArraySize(candidates) != 1)
        return llm_answer_new(LLM_SERVER, "the answer has not one candidate");
    const char *reason = json_text_at(candidates->child, "finishReason");
    LlmOutcome outcome = llm_word_outcome(finish_reasons, reason);
    if (outcome != LLM_OK)
        return llm_answer_word(outcome, "finishReason", reason);
    return read_parts(json_at(candidates->child, "content.parts"));
}

/* Thoughts are counted apart from the answer, and paid like it. */
LlmAnswer *gemini_read(const cJSON *root)
{
    LlmAnswer *answer = read_candidate(root);
    llm_read_usage(answer, root, "usageMetadata.promptTokenCount",
                   "usageMetadata.cachedContentTokenCount", "usageMetadata.candidatesTokenCount");
    gint64 thoughts = json_count_at(root, "usageMetadata.thoughtsTokenCount", 0);
    if (answer->output_tokens >= 0 || thoughts > 0)
        answer->output_tokens = MAX(answer->output_tokens, 0) + thoughts;
    return answer;
}

static const LlmWord error_words[] = {
    { "API_KEY_INVALID", LLM_AUTH },
    { "UNAUTHENTICATED", LLM_AUTH },
    { "PERMISSION_DENIED", LLM_AUTH },
    { "RESOURCE_EXHAUSTED", LLM_RATE_LIMITED },
    { NULL, LLM_SERVER },
};

/* Of the error's details, the first that has the member. */
static const char *detail_text(const cJSON *root, const char *member)
{
    const cJSON *detail, *details = json_at(root, "error.details");
    const char *text = NULL;
    cJSON_ArrayForEach(detail, details)
    {
        if (!text)
            text = json_text_at(detail, member);
    }
    return text;
}

LlmAnswer *gemini_read_error(long status, const cJSON *root)
{
    const char *words[] = { detail_text(root, "reason"), json_text_at(root, "error.status") };
    LlmAnswer *answer = llm_error_answer(status, error_words, words, G_N_ELEMENTS(words));
    answer->retry_after_ms = llm_duration_ms(detail_text(root, "retryDelay"));
    return answer;
}
