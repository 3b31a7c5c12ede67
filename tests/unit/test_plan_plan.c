/* The plan as a value: what is said twice stands once, and its text says everything in one order.
 */
#include "plan/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_text(const Plan *plan, const char *expected)
{
    g_autofree char *text = plan_to_text(plan);
    assert_string_equal(text, expected);
}

static void an_empty_plan_says_that_there_is_no_ticket(void **state)
{
    (void)state;
    g_autoptr(Plan) plan = plan_new();
    assert_text(plan, "ticket none\n");
}

static void a_full_plan_says_everything_in_a_fixed_order(void **state)
{
    (void)state;
    g_autoptr(Plan) plan = plan_new();
    g_ptr_array_add(plan->matched, g_strdup("enterprise outage"));
    plan_set(&plan->redirect, "incident@example.com");
    plan_add_recipient(plan, "lead@example.com");
    plan_add_header(plan, "Team", "blue");
    plan->answer_within = 4 * 3600 * 1000;
    plan_set(&plan->draft, "reply-support");
    plan_set(&plan->draft_template, "received");
    plan_add_notify(plan, "oncall");
    plan->review = true;
    plan_set(&plan->review_reason, "a big customer");
    plan_add_tag(plan, "outage");
    plan_set(&plan->assignee, "anna");
    plan_set(&plan->queue, "incident");
    plan->ticket = PLAN_TICKET_NEW;
    assert_text(plan, "ticket new\n"
                      "queue incident\n"
                      "assignee anna\n"
                      "tag outage\n"
                      "review a big customer\n"
                      "answer-within 14400s\n"
                      "draft reply-support\n"
                      "draft-template received\n"
                      "notify oncall\n"
                      "header Team: blue\n"
                      "add-recipient lead@example.com\n"
                      "redirect incident@example.com\n"
                      "rule enterprise outage\n");
}

static void a_review_without_a_reason_says_yes(void **state)
{
    (void)state;
    g_autoptr(Plan) plan = plan_new();
    plan->ticket = PLAN_TICKET_FOLLOW_UP;
    plan->review = true;
    assert_text(plan, "ticket follow-up\nreview yes\n");
}

static void tags_and_people_stand_once_in_order(void **state)
{
    (void)state;
    g_autoptr(Plan) plan = plan_new();
    const char *const words[] = { "b", "a", "b", "c", "a" };
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        plan_add_tag(plan, words[i]);
        plan_add_recipient(plan, words[i]);
        plan_add_notify(plan, words[i]);
    }
    assert_text(plan, "ticket none\ntag b\ntag a\ntag c\n"
                      "notify b\nnotify a\nnotify c\n"
                      "add-recipient b\nadd-recipient a\nadd-recipient c\n");
}

static void headers_may_repeat(void **state)
{
    (void)state;
    g_autoptr(Plan) plan = plan_new();
    plan_add_header(plan, "Team", "blue");
    plan_add_header(plan, "Team", "blue");
    assert_text(plan, "ticket none\nheader Team: blue\nheader Team: blue\n");
}

static void setting_replaces_and_nothing_clears(void **state)
{
    (void)state;
    g_autoptr(Plan) plan = plan_new();
    plan_set(&plan->queue, "first");
    plan_set(&plan->queue, "second");
    assert_string_equal(plan->queue, "second");
    plan_set(&plan->queue, NULL);
    assert_string_equal(plan->queue, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_plan_says_that_there_is_no_ticket),
        cmocka_unit_test(a_full_plan_says_everything_in_a_fixed_order),
        cmocka_unit_test(a_review_without_a_reason_says_yes),
        cmocka_unit_test(tags_and_people_stand_once_in_order),
        cmocka_unit_test(headers_may_repeat),
        cmocka_unit_test(setting_replaces_and_nothing_clears),
    };
    return cmocka_run_group_tests_name("plan: plan", tests, NULL, NULL);
}
