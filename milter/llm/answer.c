/* What a complete HTTP response means.
 *
 * Only HTTP 200 with a body that is strictly JSON gets as far as its format's reader.  A proxy's
 * page, a body in a coding nobody asked for, a provider's JSON with a key twice: all of that is the
 * server's fault, and the detail never repeats what the body said.  Pure.
 */
#include "llm/api.h"

#include "base/text.h"

#include <math.h>
#include <string.h>

#define TOKEN_MAX 128
/* What an error counts as that names no HTTP status: a fault of the server. */
#define STATUS_UNKNOWN 500

LlmAnswer *llm_answer_new(LlmOutcome outcome, const char *detail)
{
    LlmAnswer *answer = g_new0(LlmAnswer, 1);
    answer->outcome = outcome;
    answer->detail = g_strdup(detail);
    answer->request_id = g_strdup("");
    answer->input_tokens = answer->cached_tokens = answer->output_tokens = -1;
    answer->retry_after_ms = -1;
    answer->confidence = NAN;
    return answer;
}

void llm_answer_free(LlmAnswer *answer)
{
    if (!answer)
        return;
    g_free(answer->text);
    g_free(answer->detail);
    g_free(answer->request_id);
    llm_tokens_free(answer->tokens);
    g_free(answer);
}

static const char *after_blanks(const char *text)
{
    return text + strspn(text, " \t\r\n");
}

/* Reasoning may quote the mail, with `</think>` and an object in it.  Then what follows the first
 * tag is that object and more text, and the answer is refused as a whole. */
const char *llm_without_thinking(const char *text)
{
    static const char end[] = "</think>";
    const char *found;
    while (text && *after_blanks(text) != '{' && (found = strstr(text, end)))
        text = found + strlen(end);
    return text;
}

bool llm_text_is_object(const char *text)
{
    if (!text || *after_blanks(text) != '{')
        return false;
    g_autoptr(cJSON) value = json_parse(text, strlen(text), NULL);
    return cJSON_IsObject(value);
}

LlmAnswer *llm_answer_text(const char *text)
{
    if (!text || *after_blanks(text) == '\0')
        return llm_answer_new(LLM_EMPTY, "no text");
    LlmAnswer *answer = llm_answer_new(LLM_OK, "");
    answer->text = g_strdup(text);
    return answer;
}

LlmAnswer *llm_answer_block(const cJSON *blocks, const char *type)
{
    const cJSON *block;
    const char *text = NULL;
    guint count = 0;
    cJSON_ArrayForEach(block, blocks)
    {
        if (g_strcmp0(json_text_at(block, "type"), type) != 0)
            continue;
        text = json_text_at(block, "text");
        count++;
    }
    if (count > 1)
        return llm_answer_new(LLM_INVALID_JSON, "more than one text");
    return llm_answer_text(text);
}

LlmAnswer *llm_answer_word(LlmOutcome outcome, const char *what, const char *word)
{
    if (!word || !text_is_token(word, TOKEN_MAX))
        return llm_answer_new(outcome, what);
    g_autofree char *detail = g_strdup_printf("%s '%s'", what, word);
    return llm_answer_new(outcome, detail);
}

const LlmWord *llm_word_find(const LlmWord *known, const char *word)
{
    while (known->word && g_strcmp0(known->word, word) != 0)
        known++;
    return known;
}

LlmOutcome llm_word_outcome(const LlmWord *known, const char *word)
{
    return llm_word_find(known, word)->outcome;
}

void llm_read_usage(LlmAnswer *answer, const cJSON *root, const char *input, const char *cached,
                    const char *output)
{
    answer->input_tokens = json_count_at(root, input, -1);
    answer->cached_tokens = cached ? json_count_at(root, cached, -1) : -1;
    answer->output_tokens = json_count_at(root, output, -1);
}

long llm_status_within(const cJSON *holder)
{
    const char *digits = json_text_at(holder, "error.code");
    gint64 status = digits ? g_ascii_strtoll(digits, NULL, 10)
                           : json_count_at(holder, "error.code", STATUS_UNKNOWN);
    return status >= 400 && status <= 599 ? (long)status : STATUS_UNKNOWN;
}

static LlmAnswer *read_body(const LlmApi *api, long status, const cJSON *root)
{
    if (status != 200)
        return api->read_error(status, root);
    if (!cJSON_IsObject(root))
        return llm_answer_new(LLM_SERVER, "HTTP 200 with a body that is no JSON object");
    return api->read(root);
}

static void take_headers(LlmAnswer *answer, const LlmApi *api, GHashTable *headers, gint64 now)
{
    bool limited = answer->outcome == LLM_RATE_LIMITED && answer->retry_after_ms < 0;
    gint64 wait = llm_wait_ms(headers, now, limited);
    if (wait >= 0)
        answer->retry_after_ms = wait;
    answer->no_retry = g_strcmp0(g_hash_table_lookup(headers, "x-should-retry"), "false") == 0;
    const char *id =
        api->request_id_header ? g_hash_table_lookup(headers, api->request_id_header) : NULL;
    if (id && text_is_token(id, TOKEN_MAX)) {
        g_free(answer->request_id);
        answer->request_id = g_strdup(id);
    }
}

LlmAnswer *llm_read(const LlmModel *model, long status, GHashTable *headers, const char *body,
                    gsize length, gint64 now)
{
    const LlmApi *api = llm_api(model);
    g_autoptr(cJSON) root = json_parse(body, length, NULL);
    LlmAnswer *answer = read_body(api, status, root);
    if (model->logprobs && answer->outcome == LLM_OK)
        answer->tokens = llm_tokens_read(root, answer->text);
    if (headers)
        take_headers(answer, api, headers, now);
    return answer;
}
