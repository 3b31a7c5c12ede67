/* The last look before a draft is sent: at what was approved, at what was made of it, and at the
 * thread. */
#include "store_draft_case.h"

static Job *approve_and_take(StoreCase *c)
{
    case_first_draft(c);
    assert_true(case_approve(c->store, 1, "ann", NULL));
    return case_take_send(c, "one");
}

#define NEWER_MAIL                                                                                 \
    "INSERT INTO message SELECT max(id) + 9, mailbox, ticket, direction, 'newer@example.org', "    \
    "'d',"                                                                                         \
    " size, sender, created, kept, envelope, headers, attachments, text, quoted, NULL FROM "       \
    "message"

#define UNLIKE "text, recipients, signature or quotation are not those that were approved"
#define MOVED  "the thread has moved on: the ticket has a mail that the draft doesn't know"

static void assert_refused(StoreCase *c, const Draft *made_of, const Job *job, const char *state,
                           const char *why)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *said = g_strconcat("draft 1 is not sent: ", why, NULL);
    assert_false(case_attempt_with(c, made_of, job, &error));
    assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT));
    assert_string_equal(error->message, said);
    g_autoptr(Draft) draft = store_draft(c->store, 1, NULL);
    assert_string_equal(draft_state_name(draft->state), state);
    assert_string_equal(draft->why, why);
    g_autofree char *audited =
        case_text(c, "SELECT after ->> '$.why' FROM audit ORDER BY id DESC LIMIT 1");
    assert_string_equal(audited, why);
    assert_int_equal(case_number(c, "SELECT count(*) FROM message WHERE direction = 'out'"), 0);
    assert_true(store_job_done(c->store, job, NULL));
}

/* Each of these happens between the approval and the attempt. */
static void only_what_was_approved_is_attempted(void **state)
{
    static const struct {
        const char *sql, *state, *why;
    } rows[] = {
        { "UPDATE draft SET text = text || 'Pay here.'", "waiting", UNLIKE },
        { "UPDATE draft SET subject = 'Re: Yours'", "waiting", UNLIKE },
        { "UPDATE draft SET recipients = json_set(recipients, '$.to[0].address', "
          "'eve@example.org')",
          "waiting", UNLIKE },
        { "UPDATE draft SET recipients = json_set(recipients, '$.to[0].name', 'Eve')", "waiting",
          UNLIKE },
        { "UPDATE draft SET recipients = json_set(recipients, '$.cc', recipients -> '$.to')",
          "waiting", UNLIKE },
        { "UPDATE draft SET thread = thread + 1", "waiting", UNLIKE },
        { "UPDATE draft SET digest = ''", "waiting", UNLIKE },
        { NEWER_MAIL, "withdrawn", MOVED },
    };
    StoreCase *c = *state;
    case_first_draft(c);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        case_change(c, "UPDATE draft SET state = 'waiting'");
        assert_true(case_approve(c->store, 1, "ann", NULL));
        g_autoptr(Job) job = case_take_send(c, "one");
        case_change(c, rows[i].sql);
        g_autoptr(Draft) draft = store_draft(c->store, 1, NULL);
        assert_refused(c, draft, job, rows[i].state, rows[i].why);
    }
}

/* The row is what was approved, but the mail was made before that. */
static void a_mail_that_was_made_of_something_else_is_not_attempted(void **state)
{
    StoreCase *c = *state;
    case_first_draft(c);
    g_autoptr(Draft) earlier = store_draft(c->store, 1, NULL);
    const DraftEdit edit = {
        .version = earlier->version, .by = "ann", .text = "Hello Ann,\nsorry.\n", .marks = "[]"
    };
    assert_true(store_draft_edit(c->store, 1, &edit, NOON, NULL));
    assert_true(case_approve(c->store, 1, "ann", NULL));
    g_autoptr(Job) job = case_take_send(c, "one");
    assert_refused(c, earlier, job, "waiting", UNLIKE);
    assert_true(case_approve(c->store, 1, "bea", NULL));
    g_autoptr(Job) again = case_take_send(c, "one");
    assert_true(case_attempt(c, 1, again, NULL));
}

/* A server that was busy has given them time to write again. */
static void what_they_wrote_amid_an_attempt_stops_the_next(void **state)
{
    StoreCase *c = *state;
    g_autoptr(Job) job = approve_and_take(c);
    assert_true(case_attempt(c, 1, job, NULL));
    case_hear(c, "b@example.org", PLAN_TICKET_FOLLOW_UP, NULL);
    assert_true(store_draft_again(c->store, 1, job, NOON, "451 try later", NOON, NULL));
    g_autoptr(Job) again = case_take_send(c, "one");
    g_autoptr(Draft) draft = store_draft(c->store, 1, NULL);
    assert_refused(c, draft, again, "withdrawn", MOVED);
}

static void a_mail_that_nobody_wrote_stops_no_attempt(void **state)
{
    StoreCase *c = *state;
    g_autoptr(Job) job = approve_and_take(c);
    case_hear(c, "away@example.org", PLAN_TICKET_FOLLOW_UP, "Auto-Submitted: auto-replied");
    assert_true(case_attempt(c, 1, job, NULL));
}

static void do_reject(StoreCase *c)
{
    assert_true(store_draft_reject(c->store, 1, "ann", "no", NOON, NULL));
}

static void do_hear(StoreCase *c)
{
    case_hear(c, "b@example.org", PLAN_TICKET_FOLLOW_UP, NULL);
}

/* Its job was to be tried again in an hour, and the next one of the ticket stands behind it. */
static void what_will_not_be_sent_holds_nothing_up(void **state)
{
    static void (*const ways[])(StoreCase *) = { do_reject, do_hear };
    StoreCase *c = *state;
    case_first_draft(c);
    for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
        case_change(c, "UPDATE draft SET state = 'waiting'");
        assert_true(case_approve(c->store, 1, "ann", NULL));
        g_autoptr(Job) job = case_take_send(c, "one");
        assert_true(case_attempt(c, 1, job, NULL));
        assert_true(store_draft_again(c->store, 1, job, NOON + HOUR, "451 later", NOON, NULL));
        assert_null(case_take_send(c, "one"));
        ways[i](c);
        g_autoptr(Job) again = case_take_send(c, "one");
        assert_non_null(again);
        assert_true(store_job_done(c->store, again, NULL));
    }
}

/* ── attempts that lost their lease ── */

/* The job's lease fell while its worker stalled; what it still reports must change nothing. */
static void a_stalled_worker_changes_nothing_of_a_draft(void **state)
{
    StoreCase *c = *state;
    g_autoptr(Job) stalled = approve_and_take(c);
    g_autoptr(Job) job = store_job_take(c->store, "one", NOON + JOB_LEASE, NULL);
    g_autoptr(GError) lost = NULL, again = NULL, failed = NULL, uncertain = NULL;
    assert_false(case_attempt(c, 1, stalled, &lost));
    assert_true(g_error_matches(lost, TRIAGE_ERROR, TRIAGE_ERROR_NOT_FOUND));
    case_assert_state(c, 1, "approved");
    assert_true(case_attempt(c, 1, job, NULL));
    assert_false(store_draft_again(c->store, 1, stalled, NOON, "451", NOON, &again));
    assert_false(store_draft_failed(c->store, 1, stalled, "550", NOON, &failed));
    assert_false(store_draft_uncertain(c->store, 1, stalled, "broke", NULL, NOON, &uncertain));
    case_assert_state(c, 1, "sending");
    assert_int_equal(case_number(c, "SELECT count(*) FROM message WHERE direction = 'out'"), 1);
}

/* ── a second attempt of what may have arrived ── */

/* The first attempt was uncertain, a person approved it once more, and the second has begun. */
static Job *attempt_once_more(StoreCase *c)
{
    g_autoptr(Job) first = approve_and_take(c);
    assert_true(case_attempt(c, 1, first, NULL));
    assert_true(store_draft_uncertain(c->store, 1, first, "line broke", NULL, NOON, NULL));
    assert_true(case_approve(c->store, 1, "bea", NULL));
    Job *second = case_take_send(c, "one");
    assert_true(case_attempt(c, 1, second, NULL));
    return second;
}

static gint64 answers(StoreCase *c)
{
    return case_number(c, "SELECT count(*) FROM message WHERE direction = 'out'"
                          " AND message_id = 'reply@example.com'");
}

/* An answer to it must find the ticket, however the second attempt ends. */
static void a_mail_that_may_have_arrived_stays_in_the_ticket(void **state)
{
    StoreCase *c = *state;
    g_autoptr(Job) second = attempt_once_more(c);
    assert_int_equal(answers(c), 1);
    assert_true(store_draft_again(c->store, 1, second, NOON, "451 later", NOON, NULL));
    assert_int_equal(answers(c), 1);
    g_autoptr(Job) third = case_take_send(c, "one");
    assert_true(case_attempt(c, 1, third, NULL));
    assert_int_equal(answers(c), 1);
    assert_true(store_draft_failed(c->store, 1, third, "550 no", NOON, NULL));
    assert_int_equal(answers(c), 1);
}

/* What is approved anew is another mail, which has not been sent yet. */
static void a_mail_that_was_replaced_is_not_in_the_ticket(void **state)
{
    StoreCase *c = *state;
    g_autoptr(Job) second = attempt_once_more(c);
    assert_true(store_draft_failed(c->store, 1, second, "550 no", NOON, NULL));
    assert_true(case_approve(c->store, 1, "bea", NULL));
    assert_int_equal(answers(c), 0);
    g_autoptr(Job) third = case_take_send(c, "one");
    assert_true(case_attempt(c, 1, third, NULL));
    assert_true(store_draft_again(c->store, 1, third, NOON, "451 later", NOON, NULL));
    assert_int_equal(answers(c), 0);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, case_setup, case_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(only_what_was_approved_is_attempted),
        WITH(a_mail_that_was_made_of_something_else_is_not_attempted),
        WITH(what_they_wrote_amid_an_attempt_stops_the_next),
        WITH(a_mail_that_nobody_wrote_stops_no_attempt),
        WITH(what_will_not_be_sent_holds_nothing_up),
        WITH(a_stalled_worker_changes_nothing_of_a_draft),
        WITH(a_mail_that_may_have_arrived_stays_in_the_ticket),
        WITH(a_mail_that_was_replaced_is_not_in_the_ticket),
    };
    return cmocka_run_group_tests_name("store: the attempt to send", tests, NULL, NULL);
}
