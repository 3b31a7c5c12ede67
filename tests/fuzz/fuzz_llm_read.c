/* Any bytes as a response of any server: one outcome, with a text exactly when it is LLM_OK, and a
 * confidence that is a probability or none. */
#include "llm/llm.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const long statuses[] = { 200, 200, 200, 400, 401, 413, 429, 500 };

static bool is_plain(const char *text)
{
    for (; *text; text++)
        if (!g_ascii_isprint(*text))
            return false;
    return true;
}

static const char schema_text[] =
    "{\"properties\":{\"kind\":{\"type\":\"string\",\"enum\":[\"support\",\"sales\"]},"
    "\"urgent\":{\"type\":\"boolean\"},\"summary\":{\"type\":\"string\"}}}";

static void check_confidence(const LlmAnswer *answer)
{
    g_autoptr(cJSON) schema = json_parse(schema_text, strlen(schema_text), NULL);
    double confidence = llm_confidence(answer, schema);
    g_assert(isnan(confidence) || answer->outcome == LLM_OK);
    g_assert(isnan(confidence) || (confidence >= 0 && confidence <= 1));
    g_assert(isnan(answer->confidence) || confidence == answer->confidence);
}

static void check_answer(const LlmAnswer *answer, long status)
{
    g_assert(answer->outcome <= LLM_DEADLINE);
    g_assert((answer->outcome == LLM_OK) == (answer->text != NULL));
    g_assert(answer->outcome != LLM_OK || status == 200);
    g_assert(!answer->text || g_utf8_validate(answer->text, -1, NULL));
    g_assert(is_plain(answer->detail) && strlen(answer->detail) < 400);
    g_assert(is_plain(answer->request_id));
    g_assert(answer->input_tokens >= -1 && answer->cached_tokens >= -1 &&
             answer->output_tokens >= -1);
    g_assert(answer->retry_after_ms >= -1);
    check_confidence(answer);
}

/* First byte: server; second: status; then what the headers say up to a line feed; then the body.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    LlmModel model = { .api = data[0] % (int)g_strv_length((char **)llm_api_names),
                       .logprobs = true };
    long status = statuses[data[1] % G_N_ELEMENTS(statuses)];
    const char *rest = (const char *)data + 2;
    gsize length = size - 2;
    const char *end = memchr(rest, '\n', length);
    gsize line = end ? (gsize)(end - rest) : 0;
    g_autofree char *wait = g_strndup(rest, line);
    g_autoptr(GHashTable) headers = g_hash_table_new(g_str_hash, g_str_equal);
    g_hash_table_insert(headers, (char *)"retry-after", wait);
    g_hash_table_insert(headers, (char *)"x-ratelimit-remaining-tokens", (char *)"0");
    g_hash_table_insert(headers, (char *)"x-ratelimit-reset-tokens", wait);
    g_hash_table_insert(headers, (char *)"request-id", wait);
    g_hash_table_insert(headers, (char *)"x-request-id", wait);

    rest += line;
    length -= line;
    g_autoptr(LlmAnswer) answer = llm_read(&model, status, headers, rest, length, 1795333339);
    check_answer(answer, status);
    return 0;
}
