/* PRESUME: the baseline out of fallbacks, scores and floors. */
#include "policy_fixture.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const char policy_text[] =
    "score \"big company\" { when company_size > 1000; points = 40 }\n"
    "score \"budget\" { when lead_budget >= 50000; points = 30.5 }\n"
    "score \"free mail\" { when from_domain IN ('mail.example'); points = -20 }\n"
    "fallback \"refund\" { when text HAS 'refund'; category = billing; priority = medium }\n"
    "fallback \"crash\" { when text HAS 'crash'; category = technical; priority = high;"
    "                     summary = 'It crashes' }\n"
    "fallback \"hot\" { when score >= 70; recommended_action = senior_sales }\n"
    "fallback \"warm\" { when score >= 40; recommended_action = mid_sales }\n"
    "fallback \"cold\" { when known(score); recommended_action = nurture }\n"
    "floor \"loud\" { when subject HAS 'urgent'; priority = medium }\n"
    "floor \"breach\" { when text HAS 'leaked'; priority = critical }\n"
    "floor \"loud again\" { when subject HAS 'urgent'; priority = high }\n";

static Presumption *presume(Fixture *fixture)
{
    g_autoptr(Policy) policy = fixture_load(fixture, policy_text);
    g_autofree char *said = diags_to_text(fixture->diags);
    assert_string_equal(said, "");
    return policy_presume(policy, fixture->facts);
}

static void nothing_known_gives_almost_nothing(void **state)
{
    (void)state;
    g_autoptr(Fixture) fixture = fixture_new();
    g_autoptr(Policy) policy = fixture_load(fixture, "fallback \"a\" { when spam; kind = other }");
    g_autoptr(Presumption) presumption = policy_presume(policy, fixture->facts);
    assert_int_equal(presumption->matched->len, 0);
    assert_null(verdict_get(presumption->verdict, "kind"));
    assert_float_equal(presumption->verdict->confidence, 0.1, 1e-9);
    assert_string_equal(presumption->verdict->confidence_source, "table");
}

static void the_first_fallback_that_matches_gives_a_field(void **state)
{
    (void)state;
    g_autoptr(Fixture) fixture = fixture_new();
    fixture_set(fixture, "text", "a refund for the crash");
    g_autoptr(Presumption) presumption = presume(fixture);
    assert_string_equal(verdict_token(presumption->verdict, "category"), "billing");
    assert_string_equal(verdict_token(presumption->verdict, "priority"), "medium");
    assert_string_equal(verdict_token(presumption->verdict, "summary"), "It crashes");
    assert_float_equal(presumption->verdict->confidence, 0.3, 1e-9);
    assert_int_equal(presumption->matched->len, 3);
    assert_string_equal(g_ptr_array_index(presumption->matched, 0), "refund");
}

static void scores_are_summed_and_fallbacks_see_the_sum(void **state)
{
    (void)state;
    static const struct {
        const char *size, *budget, *domain;
        double score;
        const char *action;
    } rows[] = {
        { "1001", "50000", "big.example", 70.5, "senior_sales" },
        { "1001", "50000", "mail.example", 50.5, "mid_sales" },
        { "1001", "0", "big.example", 40, "mid_sales" },
        { "1000", "50000", "big.example", 30.5, "nurture" },
        { "1000", "49999", "mail.example", -20, "nurture" },
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Fixture) fixture = fixture_new();
        fixture_set(fixture, "company_size", rows[i].size);
        fixture_set(fixture, "lead_budget", rows[i].budget);
        fixture_set(fixture, "from_domain", rows[i].domain);
        g_autoptr(Presumption) presumption = presume(fixture);
        assert_float_equal(presumption->score, rows[i].score, 1e-9);
        assert_string_equal(verdict_token(presumption->verdict, "recommended_action"),
                            rows[i].action);
    }
}

static void without_score_entries_the_score_is_unknown(void **state)
{
    (void)state;
    g_autoptr(Fixture) fixture = fixture_new();
    g_autoptr(Policy) policy =
        fixture_load(fixture, "fallback \"a\" { when known(score); kind = sales }");
    g_autoptr(Presumption) presumption = policy_presume(policy, fixture->facts);
    assert_null(verdict_get(presumption->verdict, "kind"));
}

static void the_highest_floor_counts(void **state)
{
    (void)state;
    static const struct {
        const char *subject, *text, *floor;
    } rows[] = {
        { "hello", "hello", "" },
        { "urgent", "hello", "high" },
        { "urgent", "it leaked", "critical" },
        { "hello", "it leaked", "critical" },
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Fixture) fixture = fixture_new();
        fixture_set(fixture, "subject", rows[i].subject);
        fixture_set(fixture, "text", rows[i].text);
        g_autoptr(Presumption) presumption = presume(fixture);
        assert_string_equal(verdict_token(presumption->floors, "priority"), rows[i].floor);
    }
}

static void an_entry_without_a_condition_always_matches(void **state)
{
    (void)state;
    g_autoptr(Fixture) fixture = fixture_new();
    g_autoptr(Policy) policy = fixture_load(fixture, "fallback \"all\" { kind = support }");
    g_autoptr(Presumption) presumption = policy_presume(policy, fixture->facts);
    assert_string_equal(verdict_token(presumption->verdict, "kind"), "support");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_known_gives_almost_nothing),
        cmocka_unit_test(the_first_fallback_that_matches_gives_a_field),
        cmocka_unit_test(scores_are_summed_and_fallbacks_see_the_sum),
        cmocka_unit_test(without_score_entries_the_score_is_unknown),
        cmocka_unit_test(the_highest_floor_counts),
        cmocka_unit_test(an_entry_without_a_condition_always_matches),
    };
    return cmocka_run_group_tests_name("policy: presume", tests, NULL, NULL);
}
