/* DECIDE: rules to a plan, and the words that explain it. */
#include "policy_fixture.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static char *decided(Fixture *fixture, const char *text, PlanTicket ticket, const char *owner)
{
    g_autoptr(Policy) policy = fixture_load(fixture, text);
    g_autofree char *said = diags_to_text(fixture->diags);
    assert_string_equal(said, "");
    g_autoptr(Plan) plan = policy_decide(policy, fixture->facts, ticket, owner);
    return plan_to_text(plan);
}

static void assert_decided(const char *text, PlanTicket ticket, const char *owner,
                           const char *expected)
{
    g_autoptr(Fixture) fixture = fixture_new();
    fixture_set(fixture, "priority", "high");
    fixture_set(fixture, "customer_tier", "enterprise");
    g_autofree char *plan = decided(fixture, text, ticket, owner);
    assert_string_equal(plan, expected);
}

static void without_rules_the_ticket_is_what_it_was(void **state)
{
    (void)state;
    assert_decided("", PLAN_TICKET_NEW, "", "ticket new\n");
    assert_decided("", PLAN_TICKET_FOLLOW_UP, "", "ticket follow-up\n");
}

static void a_rule_does_all_it_says(void **state)
{
    (void)state;
    assert_decided("rule \"enterprise outage\" {\n"
                   "    when priority >= high AND customer_tier = enterprise\n"
                   "    queue = incident\n"
                   "    assignee = Ann@Example.com\n"
                   "    review = \"enterprise outage\"\n"
                   "    tags = outage, vip\n"
                   "    answer_within = 4h\n"
                   "    draft = reply-support, received\n"
                   "    notify = oncall\n"
                   "    header = Team, blue\n"
                   "    header = Shift, night\n"
                   "    add_recipient = Lead@example.com\n"
                   "    redirect = incident@example.com\n"
                   "}\n"
                   "rule \"other\" { when priority = low; queue = later }\n",
                   PLAN_TICKET_NEW, "",
                   "ticket new\n"
                   "queue incident\n"
                   "assignee ann@example.com\n"
                   "tag outage\n"
                   "tag vip\n"
                   "review enterprise outage\n"
                   "answer-within 14400s\n"
                   "draft reply-support\n"
                   "draft-template received\n"
                   "notify oncall\n"
                   "header Team: blue\n"
                   "header Shift: night\n"
                   "add-recipient lead@example.com\n"
                   "redirect incident@example.com\n"
                   "rule enterprise outage\n");
}

static void later_rules_override_or_add(void **state)
{
    (void)state;
    assert_decided(
        "rule a { queue = one; assignee = ann; tags = x, y; review = first;\n"
        "         answer_within = 1h; notify = oncall; add_recipient = a@example.com }\n"
        "rule b { queue = two; assignee = ben; tags = y, z; review = second;\n"
        "         answer_within = 2h; notify = sales-lead, oncall;\n"
        "         add_recipient = b@example.com }\n",
        PLAN_TICKET_NEW, "",
        "ticket new\nqueue two\nassignee ben\ntag x\ntag y\ntag z\nreview first\n"
        "answer-within 7200s\nnotify oncall\nnotify sales-lead\nadd-recipient a@example.com\n"
        "add-recipient b@example.com\nrule a\nrule b\n");
}

static void a_reason_is_kept_when_one_comes_later(void **state)
{
    (void)state;
    assert_decided("rule a { review = yes }\nrule b { review = 'look twice' }", PLAN_TICKET_NONE,
                   "", "ticket none\nreview look twice\nrule a\nrule b\n");
}

static void the_owner_of_an_account_may_be_the_assignee(void **state)
{
    (void)state;
    static const char text[] = "rule a { assignee = team }\nrule b { assignee = owner }";
    assert_decided(text, PLAN_TICKET_NEW, "Zoe", "ticket new\nassignee Zoe\nrule a\nrule b\n");
    assert_decided(text, PLAN_TICKET_NEW, "", "ticket new\nassignee team\nrule a\nrule b\n");
}

static void a_rule_makes_or_saves_a_ticket_but_never_loses_a_follow_up(void **state)
{
    (void)state;
    assert_decided("rule a { ticket = no }", PLAN_TICKET_NEW, "", "ticket none\nrule a\n");
    assert_decided("rule a { ticket = yes }", PLAN_TICKET_NONE, "", "ticket new\nrule a\n");
    assert_decided("rule a { ticket = no }", PLAN_TICKET_FOLLOW_UP, "",
                   "ticket follow-up\nrule a\n");
    assert_decided("rule a { ticket = yes }", PLAN_TICKET_FOLLOW_UP, "",
                   "ticket follow-up\nrule a\n");
}

static void rules_may_ask_for_the_score(void **state)
{
    (void)state;
    g_autoptr(Fixture) fixture = fixture_new();
    g_autoptr(Policy) policy = fixture_load(fixture, "score s { points = 71 }\n"
                                                     "rule r { when score > 70; tags = hot }");
    g_autoptr(Presumption) presumption = policy_presume(policy, fixture->facts);
    assert_float_equal(presumption->score, 71, 1e-9);
    g_autoptr(Plan) plan = policy_decide(policy, fixture->facts, PLAN_TICKET_NONE, "");
    assert_int_equal(plan->tags->len, 1);
}

static void an_explanation_names_every_entry_and_value(void **state)
{
    (void)state;
    g_autoptr(Fixture) fixture = fixture_new();
    fixture_set(fixture, "priority", "high");
    g_autoptr(Policy) policy =
        fixture_load(fixture, "rule a { when priority >= high AND customer_tier = gold;"
                              "         queue = x }\n"
                              "score b { when NOT spam; points = 3 }\n"
                              "fallback c { kind = other }\n");
    g_autofree char *why = policy_explain(policy, fixture->facts);
    assert_string_equal(why, "yes  score \"b\"\n"
                             "    no   spam  (spam is unknown)\n"
                             "yes  fallback \"c\"\n"
                             "no   rule \"a\"\n"
                             "    yes  priority >= high  (priority is high)\n"
                             "    no   customer_tier = gold  (customer_tier is unknown)\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_rules_the_ticket_is_what_it_was),
        cmocka_unit_test(a_rule_does_all_it_says),
        cmocka_unit_test(later_rules_override_or_add),
        cmocka_unit_test(a_reason_is_kept_when_one_comes_later),
        cmocka_unit_test(the_owner_of_an_account_may_be_the_assignee),
        cmocka_unit_test(a_rule_makes_or_saves_a_ticket_but_never_loses_a_follow_up),
        cmocka_unit_test(rules_may_ask_for_the_score),
        cmocka_unit_test(an_explanation_names_every_entry_and_value),
    };
    return cmocka_run_group_tests_name("policy: decide", tests, NULL, NULL);
}
