/* What each provider's refusals and failures mean, and how long it wants to be left alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "llm_response.h"

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

#define MISTRAL_ERROR(message, type, code)                                                         \
    "{\"object\":\"error\",\"message\":" message ",\"type\":\"" type                               \
    "\",\"param\":null,\"code\":" code "}"

#define GEMINI_ERROR(code, status, details)                                                        \
    "{\"error\":{\"code\":" code ",\"message\":\"secret mail text\",\"status\":\"" status          \
    "\",\"details\":[" details "]}}"
#define ERROR_INFO(reason)                                                                         \
    "{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":\"" reason "\"}"
#define RETRY_INFO(delay)                                                                          \
    "{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"" delay "\"}"

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
        { RESPONSES, 429, OPENAI_ERROR("\"insufficient_quota\"", "null"), LLM_QUOTA, NULL },
        { DECISIONS, 400, OPENAI_ERROR("\"invalid_request_error\"", "null"), LLM_BAD_REQUEST,
          NULL },
        { VLLM, 400,
          "{\"object\":\"error\",\"message\":\"x\",\"type\":\"BadRequestError\",\"code\":400}",
          LLM_BAD_REQUEST, "HTTP 400 BadRequestError" },
        { VLLM, 400, OPENAI_ERROR("\"BadRequestError\"", "400"), LLM_BAD_REQUEST, NULL },
        { LMSTUDIO, 400, "{\"error\":\"secret mail text\"}", LLM_BAD_REQUEST, "HTTP 400" },
        { MISTRAL, 400, MISTRAL_ERROR("\"x\"", "invalid_request_message_order", "\"3230\""),
          LLM_BAD_REQUEST, "HTTP 400 3230 invalid_request_message_order" },
        { MISTRAL, 401, "{\"detail\":\"Unauthorized\"}", LLM_AUTH, "HTTP 401" },
        { MISTRAL, 422, "{\"detail\":[{\"loc\":[\"body\"],\"msg\":\"secret\"}]}", LLM_BAD_REQUEST,
          "HTTP 422" },
        { MISTRAL, 422, MISTRAL_ERROR("{\"detail\":[]}", "invalid_request_error", "null"),
          LLM_BAD_REQUEST, "HTTP 422 invalid_request_error" },
        { MISTRAL, 429, MISTRAL_ERROR("\"x\"", "rate_limited", "null"), LLM_RATE_LIMITED, NULL },
        { MISTRAL, 503, "", LLM_SERVER, NULL },
        { GEMINI, 400, GEMINI_ERROR("400", "INVALID_ARGUMENT", ""), LLM_BAD_REQUEST,
          "HTTP 400 INVALID_ARGUMENT" },
        { GEMINI, 400, GEMINI_ERROR("400", "INVALID_ARGUMENT", ERROR_INFO("API_KEY_INVALID")),
          LLM_AUTH, "HTTP 400 API_KEY_INVALID INVALID_ARGUMENT" },
        { GEMINI, 400, GEMINI_ERROR("400", "INVALID_ARGUMENT", "7,{}"), LLM_BAD_REQUEST, NULL },
        { GEMINI, 403, GEMINI_ERROR("403", "PERMISSION_DENIED", ""), LLM_AUTH, NULL },
        { GEMINI, 404, GEMINI_ERROR("404", "NOT_FOUND", ""), LLM_BAD_REQUEST, NULL },
        { GEMINI, 429, GEMINI_ERROR("429", "RESOURCE_EXHAUSTED", ""), LLM_RATE_LIMITED, NULL },
        { GEMINI, 500, GEMINI_ERROR("500", "INTERNAL", ""), LLM_SERVER, NULL },
        { GEMINI, 503, GEMINI_ERROR("503", "UNAVAILABLE", ""), LLM_SERVER, "HTTP 503 UNAVAILABLE" },
        { GEMINI, 504, "<html>", LLM_SERVER, "HTTP 504" },
        { OLLAMA, 400, "{\"error\":\"secret mail text\"}", LLM_BAD_REQUEST, "HTTP 400" },
        { OLLAMA, 401, "{\"error\":\"unauthorized\"}", LLM_AUTH, NULL },
        { OLLAMA, 404, "{\"error\":\"model 'm' not found\"}", LLM_BAD_REQUEST, NULL },
        { OLLAMA, 429, "{\"error\":\"busy\"}", LLM_RATE_LIMITED, NULL },
        { OLLAMA, 502, "{\"error\":\"upstream: secret\"}", LLM_SERVER, "HTTP 502 upstream" },
        { SYSTEMONE, 400, "{\"error\":\"secret mail text\"}", LLM_BAD_REQUEST, "HTTP 400" },
        { SYSTEMONE, 422, "{\"detail\":[{\"loc\":[\"body\",\"state\"],\"msg\":\"secret\"}]}",
          LLM_BAD_REQUEST, "HTTP 422" },
        { SYSTEMONE, 413, "", LLM_TOO_LARGE, NULL },
        { OLLAMA, 302, "", LLM_BAD_REQUEST, "HTTP 302" },
        { OLLAMA, 404, "404 page not found", LLM_BAD_REQUEST, NULL },
        { OLLAMA, 408, "", LLM_SERVER, NULL },
    };
    (void)state;
    check_rows(rows, G_N_ELEMENTS(rows));
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

/* Headers "name: value|name: value" ─▶ how long the server wants to be left alone. */
static gint64 waits_by(const char *api, long status, const char *lines, const char *body)
{
    g_auto(GStrv) each = g_strsplit(lines, "|", -1);
    g_autoptr(GHashTable) headers = g_hash_table_new(g_str_hash, g_str_equal);
    for (char **line = each; *line; line++) {
        char *colon = strstr(*line, ": ");
        *colon = '\0';
        g_hash_table_insert(headers, *line, colon + 2);
    }
    g_autoptr(LlmAnswer) answer = read_response(api, status, body, headers);
    return answer->retry_after_ms;
}

#define LEFT_0   "x-ratelimit-remaining-requests: 0"
#define RESETS   "|x-ratelimit-reset-requests: "
#define TOKENS_0 "|x-ratelimit-remaining-tokens: 0|x-ratelimit-reset-tokens: "
#define INPUT_0                                                                                    \
    "anthropic-ratelimit-input-tokens-remaining: 0|anthropic-ratelimit-input-tokens-reset: "

static void a_limit_that_is_used_up_says_when_it_is_lifted(void **state)
{
    static const struct {
        const char *api;
        long status;
        const char *lines;
        gint64 ms;
    } rows[] = {
        { OPENAI, 429, LEFT_0 RESETS "6ms", 6 },
        { OPENAI, 429, LEFT_0 RESETS "1s", 1000 },
        { OPENAI, 429, LEFT_0 RESETS "1m30.5s", 90500 },
        { OPENAI, 429, LEFT_0 RESETS "2h1m", 7260000 },
        { OPENAI, 429, LEFT_0 RESETS "99h", 86400000 },
        { OPENAI, 429, LEFT_0 RESETS "1s" TOKENS_0 "3s", 3000 },
        { OPENAI, 429, LEFT_0 RESETS "5s" TOKENS_0 "3s", 5000 },
        { OPENAI, 429, LEFT_0 RESETS "5s|retry-after: 2", 2000 },
        { OPENAI, 429, LEFT_0 RESETS "5s|retry-after: soon", 5000 },
        { OPENAI, 429, "x-ratelimit-remaining-requests: 9" RESETS "5s", -1 },
        { OPENAI, 429, LEFT_0 RESETS "", -1 },
        { OPENAI, 429, LEFT_0 RESETS "5", -1 },
        { OPENAI, 429, LEFT_0 RESETS "s", -1 },
        { OPENAI, 429, LEFT_0 RESETS "-5s", -1 },
        { OPENAI, 429, LEFT_0 RESETS "5s!", -1 },
        { OPENAI, 429, LEFT_0 RESETS "1e999s", -1 },
        { OPENAI, 429, LEFT_0, -1 },
        { OPENAI, 500, LEFT_0 RESETS "5s", -1 },
        { ANTHROPIC, 429, INPUT_0 "2026-11-22T07:42:21Z", 2000 },
        { ANTHROPIC, 429, INPUT_0 "2026-11-22T07:42:00Z", 0 },
        { ANTHROPIC, 429, INPUT_0 "2026-11-22", -1 },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        if (waits_by(rows[i].api, rows[i].status, rows[i].lines, "") != rows[i].ms)
            fail_msg("row %zu: %s", i, rows[i].lines);
}

static void gemini_says_in_the_body_how_long_to_wait(void **state)
{
    static const struct {
        const char *lines, *details;
        gint64 ms;
    } rows[] = {
        { "x: y", RETRY_INFO("34.07s"), 34070 },
        { "x: y", ERROR_INFO("RATE_LIMIT_EXCEEDED") "," RETRY_INFO("0s"), 0 },
        { "x: y", RETRY_INFO("soon"), -1 },
        { "x: y", ERROR_INFO("RATE_LIMIT_EXCEEDED"), -1 },
        { "retry-after: 2", RETRY_INFO("34s"), 2000 },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *body =
            g_strdup_printf(GEMINI_ERROR("429", "RESOURCE_EXHAUSTED", "%s"), rows[i].details);
        assert_int_equal(waits_by(GEMINI, 429, rows[i].lines, body), rows[i].ms);
    }
}

static void the_request_id_is_kept_if_it_is_a_token(void **state)
{
    static const struct {
        const char *api, *header, *value, *id;
    } rows[] = {
        { ANTHROPIC, "request-id", "req_01", "req_01" },
        { OPENAI, "x-request-id", "a-b-c", "a-b-c" },
        { OPENAI, "request-id", "a-b-c", "" },
        { RESPONSES, "x-request-id", "a-b-c", "a-b-c" },
        { DECISIONS, "x-request-id", "a-b-c", "a-b-c" },
        { AZURE, "x-request-id", "a-b-c", "a-b-c" },
        { GEMINI, "x-request-id", "a-b-c", "" },
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
    static const LlmOutcome final[] = { LLM_OK,   LLM_REFUSED,     LLM_FILTERED, LLM_QUOTA,
                                        LLM_AUTH, LLM_BAD_REQUEST, LLM_DEADLINE };
    guint may = 0;
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(final); i++)
        assert_false(llm_outcome_may_retry(final[i]));
    for (LlmOutcome outcome = LLM_OK; outcome <= LLM_DEADLINE; outcome++)
        may += llm_outcome_may_retry(outcome);
    assert_int_equal(may, 8);
    assert_string_equal(llm_outcome_name(LLM_RATE_LIMITED), "rate-limited");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_are_told_by_word_before_status),
        cmocka_unit_test(retry_after_is_seconds_or_a_date_or_nothing),
        cmocka_unit_test(a_limit_that_is_used_up_says_when_it_is_lifted),
        cmocka_unit_test(gemini_says_in_the_body_how_long_to_wait),
        cmocka_unit_test(the_request_id_is_kept_if_it_is_a_token),
        cmocka_unit_test(what_was_refused_is_never_asked_again),
    };
    return cmocka_run_group_tests_name("llm: error", tests, NULL, NULL);
}
