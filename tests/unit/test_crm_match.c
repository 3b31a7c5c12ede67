/* What rows mean: one company, several, none; and a timeline of what happened. */
#include "crm/match.h"
#include "crm/timeline.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DAY G_GINT64_CONSTANT(86400)
#define NOW G_GINT64_CONSTANT(1795392000) /* 2026-11-23 */

static GPtrArray *rows_of(int count)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func((GDestroyNotify)match_row_free);

    for (int i = 0; i < count; i++) {
        MatchRow *row = g_new0(MatchRow, 1);

        row->company_id = g_strdup_printf("c%d", i);
        row->company = g_strdup_printf("Company %d", i);
        row->contact_name = g_strdup("Ann");
        row->contact_title = g_strdup("Head");
        g_ptr_array_add(rows, row);
    }
    return rows;
}

static void no_row_changes_nothing(void **state)
{
    g_autoptr(Customer) customer = customer_new();
    g_autoptr(GPtrArray) rows = rows_of(0);

    (void)state;
    assert_false(match_decide(customer, rows, MATCH_EXACT));
    assert_int_equal(customer->match, MATCH_NONE);
}

static void one_row_is_the_customer(void **state)
{
    g_autoptr(Customer) customer = customer_new();
    g_autoptr(GPtrArray) rows = rows_of(1);

    (void)state;
    assert_true(match_decide(customer, rows, MATCH_DOMAIN));
    assert_int_equal(customer->match, MATCH_DOMAIN);
    assert_string_equal(customer->id, "c0");
    assert_string_equal(customer->company, "Company 0");
    assert_string_equal(customer->contact_name, "Ann");
}

static void several_rows_are_candidates_and_none_is_chosen(void **state)
{
    g_autoptr(Customer) customer = customer_new();
    g_autoptr(GPtrArray) rows = rows_of(MATCH_CANDIDATES + 1);

    (void)state;
    assert_true(match_decide(customer, rows, MATCH_EXACT));
    assert_int_equal(customer->match, MATCH_AMBIGUOUS);
    assert_string_equal(customer->id, "");
    assert_string_equal(customer->company, "");
    assert_int_equal(customer->candidates->len, MATCH_CANDIDATES);
    assert_string_equal(customer->candidates->pdata[1], "Company 1");
}

static void severities_have_names_from_one_to_four(void **state)
{
    (void)state;
    assert_string_equal(match_severity_name(0), "");
    assert_string_equal(match_severity_name(1), "low");
    assert_string_equal(match_severity_name(4), "critical");
    assert_string_equal(match_severity_name(5), "");
}

static void add(Timeline *timeline, gint64 days_ago, const char *type, double sentiment)
{
    TimelineRow row = { .when = NOW - days_ago * DAY,
                        .type = type,
                        .category = "billing",
                        .summary = "what\nit was",
                        .contact = "ann@example.com",
                        .sentiment = sentiment };

    timeline_add(timeline, &row);
}

static void the_ten_latest_of_ninety_days_are_told_one_by_one(void **state)
{
    g_autoptr(Customer) customer = customer_new();
    g_autoptr(Timeline) timeline = timeline_new(customer, NOW);
    const Interaction *first;

    (void)state;
    for (int i = 0; i < 9; i++)
        add(timeline, i, "email", NAN);
    add(timeline, 89, "call", NAN);
    add(timeline, 89, "call", NAN);
    timeline_end(timeline);

    assert_int_equal(customer->interactions->len, 10);
    first = customer->interactions->pdata[0];
    assert_int_equal(first->when, NOW);
    assert_string_equal(first->summary, "what it was");
    assert_int_equal(customer->history->len, 1);
    assert_true(customer->earlier_contact);
}

static void an_interaction_of_ninety_days_ago_is_history(void **state)
{
    g_autoptr(Customer) customer = customer_new();
    g_autoptr(Timeline) timeline = timeline_new(customer, NOW);
    const HistoryCount *count;

    (void)state;
    add(timeline, 90, "email", NAN);
    timeline_end(timeline);
    assert_int_equal(customer->interactions->len, 0);
    assert_int_equal(customer->history->len, 1);
    count = customer->history->pdata[0];
    assert_string_equal(count->quarter, "2026-Q3");
    assert_string_equal(count->category, "billing");
}

static void history_counts_by_quarter_newest_first_then_by_count(void **state)
{
    static const struct {
        const char *quarter, *type;
        int count;
    } want[] = { { "2026-Q2", "email", 2 }, { "2026-Q2", "call", 1 }, { "2025-Q4", "email", 1 } };
    g_autoptr(Customer) customer = customer_new();
    g_autoptr(Timeline) timeline = timeline_new(customer, NOW);

    (void)state;
    add(timeline, 160, "call", 0.5);
    add(timeline, 161, "email", -1);
    add(timeline, 162, "email", NAN);
    add(timeline, 340, "email", 0.2);
    timeline_end(timeline);

    assert_int_equal(customer->history->len, G_N_ELEMENTS(want));
    for (guint i = 0; i < customer->history->len; i++) {
        const HistoryCount *count = customer->history->pdata[i];

        assert_string_equal(count->quarter, want[i].quarter);
        assert_string_equal(count->type, want[i].type);
        assert_int_equal(count->count, want[i].count);
    }
    assert_true(fabs(customer->history_sentiment - -0.1) < 1e-9);
}

static void the_last_escalation_is_remembered_whether_latest_or_history(void **state)
{
    g_autoptr(Customer) customer = customer_new();
    g_autoptr(Timeline) timeline = timeline_new(customer, NOW);

    (void)state;
    add(timeline, 3, "email", NAN);
    assert_int_equal(customer->last_escalation, 0);
    add(timeline, 5, "escalation", NAN);
    add(timeline, 200, "escalation", NAN);
    timeline_end(timeline);
    assert_int_equal(customer->last_escalation, NOW - 5 * DAY);
}

static void history_has_a_maximum_and_survives_hostile_labels(void **state)
{
    g_autoptr(Customer) customer = customer_new();
    g_autoptr(Timeline) timeline = timeline_new(customer, NOW);
    const HistoryCount *count;

    (void)state;
    for (int i = 0; i <= TIMELINE_HISTORY; i++) {
        g_autofree char *type = g_strdup_printf("\xFF\n%d %0100d", i, i);

        add(timeline, 100, type, INFINITY);
    }
    timeline_end(timeline);
    assert_int_equal(customer->history->len, TIMELINE_HISTORY);
    count = customer->history->pdata[0];
    assert_true(g_utf8_validate(count->type, -1, NULL));
    assert_null(strchr(count->type, '\n'));
    assert_true(strlen(count->type) <= 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_row_changes_nothing),
        cmocka_unit_test(one_row_is_the_customer),
        cmocka_unit_test(several_rows_are_candidates_and_none_is_chosen),
        cmocka_unit_test(severities_have_names_from_one_to_four),
        cmocka_unit_test(the_ten_latest_of_ninety_days_are_told_one_by_one),
        cmocka_unit_test(an_interaction_of_ninety_days_ago_is_history),
        cmocka_unit_test(history_counts_by_quarter_newest_first_then_by_count),
        cmocka_unit_test(the_last_escalation_is_remembered_whether_latest_or_history),
        cmocka_unit_test(history_has_a_maximum_and_survives_hostile_labels),
    };

    return cmocka_run_group_tests_name("crm: match", tests, NULL, NULL);
}
