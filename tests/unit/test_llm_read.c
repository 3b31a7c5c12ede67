/* What each provider's responses mean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "llm_response.h"

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
/* A choice whose finish_reason and message are whatever a local server makes of them. */
#define ENDED(finish, message)                                                                     \
    "{\"choices\":[{\"index\":0,\"finish_reason\":" finish ",\"message\":{" message "}}]}"
#define SAYS(content)            "\"content\":\"" content "\""
#define EMPTY_BESIDE(name, text) "\"content\":\"\",\"" name "\":\"" text "\""
#define RESPONSE(status, more, output)                                                             \
    "{\"object\":\"response\",\"status\":\"" status "\"," more "\"output\":[" output               \
    "],\"usage\":{\"input_tokens\":77,\"input_tokens_details\":{\"cached_tokens\":5},"             \
    "\"output_tokens\":9}}"
#define INCOMPLETE(reason) "\"incomplete_details\":{\"reason\":\"" reason "\"},"
#define FAILED(code)       "\"error\":{\"code\":\"" code "\",\"message\":\"secret mail text\"},"
#define ITEM(content)      "{\"type\":\"message\",\"role\":\"assistant\",\"content\":[" content "]}"
#define OUTPUT(text)       "{\"type\":\"output_text\",\"text\":\"" text "\"}"
#define REFUSAL            "{\"type\":\"refusal\",\"refusal\":\"secret mail text\"}"
#define REASONING          "{\"type\":\"reasoning\",\"summary\":[]}"

#define CANDIDATE(parts, finish)                                                                   \
    "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[" parts                          \
    "]},\"finishReason\":\"" finish "\"}],\"usageMetadata\":{\"promptTokenCount\":77,"             \
    "\"cachedContentTokenCount\":5,\"candidatesTokenCount\":9,\"thoughtsTokenCount\":30}}"
#define PART(text) "{\"text\":\"" text "\"}"
#define THOUGHT    "{\"text\":\"hm\",\"thought\":true}"
#define DONE(content, reason)                                                                      \
    "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":" content                    \
    ",\"thinking\":\"x\"},\"done\":true,\"done_reason\":\"" reason                                 \
    "\",\"prompt_eval_count\":77,\"eval_count\":9}"

#define DECIDED(answers)                                                                           \
    "{\"model\":\"m\",\"answers\":[" answers                                                       \
    "],\"usage\":{\"input_tokens\":77,\"input_tokens_details\":{\"cached_tokens\":5},"             \
    "\"output_tokens\":0}}"
#define CHOSEN(name, choice, probabilities)                                                        \
    "{\"type\":\"choice\",\"name\":\"" name "\",\"choice\":" choice                                \
    ",\"confidence\":0.1,\"probabilities\":[" probabilities "]}"
#define OF(value, probability) "{\"value\":\"" value "\",\"probability\":" probability "}"
#define PREDICATE(name, probability)                                                               \
    "{\"type\":\"predicate\",\"name\":\"" name "\",\"probability\":" probability "}"
#define DECLINED "{\"type\":\"refusal\",\"name\":\"kind\"}"

#define JUDGED(answers)                                                                            \
    "{\"model\":\"m\",\"answers\":{" answers                                                       \
    "},\"usage\":{\"input_tokens\":77,\"output_tokens\":9}}"
#define NOUL(name, probability) "\"" name "\":{\"type\":\"noul\",\"noul\":" probability "}"
#define PICKED(name, choice, probabilities)                                                        \
    "\"" name "\":{\"type\":\"choice\",\"choice\":" choice                                         \
    ",\"confidence\":0.1,\"probabilities\":{" probabilities "}}"

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

static void a_complete_object_outweighs_an_odd_finish_reason(void **state)
{
    static const Row rows[] = {
        { OPENAI, 200, ENDED("\"length\"", SAYS("{}")), LLM_OK, "" },
        { OPENAI, 200, ENDED("\"length\"", SAYS(" {} \\n")), LLM_OK, "" },
        { OPENAI, 200, ENDED("\"length\"", SAYS("{}}")), LLM_TRUNCATED, NULL },
        { OPENAI, 200, ENDED("\"length\"", SAYS("[]")), LLM_TRUNCATED, NULL },
        { OPENAI, 200, ENDED("\"length\"", SAYS("{\\\"a\\\":1,\\\"a\\\":2}")), LLM_TRUNCATED,
          NULL },
        { OPENAI, 200, ENDED("\"length\"", SAYS("<think>hm</think>{}")), LLM_TRUNCATED, NULL },
        { LMSTUDIO, 200, ENDED("\"eos_token\"", SAYS("{}")), LLM_OK, "" },
        { LLAMA_SERVER, 200, ENDED("\"eos\"", SAYS("{}")), LLM_OK, "" },
        { COMPATIBLE, 200, ENDED("\"end_turn\"", SAYS("<think>hm</think>{}")), LLM_OK, "" },
        { VLLM, 200, ENDED("\"\"", SAYS("{}")), LLM_OK, "" },
        { AZURE, 200, ENDED("null", SAYS("{}")), LLM_OK, "" },
        { COMPATIBLE, 200, "{\"choices\":[{\"message\":{" SAYS("{}") "}}]}", LLM_OK, "" },
        { COMPATIBLE, 200, ENDED("\"eos\"", SAYS("{} {}")), LLM_SERVER, "finish_reason 'eos'" },
        { COMPATIBLE, 200, ENDED("\"eos\"", SAYS("")), LLM_SERVER, NULL },
        { COMPATIBLE, 200, ENDED("null", EMPTY_BESIDE("reasoning_content", "{}")), LLM_SERVER,
          NULL },
        { MISTRAL, 200, ENDED("\"length\"", SAYS("{}")), LLM_OK, "" },
        { MISTRAL, 200, ENDED("\"model_length\"", SAYS("{}")), LLM_TOO_LARGE, NULL },
        { MISTRAL, 200, ENDED("\"error\"", SAYS("{}")), LLM_SERVER, NULL },
        { MISTRAL, 200, ENDED("\"tool_calls\"", SAYS("{}")), LLM_SERVER, NULL },
        { OPENAI, 200, ENDED("\"function_call\"", SAYS("{}")), LLM_SERVER, NULL },
        /* Only in this family: others say exactly how an answer ended. */
        { ANTHROPIC, 200, MESSAGE(TEXT, "eos"), LLM_SERVER, NULL },
        { OLLAMA, 200, DONE("\"{}\"", "length"), LLM_TRUNCATED, NULL },
    };
    (void)state;
    check_rows(rows, G_N_ELEMENTS(rows));
}

static void reasoning_around_an_answer_is_passed_over(void **state)
{
    static const struct {
        const char *api, *body, *text; /* NULL: no answer */
    } rows[] = {
        { COMPATIBLE, ENDED("\"stop\"", SAYS("<think>hm</think>\\n{}")), "\n{}" },
        { LLAMA_SERVER, ENDED("\"stop\"", SAYS("hm</think>{}")), "{}" },
        { OLLAMA, DONE("\"<think>hm</think>{}\"", "stop"), "{}" },
        { VLLM, ENDED("\"stop\"", SAYS("<think>a </think> b </think>{}")), "{}" },
        { VLLM, ENDED("\"stop\"", SAYS("{\\\"a\\\":\\\"</think>\\\"}")), "{\"a\":\"</think>\"}" },
        /* The checker refuses these two as a whole: more than one object, and prose. */
        { VLLM, ENDED("\"stop\"", SAYS("<think></think>{1}</think>{2}")), "{1}</think>{2}" },
        { VLLM, ENDED("\"stop\"", SAYS("<think>{}")), "<think>{}" },
        { VLLM, ENDED("\"stop\"", SAYS("<think>hm</think> ")), NULL },
        { VLLM, ENDED("\"stop\"", EMPTY_BESIDE("reasoning_content", " {}")), " {}" },
        { VLLM, ENDED("\"stop\"", EMPTY_BESIDE("reasoning", "{}")), "{}" },
        { LMSTUDIO, ENDED("\"stop\"", "\"content\":null,\"thinking\":\"{}\""), "{}" },
        { VLLM, ENDED("\"stop\"", EMPTY_BESIDE("reasoning_content", "The mail says {}")), NULL },
        { VLLM, ENDED("\"stop\"", EMPTY_BESIDE("reasoning_content", "{} it says")), NULL },
        { VLLM, ENDED("\"stop\"", EMPTY_BESIDE("reasoning_content", "hm</think>{}")), NULL },
        { VLLM, ENDED("\"stop\"", SAYS("{1}") ",\"reasoning_content\":\"{2}\""), "{1}" },
        /* A prose answer of a server that keeps its reasoning apart is left as it is. */
        { ANTHROPIC, MESSAGE("{\"type\":\"text\",\"text\":\"a</think>{}\"}", "end_turn"),
          "a</think>{}" },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(LlmAnswer) answer = read_response(rows[i].api, 200, rows[i].body, NULL);
        if (g_strcmp0(answer->text, rows[i].text) != 0)
            fail_msg("row %zu: '%s', not '%s': %s", i, answer->text, rows[i].text, rows[i].body);
        assert_int_equal(answer->outcome, rows[i].text ? LLM_OK : LLM_EMPTY);
    }
}

static void an_error_within_http_200_counts_as_its_own_status(void **state)
{
#define ERROR(code) "{\"error\":{\"code\":" code ",\"message\":\"secret\"}}"
    static const Row rows[] = {
        { COMPATIBLE, 200, ERROR("429"), LLM_RATE_LIMITED, "HTTP 429" },
        { COMPATIBLE, 200, ERROR("\"429\""), LLM_RATE_LIMITED, NULL },
        { OPENAI, 200, ERROR("401"), LLM_AUTH, NULL },
        { OPENAI, 200, ERROR("402"), LLM_QUOTA, NULL },
        { OPENAI, 200, ERROR("502"), LLM_SERVER, NULL },
        { OPENAI, 200, ERROR("200"), LLM_SERVER, NULL },
        { OPENAI, 200, ERROR("4290"), LLM_SERVER, NULL },
        { OPENAI, 200, ERROR("\"rate_limit_exceeded\""), LLM_RATE_LIMITED, NULL },
        { MISTRAL, 200, ERROR("429"), LLM_RATE_LIMITED, NULL },
        { COMPATIBLE, 200, "{\"choices\":[],\"error\":{\"code\":429}}", LLM_RATE_LIMITED, NULL },
        { COMPATIBLE, 200,
          "{\"choices\":[{\"finish_reason\":\"error\",\"error\":{\"code\":429},"
          "\"message\":{\"content\":\"\"}}]}",
          LLM_RATE_LIMITED, NULL },
        { OPENAI, 200,
          "{\"error\":null,\"choices\":[{\"finish_reason\":\"stop\",\"error\":null,"
          "\"message\":{\"content\":\"{}\"}}]}",
          LLM_OK, NULL },
    };
#undef ERROR
    (void)state;
    check_rows(rows, G_N_ELEMENTS(rows));
}

static void each_format_has_its_own_normal_stop(void **state)
{
    static const Row rows[] = {
        { RESPONSES, 200, RESPONSE("completed", "", ITEM(OUTPUT("{}"))), LLM_OK, "" },
        { RESPONSES, 200, RESPONSE("completed", "", REASONING "," ITEM(OUTPUT("{}"))), LLM_OK, "" },
        { RESPONSES, 200,
          RESPONSE("completed", "", ITEM(OUTPUT("first")) "," ITEM(OUTPUT("{}")) "," REASONING),
          LLM_OK, "" },
        { RESPONSES, 200, RESPONSE("completed", "", ITEM(OUTPUT("{}") "," OUTPUT("{}"))),
          LLM_INVALID_JSON, NULL },
        { RESPONSES, 200, RESPONSE("completed", "", ITEM("")), LLM_EMPTY, NULL },
        { RESPONSES, 200, RESPONSE("completed", "", REASONING), LLM_EMPTY, NULL },
        { RESPONSES, 200, RESPONSE("completed", "", ITEM(REFUSAL)), LLM_REFUSED, "refusal" },
        { RESPONSES, 200, RESPONSE("incomplete", INCOMPLETE("max_output_tokens"), ITEM(REFUSAL)),
          LLM_REFUSED, NULL },
        { RESPONSES, 200, RESPONSE("incomplete", INCOMPLETE("max_output_tokens"), ""),
          LLM_TRUNCATED, "incomplete 'max_output_tokens'" },
        { RESPONSES, 200, RESPONSE("incomplete", INCOMPLETE("content_filter"), ITEM(OUTPUT("{}"))),
          LLM_FILTERED, NULL },
        { RESPONSES, 200, RESPONSE("incomplete", INCOMPLETE("steered"), ""), LLM_SERVER,
          "incomplete 'steered'" },
        { RESPONSES, 200, RESPONSE("incomplete", "", ITEM(OUTPUT("{}"))), LLM_SERVER, NULL },
        { RESPONSES, 200, RESPONSE("failed", FAILED("server_error"), ""), LLM_SERVER,
          "HTTP 200 server_error" },
        { RESPONSES, 200, RESPONSE("failed", FAILED("rate_limit_exceeded"), ""), LLM_RATE_LIMITED,
          NULL },
        { RESPONSES, 200, RESPONSE("in_progress", "", ITEM(OUTPUT("{}"))), LLM_SERVER,
          "status 'in_progress'" },
        { RESPONSES, 200, "{\"output\":[" ITEM(OUTPUT("{}")) "]}", LLM_SERVER, NULL },
        { GEMINI, 200, CANDIDATE(PART("{}"), "STOP"), LLM_OK, "" },
        { GEMINI, 200, CANDIDATE(THOUGHT "," PART("{") "," PART("}"), "STOP"), LLM_OK, "" },
        { GEMINI, 200, CANDIDATE(THOUGHT, "STOP"), LLM_EMPTY, NULL },
        { GEMINI, 200, CANDIDATE("", "STOP"), LLM_EMPTY, NULL },
        { GEMINI, 200, "{\"candidates\":[{\"finishReason\":\"MAX_TOKENS\"}]}", LLM_TRUNCATED,
          "finishReason 'MAX_TOKENS'" },
        { GEMINI, 200, CANDIDATE(PART("{}"), "SAFETY"), LLM_FILTERED, "finishReason 'SAFETY'" },
        { GEMINI, 200, CANDIDATE(PART("{}"), "RECITATION"), LLM_FILTERED, NULL },
        { GEMINI, 200, CANDIDATE(PART("{}"), "LANGUAGE"), LLM_FILTERED, NULL },
        { GEMINI, 200, CANDIDATE(PART("{}"), "BLOCKLIST"), LLM_FILTERED, NULL },
        { GEMINI, 200, CANDIDATE(PART("{}"), "PROHIBITED_CONTENT"), LLM_FILTERED, NULL },
        { GEMINI, 200, CANDIDATE(PART("{}"), "SPII"), LLM_FILTERED, NULL },
        { GEMINI, 200, CANDIDATE("", "MALFORMED_RESPONSE"), LLM_INVALID_JSON, NULL },
        { GEMINI, 200, CANDIDATE(PART("{}"), "OTHER"), LLM_SERVER, NULL },
        { GEMINI, 200, "{\"promptFeedback\":{\"blockReason\":\"PROHIBITED_CONTENT\"}}",
          LLM_FILTERED, "blockReason 'PROHIBITED_CONTENT'" },
        { GEMINI, 200, "{\"candidates\":[]}", LLM_SERVER, NULL },
        { GEMINI, 200, "{\"candidates\":[{},{}]}", LLM_SERVER, NULL },
        { MISTRAL, 200, CHOICE("\"{}\"", "null", "stop"), LLM_OK, "" },
        { MISTRAL, 200, CHOICE("[" THINKING "," TEXT "]", "null", "stop"), LLM_OK, "" },
        { MISTRAL, 200, CHOICE("[" TEXT "," TEXT "]", "null", "stop"), LLM_INVALID_JSON, NULL },
        { MISTRAL, 200, CHOICE("[]", "null", "stop"), LLM_EMPTY, NULL },
        { MISTRAL, 200, CHOICE("\"{\"", "null", "length"), LLM_TRUNCATED, NULL },
        { MISTRAL, 200, CHOICE("\"{\"", "null", "model_length"), LLM_TOO_LARGE,
          "finish_reason 'model_length'" },
        { MISTRAL, 200, CHOICE("\"{\"", "null", "error"), LLM_SERVER, "finish_reason 'error'" },
        { OLLAMA, 200, DONE("\"{}\"", "stop"), LLM_OK, "" },
        { OLLAMA, 200, DONE("\"\"", "stop"), LLM_EMPTY, NULL },
        { OLLAMA, 200, DONE("null", "stop"), LLM_EMPTY, NULL },
        { OLLAMA, 200, DONE("\"{\"", "length"), LLM_TRUNCATED, "done_reason 'length'" },
        { OLLAMA, 200, DONE("\"\"", "load"), LLM_SERVER, "done_reason 'load'" },
        { OLLAMA, 200, "{\"message\":{\"content\":\"{\"},\"done\":false}", LLM_SERVER, NULL },
        { OLLAMA, 200, "{\"error\":\"secret mail text\"}", LLM_SERVER, NULL },
        { VLLM, 200, CHOICE("\"{}\"", "null", "stop"), LLM_OK, "" },
        { LMSTUDIO, 200, CHOICE("\"{}\"", "null", "stop"), LLM_OK, "" },
        { COMPATIBLE, 200, CHOICE("\"{\"", "null", "length"), LLM_TRUNCATED, NULL },
    };
    (void)state;
    check_rows(rows, G_N_ELEMENTS(rows));
}

static void what_only_chooses_gives_values_and_how_probable_they_are(void **state)
{
    static const struct {
        const char *api, *body, *text;
        double confidence;
    } rows[] = {
        { DECISIONS,
          DECIDED(CHOSEN("kind", "\"support\"",
                         OF("support", "0.75") "," OF("sales", "0.25")) "," PREDICATE("urgent",
                                                                                      "0.875")),
          "{\"kind\":\"support\",\"urgent\":true}", 0.75 },
        { DECISIONS,
          DECIDED(CHOSEN("kind", "\"support\"",
                         OF("support", "1") "," OF("sales", "0")) "," PREDICATE("urgent", "0.25")),
          "{\"kind\":\"support\",\"urgent\":false}", 0.75 },
        { DECISIONS, DECIDED(PREDICATE("urgent", "0.5")), "{\"urgent\":true}", 0.5 },
        { SYSTEMONE,
          JUDGED(PICKED("kind", "\"sales\"", "\"support\":0.25,\"sales\":0.75") "," NOUL("urgent",
                                                                                         "0.125")),
          "{\"kind\":\"sales\",\"urgent\":false}", 0.75 },
        { SYSTEMONE, JUDGED(NOUL("urgent", "1")), "{\"urgent\":true}", 1 },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(LlmAnswer) answer = read_response(rows[i].api, 200, rows[i].body, NULL);
        assert_int_equal(answer->outcome, LLM_OK);
        assert_string_equal(answer->text, rows[i].text);
        assert_true(answer->confidence == rows[i].confidence);
    }
}

static void a_choice_without_a_sound_probability_is_none(void **state)
{
    static const Row rows[] = {
        { DECISIONS, 200, DECIDED(PREDICATE("urgent", "1") "," DECLINED), LLM_REFUSED, "refusal" },
        { DECISIONS, 200, DECIDED(""), LLM_EMPTY, NULL },
        { DECISIONS, 200, DECIDED("{\"type\":\"score\",\"name\":\"kind\",\"score\":1}"), LLM_SERVER,
          NULL },
        { DECISIONS, 200, DECIDED("7"), LLM_SERVER, NULL },
        { DECISIONS, 200, DECIDED(PREDICATE("urgent", "1.01")), LLM_SERVER, NULL },
        { DECISIONS, 200, DECIDED(PREDICATE("urgent", "-0.01")), LLM_SERVER, NULL },
        { DECISIONS, 200, DECIDED(PREDICATE("urgent", "\"1\"")), LLM_SERVER, NULL },
        { DECISIONS, 200, DECIDED("{\"type\":\"predicate\",\"probability\":1}"), LLM_SERVER, NULL },
        { DECISIONS, 200, DECIDED(CHOSEN("kind", "\"x\"", OF("x", "0.96"))), LLM_OK, NULL },
        { DECISIONS, 200, DECIDED(CHOSEN("kind", "\"x\"", OF("x", "0.94"))), LLM_SERVER, NULL },
        { DECISIONS, 200, DECIDED(CHOSEN("kind", "\"x\"", OF("x", "0.9") "," OF("y", "0.2"))),
          LLM_SERVER, NULL },
        { DECISIONS, 200, DECIDED(CHOSEN("kind", "\"x\"", OF("y", "1"))), LLM_SERVER, NULL },
        { DECISIONS, 200, DECIDED(CHOSEN("kind", "\"x\"", "")), LLM_SERVER, NULL },
        { DECISIONS, 200, DECIDED(CHOSEN("kind", "true", OF("x", "1"))), LLM_SERVER, NULL },
        { DECISIONS, 200, "{\"answers\":{}}", LLM_SERVER, NULL },
        { DECISIONS, 200, "{}", LLM_SERVER, NULL },
        { SYSTEMONE, 200, JUDGED(""), LLM_EMPTY, NULL },
        { SYSTEMONE, 200, JUDGED(NOUL("urgent", "2")), LLM_SERVER, NULL },
        { SYSTEMONE, 200, JUDGED(NOUL("urgent", "null")), LLM_SERVER, NULL },
        { SYSTEMONE, 200, JUDGED(PICKED("kind", "\"x\"", "\"x\":0.5,\"y\":0.6")), LLM_SERVER,
          NULL },
        { SYSTEMONE, 200, JUDGED(PICKED("kind", "\"x\"", "\"y\":1")), LLM_SERVER, NULL },
        { SYSTEMONE, 200, JUDGED(PICKED("kind", "null", "\"y\":1")), LLM_SERVER, NULL },
        { SYSTEMONE, 200, JUDGED("\"kind\":{\"type\":\"score\",\"score\":1}"), LLM_SERVER, NULL },
        { SYSTEMONE, 200, JUDGED("\"kind\":7"), LLM_SERVER, NULL },
        { SYSTEMONE, 200, "{\"answers\":[]}", LLM_SERVER, NULL },
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

static void a_body_of_a_wrong_shape_is_no_answer(void **state)
{
    static const char *const hostile[] = {
        "",
        "null",
        "7",
        "[]",
        "{}",
        "{\"a\":1,\"a\":2}",
        "<html>secret</html>",
        "{\"choices\":7}",
        "{\"choices\":[7]}",
        "{\"choices\":{\"0\":{}}}",
        "{\"type\":\"message\",\"content\":7,\"stop_reason\":\"end_turn\"}",
        "{\"status\":\"completed\",\"output\":7}",
        "{\"status\":\"completed\",\"output\":[{\"type\":\"message\",\"content\":7}]}",
        "{\"candidates\":[7]}",
        "{\"candidates\":[{\"finishReason\":\"STOP\",\"content\":7}]}",
        "{\"candidates\":[{\"finishReason\":\"STOP\",\"content\":{\"parts\":{\"text\":\"x\"}}}]}",
        "{\"done\":true,\"done_reason\":\"stop\",\"message\":{\"content\":7}}",
        "{\"answers\":7}",
        "{\"answers\":[null]}",
        "{\"answers\":{\"a\":null}}",
    };
    (void)state;
    for (int api = 0; llm_api_names[api]; api++) {
        for (gsize i = 0; i < G_N_ELEMENTS(hostile); i++) {
            g_autoptr(LlmAnswer) answer = read_response(llm_api_names[api], 200, hostile[i], NULL);
            if (answer->outcome != LLM_SERVER && answer->outcome != LLM_EMPTY)
                fail_msg("%s: %s", llm_api_names[api], hostile[i]);
            check_answer(answer);
        }
    }
}

static void tokens_are_counted_with_those_from_a_cache(void **state)
{
    static const struct {
        const char *api, *body;
        gint64 input, cached, output;
    } rows[] = {
        { ANTHROPIC, MESSAGE(TEXT, "end_turn"), 412, 300, 58 },
        { OPENAI, CHOICE("\"{}\"", "null", "length"), 321, 7, 40 },
        { OPENAI, "{\"choices\":[{\"finish_reason\":\"length\"}],\"usage\":{\"prompt_tokens\":-3}}",
          -1, -1, -1 },
        { RESPONSES, RESPONSE("failed", "", ""), 77, 5, 9 },
        { GEMINI, CANDIDATE("", "SAFETY"), 77, 5, 39 },
        { GEMINI, "{\"usageMetadata\":{\"thoughtsTokenCount\":30}}", -1, -1, 30 },
        { GEMINI, "{}", -1, -1, -1 },
        { MISTRAL, CHOICE("\"{}\"", "null", "stop"), 321, 7, 40 },
        { OLLAMA, DONE("\"{}\"", "stop"), 77, -1, 9 },
        { DECISIONS, DECIDED(PREDICATE("urgent", "1")), 77, 5, 0 },
        { SYSTEMONE, JUDGED(NOUL("urgent", "1")), 77, -1, 9 },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(LlmAnswer) answer = read_response(rows[i].api, 200, rows[i].body, NULL);
        assert_int_equal(answer->input_tokens, rows[i].input);
        assert_int_equal(answer->cached_tokens, rows[i].cached);
        assert_int_equal(answer->output_tokens, rows[i].output);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_a_normal_stop_with_one_text_is_an_answer),
        cmocka_unit_test(a_complete_object_outweighs_an_odd_finish_reason),
        cmocka_unit_test(reasoning_around_an_answer_is_passed_over),
        cmocka_unit_test(an_error_within_http_200_counts_as_its_own_status),
        cmocka_unit_test(each_format_has_its_own_normal_stop),
        cmocka_unit_test(what_only_chooses_gives_values_and_how_probable_they_are),
        cmocka_unit_test(a_choice_without_a_sound_probability_is_none),
        cmocka_unit_test(what_is_no_strict_json_is_the_servers_fault),
        cmocka_unit_test(a_body_of_a_wrong_shape_is_no_answer),
        cmocka_unit_test(tokens_are_counted_with_those_from_a_cache),
    };
    return cmocka_run_group_tests_name("llm: read", tests, NULL, NULL);
}
