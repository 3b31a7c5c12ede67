/* The verb `correct`: all that is said is checked before anything is written, and then it is final.
 */
#include "store_case.h"

#include "base/error.h"
#include "desk/ticket.h"

#define BY "anna@example.com"

static const Given given = { .from = "ann@example.org",
                             .message_id = "first@example.org",
                             .priority = "medium",
                             .queue = "first-line",
                             .tag = "pump",
                             .answer_within = 4 * HOUR * 1000,
                             .summary = "The pump is broken",
                             .ticket = PLAN_TICKET_NEW };

static bool correct(StoreCase *c, const char *ticket, const char *const *said, GError **error)
{
    const Site site = { .field_table = c->fields };
    const Desk desk = { &site, c->store, { BY, true }, NOON + HOUR };
    return desk_ticket_correct(&desk, ticket, said, error);
}

static char *newest_revision(StoreCase *c)
{
    return case_text(c,
                     "SELECT json_array(verdict ->> 'kind', verdict ->> 'priority',"
                     " texts ->> 'summary', json(final)) FROM revision ORDER BY id DESC LIMIT 1");
}

static void a_correction_is_stored_as_a_final_revision(void **state)
{
    StoreCase *c = *state;
    g_autoptr(Receipt) receipt = case_record(c, &given);
    g_autoptr(GError) error = NULL;
    assert_true(correct(c, receipt->ticket,
                        (const char *const[]){ "priority=high", "summary=a = b", NULL }, &error));

    g_autofree char *newest = newest_revision(c);
    assert_string_equal(newest, "[null,\"high\",\"a = b\",[\"priority\",\"summary\"]]");
    g_autofree char *by = case_text(c, "SELECT by FROM audit");
    assert_string_equal(by, BY);
    assert_int_equal(case_number(c, "SELECT at FROM audit"), NOON + HOUR);
}

static void what_wasnt_named_stays(void **state)
{
    StoreCase *c = *state;
    g_autoptr(Receipt) receipt = case_record(c, &given);
    g_autoptr(GError) error = NULL;
    assert_true(correct(c, receipt->ticket, (const char *const[]){ "kind=sales", NULL }, &error));

    g_autofree char *newest = newest_revision(c);
    assert_string_equal(newest, "[\"sales\",\"medium\",\"The pump is broken\",[\"kind\"]]");

    g_autoptr(Ticket) ticket = case_ticket(c->store, receipt->ticket);
    assert_string_equal(ticket->queue, "first-line");
    assert_string_equal(ticket->tags, "pump");
    assert_int_equal(ticket->due, NOON + 4 * HOUR);
    assert_int_equal(case_number(c, "SELECT count(DISTINCT plan) FROM revision"), 1);
}

static void one_fault_and_nothing_changes(void **state)
{
    static const struct {
        const char *said, *fault;
    } rows[] = {
        { "priority", "'priority' is no correction; expected field=value" },
        { "", "'' is no correction; expected field=value" },
        { "=high", "unknown field ''" },
        { "prioritty=high", "unknown field 'prioritty'; did you mean 'priority'?" },
        { "confidence=1", "unknown field 'confidence'" },
        { "priority=urgent", "urgent" },
        { "priority=", "priority" },
    };
    StoreCase *c = *state;
    g_autoptr(Receipt) receipt = case_record(c, &given);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const char *const said[] = { "kind=sales", rows[i].said, NULL };
        g_autoptr(GError) error = NULL;
        if (correct(c, receipt->ticket, said, &error))
            fail_msg("'%s' was taken", rows[i].said);
        assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT));
        if (strstr(error->message, rows[i].fault) == NULL)
            fail_msg("'%s' said: %s", rows[i].said, error->message);
    }
    assert_int_equal(case_number(c, "SELECT count(*) FROM revision"), 1);
    assert_int_equal(case_number(c, "SELECT count(*) FROM audit"), 0);
}

static void a_ticket_that_isnt_there_is_not_found(void **state)
{
    StoreCase *c = *state;
    g_autoptr(GError) error = NULL;
    assert_false(correct(c, "SUP-9", (const char *const[]){ "priority=high", NULL }, &error));
    assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_NOT_FOUND));
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, case_setup, case_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(a_correction_is_stored_as_a_final_revision),
        WITH(what_wasnt_named_stays),
        WITH(one_fault_and_nothing_changes),
        WITH(a_ticket_that_isnt_there_is_not_found),
    };
    return cmocka_run_group_tests_name("desk: correct", tests, NULL, NULL);
}
