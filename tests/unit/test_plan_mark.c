/* The marks: which header says what at which level, what goes first and what last, and that nothing
 * from outside can end a header or pass for a second parameter. */
#include "plan/mark.h"

#include "verdict_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char fields_text[] =
    "field kind { support \"Help\" makes ticket; sales \"Offers\" makes lead }\n"
    "field category { technical; billing }\n"
    "field priority ordered { low; medium; high; critical }\n"
    "field urgency_level { immediate; exploratory }\n"
    "field customer_sentiment { positive; frustrated }\n"
    "field recommended_action { senior_sales; nurture }\n"
    "field intent_score number 0-1 \"Wish to buy\"\n";

/* A mark with everything in it; tests take away or make worse. */
typedef struct {
    FieldTable *fields;
    Verdict *verdict;
    Plan *plan;
    Customer *customer;
    Mark mark;
} Case;

static void say(Verdict *verdict, const char *field, const char *text)
{
    g_autoptr(GError) error = NULL;
    if (!verdict_set_text(verdict, field_find(verdict->fields, field), text, &error))
        fail_msg("%s", error->message);
}

static Verdict *full_verdict(FieldTable *fields)
{
    Verdict *verdict = verdict_new(fields);
    say(verdict, "kind", "support");
    say(verdict, "category", "technical");
    say(verdict, "priority", "high");
    say(verdict, "urgency_level", "immediate");
    say(verdict, "customer_sentiment", "frustrated");
    say(verdict, "recommended_action", "senior_sales");
    say(verdict, "intent_score", "0.7");
    verdict->confidence = 0.85;
    verdict->confidence_source = "table";
    return verdict;
}

static Plan *full_plan(void)
{
    Plan *plan = plan_new();
    plan_set(&plan->queue, "incident");
    plan_add_tag(plan, "outage");
    plan_add_tag(plan, "vip");
    plan->review = true;
    plan_add_header(plan, "Team", "blue");
    return plan;
}

static int setup(void **state)
{
    Case *c = g_new0(Case, 1);
    g_autoptr(Diags) diags = diags_new();
    c->fields = fields_from_text(fields_text, diags);
    assert_int_equal(diags_count(diags), 0);
    c->verdict = full_verdict(c->fields);
    c->plan = full_plan();
    c->customer = customer_new();
    c->customer->match = MATCH_EXACT;
    plan_set(&c->customer->id, "C-17");
    plan_set(&c->customer->tier, "enterprise");
    c->mark = (Mark){ .status = STATUS_LLM,
                      .why = "",
                      .ms = 420,
                      .prompt = "support@1",
                      .decision_id = "ABCDEFGH12345678",
                      .mailbox = "support",
                      .ticket = "SUP-1042",
                      .verdict = c->verdict,
                      .plan = c->plan,
                      .customer = c->customer,
                      .proven = true,
                      .proven_by = "dmarc",
                      .level = MARK_FULL };
    *state = c;
    return 0;
}

static int teardown(void **state)
{
    Case *c = *state;
    verdict_free(c->verdict);
    plan_free(c->plan);
    customer_free(c->customer);
    field_table_unref(c->fields);
    g_free(c);
    return 0;
}

/* For one mailbox, that one recipient stands for. */
static GPtrArray *edits_of(const Mark *mark, const MarkIncoming *incoming, guint count)
{
    g_autoptr(GPtrArray) recipients = g_ptr_array_new();
    const MarkRoute route = { mark != NULL ? mark->plan : NULL, recipients };
    g_ptr_array_add(recipients, (char *)"support@example.com");
    return mark_edits(mark, incoming, count, &route, 1);
}

static char *recorded(const Mark *mark, const MarkIncoming *incoming, guint count)
{
    g_autoptr(GPtrArray) edits = edits_of(mark, incoming, count);
    GString *out = g_string_new(NULL);
    assert_int_equal(mark_apply(edits, &edit_recorder, out), 0);
    return g_string_free(out, FALSE);
}

static void assert_recorded(const Mark *mark, const char *expected)
{
    g_autofree char *text = recorded(mark, NULL, 0);
    assert_string_equal(text, expected);
}

/* The value of the one header of that name, NULL if it isn't written. */
static char *header_of(const Mark *mark, const char *name)
{
    g_autoptr(GPtrArray) edits = edits_of(mark, NULL, 0);
    g_autofree char *full = g_strconcat("X-Triage-", name, NULL);
    for (guint i = 0; i < edits->len; i++) {
        const Edit *edit = g_ptr_array_index(edits, i);
        if (edit->type == EDIT_ADD_HEADER && g_str_equal(edit->name, full))
            return g_strdup(edit->value);
    }
    return NULL;
}

static void assert_header(const Mark *mark, const char *name, const char *expected)
{
    g_autofree char *value = header_of(mark, name);
    if (expected == NULL)
        assert_null(value);
    else if (value == NULL)
        fail_msg("X-Triage-%s is missing", name);
    else
        assert_string_equal(value, expected);
}

static void a_full_mark_writes_the_whole_table_and_status_last(void **state)
{
    const Case *c = *state;
    assert_recorded(
        &c->mark, "+ X-Triage-Id: ABCDEFGH12345678\n"
                  "+ X-Triage-Mailbox: support\n"
                  "+ X-Triage-Queue: incident\n"
                  "+ X-Triage-Priority: high\n"
                  "+ X-Triage-Urgency: immediate\n"
                  "+ X-Triage-Category: technical\n"
                  "+ X-Triage-Kind: support\n"
                  "+ X-Triage-Tags: outage, vip\n"
                  "+ X-Triage-Review: yes\n"
                  "+ X-Triage-Ticket: SUP-1042\n"
                  "+ X-Triage-Next: senior_sales\n"
                  "+ X-Triage-Intent: 0.70\n"
                  "+ X-Triage-Sentiment: frustrated\n"
                  "+ X-Triage-Confidence: 0.85; source=table\n"
                  "+ X-Triage-Customer: C-17; tier=enterprise; match=exact; proven=yes; by=dmarc\n"
                  "+ X-Triage-Team: blue\n"
                  "+ X-Triage-Status: llm; ms=420; prompt=support@1\n");
}

static void routing_leaves_out_what_is_said_about_the_customer(void **state)
{
    static const char *const left_out[] = { "Intent", "Sentiment", "Confidence", "Customer" };
    Case *c = *state;
    c->mark.level = MARK_ROUTING;
    for (gsize i = 0; i < G_N_ELEMENTS(left_out); i++)
        assert_header(&c->mark, left_out[i], NULL);
    assert_header(&c->mark, "Next", "senior_sales");
    assert_header(&c->mark, "Team", "blue");
}

static void a_mark_that_may_leave_the_house_says_id_and_status_alone(void **state)
{
    Case *c = *state;
    c->mark.level = MARK_ID;
    assert_recorded(&c->mark, "+ X-Triage-Id: ABCDEFGH12345678\n"
                              "+ X-Triage-Status: llm; ms=420; prompt=support@1\n");
}

static void what_is_empty_is_left_out(void **state)
{
    Case *c = *state;
    g_autoptr(Verdict) nothing = verdict_new(c->fields);
    g_autoptr(Plan) plan = plan_new();
    c->mark = (Mark){ .status = STATUS_SKIPPED,
                      .why = "bounce",
                      .prompt = "",
                      .decision_id = "",
                      .mailbox = "support",
                      .ticket = "",
                      .verdict = nothing,
                      .plan = plan,
                      .level = MARK_FULL };
    nothing->confidence = -1;
    assert_recorded(&c->mark, "+ X-Triage-Mailbox: support\n"
                              "+ X-Triage-Status: skipped; why=bounce; ms=0\n");
}

static void a_failed_mark_says_its_status_and_why(void **state)
{
    Case *c = *state;
    c->mark.status = STATUS_FAILED;
    c->mark.why = "store";
    c->mark.verdict = NULL;
    c->mark.plan = NULL;
    assert_recorded(&c->mark, "+ X-Triage-Status: failed; why=store; ms=420; prompt=support@1\n");
}

static void an_unreadable_crm_is_said(void **state)
{
    Case *c = *state;
    c->mark.crm_unreadable = true;
    c->mark.verdict = NULL;
    c->mark.plan = NULL;
    assert_recorded(&c->mark, "+ X-Triage-Status: llm; ms=420; prompt=support@1; crm=unreadable\n");
}

static void headers_of_ours_that_came_go_first_highest_index_first(void **state)
{
    static const MarkIncoming incoming[] = { { "X-Triage-Status", 1 },
                                             { "x-triage-queue", 1 },
                                             { "X-TRIAGE-STATUS", 2 },
                                             { "X-Triage-Evil", 1 },
                                             { "X-Triage-Status", 3 } };
    static const char removals[] = "- X-Triage-Status [3]\n"
                                   "- X-Triage-Evil [1]\n"
                                   "- X-TRIAGE-STATUS [2]\n"
                                   "- x-triage-queue [1]\n"
                                   "- X-Triage-Status [1]\n";
    const Case *c = *state;
    g_autofree char *alone = recorded(NULL, incoming, G_N_ELEMENTS(incoming));
    assert_string_equal(alone, removals);

    g_autofree char *all = recorded(&c->mark, incoming, G_N_ELEMENTS(incoming));
    g_autofree char *added = recorded(&c->mark, NULL, 0);
    g_autofree char *expected = g_strconcat(removals, added, NULL);
    assert_string_equal(all, expected);
}

static void a_hostile_value_stays_one_token(void **state)
{
    static const struct {
        const char *tier, *written;
    } rows[] = {
        { "gold; proven=yes", "gold__proven_yes" },
        { "a\r\nX-Evil: 1", "a__X-Evil__1" },
        { "a\n b", "a__b" },
        { "(comment)", "_comment_" },
        { "\"quoted\"", "_quoted_" },
        { "=?utf-8?q?x?=", "__utf-8_q_x__" },
        { "größe", "gr____e" },
        { "\x01\x7f\xff", "___" },
        { "<a@b.example>", "_a@b.example_" },
        { "A.b_c@d+e-9", "A.b_c@d+e-9" },
    };
    Case *c = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        plan_set(&c->customer->tier, rows[i].tier);
        g_autofree char *expected =
            g_strdup_printf("C-17; tier=%s; match=exact; proven=yes; by=dmarc", rows[i].written);
        assert_header(&c->mark, "Customer", expected);
    }
}

static void a_token_ends_at_sixty_four_bytes(void **state)
{
    Case *c = *state;
    for (gsize length = 63; length <= 65; length++) {
        g_autofree char *queue = g_strnfill(length, 'q');
        g_autofree char *value = NULL;
        plan_set(&c->plan->queue, queue);
        value = header_of(&c->mark, "Queue");
        assert_int_equal(strlen(value), MIN(length, 64));
    }
}

static void a_value_ends_at_its_maximum(void **state)
{
    Case *c = *state;
    for (guint i = 0; i < 100; i++) {
        g_autofree char *tag = g_strdup_printf("%02u-%060u", i, i);
        plan_add_tag(c->plan, tag);
    }
    g_autofree char *tags = header_of(&c->mark, "Tags");
    assert_true(g_str_has_prefix(tags, "outage, vip, 00-0"));
    assert_true(strlen(tags) > MARK_VALUE_MAX / 2 && strlen(tags) <= MARK_VALUE_MAX);

    for (gsize length = MARK_VALUE_MAX - 1; length <= MARK_VALUE_MAX + 1; length++) {
        g_autofree char *text = g_strnfill(length, 'x');
        g_autoptr(Plan) plan = plan_new();
        plan_add_header(plan, "Long", text);
        c->mark.plan = plan;
        g_autofree char *value = header_of(&c->mark, "Long");
        assert_int_equal(strlen(value), MIN(length, MARK_VALUE_MAX));
    }
    c->mark.plan = c->plan;
}

static void numbers_stay_inside_their_bounds(void **state)
{
    static const struct {
        gint64 ms;
        const char *status;
    } times[] = {
        { -1, "llm; ms=0; prompt=support@1" },
        { 0, "llm; ms=0; prompt=support@1" },
        { 9999999, "llm; ms=9999999; prompt=support@1" },
        { G_MAXINT64, "llm; ms=9999999; prompt=support@1" },
    };
    Case *c = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(times); i++) {
        c->mark.ms = times[i].ms;
        assert_header(&c->mark, "Status", times[i].status);
    }
    c->verdict->confidence = 2;
    assert_header(&c->mark, "Confidence", "1.00; source=table");
    c->verdict->confidence = 0;
    assert_header(&c->mark, "Confidence", "0.00; source=table");
    c->verdict->confidence = -1;
    assert_header(&c->mark, "Confidence", NULL);
}

static void a_stranger_is_a_dash(void **state)
{
    Case *c = *state;
    g_autoptr(Customer) stranger = customer_new();
    c->mark.customer = stranger;
    c->mark.proven = false;
    assert_header(&c->mark, "Customer", "-; match=none; proven=no");
    c->mark.customer = NULL;
    assert_header(&c->mark, "Customer", NULL);
}

static void every_status_has_its_word(void **state)
{
    static const char *const words[] = { [STATUS_LLM] = "llm",
                                         [STATUS_CACHE] = "cache",
                                         [STATUS_FALLBACK] = "fallback",
                                         [STATUS_SKIPPED] = "skipped",
                                         [STATUS_FAILED] = "failed" };
    (void)state;
    for (guint i = 0; i < G_N_ELEMENTS(words); i++)
        assert_string_equal(status_name((Status)i), words[i]);
}

static void the_table_can_be_listed(void **state)
{
    static const char *const names[] = { "Status",   "Id",        "Mailbox",    "Queue",
                                         "Priority", "Urgency",   "Category",   "Kind",
                                         "Tags",     "Review",    "Ticket",     "Next",
                                         "Intent",   "Sentiment", "Confidence", "Customer" };
    (void)state;
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        assert_string_equal(mark_header_name(i), names[i]);
    assert_null(mark_header_name(G_N_ELEMENTS(names)));
    assert_null(mark_header_name(G_N_ELEMENTS(names) + 1));
    assert_null(mark_header_name(G_MAXUINT));
}

static void ours_is_told_by_the_prefix_in_any_case(void **state)
{
    (void)state;
    assert_true(mark_is_ours("X-Triage-Status"));
    assert_true(mark_is_ours("x-TRIAGE-anything"));
    assert_true(mark_is_ours("X-Triage-"));
    assert_false(mark_is_ours("X-Triage"));
    assert_false(mark_is_ours("X-Triages-Status"));
    assert_false(mark_is_ours(" X-Triage-Status"));
    assert_false(mark_is_ours(""));
}

static void recipients_are_added_before_the_old_one_goes(void **state)
{
    Case *c = *state;
    c->mark.level = MARK_ID;
    plan_add_recipient(c->plan, "lead@example.com");
    plan_set(&c->plan->redirect, "incident@example.com");
    assert_recorded(&c->mark, "+ X-Triage-Id: ABCDEFGH12345678\n"
                              "+ <lead@example.com>\n"
                              "+ <incident@example.com>\n"
                              "- <support@example.com>\n"
                              "+ X-Triage-Status: llm; ms=420; prompt=support@1\n");
}

static void a_redirect_to_the_mailbox_itself_changes_nothing(void **state)
{
    Case *c = *state;
    c->mark.level = MARK_ID;
    plan_set(&c->plan->redirect, "support@example.com");
    assert_recorded(&c->mark, "+ X-Triage-Id: ABCDEFGH12345678\n"
                              "+ X-Triage-Status: llm; ms=420; prompt=support@1\n");
}

/* What becomes of the recipients of two mailboxes, as lines of the recorder. */
typedef struct {
    const char *redirect, *extra; /* NULL: none */
    const char *recipients;
} Routed;

static void two_mailboxes_are_both_routed(void **state)
{
    static const struct {
        Routed support, sales;
        const char *edits;
    } rows[] = {
        { { "team@x.example", NULL, "support@x.example,help@x.example" },
          { NULL, NULL, "sales@x.example" },
          "+ <team@x.example>\n- <support@x.example>\n- <help@x.example>\n" },
        { { "team@x.example", NULL, "support@x.example" },
          { "leads@x.example", NULL, "sales@x.example" },
          "+ <team@x.example>\n- <support@x.example>\n"
          "+ <leads@x.example>\n- <sales@x.example>\n" },
        { { "team@x.example", NULL, "support@x.example" },
          { "team@x.example", NULL, "sales@x.example" },
          "+ <team@x.example>\n- <support@x.example>\n- <sales@x.example>\n" },
        /* each to the other: both are there already */
        { { "sales@x.example", NULL, "support@x.example" },
          { "support@x.example", NULL, "sales@x.example" },
          "" },
        { { "sales@x.example", NULL, "support@x.example" },
          { "leads@x.example", NULL, "sales@x.example" },
          "- <support@x.example>\n+ <leads@x.example>\n" },
        { { "help@x.example", NULL, "support@x.example,help@x.example" },
          { NULL, NULL, "sales@x.example" },
          "- <support@x.example>\n" },
        { { NULL, "boss@x.example", "support@x.example" },
          { "leads@x.example", "boss@x.example", "sales@x.example" },
          "+ <boss@x.example>\n+ <leads@x.example>\n- <sales@x.example>\n" },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const Routed *routed[] = { &rows[i].support, &rows[i].sales };
        MarkRoute routes[2];
        Plan *plans[2];
        for (gsize k = 0; k < 2; k++) {
            g_auto(GStrv) addresses = g_strsplit(routed[k]->recipients, ",", -1);
            plans[k] = plan_new();
            plan_set(&plans[k]->redirect, routed[k]->redirect != NULL ? routed[k]->redirect : "");
            if (routed[k]->extra != NULL)
                plan_add_recipient(plans[k], routed[k]->extra);
            routes[k] = (MarkRoute){ plans[k], g_ptr_array_new_with_free_func(g_free) };
            for (char **address = addresses; *address != NULL; address++)
                g_ptr_array_add(routes[k].recipients, g_strdup(*address));
        }
        const Mark failed = { .status = STATUS_FAILED, .why = "store", .prompt = "" };
        g_autoptr(GPtrArray) edits = mark_edits(&failed, NULL, 0, routes, 2);
        g_autoptr(GString) text = g_string_new(NULL);
        assert_int_equal(mark_apply(edits, &edit_recorder, text), 0);
        g_autofree char *expected =
            g_strconcat(rows[i].edits, "+ X-Triage-Status: failed; why=store; ms=0\n", NULL);
        assert_string_equal(text->str, expected);
        for (gsize k = 0; k < 2; k++) {
            g_ptr_array_unref(routes[k].recipients);
            plan_free(plans[k]);
        }
    }
}

/* A sink that refuses what begins with a word. */
typedef struct {
    const char *refused;
    guint calls, removed;
} Refusing;

static bool refuse_header(void *to, const char *name, const char *value)
{
    Refusing *refusing = to;
    (void)value;
    refusing->calls++;
    return !g_str_has_prefix(name, refusing->refused);
}

static bool refuse_removal(void *to, const char *name, guint index)
{
    (void)index;
    return refuse_header(to, name, "");
}

static bool refuse_recipient(void *to, const char *address)
{
    return refuse_header(to, address, "");
}

static bool count_removal(void *to, const char *address)
{
    ((Refusing *)to)->removed++;
    return refuse_header(to, address, "");
}

static const EditSink refusing_sink = { .add_header = refuse_header,
                                        .remove_header = refuse_removal,
                                        .add_recipient = refuse_recipient,
                                        .remove_recipient = count_removal };

static void a_mail_never_loses_its_last_recipient(void **state)
{
    static const struct {
        const char *refused;
        guint count, removed;
    } rows[] = {
        { "nothing", 0, 1 },     { "incident@", 1, 0 }, { "lead@", 1, 1 }, { "support@", 1, 1 },
        { "X-Triage-Id", 1, 1 }, { "", 4, 0 }, /* everything: id, both additions, status */
    };
    Case *c = *state;
    c->mark.level = MARK_ID;
    plan_add_recipient(c->plan, "lead@example.com");
    plan_set(&c->plan->redirect, "incident@example.com");
    g_autoptr(GPtrArray) edits = edits_of(&c->mark, NULL, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Refusing refusing = { .refused = rows[i].refused };
        assert_int_equal(mark_apply(edits, &refusing_sink, &refusing), rows[i].count);
        assert_int_equal(refusing.removed, rows[i].removed);
    }
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

static void removals_are_bounded_by_number_and_by_fields_read(void **state)
{
    static const struct {
        guint removals, fields;
        bool may;
    } rows[] = {
        { 0, 0, true },        { 0, G_MAXUINT, true },  { 1, 1, true },
        { 499, 499, true },    { 500, 500, true },      { 501, 501, false },
        { 500, 2000, true },   { 500, 2001, false },    { 1, 1000000, true },
        { 1, 1000001, false }, { 2, G_MAXUINT, false }, { G_MAXUINT, G_MAXUINT, false },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_int_equal(mark_may_remove(rows[i].removals, rows[i].fields), rows[i].may);
}

static void our_own_results_stand_above_all_others(void **state)
{
    Case *c = *state;
    const MarkIncoming incoming[] = { { "Authentication-Results", 2 } };
    c->mark.results = "triage.example.com;\n\tdkim=pass header.d=\"example.org\"";
    g_autofree char *text = recorded(&c->mark, incoming, 1);
    assert_true(g_str_has_prefix(text, "- Authentication-Results [2]\n"
                                       "^ Authentication-Results: triage.example.com;\n"
                                       "\tdkim=pass header.d=\"example.org\"\n"
                                       "+ X-Triage-"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(a_full_mark_writes_the_whole_table_and_status_last),
        WITH(routing_leaves_out_what_is_said_about_the_customer),
        WITH(a_mark_that_may_leave_the_house_says_id_and_status_alone),
        WITH(what_is_empty_is_left_out),
        WITH(a_failed_mark_says_its_status_and_why),
        WITH(an_unreadable_crm_is_said),
        WITH(headers_of_ours_that_came_go_first_highest_index_first),
        WITH(a_hostile_value_stays_one_token),
        WITH(a_token_ends_at_sixty_four_bytes),
        WITH(a_value_ends_at_its_maximum),
        WITH(numbers_stay_inside_their_bounds),
        WITH(a_stranger_is_a_dash),
        cmocka_unit_test(every_status_has_its_word),
        cmocka_unit_test(the_table_can_be_listed),
        cmocka_unit_test(ours_is_told_by_the_prefix_in_any_case),
        WITH(our_own_results_stand_above_all_others),
        WITH(recipients_are_added_before_the_old_one_goes),
        WITH(a_redirect_to_the_mailbox_itself_changes_nothing),
        cmocka_unit_test(two_mailboxes_are_both_routed),
        WITH(a_mail_never_loses_its_last_recipient),
        cmocka_unit_test(removals_are_bounded_by_number_and_by_fields_read),
    };
    return cmocka_run_group_tests_name("plan: mark", tests, NULL, NULL);
}
