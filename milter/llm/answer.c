/* What a complete HTTP response means.
 *
 * Only HTTP 200 with a body that is strictly JSON gets as far as its format's reader.  A proxy's
 * page, a body in a coding nobody asked for, a provider's JSON with a key twice: all of that is the
 * server's fault, and the detail never repeats what the body said.  Pure.
 */
#include "llm/api.h"

#include "base/text.h"

#include <string.h>

#define TOKEN_MAX 128

LlmAnswer *llm_answer_new(LlmOutcome outcome, const char *detail)
{
    LlmAnswer *answer = g_new0(LlmAnswer, 1);
    answer->outcome = outcome;
    answer->detail = g_strdup(detail);
    answer->request_id = g_strdup("");
    answer->input_tokens = answer->cached_tokens = answer->output_tokens = -1;
    answer->retry_after_ms = -1;
    return answer;
}

void llm_answer_free(LlmAnswer *answer)
{
    if (!answer)
        return;
    g_free(answer->text);
    g_free(answer->detail);
    g_free(answer->request_id);
    g_free(answer);
}

LlmAnswer *llm_answer_text(const char *text)
{
    if (!text || text[strspn(text, " \t\r\n")] == '\0')
        return llm_answer_new(LLM_EMPTY, "no text");
    LlmAnswer *answer = llm_answer_new(LLM_OK, "");
    answer->text = g_strdup(text);
    return answer;
}

LlmAnswer *llm_answer_word(LlmOutcome outcome, const char *what, const char *word)
{
    if (!word || !text_is_token(word, TOKEN_MAX))
        return llm_answer_new(outcome, what);
    g_autofree char *detail = g_strdup_printf("%s '%s'", what, word);
    return llm_answer_new(outcome, detail);
}

static LlmAnswer *read_body(const LlmApi *api, long status, const cJSON *root)
{
    if (status != 200)
        return api->read_error(status, root);
    if (!cJSON_IsObject(root))
        return llm_answer_new(LLM_SERVER, "HTTP 200 with a body that is no JSON object");
    return api->read(root);
}

LlmAnswer *llm_read(const LlmModel *model, long status, GHashTable *headers, const char *body,
                    gsize length, gint64 now)
{
    const LlmApi *api = llm_api(model);
    g_autoptr(cJSON) root = json_parse(body, length, NULL);
    LlmAnswer *answer = read_body(api, status, root);
    answer->retry_after_ms = llm_retry_after_ms(headers, now);
    const char *id = headers ? g_hash_table_lookup(headers, api->request_id_header) : NULL;
    if (id && text_is_token(id, TOKEN_MAX)) {
        g_free(answer->request_id);
        answer->request_id = g_strdup(id);
    }
    return answer;
}
