/* The price table, what is said of faults in it, and the cost of calls to the last nano-USD. */
#include "llm/llm.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static GPtrArray *load(const char *text, char **said)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(ConfTree) tree = conf_read_text("f", 1, text, strlen(text), diags);
    GPtrArray *prices = llm_prices_load(tree->items, diags);
    *said = diags_to_text(diags);
    return prices;
}

static void prices_are_found_by_api_and_model(void **state)
{
    (void)state;
    g_autofree char *said = NULL;
    g_autoptr(GPtrArray) prices =
        load("price anthropic claude-haiku-5-5 { input = 0.10; cached = 0.01; output = 0.50 }\n"
             "price openai gpt-6.1-terra {\n    input = 1\n    cached = 0.125\n    output = 5\n}\n"
             "price ollama 'qwen3:8b' { input = 0; cached = 0; output = 0 }\n",
             &said);
    assert_string_equal(said, "");
    const LlmPrice *haiku = llm_prices_find(prices, "anthropic", "claude-haiku-5-5");
    const LlmPrice *terra = llm_prices_find(prices, "openai", "gpt-6.1-terra");
    assert_int_equal(haiku->input, 100);
    assert_int_equal(haiku->cached, 10);
    assert_int_equal(haiku->output, 500);
    assert_int_equal(terra->cached, 125);
    assert_non_null(llm_prices_find(prices, "ollama", "qwen3:8b"));
    assert_null(llm_prices_find(prices, "openai", "claude-haiku-5-5"));
    assert_null(llm_prices_find(prices, "anthropic", "claude-haiku-5"));
}

static void faults_are_said_where_they_are(void **state)
{
    static const struct {
        const char *text, *said;
    } rows[] = {
        { "prise a b { }", "1:1: expected: price API MODEL { input = …; cached = …; output = … }" },
        { "price openai { input = 1 }",
          "1:1: expected: price API MODEL { input = …; cached = …; output = … }" },
        { "price openai gpt = 1",
          "1:1: expected: price API MODEL { input = …; cached = …; output = … }" },
        { "price openia m { input = 1; cached = 1; output = 1 }",
          "1:7: unknown api 'openia'; did you mean 'openai'?" },
        { "price openai m { input = 1; cached = 1 }",
          "1:1: 'output' is missing: USD per million tokens that come back." },
        { "price openai m { input = 1; cashed = 1; cached = 1; output = 1 }",
          "1:29: unknown setting 'cashed'; did you mean 'cached'?" },
        { "price openai m { input = -1; cached = 1; output = 1 }",
          "1:26: 'input' must be between 0 and 10000, not -1" },
        { "price openai m { input = 0.0001; cached = 1; output = 1 }",
          "1:26: 'input' must be a price in whole thousandths of a USD without a fraction of its "
          "smallest unit, not 0.0001" },
        { "price openai m { input = 1; cached = 1; output = 1; free }",
          "1:53: 'free' can't stand in a price; expected: input = …" },
        { "price openai m { input = 1; cached = 1; output = 1 }\n"
          "price openai m { input = 2; cached = 2; output = 2 }",
          "2:14: there is a price of openai m already" },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *said = NULL, *expected = g_strdup_printf("f:%s\n", rows[i].said);
        g_autoptr(GPtrArray) prices = load(rows[i].text, &said);
        assert_non_null(prices);
        assert_string_equal(said, expected);
    }
}

static void a_call_costs_what_was_counted(void **state)
{
    static const LlmPrice haiku = { 100, 10, 500 }, free_of_charge = { 0, 0, 0 };
    static const struct {
        const LlmPrice *price;
        gint64 input, cached, output, cost;
    } rows[] = {
        { &haiku, 0, 0, 0, 0 },
        { &haiku, 512, 100, 58, 41200 + 1000 + 29000 },
        { &haiku, 512, 512, 0, 5120 },
        { &haiku, 512, 513, 0, 5120 }, /* more from memory than there was */
        { &haiku, 512, -1, 58, 51200 + 29000 },
        { &haiku, -1, -1, -1, 0 },
        { &haiku, 1, 0, 1, 600 },
        { &free_of_charge, 1000000, 0, 1000000, 0 },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_int_equal(llm_cost(rows[i].price, rows[i].input, rows[i].cached, rows[i].output),
                         rows[i].cost);
}

static void no_number_runs_over(void **state)
{
    static const LlmPrice dearest = { 10000000, 10000000, 10000000 };
    const gint64 most = (gint64)LLM_TOKENS_MAX * 10000000;
    (void)state;
    assert_int_equal(llm_cost(&dearest, LLM_TOKENS_MAX, 0, 0), most);
    assert_int_equal(llm_cost(&dearest, LLM_TOKENS_MAX + 1, 0, 0), most);
    assert_int_equal(llm_cost(&dearest, G_MAXINT64, G_MAXINT64, G_MAXINT64), 2 * most);
    assert_int_equal(llm_cost(&dearest, G_MININT64, G_MININT64, G_MININT64), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prices_are_found_by_api_and_model),
        cmocka_unit_test(faults_are_said_where_they_are),
        cmocka_unit_test(a_call_costs_what_was_counted),
        cmocka_unit_test(no_number_runs_over),
    };
    return cmocka_run_group_tests_name("llm: price", tests, NULL, NULL);
}
