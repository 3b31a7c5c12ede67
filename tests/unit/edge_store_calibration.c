/* Which decisions count as looked at, and which of them as right. */
#include "store_draft_case.h"

#include "store/calibration.h"
#include "store/ticket.h"

/* A mail of a ticket of its own, or of ticket `thread`. */
static void hear(StoreCase *c, Given given)
{
    static guint number;
    g_autofree char *id = g_strdup_printf("m%u@example.org", ++number);
    given.from = "ann@example.org";
    given.message_id = id;
    given.ticket = given.thread != 0 ? PLAN_TICKET_FOLLOW_UP : PLAN_TICKET_NEW;
    given.certainty = given.certainty != NULL ? given.certainty : "high";
    receipt_free(case_record(c, &given));
}

static void close_ticket(StoreCase *c, const char *name, gint64 now)
{
    assert_true(store_ticket_close(c->store, name, "bea", now, NULL));
}

/* In ticket SUP-1001. */
static void correct(StoreCase *c, const char *field, const char *value)
{
    const char *pairs[] = { field, value, NULL };
    g_autoptr(Verdict) values = case_verdict(c->fields, pairs);
    assert_true(store_correct(c->store, "SUP-1001", "bea", values, NULL, NOON + 1, NULL));
}

static GPtrArray *counts_since(StoreCase *c, gint64 since)
{
    g_autoptr(GError) error = NULL;
    GPtrArray *counts = store_calibration(c->store, since, &error);
    if (counts == NULL)
        fail_msg("%s", error->message);
    return counts;
}

/* "haiku-1 support@1 high 2/3 0.75", a line for each count; a tenth in place of the certainty. */
static void assert_counts(StoreCase *c, const char *expected)
{
    g_autoptr(GPtrArray) counts = counts_since(c, 0);
    g_autoptr(GString) lines = g_string_new(NULL);
    for (guint i = 0; i < counts->len; i++) {
        const CalibrationCount *count = counts->pdata[i];
        g_autofree char *tenth = g_strdup_printf("%d", count->tenth);
        g_string_append_printf(lines, "%s%s %s %s %" G_GINT64_FORMAT "/%" G_GINT64_FORMAT " %.2f",
                               i > 0 ? "\n" : "", count->model, count->prompt,
                               count->tenth < 0 ? count->certainty : tenth, count->right,
                               count->looked_at, count->stated);
    }
    assert_string_equal(lines->str, expected);
}

#define RIGHT "haiku-1 support@1 high 1/1 0.75"
#define WRONG "haiku-1 support@1 high 0/1 0.75"

static void reject(StoreCase *c)
{
    assert_true(
        store_draft_reject(c->store, case_draft(c, 1, 1), "bea", "no need", NOON + 1, NULL));
}

static void approve(StoreCase *c)
{
    assert_true(case_approve(c->store, case_draft(c, 1, 1), "bea", NULL));
}

static void only_deeds_that_judge_are_looks(void **state)
{
    StoreCase *c = *state;
    hear(c, (Given){ .priority = "low" });
    assert_true(store_ticket_note(c->store, "SUP-1001", "bea", "She called.", NOON + 1, NULL));
    assert_true(store_ticket_assign(c->store, "SUP-1001", "bea", "dan", NOON + 1, NULL));
    case_answer(c, "answer@example.com");
    assert_true(store_ticket_reopen(c->store, "SUP-1001", "bea", NOON + 1, NULL));
    assert_counts(c, "");
    close_ticket(c, "SUP-1001", NOON + 2);
    assert_counts(c, RIGHT);
}

static void a_reply_that_is_approved_is_a_look_and_one_rejected_is_none(void **state)
{
    StoreCase *c = *state;
    hear(c, (Given){ .priority = "low" });
    reject(c);
    assert_counts(c, "");
    approve(c);
    assert_counts(c, RIGHT);
    close_ticket(c, "SUP-1001", NOON + 2);
    assert_counts(c, RIGHT);
}

static void a_chosen_value_corrected_to_another_was_wrong(void **state)
{
    static const struct {
        const char *field, *value, *field_then, *value_then, *expected;
    } rows[] = {
        { "priority", "high", NULL, NULL, WRONG },
        { "priority", "low", NULL, NULL, RIGHT },
        { "priority", "high", "priority", "low", RIGHT },
        { "priority", "high", "summary", "She can't export.", WRONG },
        { "summary", "She can't export.", NULL, NULL, RIGHT },
        { "hours", "8", NULL, NULL, RIGHT },
        { "certainty", "low", NULL, NULL, RIGHT },
        { "requires_engineering", "yes", NULL, NULL, RIGHT }, /* the model didn't say */
    };
    StoreCase *c = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        hear(c, (Given){ .priority = "low", .summary = "It is broken." });
        correct(c, rows[i].field, rows[i].value);
        if (rows[i].field_then != NULL)
            correct(c, rows[i].field_then, rows[i].value_then);
        assert_counts(c, rows[i].expected);
        case_change(c, "DELETE FROM audit; DELETE FROM revision; DELETE FROM call;"
                       "DELETE FROM decision; DELETE FROM ticket; DELETE FROM counter");
    }
}

static void what_a_floor_held_says_nothing_of_the_model(void **state)
{
    StoreCase *c = *state;
    hear(c, (Given){ .priority = "high", .floor = "high" });
    correct(c, "priority", "low");
    assert_counts(c, RIGHT);
}

static void a_look_is_at_the_newest_mail_of_a_ticket(void **state)
{
    StoreCase *c = *state;
    hear(c, (Given){ .certainty = "low" });
    hear(c, (Given){ .certainty = "medium", .thread = 1, .now = NOON + 10 });
    close_ticket(c, "SUP-1001", NOON + 20);
    hear(c, (Given){ .certainty = "high", .thread = 1, .now = NOON + 30 });
    assert_counts(c, "haiku-1 support@1 medium 1/1 0.75");
}

static void only_what_a_model_said_before_the_look_counts(void **state)
{
    static const struct {
        const char *change, *expected;
    } rows[] = {
        { "UPDATE revision SET at = 1800000001", RIGHT },
        { "UPDATE revision SET at = 1800000002", "" },
        { "UPDATE revision SET by = 'late'", RIGHT },
        { "UPDATE revision SET by = 'cache'", "" },
        { "UPDATE revision SET by = 'fallback'", "" },
        { "UPDATE revision SET by = 'late', final = '[\"priority\"]'", "" },
        { "UPDATE call SET outcome = 'truncated'", "" },
        { "UPDATE call SET purpose = 'draft'", "" },
    };
    StoreCase *c = *state;
    hear(c, (Given){ .priority = "low" });
    close_ticket(c, "SUP-1001", NOON + 1);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        case_change(c, rows[i].change);
        assert_counts(c, rows[i].expected);
        case_change(c, "UPDATE revision SET by = 'llm', final = '[]', at = 1800000000;"
                       "UPDATE call SET outcome = 'ok', purpose = 'triage'");
    }
}

static void looks_before_the_window_are_forgotten(void **state)
{
    StoreCase *c = *state;
    hear(c, (Given){ .priority = "low" });
    close_ticket(c, "SUP-1001", NOON + HOUR);
    g_autoptr(GPtrArray) within = counts_since(c, NOON + HOUR);
    g_autoptr(GPtrArray) beyond = counts_since(c, NOON + HOUR + 1);
    assert_int_equal(within->len, 1);
    assert_int_equal(beyond->len, 0);
}

static void what_was_stated_alike_is_one_count(void **state)
{
    static const Given mails[] = {
        { .certainty = "high" }, { .certainty = "high" }, { .certainty = "low" },
        { .computed = 0.05 },    { .computed = 0.61 },    { .computed = 0.69 },
        { .computed = 0.9 },     { .computed = 1 },
    };
    StoreCase *c = *state;
    for (guint i = 0; i < G_N_ELEMENTS(mails); i++) {
        g_autofree char *name = g_strdup_printf("SUP-%u", 1001 + i);
        hear(c, mails[i]);
        close_ticket(c, name, NOON + 1);
    }
    case_change(c, "UPDATE call SET model = 'opus-1' WHERE id = 1;"
                   "UPDATE revision SET prompt = 'support@2', confidence = 0.4 WHERE id = 3");
    assert_counts(c, "haiku-1 support@1 0 1/1 0.05\n"
                     "haiku-1 support@1 6 2/2 0.65\n"
                     "haiku-1 support@1 high 1/1 0.75\n"
                     "haiku-1 support@1 9 2/2 0.95\n"
                     "haiku-1 support@2 low 1/1 0.40\n"
                     "opus-1 support@1 high 1/1 0.75");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, case_setup, case_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(only_deeds_that_judge_are_looks),
        TEST(a_reply_that_is_approved_is_a_look_and_one_rejected_is_none),
        TEST(a_chosen_value_corrected_to_another_was_wrong),
        TEST(what_a_floor_held_says_nothing_of_the_model),
        TEST(a_look_is_at_the_newest_mail_of_a_ticket),
        TEST(only_what_a_model_said_before_the_look_counts),
        TEST(looks_before_the_window_are_forgotten),
        TEST(what_was_stated_alike_is_one_count),
    };
    return cmocka_run_group_tests_name("store: calibration", tests, NULL, NULL);
}
