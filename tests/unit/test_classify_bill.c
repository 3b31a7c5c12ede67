/* The money side of a call: what is held back before, and what is charged behind it for each
 * outcome. */
#include "classify/bill.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define NOON G_GINT64_CONSTANT(1800000000)

/* 30 bytes are sent, so 11 tokens at most, and 20 may come back: 11 * 100 + 20 * 500. */
#define ESTIMATE G_GINT64_CONSTANT(11100)

static const LlmModel priced = { .name = (char *)"haiku",
                                 .priced = true,
                                 .price = { .input = 100, .cached = 10, .output = 500 } };

static const PursePayer nobody[PURSE_KINDS] = {
    [PURSE_HOUSE] = { "", 0 },
    [PURSE_MAILBOX] = { "support", 0 },
    [PURSE_SENDER] = { "192.0.2.0/24", 0 },
};

static LlmRequest request(void)
{
    return (LlmRequest){ .system = "0123456789",
                         .user = "0123456789",
                         .rejected = "01234567",
                         .schema = NULL,
                         .max_tokens = 20 };
}

static void what_is_held_back_is_the_prompt_and_the_longest_answer(void **state)
{
    (void)state;
    g_autoptr(Purse) purse = purse_new();
    g_autoptr(cJSON) schema = cJSON_CreateObject(); /* {} */
    LlmRequest asked = request();
    asked.schema = schema;
    const ClassifyInput input = { .purse = purse, .payers = nobody, .now = NOON };
    Bill bill;
    PurseRefusal refusal;
    assert_true(bill_open(&bill, &input, &priced, &asked, &refusal));
    assert_int_equal(purse_spent(purse, PURSE_LLM, "haiku", NOON), ESTIMATE);
    assert_int_equal(purse_spent(purse, PURSE_SENDER, "192.0.2.0/24", NOON), ESTIMATE);
}

static gint64 cost_of(const LlmModel *model, const LlmAnswer *answer, gint64 *spent)
{
    g_autoptr(Purse) purse = purse_new();
    g_autoptr(cJSON) schema = cJSON_CreateObject();
    LlmRequest asked = request();
    asked.schema = schema;
    const ClassifyInput input = { .purse = purse, .payers = nobody, .now = NOON };
    Bill bill;
    PurseRefusal refusal;
    assert_true(bill_open(&bill, &input, model, &asked, &refusal));
    gint64 cost = bill_close(&bill, answer);
    *spent = purse_spent(purse, PURSE_HOUSE, "", NOON);
    return cost;
}

static void each_outcome_costs_what_was_counted_or_estimated_or_nothing(void **state)
{
    static const struct {
        LlmOutcome outcome;
        gint64 input, cached, output, cost;
    } rows[] = {
        { LLM_OK, 10, 4, 2, 600 + 40 + 1000 },
        { LLM_OK, 10, -1, 2, 1000 + 1000 },
        { LLM_OK, 10, 4, -1, 600 + 40 + 20 * 500 },
        { LLM_OK, -1, -1, 2, 1100 + 1000 },
        { LLM_OK, -1, -1, -1, ESTIMATE },
        { LLM_SCHEMA_MISMATCH, 10, 0, 2, 2000 },
        { LLM_TRUNCATED, 10, 0, 20, 11000 },
        { LLM_REFUSED, -1, -1, -1, ESTIMATE },
        { LLM_DEADLINE, -1, -1, -1, ESTIMATE },
        { LLM_TRANSPORT, -1, -1, -1, ESTIMATE },
        { LLM_RATE_LIMITED, -1, -1, -1, 0 },
        { LLM_QUOTA, -1, -1, -1, 0 },
        { LLM_AUTH, -1, -1, -1, 0 },
        { LLM_BAD_REQUEST, -1, -1, -1, 0 },
        { LLM_TOO_LARGE, -1, -1, -1, 0 },
        { LLM_SERVER, -1, -1, -1, 0 },
        { LLM_SERVER, 10, 0, 0, 1000 },
        { LLM_BREAKER_OPEN, -1, -1, -1, 0 },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const LlmAnswer answer = { .outcome = rows[i].outcome,
                                   .input_tokens = rows[i].input,
                                   .cached_tokens = rows[i].cached,
                                   .output_tokens = rows[i].output };
        gint64 spent;
        assert_int_equal(cost_of(&priced, &answer, &spent), rows[i].cost);
        assert_int_equal(spent, rows[i].cost);
    }
}

static void what_has_no_price_costs_nobody_knows_what(void **state)
{
    (void)state;
    const LlmModel unpriced = { .name = (char *)"local", .budget = 1 };
    const LlmAnswer answer = { .outcome = LLM_OK, .input_tokens = 10, .output_tokens = 2 };
    gint64 spent;
    assert_int_equal(cost_of(&unpriced, &answer, &spent), -1);
    assert_int_equal(spent, 0);
}

static void without_a_purse_the_cost_is_still_told(void **state)
{
    (void)state;
    const ClassifyInput input = { .purse = NULL };
    const LlmRequest asked = request();
    const LlmAnswer answer = { .outcome = LLM_OK, .input_tokens = 10, .output_tokens = 2 };
    Bill bill;
    PurseRefusal refusal;
    assert_true(bill_open(&bill, &input, &priced, &asked, &refusal));
    assert_int_equal(bill_close(&bill, &answer), 2000);
}

static void the_models_own_budget_refuses_below_the_estimate(void **state)
{
    (void)state;
    g_autoptr(cJSON) schema = cJSON_CreateObject();
    LlmRequest asked = request();
    asked.schema = schema;
    for (gint64 budget = ESTIMATE - 1; budget <= ESTIMATE + 1; budget++) {
        g_autoptr(Purse) purse = purse_new();
        const ClassifyInput input = { .purse = purse, .payers = nobody, .now = NOON };
        LlmModel model = priced;
        Bill bill;
        PurseRefusal refusal;
        model.budget = budget;
        assert_int_equal(bill_open(&bill, &input, &model, &asked, &refusal), budget >= ESTIMATE);
        if (budget < ESTIMATE)
            assert_int_equal(refusal.kind, PURSE_LLM);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_held_back_is_the_prompt_and_the_longest_answer),
        cmocka_unit_test(each_outcome_costs_what_was_counted_or_estimated_or_nothing),
        cmocka_unit_test(what_has_no_price_costs_nobody_knows_what),
        cmocka_unit_test(without_a_purse_the_cost_is_still_told),
        cmocka_unit_test(the_models_own_budget_refuses_below_the_estimate),
    };
    return cmocka_run_group_tests_name("classify: bill", tests, NULL, NULL);
}
