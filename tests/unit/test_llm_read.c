/* What each provider's responses mean. */
#include "llm/llm.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { ANTHROPIC, OPENAI, AZURE, OLLAMA, LLAMA_SERVER };

#define NOW 1795333339 /* Sun, 22 Nov 2026 07:42:19 GMT */

#define MESSAGE(blocks, stop)                                                                      \
    "{\"type\":\"message\",\"role\":\"assistant\",\"content\":[" blocks                            \
    "],\"stop_reason\":\"" stop                                                                    \
    "\",\"usage\":{\"input_tokens\":12,\"output_tokens\":58,\"cache_creation_input_tokens\":100,"  \
    "\"cache_read_input_tokens\":300}}"
#define TEXT     "{\"type\":\"text\",\"text\":\"{}\"}"
#define BLANK    "{\"type\":\"text\",\"text\":\" \\n\"}"
#define THINKING "{\"type\":\"thinking\",\"thinking\":\"x\"}"
#define CHOICE(content, refusal, finish)                                                           \
    "{\"choices\":[{\"index\":0,\"finish_reason\":\"" finish                                       \
    "\",\"message\":{\"content\":" content ",\"refusal\":" refusal                                 \
    "}}],\"usage\":{\"prompt_tokens\":321,\"completion_tokens\":40,"                               \
    "\"prompt_tokens_details\":{\"cached_tokens\":7}}}"
#define ANTHROPIC_ERROR(type, more)                                                                \
    "{\"type\":\"error\",\"error\":{\"type\":\"" type "\",\"message\":\"secret mail text\"" more   \
    "},\"request_id\":\"req_1\"}"
#define ERROR_CODE(code) ",\"details\":{\"error_code\":\"" code "\"}"
#define ANTHROPIC_MESSAGE(message)                                                                 \
    "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"" message     \
    "\"}}"
#define OPENAI_ERROR(type, code)                                                                   \
    "{\"error\":{\"message\":\"secret mail text\",\"type\":" type ",\"param\":null,\"code\":" code \
    "}}"

typedef struct {
    int api;
    long status;
    const char *body;
    LlmOutcome outcome;
    const char *detail; /* NULL: not looked at */
} Row;

static LlmAnswer *read_response(int api, long status, const char *body, GHashTable *headers)
{
    const LlmModel model = { .api = api };
    return llm_read(&model, status, headers, body, strlen(body), NOW);
}

static void check_rows(const Row *rows, gsize count)
{
    for (gsize i = 0; i < count; i++) {
        g_autoptr(LlmAnswer) answer =
            read_response(rows[i].api, rows[i].status, rows[i].body, NULL);
        if (answer->outcome != rows[i].outcome)
            fail_msg("row %zu: %s, not %s: %s", i, llm_outcome_name(answer->outcome),
                     llm_outcome_name(rows[i].outcome), rows[i].body);
        if (rows[i].detail)
            assert_string_equal(answer->detail, rows[i].detail);
        assert_true((answer->text != NULL) == (answer->outcome == LLM_OK));
        assert_null(strstr(answer->detail, "secret"));
    }
}

static void only_a_normal_stop_with_one_text_is_an_answer(void **state)
{
    static const Row rows[] = {
        { ANTHROPIC, 200, MESSAGE(TEXT, "end_turn"), LLM_OK, "" },
        { ANTHROPIC, 200, MESSAGE(THINKING "," TEXT, "end_turn"), LLM_OK, "" },
        { ANTHROPIC, 200, MESSAGE(TEXT "," TEXT, "end_turn"), LLM_INVALID_JSON, NULL },
        { ANTHROPIC, 200, MESSAGE("", "end_turn"), LLM_EMPTY, NULL },
        { ANTHROPIC, 200, MESSAGE(BLANK, "end_turn"), LLM_EMPTY, NULL },
        { ANTHROPIC, 200, MESSAGE(THINKING, "max_tokens"), LLM_TRUNCATED, NULL },
        { ANTHROPIC, 200, MESSAGE(TEXT, "max_tokens"), LLM_TRUNCATED, "stop_reason 'max_tokens'" },
        { ANTHROPIC, 200, MESSAGE(TEXT, "model_context_window_exceeded"), LLM_TOO_LARGE, NULL },
        { ANTHROPIC, 200, MESSAGE(TEXT, "refusal"), LLM_REFUSED, "refusal" },
        { ANTHROPIC, 200,
          "{\"type\":\"message\",\"content\":[],\"stop_reason\":\"refusal\","
          "\"stop_details\":{\"category\":\"cyber\"}}",
          LLM_REFUSED, "refusal 'cyber'" },
        { ANTHROPIC, 200, MESSAGE(TEXT, "tool_use"), LLM_SERVER, "stop_reason 'tool_use'" },
        { ANTHROPIC, 200, MESSAGE(TEXT, "secret mail text"), LLM_SERVER, "stop_reason" },
        { ANTHROPIC, 200, "{\"type\":\"message\",\"content\":[" TEXT "]}", LLM_SERVER, NULL },
        { OPENAI, 200, CHOICE("\"{}\"", "null", "stop"), LLM_OK, "" },
        { OPENAI, 200, CHOICE("\"{}\"", "\"\"", "stop"), LLM_OK, NULL },
        { OPENAI, 200, CHOICE("null", "null", "stop"), LLM_EMPTY, NULL },
        { OPENAI, 200, CHOICE("\"\"", "null", "stop"), LLM_EMPTY, NULL },
        { OPENAI, 200, CHOICE("\"{\"", "null", "length"), LLM_TRUNCATED, NULL },
        { OPENAI, 200, CHOICE("\"{}\"", "null", "content_filter"), LLM_FILTERED, NULL },
        { OPENAI, 200, CHOICE("\"{}\"", "null", "tool_calls"), LLM_SERVER,
          "finish_reason 'tool_calls'" },
        { OPENAI, 200, CHOICE("null", "\"secret mail text\"", "stop"), LLM_REFUSED, "refusal" },
        { OPENAI, 200, CHOICE("\"{}\"", "\"I can't\"", "length"), LLM_REFUSED, NULL },
        { OPENAI, 200, "{\"choices\":[]}", LLM_SERVER, NULL },
        { OPENAI, 200, "{\"choices\":[{},{}]}", LLM_SERVER, NULL },
        { OPENAI, 200, "{}", LLM_SERVER, NULL },
    };
    (void)state;
    check_rows(rows, G_N_ELEMENTS(rows));
}

static void what_is_no_strict_json_is_the_servers_fault(void **state)
{
    static const Row rows[] = {
        { ANTHROPIC, 200, "<html>secret</html>", LLM_SERVER, NULL },
        { ANTHROPIC, 200, "", LLM_SERVER, NULL },
        { ANTHROPIC, 200, "[]", LLM_SERVER, NULL },
        { OPENAI, 200, CHOICE("\"{}\"", "null", "stop") "x", LLM_SERVER, NULL },
        { OPENAI, 200, CHOICE("\"a\\u0000b\"", "null", "stop"), LLM_SERVER, NULL },
        { OPENAI, 200, CHOICE("\"{}\",\"content\":\"{}\"", "null", "stop"), LLM_SERVER, NULL },
        { OPENAI, 200,
          "{\"Choices\":[{\"finish_reason\":\"stop\",\"message\":{\"content\":\"x\"}}]}",
          LLM_SERVER, NULL },
        { OPENAI, 204, "", LLM_SERVER, "HTTP 204" },
        { ANTHROPIC, 502, "<html>secret</html>", LLM_SERVER, "HTTP 502" },
    };
    (void)state;
    check_rows(rows, G_N_ELEMENTS(rows));
}

static void errors_are_told_by_word_before_status(void **state)
{
    static const Row rows[] = {
        { ANTHROPIC, 400, ANTHROPIC_ERROR("invalid_request_error", ""), LLM_BAD_REQUEST,
          "HTTP 400 invalid_request_error" },
        { ANTHROPIC, 401, ANTHROPIC_ERROR("authentication_error", ""), LLM_AUTH, NULL },
        { ANTHROPIC, 402, ANTHROPIC_ERROR("billing_error", ""), LLM_QUOTA, NULL },
        { ANTHROPIC, 403, ANTHROPIC_ERROR("permission_error", ""), LLM_AUTH, NULL },
        { ANTHROPIC, 404, ANTHROPIC_ERROR("not_found_error", ""), LLM_BAD_REQUEST, NULL },
        { ANTHROPIC, 409, ANTHROPIC_ERROR("conflict_error", ""), LLM_SERVER, NULL },
        { ANTHROPIC, 413, ANTHROPIC_ERROR("request_too_large", ""), LLM_TOO_LARGE, NULL },
        { ANTHROPIC, 429, ANTHROPIC_ERROR("rate_limit_error", ""), LLM_RATE_LIMITED, NULL },
        { ANTHROPIC, 429, ANTHROPIC_ERROR("rate_limit_error", ERROR_CODE("ramp_limit_exceeded")),
          LLM_RATE_LIMITED, NULL },
        { ANTHROPIC, 429,
          ANTHROPIC_ERROR("rate_limit_error", ERROR_CODE("enforced_spend_limit_reached")),
          LLM_QUOTA, "HTTP 429 enforced_spend_limit_reached rate_limit_error" },
        { ANTHROPIC, 400,
          ANTHROPIC_ERROR("invalid_request_error", ERROR_CODE("organization_on_hold")), LLM_AUTH,
          NULL },
        { ANTHROPIC, 400, ANTHROPIC_MESSAGE("Output blocked by content filtering policy"),
          LLM_FILTERED, NULL },
        { ANTHROPIC, 400, ANTHROPIC_MESSAGE("temperature: secret"), LLM_BAD_REQUEST,
          "HTTP 400 invalid_request_error temperature" },
        { ANTHROPIC, 500, ANTHROPIC_ERROR("api_error", ""), LLM_SERVER, NULL },
        { ANTHROPIC, 529, ANTHROPIC_ERROR("overloaded_error", ""), LLM_SERVER,
          "HTTP 529 overloaded_error" },
        { OPENAI, 400, OPENAI_ERROR("\"invalid_request_error\"", "null"), LLM_BAD_REQUEST,
          "HTTP 400 invalid_request_error" },
        { OPENAI, 401, OPENAI_ERROR("\"invalid_request_error\"", "\"invalid_api_key\""), LLM_AUTH,
          NULL },
        { OPENAI, 429, OPENAI_ERROR("\"requests\"", "\"rate_limit_exceeded\""), LLM_RATE_LIMITED,
          NULL },
        { OPENAI, 429, OPENAI_ERROR("null", "\"credit_balance_exhausted\""), LLM_QUOTA, NULL },
        { OPENAI, 429, OPENAI_ERROR("\"insufficient_quota\"", "\"a_new_code\""), LLM_QUOTA, NULL },
        { OPENAI, 429, OPENAI_ERROR("null", "\"insufficient_quota\""), LLM_QUOTA, NULL },
        { OPENAI, 503, OPENAI_ERROR("\"server_error\"", "\"slow_down\""), LLM_RATE_LIMITED, NULL },
        { OPENAI, 400, OPENAI_ERROR("null", "\"context_length_exceeded\""), LLM_TOO_LARGE, NULL },
        { AZURE, 400, OPENAI_ERROR("null", "\"content_filter\""), LLM_FILTERED,
          "HTTP 400 content_filter" },
        { LLAMA_SERVER, 401, OPENAI_ERROR("\"authentication_error\"", "401"), LLM_AUTH, NULL },
        { LLAMA_SERVER, 503, OPENAI_ERROR("\"unavailable_error\"", "503"), LLM_SERVER, NULL },
        { LLAMA_SERVER, 400, OPENAI_ERROR("\"exceed_context_size_error\"", "400"), LLM_TOO_LARGE,
          NULL },
        { OLLAMA, 302, "", LLM_BAD_REQUEST, "HTTP 302" },
        { OLLAMA, 404, "404 page not found", LLM_BAD_REQUEST, NULL },
        { OLLAMA, 408, "", LLM_SERVER, NULL },
    };
    (void)state;
    check_rows(rows, G_N_ELEMENTS(rows));
}

static void tokens_are_counted_with_those_from_a_cache(void **state)
{
    (void)state;
    g_autoptr(LlmAnswer) one = read_response(ANTHROPIC, 200, MESSAGE(TEXT, "end_turn"), NULL);
    assert_int_equal(one->input_tokens, 412);
    assert_int_equal(one->cached_tokens, 300);
    assert_int_equal(one->output_tokens, 58);
    g_autoptr(LlmAnswer) two = read_response(OPENAI, 200, CHOICE("\"{}\"", "null", "length"), NULL);
    assert_int_equal(two->input_tokens, 321);
    assert_int_equal(two->cached_tokens, 7);
    assert_int_equal(two->output_tokens, 40);
    g_autoptr(LlmAnswer) none = read_response(
        OPENAI, 200,
        "{\"choices\":[{\"finish_reason\":\"length\"}],\"usage\":{\"prompt_tokens\":-3}}", NULL);
    assert_int_equal(none->outcome, LLM_TRUNCATED);
    assert_int_equal(none->input_tokens, -1);
    assert_int_equal(none->output_tokens, -1);
}

static gint64 waits(const char *name, const char *value)
{
    g_autoptr(GHashTable) headers = g_hash_table_new(g_str_hash, g_str_equal);
    g_hash_table_insert(headers, (char *)name, (char *)value);
    g_autoptr(LlmAnswer) answer = read_response(OPENAI, 429, "", headers);
    return answer->retry_after_ms;
}

static void retry_after_is_seconds_or_a_date_or_nothing(void **state)
{
    static const struct {
        const char *name, *value;
        gint64 ms;
    } rows[] = {
        { "retry-after", "0", 0 },
        { "retry-after", "2", 2000 },
        { "retry-after", "1.5", 1500 },
        { "retry-after", "3600", 3600000 },
        { "retry-after", "99999999999999999999", 86400000 },
        { "retry-after-ms", "250", 250 },
        { "retry-after", "Sun, 22 Nov 2026 07:42:21 GMT", 2000 },
        { "retry-after", "Sun, 22 Nov 2026 07:42:00 GMT", 0 },
        { "retry-after", "Fri, 22 Nov 9999 05:28:00 GMT", 86400000 },
        { "retry-after", "Sun, 22 Nov 2026 07:42:21", -1 },
        { "retry-after", "Sun, 32 Nov 2026 07:42:21 GMT", -1 },
        { "retry-after", "Sun, 22 ovD 2026 07:42:21 GMT", -1 },
        { "retry-after", "-1", -1 },
        { "retry-after", "nan", -1 },
        { "retry-after", "1e999", -1 },
        { "retry-after", "soon", -1 },
        { "retry-after", "", -1 },
        { "x-other", "3", -1 },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        if (waits(rows[i].name, rows[i].value) != rows[i].ms)
            fail_msg("%s: %s", rows[i].name, rows[i].value);
}

static void the_request_id_is_kept_if_it_is_a_token(void **state)
{
    static const struct {
        int api;
        const char *header, *value, *id;
    } rows[] = {
        { ANTHROPIC, "request-id", "req_01", "req_01" },
        { OPENAI, "x-request-id", "a-b-c", "a-b-c" },
        { OPENAI, "request-id", "a-b-c", "" },
        { OPENAI, "x-request-id", "secret\tmail id", "" },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GHashTable) headers = g_hash_table_new(g_str_hash, g_str_equal);
        g_hash_table_insert(headers, (char *)rows[i].header, (char *)rows[i].value);
        g_autoptr(LlmAnswer) answer = read_response(rows[i].api, 500, "", headers);
        assert_string_equal(answer->request_id, rows[i].id);
    }
}

static void what_was_refused_is_never_asked_again(void **state)
{
    static const LlmOutcome final[] = { LLM_OK,   LLM_REFUSED,     LLM_FILTERED,  LLM_QUOTA,
                                        LLM_AUTH, LLM_BAD_REQUEST, LLM_TOO_LARGE, LLM_DEADLINE };
    guint may = 0;
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(final); i++)
        assert_false(llm_outcome_may_retry(final[i]));
    for (LlmOutcome outcome = LLM_OK; outcome <= LLM_DEADLINE; outcome++)
        may += llm_outcome_may_retry(outcome);
    assert_int_equal(may, 7);
    assert_string_equal(llm_outcome_name(LLM_RATE_LIMITED), "rate-limited");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_a_normal_stop_with_one_text_is_an_answer),
        cmocka_unit_test(what_is_no_strict_json_is_the_servers_fault),
        cmocka_unit_test(errors_are_told_by_word_before_status),
        cmocka_unit_test(tokens_are_counted_with_those_from_a_cache),
        cmocka_unit_test(retry_after_is_seconds_or_a_date_or_nothing),
        cmocka_unit_test(the_request_id_is_kept_if_it_is_a_token),
        cmocka_unit_test(what_was_refused_is_never_asked_again),
    };
    return cmocka_run_group_tests_name("llm: read", tests, NULL, NULL);
}
