/* From the tokens of an answer to its confidence, and tokens that give none. */
#include "llm/llm.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define SCHEMA                                                                                     \
    "{\"type\":\"object\",\"properties\":{\"summary\":{\"type\":\"string\"},\"kind\":{\"type\":"   \
    "\"string\",\"enum\":[\"support\",\"sales\",\"Größe\"]},\"urgent\":{\"type\":\"boolean\"},"  \
    "\"hours\":{\"type\":\"integer\"},\"tags\":{\"type\":\"array\",\"items\":{\"type\":\"string\"" \
    "}},\"a.b\":{\"type\":\"string\",\"enum\":[\"x\",\"y\"]}}}"

/* A token, and logarithms of a half, a quarter and so on. */
#define T(token, logprob) "{\"token\":\"" token "\",\"logprob\":" logprob "}"
#define HALF              "-0.693147180559945309"
#define QUARTER           "-1.386294361119890619"
#define EIGHTH            "-2.079441541679835928"
#define NINE_TENTHS       "-0.105360515657826301"
#define EIGHT_TENTHS      "-0.223143551314209756"
#define C                 ","

static LlmAnswer *read_tokens(bool asked, const char *text, const char *logprobs)
{
    LlmModel model = { .logprobs = asked };
    while (strcmp(llm_api_names[model.api], "llama-server") != 0)
        model.api++;
    g_autoptr(cJSON) string = cJSON_CreateString(text);
    g_autofree char *content = json_print(string);
    g_autofree char *body = g_strdup_printf(
        "{\"choices\":[{\"finish_reason\":\"stop\",\"message\":{\"content\":%s},\"logprobs\":%s}]}",
        content, logprobs);
    LlmAnswer *answer = llm_read(&model, 200, NULL, body, strlen(body), 0);
    assert_int_equal(answer->outcome, LLM_OK);
    assert_string_equal(answer->text, text);
    return answer;
}

static double confidence_of(const char *text, const char *logprobs)
{
    g_autoptr(cJSON) schema = json_parse(SCHEMA, strlen(SCHEMA), NULL);
    g_autoptr(LlmAnswer) answer = read_tokens(true, text, logprobs);
    assert_true(isnan(answer->confidence));
    return llm_confidence(answer, schema);
}

static double confidence_by(const char *text, const char *tokens)
{
    g_autofree char *logprobs = g_strdup_printf("{\"content\":[%s],\"refusal\":null}", tokens);
    return confidence_of(text, logprobs);
}

typedef struct {
    const char *text, *tokens;
    double confidence;
} Row;

static void check_rows(const Row *rows, gsize count)
{
    for (gsize i = 0; i < count; i++) {
        double found = confidence_by(rows[i].text, rows[i].tokens);
        if (!(fabs(found - rows[i].confidence) < 1e-12))
            fail_msg("row %zu: %g, not %g: %s", i, found, rows[i].confidence, rows[i].text);
    }
}

/* The half of what stands around a choice never counts. */
static void an_answer_is_as_probable_as_its_least_choice(void **state)
{
    static const Row rows[] = {
        { "{\"kind\":\"support\",\"urgent\":true}",
          T("{\\\"", HALF) C T("kind", HALF) C T("\\\":\\\"", HALF) C T("supp", NINE_TENTHS)
              C T("ort", EIGHT_TENTHS) C T("\\\",\\\"urgent\\\":", HALF) C T("true", NINE_TENTHS)
                  C T("}", HALF),
          0.72 },
        { "{\"kind\":\"support\",\"urgent\":false}",
          T("{\\\"kind\\\":\\\"", HALF) C T("support", NINE_TENTHS)
              C T("\\\",\\\"urgent\\\":", HALF) C T("fal", HALF) C T("se", HALF) C T("}", HALF),
          0.25 },
        { "{\"kind\":\"sales\"}",
          T("{\\\"kind\\\":\\\"", HALF) C T("sales", "0") C T("\\\"}", HALF), 1 },
        { "{\"kind\":\"sales\"}",
          T("{\\\"kind\\\":\\\"", HALF) C T("sales", "-9999.0") C T("\\\"}", HALF), 0 },
        { "{\"kind\":\"sales\"}",
          T("{\\\"kind\\\":\\\"", HALF) C T("sal", "-1e308") C T("es", "-1e308") C T("\\\"}", HALF),
          0 },
        { "{\"a.b\":\"x\"}", T("{\\\"a.b\\\":\\\"", HALF) C T("x", QUARTER) C T("\\\"}", HALF),
          0.25 },
    };
    (void)state;
    check_rows(rows, G_N_ELEMENTS(rows));
}

static void a_token_that_reaches_into_a_choice_counts_whole(void **state)
{
    static const Row rows[] = {
        { "{\"kind\":\"sales\"}", T("{\\\"kind\\\":\\\"sales\\\"}", EIGHTH), 0.125 },
        { "{\"kind\":\"sales\"}",
          T("{\\\"kind\\\":\\\"s", HALF) C T("ale", HALF) C T("s\\\"}", QUARTER), 0.0625 },
        { "{\"urgent\": true }", T("{\\\"urgent\\\": t", HALF) C T("rue }", QUARTER), 0.125 },
        { "{\"urgent\": true }",
          T("{\\\"urgent\\\":", HALF) C T(" ", HALF) C T("true", QUARTER) C T(" }", HALF), 0.25 },
    };
    (void)state;
    check_rows(rows, G_N_ELEMENTS(rows));
}

static void texts_numbers_and_lists_do_not_count(void **state)
{
#define SURELY_SALES                                                                               \
    T("\\\"kind\\\":\\\"", HALF) C T("sales", NINE_TENTHS)                                         \
    C T("\\\"}", HALF)
    static const Row rows[] = {
        { "{\"summary\":\"sales\",\"hours\":4,\"tags\":[\"sales\",\"]}\"],\"kind\":\"sales\"}",
          T("{\\\"summary\\\":\\\"sales\\\",\\\"hours\\\":4,", QUARTER)
              C T("\\\"tags\\\":[\\\"sales\\\",\\\"]}\\\"],", QUARTER) C SURELY_SALES,
          0.9 },
        { "{\"summary\":\"a \\\"kind\\\": \\\"sales\\\", {[\\\\\",\"kind\":\"sales\"}",
          T("{\\\"summary\\\":\\\"a \\\\\\\"kind\\\\\\\": \\\\\\\"sales", QUARTER)
              C T("\\\\\\\", {[\\\\\\\\\\\",", QUARTER) C SURELY_SALES,
          0.9 },
        { "{\"summary\":\"a\\\", \\\"x\\\": y\",\"kind\":\"sales\"}",
          T("{\\\"summary\\\":\\\"a\\\\\\\", \\\\\\\"x\\\\\\\": y\\\",", QUARTER) C SURELY_SALES,
          0.9 },
        { "{\"more\":{\"kind\":\"support\",\"urgent\":[true,{}]},\"kind\":\"sales\"}",
          T("{\\\"more\\\":{\\\"kind\\\":\\\"support\\\",\\\"urgent\\\":[true,{}]},", QUARTER)
              C SURELY_SALES,
          0.9 },
        { "{\"urgent\":\"true\",\"hours\":true,\"tags\":null,\"kind\":\"sales\"}",
          T("{\\\"urgent\\\":\\\"true\\\",\\\"hours\\\":true,\\\"tags\\\":null,", QUARTER)
              C SURELY_SALES,
          0.9 },
        { "{\"k\\u0069nd\":\"sales\"}",
          T("{\\\"k\\\\u0069nd\\\":\\\"", HALF) C T("sales", NINE_TENTHS) C T("\\\"}", HALF), 0.9 },
    };
    (void)state;
    check_rows(rows, G_N_ELEMENTS(rows));
}

/* Fences are taken off later, blanks by some servers at once. */
static void what_stands_around_an_answer_does_not_matter(void **state)
{
    static const Row rows[] = {
        { "```json\n{ \"kind\" : \"sales\" }\n```",
          T("```json\\n{ \\\"kind\\\" : \\\"", HALF) C T("sales", NINE_TENTHS)
              C T("\\\" }\\n```", HALF),
          0.9 },
        { "{\n\t\"kind\"\r\n: \"sales\"}",
          T("{\\n\\t\\\"kind\\\"\\r\\n: \\\"", HALF) C T("sales", NINE_TENTHS) C T("\\\"}", HALF),
          0.9 },
        { "{\"kind\":\"sales\"}",
          T("\\n ", HALF) C T("{\\\"kind\\\":\\\"", HALF) C T("sales", NINE_TENTHS)
              C T("\\\"}", HALF) C T("\\n", HALF) C T("", HALF),
          0.9 },
        { " {\"kind\":\"sales\"} ",
          T("{\\\"kind\\\":\\\"", HALF) C T("sales", NINE_TENTHS) C T("\\\"}", HALF), 0.9 },
    };
    (void)state;
    check_rows(rows, G_N_ELEMENTS(rows));
}

static void bytes_decide_where_a_token_is_half_a_character(void **state)
{
#define B(bytes, logprob)                                                                          \
    "{\"token\":\"\uFFFD\",\"bytes\":[" bytes "],\"logprob\":" logprob ",\"top_logprobs\":[]}"
    static const Row rows[] = {
        { "{\"kind\":\"Größe\"}",
          T("{\\\"kind\\\":\\\"Gr", HALF) C B("195", NINE_TENTHS) C B("182", EIGHT_TENTHS)
              C B("195,159", "0") C T("e\\\"}", "0"),
          0.36 },
        { "{\"summary\":\"ö\",\"kind\":\"sales\"}",
          T("{\\\"summary\\\":\\\"", HALF) C B("195", QUARTER) C B("182", QUARTER)
              C T("\\\",\\\"kind\\\":\\\"", HALF) C B("115,97,108,101,115", NINE_TENTHS)
                  C T("\\\"}", HALF) C B("", HALF),
          0.9 },
        { "{\"urgent\":true}",
          "{\"token\":\"{\\\"urgent\\\":\",\"bytes\":null,\"logprob\":" HALF
          "}" C T("true", NINE_TENTHS) C T("}", HALF),
          0.9 },
    };
    (void)state;
    check_rows(rows, G_N_ELEMENTS(rows));
}

static void what_has_no_choices_has_no_confidence(void **state)
{
    static const struct {
        const char *text, *token;
    } rows[] = {
        { "{}", "{}" },
        { "{\"summary\":\"sales\"}", "{\\\"summary\\\":\\\"sales\\\"}" },
        { "{\"kind\":\"\"}", "{\\\"kind\\\":\\\"\\\"}" },
        { "{\"kind\":7,\"urgent\":null}", "{\\\"kind\\\":7,\\\"urgent\\\":null}" },
        { "{\"other\":\"sales\"}", "{\\\"other\\\":\\\"sales\\\"}" },
        { "sales", "sales" },
        { "} {", "} {" },
        { "{\"kind\":\"sales\"", "{\\\"kind\\\":\\\"sales\\\"" },
        { "{\"kind\":\"sales\",}", "{\\\"kind\\\":\\\"sales\\\",}" },
        { "So {it is}: {\"kind\":\"sales\"}", "So {it is}: {\\\"kind\\\":\\\"sales\\\"}" },
        { "{\"kind\":\"sales\",\"kind\":\"sales\"}",
          "{\\\"kind\\\":\\\"sales\\\",\\\"kind\\\":\\\"sales\\\"}" },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *token =
            g_strdup_printf("{\"token\":\"%s\",\"logprob\":" HALF "}", rows[i].token);
        if (!isnan(confidence_by(rows[i].text, token)))
            fail_msg("%s", rows[i].text);
    }
}

/* ── hostile tokens ── */

#define SALES      "{\"kind\":\"sales\"}"
#define OPEN       T("{\\\"kind\\\":\\\"", HALF)
#define CLOSE      T("\\\"}", HALF)
#define OF(middle) "{\"content\":[" OPEN C middle C CLOSE "]}"
#define BYTES(b)   OF("{\"token\":\"sales\",\"logprob\":-1,\"bytes\":" b "}")

static void tokens_that_are_none_give_no_confidence(void **state)
{
    static const char *const hostile[] = {
        "null",
        "7",
        "[]",
        "{}",
        "\"sales\"",
        "{\"content\":null}",
        "{\"content\":\"sales\"}",
        "{\"content\":{}}",
        "{\"content\":{\"0\":" T("{\\\"kind\\\":\\\"sales\\\"}", "-1") "}}",
        "{\"content\":[]}",
        "{\"content\":[null]}",
        "{\"content\":[7,[],{}]}",
        OF("null"),
        OF("{\"token\":\"sales\"}"),
        OF("{\"logprob\":-1}"),
        OF("{\"token\":7,\"logprob\":-1}"),
        OF(T("sales", "null")),
        OF(T("sales", "\"-1\"")),
        OF(T("sales", "[-1]")),
        OF(T("sales", "0.0001")),
        OF(T("sales", "1e300")),
        OF(T("sale", "-1")),
        OF(T("salesmen", "-1")),
        OF(T("SALES", "-1")),
        OF(T("sales", "-1") C T("", "0.5")),
        OF(T("sales", "-1") C T("sales", "-1")),
        "{\"content\":[" OPEN C T("sales", "-1") "]}",
        "{\"content\":[" OPEN C T("sales", "-1") C CLOSE C CLOSE "]}",
        "{\"content\":[" T("I think.", "-1") C OPEN C T("sales", "-1") C CLOSE "]}",
        BYTES("[115,97,108,101]"),
        BYTES("[115,97,108,101,116]"),
        BYTES("[115,97,108,101,115,0]"),
        "{\"content\":[" OPEN C T("sales", "-1") C CLOSE C "{\"bytes\":[0],\"logprob\":-1}]}",
        BYTES("[115,97,108,101,371]"),
        BYTES("[115,97,108,101,-141]"),
        BYTES("[115,97,108,101,115.5]"),
        BYTES("[115,97,108,101,1e300]"),
        BYTES("[115,97,108,101,\"115\"]"),
        BYTES("[115,97,108,101,null]"),
        BYTES("[[115,97,108,101,115]]"),
        BYTES("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"),
        BYTES("\"sales\""),
        BYTES("{\"0\":115}"),
        BYTES("false"),
    };
    (void)state;
    assert_false(isnan(confidence_of(SALES, OF(T("sales", "-1")))));
    assert_false(isnan(confidence_of(SALES, BYTES("[115,97,108,101,115]"))));
    for (gsize i = 0; i < G_N_ELEMENTS(hostile); i++)
        if (!isnan(confidence_of(SALES, hostile[i])))
            fail_msg("%s", hostile[i]);
}

/* So many tokens of a text, behind one another. */
static char *repeated(const char *token, guint count)
{
    GString *list = g_string_new("{\"content\":[" OPEN C T("sales", "-1") C CLOSE);
    for (guint i = 0; i < count; i++)
        g_string_append_printf(list, ",{\"token\":\"%s\",\"logprob\":-1}", token);
    return g_string_free(g_string_append(list, "]}"), FALSE);
}

static void blanks_behind_an_answer_have_an_end(void **state)
{
    static const struct {
        const char *token;
        guint count;
        bool sound;
    } rows[] = {
        { "", 100000, true },   { " ", 1024, true }, { " ", 1025, false },
        { " ", 100000, false }, { "x", 1, false },   { "x", 100000, false },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *logprobs = repeated(rows[i].token, rows[i].count);
        assert_int_equal(!isnan(confidence_of(SALES, logprobs)), rows[i].sound);
    }
}

static void nobody_looks_at_tokens_that_were_not_asked_for(void **state)
{
    (void)state;
    g_autoptr(cJSON) schema = json_parse(SCHEMA, strlen(SCHEMA), NULL);
    g_autoptr(LlmAnswer) answer = read_tokens(false, SALES, OF(T("sales", "-1")));
    assert_true(isnan(llm_confidence(answer, schema)));
}

static void a_confidence_that_was_given_stands(void **state)
{
    (void)state;
    g_autoptr(LlmAnswer) answer = llm_answer_new(LLM_OK, "");
    answer->confidence = 0.75;
    assert_true(llm_confidence(answer, NULL) == 0.75);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_is_as_probable_as_its_least_choice),
        cmocka_unit_test(a_token_that_reaches_into_a_choice_counts_whole),
        cmocka_unit_test(texts_numbers_and_lists_do_not_count),
        cmocka_unit_test(what_stands_around_an_answer_does_not_matter),
        cmocka_unit_test(bytes_decide_where_a_token_is_half_a_character),
        cmocka_unit_test(what_has_no_choices_has_no_confidence),
        cmocka_unit_test(tokens_that_are_none_give_no_confidence),
        cmocka_unit_test(blanks_behind_an_answer_have_an_end),
        cmocka_unit_test(nobody_looks_at_tokens_that_were_not_asked_for),
        cmocka_unit_test(a_confidence_that_was_given_stands),
    };
    return cmocka_run_group_tests_name("llm: logprobs", tests, NULL, NULL);
}
