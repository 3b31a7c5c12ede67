/* Which value stands: a person's, the newer one, the floor. */
#include "policy_fixture.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void set(Verdict *verdict, const char *field, const char *text)
{
    assert_true(verdict_set_text(verdict, field_find(verdict->fields, field), text, NULL));
}

/* "" : none. */
static Verdict *with(const Fixture *fixture, const char *field, const char *text)
{
    Verdict *verdict = verdict_new(fixture->fields);
    if (text[0] != '\0')
        set(verdict, field, text);
    return verdict;
}

static void the_higher_of_value_and_floor_stands(void **state)
{
    (void)state;
    static const struct {
        const char *current, *revised, *floor;
        bool final;
        const char *stands;
    } rows[] = {
        { "low", "", "", false, "low" },
        { "low", "high", "", false, "high" },
        { "high", "low", "", false, "low" },
        { "high", "low", "medium", false, "medium" },
        { "low", "critical", "medium", false, "critical" },
        { "low", "medium", "medium", false, "medium" },
        { "low", "", "critical", false, "critical" },
        { "", "", "medium", false, "medium" },
        { "", "low", "", false, "low" },
        { "", "", "", false, "" },
        /* a person said so */
        { "low", "critical", "high", true, "low" },
        { "critical", "", "low", true, "critical" },
        { "", "high", "medium", true, "" },
    };
    static const char *const final[] = { "category", "priority", NULL };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Fixture) fixture = fixture_new();
        g_autoptr(Verdict) current = with(fixture, "priority", rows[i].current);
        g_autoptr(Verdict) revised = with(fixture, "priority", rows[i].revised);
        g_autoptr(Verdict) floors = with(fixture, "priority", rows[i].floor);
        g_autoptr(Verdict) result =
            policy_revise(current, revised, floors, rows[i].final ? final : NULL);
        assert_string_equal(verdict_token(result, "priority"), rows[i].stands);
        assert_string_equal(verdict_token(current, "priority"), rows[i].current);
    }
}

static void what_is_not_said_anew_stays(void **state)
{
    (void)state;
    g_autoptr(Fixture) fixture = fixture_new();
    g_autoptr(Verdict) current = with(fixture, "category", "billing");
    set(current, "summary", "Old words");
    set(current, "key_issues", "one issue; another");
    current->confidence = 0.3;
    current->confidence_source = "table";
    g_autoptr(Verdict) revised = with(fixture, "summary", "New words");
    set(revised, "requires_engineering", "yes");
    revised->confidence = 0.9;
    revised->confidence_source = "provider";

    g_autoptr(Verdict) result = policy_revise(current, revised, NULL, NULL);
    assert_string_equal(verdict_token(result, "category"), "billing");
    assert_string_equal(verdict_token(result, "summary"), "New words");
    assert_true(verdict_get(result, "requires_engineering")->yes);
    const Value *issues = verdict_get(result, "key_issues");
    assert_int_equal(issues->list->len, 2);
    assert_string_equal(g_ptr_array_index(issues->list, 1), "another");
    assert_float_equal(result->confidence, 0.9, 1e-9);
    assert_string_equal(result->confidence_source, "provider");
}

static void lists_are_copied_and_outlive_where_they_came_from(void **state)
{
    (void)state;
    g_autoptr(Fixture) fixture = fixture_new();
    Verdict *current = with(fixture, "key_issues", "old one");
    Verdict *revised = with(fixture, "key_issues", "new one; new two");
    g_autoptr(Verdict) result = policy_revise(current, revised, NULL, NULL);
    verdict_free(current);
    verdict_free(revised);
    const Value *issues = verdict_get(result, "key_issues");
    assert_int_equal(issues->list->len, 2);
    assert_string_equal(g_ptr_array_index(issues->list, 0), "new one");
}

static void only_ordered_fields_have_floors(void **state)
{
    (void)state;
    g_autoptr(Fixture) fixture = fixture_new();
    g_autoptr(Verdict) current = with(fixture, "category", "technical");
    g_autoptr(Verdict) floors = with(fixture, "category", "general");
    g_autoptr(Verdict) result = policy_revise(current, NULL, floors, NULL);
    assert_string_equal(verdict_token(result, "category"), "technical");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_higher_of_value_and_floor_stands),
        cmocka_unit_test(what_is_not_said_anew_stays),
        cmocka_unit_test(lists_are_copied_and_outlive_where_they_came_from),
        cmocka_unit_test(only_ordered_fields_have_floors),
    };
    return cmocka_run_group_tests_name("policy: revise", tests, NULL, NULL);
}
