/* Conditions: what holds, and what is refused with which words. */
#include "policy_fixture.h"

#include "policy/expression.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* Some facts are set, the others unknown. */
static Fixture *known_world(void)
{
    static const char *const facts[][2] = {
        { "subject", "Invoice 4711: payment failed, please help" },
        { "text", "Unsere Größe ist 50% zu klein. 請求書を送ってください" },
        { "priority", "high" },
        { "category", "billing" },
        { "company_size", "500" },
        { "contact_title", "本bz" },
        { "proven", "yes" },
        { "spam", "no" },
        { "attachment_names", "invoice.pdf, run me.exe" },
        { "from_domain", "customer.example" },
    };
    Fixture *fixture = fixture_new();
    for (guint i = 0; i < G_N_ELEMENTS(facts); i++)
        fixture_set(fixture, facts[i][0], facts[i][1]);
    return fixture;
}

static Expression *compile(Fixture *fixture, const char *text, FactPhase latest)
{
    g_autoptr(GHashTable) words =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
    GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(list, g_strdup("refund"));
    g_ptr_array_add(list, g_strdup("payment failed"));
    g_hash_table_insert(words, (gpointer) "money", list);
    g_autoptr(GPtrArray) tokens = lexer_tokens("c", 1, text, strlen(text), fixture->diags);
    return expression_compile(fixture->table, words, latest, tokens,
                              (Place){ .file = "c", .line = 1, .column = 1 }, fixture->diags);
}

typedef struct {
    const char *text;
    bool holds;
} Truth;

static void assert_truths(const Truth *rows, guint count)
{
    for (guint i = 0; i < count; i++) {
        g_autoptr(Fixture) fixture = known_world();
        g_autoptr(Expression) expression = compile(fixture, rows[i].text, PHASE_VERDICT);
        g_autofree char *said = diags_to_text(fixture->diags);
        if (expression == NULL)
            fail_msg("%s: %s", rows[i].text, said);
        if (expression_holds(expression, fixture->facts) != rows[i].holds)
            fail_msg("%s", rows[i].text);
    }
}

static void comparisons_of_each_type_hold_or_not(void **state)
{
    (void)state;
    static const Truth rows[] = {
        { "priority = high", true },
        { "priority = HIGH", true },
        { "priority <> high", false },
        { "priority != low", true },
        { "priority > medium", true },
        { "priority >= critical", false },
        { "priority < critical", true },
        { "priority BETWEEN medium AND high", true },
        { "priority NOT BETWEEN low AND medium", true },
        { "priority IN (low, high)", true },
        { "category NOT IN (technical, general)", true },
        { "company_size >= 500", true },
        { "company_size > 500", false },
        { "company_size = 5e2", true },
        { "company_size BETWEEN 500 AND 500", true },
        { "company_size IN (1, 500)", true },
        { "proven", true },
        { "proven = no", false },
        { "spam", false },
        { "NOT spam", true },
        { "from_domain = 'CUSTOMER.example'", true },
        { "from_domain IN ('a.example', 'customer.example')", true },
        { "subject LIKE 'invoice%'", true },
        { "subject LIKE 'invoice'", false },
        { "subject LIKE '%____:%help'", true },
        { "subject NOT LIKE '%refund%'", true },
        { "text LIKE '%gr_sse%'", true },
        { "contact_title LIKE '_bz'", true },
        { "contact_title LIKE '%__b%'", false },
        { "text LIKE '%GRÖSSE%'", true },
        { "subject HAS 'payment'", true },
        { "subject HAS 'pay'", false },
        { "subject HAS 'pay', 'help'", true },
        { "subject HAS money", true },
        { "subject HAS 'pay', money AND spam", false },
        { "subject NOT HAS 'pay'", true },
        { "text HAS '請求書'", true },
        { "attachment_names HAS 'invoice.pdf'", true },
        { "attachment_names HAS 'invoice'", false },
        { "attachment_names LIKE '%.exe'", true },
        { "attachment_names NOT LIKE '%.zip'", true },
    };
    assert_truths(rows, G_N_ELEMENTS(rows));
}

static void every_comparison_with_an_unknown_fact_is_false(void **state)
{
    (void)state;
    static const Truth rows[] = {
        { "customer_tier = gold", false },
        { "customer_tier <> gold", false },
        { "customer_tier NOT IN (gold)", false },
        { "company NOT LIKE '%x%'", false },
        { "NOT customer_tier = gold", true },
        { "follow_up", false },
        { "NOT follow_up", true },
        { "known(customer_tier)", false },
        { "known(priority) AND NOT known(company)", true },
    };
    assert_truths(rows, G_N_ELEMENTS(rows));
}

static void and_binds_closer_than_or_and_not_closest(void **state)
{
    (void)state;
    static const Truth rows[] = {
        { "proven OR spam AND spam", true },
        { "(proven OR spam) AND spam", false },
        { "NOT spam OR proven AND spam", true },
        { "NOT (spam OR proven)", false },
        { "NOT NOT proven", true },
    };
    assert_truths(rows, G_N_ELEMENTS(rows));
}

static void faults_are_named_with_place_and_cure(void **state)
{
    (void)state;
    static const struct {
        const char *text, *said;
    } rows[] = {
        { "prioritty = high", "c:1:1: unknown fact 'prioritty'; did you mean 'priority'?" },
        { "priority = hihg", "c:1:12: 'hihg' is not a value of priority; did you mean 'high'?" },
        { "category IN (money, billing)",
          "c:1:14: 'money' is not a value of category; they are: technical, billing, general" },
        { "category > billing", "c:1:10: category has no order; use = or IN" },
        { "subject < 'a'", "c:1:9: subject is text; use =, IN, LIKE or HAS" },
        { "subject = hello", "c:1:11: a text stands in quotes: 'hello'" },
        { "company_size > many", "c:1:16: 'many' is not a number, as 'company_size' is" },
        { "company_size > '5'", "c:1:16: a number stands without quotes: 5" },
        { "company_size LIKE '5%'",
          "c:1:14: company_size is a number; use =, <, >, IN or BETWEEN" },
        { "company_size > -5", "c:1:16: -5 can't occur: 'company_size' is a number from 0 up" },
        { "company_size > 0x10", "c:1:16: '0x10' is not a number, as 'company_size' is" },
        { "intent_score > 70", "c:1:16: 70 can't occur: 'intent_score' is a number from 0 to 1" },
        { "proven > yes", "c:1:8: proven is yes or no; write it alone, or NOT before it" },
        { "proven = maybe", "c:1:10: 'maybe' is not yes or no, as 'proven' is" },
        { "to = 'a@b'", "c:1:4: to is a list; use HAS or LIKE" },
        { "priority",
          "c:1:1: 'priority' alone says nothing: it has values in an order; use =, <, >, IN or "
          "BETWEEN" },
        { "priority BETWEEN high AND low",
          "c:1:18: nothing is between these: the smaller value comes first" },
        { "subject HAS mony",
          "c:1:13: there is no list of words 'mony'; write 'words mony = …', or the word in "
          "quotes" },
        { "subject HAS ' '", "c:1:13: a word is expected between the quotes" },
        { "subject has 'x'", "c:1:9: unknown operator 'has'; did you mean 'HAS'?" },
        { "proven and spam", "c:1:8: unknown operator 'and'; did you mean 'AND'?" },
        { "priority NOT = high", "c:1:14: IN, BETWEEN, LIKE or HAS expected, not '='" },
        { "priority = ", "the condition ends where a value is expected" },
        { "priority IN high", "c:1:13: '(' expected, not 'high'" },
        { "category IN (billing", "the condition ends where ',' or ')' is expected" },
        { "(proven", "the condition ends where AND, OR or ')' is expected" },
        { "proven)", "c:1:7: an operator, AND, OR or the end expected, not ')'" },
        { "proven AND", "the condition ends where a fact is expected" },
        { "AND proven", "c:1:1: a fact expected, not 'AND'" },
        { "known proven", "c:1:7: '(' expected, not 'proven'" },
        { "known(proven", "the condition ends where ')' is expected" },
        { "", "the condition ends where a fact is expected" },
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Fixture) fixture = known_world();
        g_autoptr(Expression) expression = compile(fixture, rows[i].text, PHASE_VERDICT);
        g_autofree char *said = diags_to_text(fixture->diags);
        assert_null(expression);
        if (strstr(said, rows[i].said) == NULL || diags_count(fixture->diags) != 1)
            fail_msg("%s: %s", rows[i].text, said);
    }
}

static void all_faults_of_a_condition_are_found_at_once(void **state)
{
    (void)state;
    g_autoptr(Fixture) fixture = known_world();
    g_autoptr(Expression) expression =
        compile(fixture, "prority = high AND category > billing AND company_size = 'x' OR (spam",
                PHASE_VERDICT);
    assert_null(expression);
    assert_int_equal(diags_count(fixture->diags), 4);
}

static void facts_of_a_later_phase_are_refused(void **state)
{
    (void)state;
    static const struct {
        FactPhase latest;
        const char *text, *said;
    } rows[] = {
        { PHASE_MAIL, "subject = ''", NULL },
        { PHASE_MAIL, "follow_up",
          "'follow_up' is known only after the customer is looked up; this condition "
          "may use mail facts" },
        { PHASE_CUSTOMER, "follow_up", NULL },
        { PHASE_CUSTOMER, "score > 1",
          "'score' is known only after all scores are summed up; this condition may use mail and "
          "customer facts" },
        { PHASE_SCORE, "score > 1", NULL },
        { PHASE_SCORE, "known(priority)",
          "'priority' is known only after the verdict; this condition may use mail and customer "
          "facts and the score" },
        { PHASE_VERDICT, "priority = low", NULL },
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Fixture) fixture = known_world();
        g_autoptr(Expression) expression = compile(fixture, rows[i].text, rows[i].latest);
        g_autofree char *said = diags_to_text(fixture->diags);
        assert_int_equal(expression == NULL, rows[i].said != NULL);
        if (rows[i].said != NULL && strstr(said, rows[i].said) == NULL)
            fail_msg("%s", said);
    }
}

/* `count` times `before`, then `middle`, then `count` times `after`. */
static char *nested(int count, const char *before, const char *middle, const char *after)
{
    GString *text = g_string_new(NULL);
    for (int i = 0; i < count; i++)
        g_string_append(text, before);
    g_string_append(text, middle);
    for (int i = 0; i < count; i++)
        g_string_append(text, after);
    return g_string_free(text, FALSE);
}

static void nesting_and_length_have_limits(void **state)
{
    (void)state;
    /* of the last: so many more comparisons, the first one, and the OR that ties them */
    const struct {
        const char *before, *middle, *after;
        int most;
    } rows[] = {
        { "(", "proven", ")", EXPRESSION_DEPTH_MAX },
        { "NOT ", "proven", "", EXPRESSION_DEPTH_MAX },
        { "", "proven", " OR proven", EXPRESSION_NODES_MAX - 2 },
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        for (int over = -1; over <= 1; over++) {
            g_autoptr(Fixture) fixture = known_world();
            g_autofree char *text =
                nested(rows[i].most + over, rows[i].before, rows[i].middle, rows[i].after);
            g_autoptr(Expression) expression = compile(fixture, text, PHASE_VERDICT);
            assert_int_equal(expression == NULL, over > 0);
            assert_int_equal(diags_count(fixture->diags), over > 0 ? 1 : 0);
        }
    }
}

static void a_pattern_has_a_longest_length(void **state)
{
    (void)state;
    for (int over = -1; over <= 1; over++) {
        g_autoptr(Fixture) fixture = known_world();
        g_autofree char *pattern = nested(EXPRESSION_PATTERN_MAX + over, "", "", "a");
        g_autofree char *text = g_strdup_printf("subject LIKE '%s'", pattern);
        g_autoptr(Expression) expression = compile(fixture, text, PHASE_VERDICT);
        assert_int_equal(expression == NULL, over > 0);
    }
}

static void a_pattern_of_many_wildcards_is_no_trap(void **state)
{
    (void)state;
    g_autoptr(Fixture) fixture = known_world();
    g_autofree char *long_text = g_strnfill(100 * 1000, 'a');
    fixture_set(fixture, "text", long_text);
    g_autofree char *pattern = nested(60, "a%", "", "");
    g_autofree char *text = g_strdup_printf("text LIKE '%%%sb'", pattern);
    g_autoptr(Expression) expression = compile(fixture, text, PHASE_VERDICT);
    gint64 start = g_get_monotonic_time();
    assert_false(expression_holds(expression, fixture->facts));
    assert_true(g_get_monotonic_time() - start < G_USEC_PER_SEC);
}

static void an_explanation_shows_each_comparison(void **state)
{
    (void)state;
    g_autoptr(Fixture) fixture = known_world();
    g_autoptr(Expression) expression = compile(
        fixture, "priority >= critical AND NOT (customer_tier = gold OR subject HAS 'help')",
        PHASE_VERDICT);
    g_autofree char *why = expression_explain(expression, fixture->facts);
    assert_string_equal(
        why, "    no   priority >= critical  (priority is high)\n"
             "    no   customer_tier = gold  (customer_tier is unknown)\n"
             "    yes  subject HAS 'help'  (subject is 'invoice 4711: payment failed, please "
             "help')\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comparisons_of_each_type_hold_or_not),
        cmocka_unit_test(every_comparison_with_an_unknown_fact_is_false),
        cmocka_unit_test(and_binds_closer_than_or_and_not_closest),
        cmocka_unit_test(faults_are_named_with_place_and_cure),
        cmocka_unit_test(all_faults_of_a_condition_are_found_at_once),
        cmocka_unit_test(facts_of_a_later_phase_are_refused),
        cmocka_unit_test(nesting_and_length_have_limits),
        cmocka_unit_test(a_pattern_has_a_longest_length),
        cmocka_unit_test(a_pattern_of_many_wildcards_is_no_trap),
        cmocka_unit_test(an_explanation_shows_each_comparison),
    };
    return cmocka_run_group_tests_name("policy: expression", tests, NULL, NULL);
}
