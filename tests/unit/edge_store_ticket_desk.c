/* What people do to tickets and jobs, and that no machine undoes it. */
#include "store_draft_case.h"

#include "store/ticket.h"

static bool close_ticket(StoreCase *c, const char *name, GError **error)
{
    return store_ticket_close(c->store, name, "ann", NOON + 1, error);
}

static void an_assignee_is_held_and_audited(void **state)
{
    StoreCase *c = *state;
    case_hear(c, "a@example.org", PLAN_TICKET_NEW, NULL);
    assert_true(store_ticket_assign(c->store, "SUP-1001", "ann", "bea", NOON + 1, NULL));
    assert_true(store_ticket_assign(c->store, "SUP-1001", "bea", "", NOON + 2, NULL));
    g_autoptr(Ticket) ticket = store_ticket(c->store, "SUP-1001", NULL);
    assert_string_equal(ticket->assignee, "");
    assert_int_equal(ticket->updated, NOON + 2);
    g_autofree char *held = case_text(c, "SELECT held FROM ticket");
    assert_string_equal(held, "[\"assignee\"]");
    g_autofree char *audit =
        case_text(c, "SELECT group_concat(by || ' ' || verb || before || after, ' ') FROM audit");
    assert_string_equal(audit, "ann assign{\"assignee\":\"\"}{\"assignee\":\"bea\"} "
                               "bea assign{\"assignee\":\"bea\"}{\"assignee\":\"\"}");
}

static void a_follow_up_leaves_what_is_held(void **state)
{
    StoreCase *c = *state;
    const Given first = { .from = "ann@example.org",
                          .message_id = "a@example.org",
                          .priority = "medium",
                          .ticket = PLAN_TICKET_NEW };
    const Given urgent = { .from = "ann@example.org",
                           .message_id = "b@example.org",
                           .priority = "critical",
                           .ticket = PLAN_TICKET_FOLLOW_UP,
                           .thread = 1 };
    const char *low[] = { "priority", "low", NULL };
    g_autoptr(Verdict) values = case_verdict(c->fields, low);
    receipt_free(case_record(c, &first));
    assert_true(store_correct(c->store, "SUP-1001", "ann", values, NULL, NOON, NULL));
    receipt_free(case_record(c, &urgent));
    g_autoptr(Ticket) ticket = store_ticket(c->store, "SUP-1001", NULL);
    assert_string_equal(ticket->priority, "low");
    g_autofree char *held = case_text(c, "SELECT held FROM ticket");
    assert_string_equal(held, "[\"priority\"]");
}

static void a_note_is_kept_apart_from_the_audit(void **state)
{
    StoreCase *c = *state;
    case_hear(c, "a@example.org", PLAN_TICKET_NEW, NULL);
    assert_true(store_ticket_note(c->store, "SUP-1001", "ann", "She called.", NOON + 1, NULL));
    g_autofree char *note = case_text(c, "SELECT json_array(ticket, by, text, at) FROM note");
    assert_string_equal(note, "[1,\"ann\",\"She called.\",1800000001]");
    g_autofree char *audit = case_text(c, "SELECT by || verb || after FROM audit");
    assert_string_equal(audit, "annnote{\"note\":1}");
}

static void closing_withdraws_what_nobody_approved(void **state)
{
    StoreCase *c = *state;
    g_autoptr(GError) error = NULL;
    gint64 first = case_first_draft(c);
    assert_true(case_approve(c->store, first, "ann", NULL));
    gint64 second = case_draft(c, 1, 1);
    case_change(c, "UPDATE ticket SET due = 1800003600");
    assert_true(close_ticket(c, "SUP-1001", NULL));
    case_assert_state(c, first, "approved");
    case_assert_state(c, second, "withdrawn");
    g_autoptr(Ticket) ticket = store_ticket(c->store, "SUP-1001", NULL);
    assert_string_equal(ticket->status, "closed");
    assert_int_equal(ticket->due, 0);
    assert_false(close_ticket(c, "SUP-1001", &error));
    assert_string_equal(error->message, "SUP-1001 is closed already");
}

static void what_waits_or_is_closed_can_be_reopened(void **state)
{
    StoreCase *c = *state;
    g_autoptr(GError) error = NULL;
    case_hear(c, "a@example.org", PLAN_TICKET_NEW, NULL);
    assert_false(store_ticket_reopen(c->store, "SUP-1001", "ann", NOON, &error));
    assert_string_equal(error->message, "SUP-1001 is new already");
    assert_true(close_ticket(c, "SUP-1001", NULL));
    assert_true(store_ticket_reopen(c->store, "SUP-1001", "ann", NOON, NULL));
    case_answer(c, "c@example.com");
    assert_true(store_ticket_reopen(c->store, "SUP-1001", "ann", NOON, NULL));
    g_autoptr(Ticket) ticket = store_ticket(c->store, "SUP-1001", NULL);
    assert_string_equal(ticket->status, "open");
    g_autofree char *verbs = case_text(c, "SELECT group_concat(verb) FROM audit");
    assert_string_equal(verbs, "close,reopen,reopen");
}

static void a_ticket_that_isnt_there_is_not_found(void **state)
{
    StoreCase *c = *state;
    Store *store = c->store;
    for (int verb = 0; verb < 5; verb++) {
        g_autoptr(GError) error = NULL;
        assert_false(verb == 0   ? store_ticket_assign(store, "SUP-9", "a", "b", NOON, &error)
                     : verb == 1 ? store_ticket_note(store, "SUP-9", "a", "b", NOON, &error)
                     : verb == 2 ? store_ticket_close(store, "SUP-9", "a", NOON, &error)
                     : verb == 3 ? store_ticket_reopen(store, "SUP-9", "a", NOON, &error)
                                 : store_ticket(store, "SUP-9", &error) != NULL);
        assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_NOT_FOUND));
    }
    assert_int_equal(case_number(c, "SELECT count(*) FROM audit"), 0);
}

static void a_sending_that_is_dropped_is_a_persons_again(void **state)
{
    static const struct {
        const char *state, *then;
    } rows[] = { { "approved", "failed" },
                 { "sending", "uncertain" },
                 { "withdrawn", "withdrawn" } };
    StoreCase *c = *state;
    case_first_draft(c);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *sql = g_strdup_printf("UPDATE draft SET state = '%s'", rows[i].state);
        case_change(c, "UPDATE draft SET state = 'waiting'");
        assert_true(case_approve(c->store, 1, "ann", NULL));
        case_change(c, sql);
        gint64 job = case_number(c, "SELECT max(id) FROM job");
        assert_true(store_job_drop(c->store, job, "bea", NOON, NULL));
        case_assert_state(c, 1, rows[i].then);
        g_autoptr(GError) error = NULL;
        assert_null(store_job(c->store, job, NOON, &error));
        assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_NOT_FOUND));
    }
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, case_setup, case_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(an_assignee_is_held_and_audited),
        WITH(a_follow_up_leaves_what_is_held),
        WITH(a_note_is_kept_apart_from_the_audit),
        WITH(closing_withdraws_what_nobody_approved),
        WITH(what_waits_or_is_closed_can_be_reopened),
        WITH(a_ticket_that_isnt_there_is_not_found),
        WITH(a_sending_that_is_dropped_is_a_persons_again),
    };
    return cmocka_run_group_tests_name("store: what people do", tests, NULL, NULL);
}
