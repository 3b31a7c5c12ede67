/* Mail servers' reports about a reply: it came back, it is late, it went on. */
#include "store_draft_case.h"

#define REPORT_HEADERS                                                                             \
    "Return-Path: <>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report;"                      \
    " report-type=delivery-status; boundary=q"
#define REPORT(action, id)                                                                         \
    "--q\r\n\r\nThis is the mail system.\r\n--q\r\nContent-Type: message/delivery-status\r\n\r\n"  \
    "Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; ann@example.org\r\n"           \
    "Action: " action "\r\nStatus: 5.1.1\r\n\r\n--q\r\nContent-Type: text/rfc822-headers\r\n\r\n"  \
    "Subject: Re\r\n" id "--q--"
#define OURS "Message-ID: <reply@example.com>\r\n"

static void report(StoreCase *c, const char *text, gint64 reply, const char *mailbox)
{
    const Given given = { .mailbox = mailbox,
                          .from = "MAILER-DAEMON@mx.example",
                          .subject = "Undelivered",
                          .message_id = "report@mx.example",
                          .extra_header = REPORT_HEADERS,
                          .text = text,
                          .ticket = PLAN_TICKET_FOLLOW_UP,
                          .thread = 1,
                          .unproven_follow_up = true,
                          .reply = reply,
                          .now = NOON + 9 };
    receipt_free(case_record(c, &given));
}

/* Draft 1, attempted; then as `state` says. */
static void send_first(StoreCase *c, const char *state)
{
    case_first_draft(c);
    assert_true(case_approve(c->store, 1, "ann", NULL));
    g_autoptr(Job) job = case_take_send(c, "one");
    assert_true(case_attempt(c, 1, job, NULL));
    if (g_str_equal(state, "sent"))
        assert_true(store_draft_sent(c->store, 1, NULL, NOON, NULL));
    if (g_str_equal(state, "uncertain"))
        assert_true(store_draft_uncertain(c->store, 1, job, "line broke", NULL, NOON, NULL));
}

static void expect_ticket(StoreCase *c, const char *status, const char *flag)
{
    g_autoptr(Ticket) ticket = case_ticket(c->store, "SUP-1001");
    assert_string_equal(ticket->status, status);
    assert_string_equal(ticket->flag, flag);
    assert_int_equal(case_number(c, "SELECT count(*) FROM ticket"), 1);
}

static void a_reply_that_came_back_is_owed_again(void **state)
{
    StoreCase *c = *state;
    send_first(c, "sent");
    expect_ticket(c, "waiting", "unmarked");
    report(c, REPORT("failed", OURS), 0, NULL);
    case_assert_state(c, 1, "bounced");
    expect_ticket(c, "open", "reply not delivered");
    g_autoptr(Draft) draft = store_draft(c->store, 1, NULL);
    assert_string_equal(draft->why, "failed 5.1.1 for ann@example.org");
    assert_int_equal(case_number(c, "SELECT due FROM ticket"), NOON + 9);
}

static void its_bounce_address_is_enough(void **state)
{
    StoreCase *c = *state;
    send_first(c, "uncertain");
    report(c, REPORT("failed", ""), 1, NULL);
    case_assert_state(c, 1, "bounced");
    expect_ticket(c, "open", "reply not delivered");
}

static void a_report_that_comes_before_the_servers_answer_counts(void **state)
{
    StoreCase *c = *state;
    send_first(c, "sending");
    report(c, REPORT("failed", OURS), 0, NULL);
    case_assert_state(c, 1, "bounced");
    assert_int_equal(case_number(c, "SELECT count(*) FROM job"), 0);
    assert_false(store_draft_sent(c->store, 1, NULL, NOON, NULL));
}

static void a_server_that_tells_no_more_returned_it(void **state)
{
    StoreCase *c = *state;
    send_first(c, "sent");
    report(c, "--q\r\n\r\nSorry.\r\n--q--", 1, NULL);
    g_autoptr(Draft) draft = store_draft(c->store, 1, NULL);
    assert_string_equal(draft->why, "a mail server returned it");
}

static void a_reply_that_is_late_gets_a_note(void **state)
{
    StoreCase *c = *state;
    send_first(c, "sent");
    report(c, REPORT("delayed", OURS), 1, NULL);
    case_assert_state(c, 1, "sent");
    expect_ticket(c, "waiting", "unmarked");
    g_autofree char *note = case_text(c, "SELECT text FROM note WHERE ticket = 1");
    assert_string_equal(note, "the delivery of reply 1 is delayed 5.1.1 for ann@example.org");
}

static void any_report_tells_that_it_was_taken(void **state)
{
    static const char *const reports[] = { REPORT("delayed", OURS), REPORT("relayed", OURS) };
    StoreCase *c = *state;
    send_first(c, "uncertain");
    for (gsize i = 0; i < G_N_ELEMENTS(reports); i++) {
        case_change(c, "UPDATE draft SET state = 'uncertain'");
        case_change(c, "UPDATE decision SET standing = 0");
        report(c, reports[i], 0, NULL);
        case_assert_state(c, 1, "sent");
    }
    assert_int_equal(case_number(c, "SELECT count(*) FROM note"), 1);
}

static void a_reply_that_is_not_out_cant_come_back(void **state)
{
    static const char *const states[] = { "waiting",  "approved",  "bounced",
                                          "rejected", "withdrawn", "failed" };
    StoreCase *c = *state;
    send_first(c, "sent");
    for (gsize i = 0; i < G_N_ELEMENTS(states); i++) {
        g_autofree char *sql = g_strdup_printf("UPDATE draft SET state = '%s'", states[i]);
        case_change(c, sql);
        case_change(c, "UPDATE decision SET standing = 0");
        report(c, REPORT("failed", OURS), 1, NULL);
        case_assert_state(c, 1, states[i]);
    }
}

static void a_report_about_nothing_of_ours_is_recorded_and_no_more(void **state)
{
    StoreCase *c = *state;
    send_first(c, "sent");
    report(c, REPORT("failed", "Message-ID: <other@example.com>\r\n"), 0, NULL);
    case_change(c, "UPDATE decision SET standing = 0");
    report(c, REPORT("failed", OURS), 77, NULL); /* a draft that is gone */
    case_change(c, "UPDATE decision SET standing = 0");
    report(c, REPORT("failed", OURS), 1, "sales");
    case_assert_state(c, 1, "sent");
    assert_int_equal(case_number(c, "SELECT count(*) FROM message WHERE direction = 'in'"), 4);
}

static void a_report_leaves_what_is_drafted(void **state)
{
    StoreCase *c = *state;
    send_first(c, "sent");
    gint64 second = case_draft(c, 1, 2);
    report(c, REPORT("failed", OURS), 1, NULL);
    case_assert_state(c, second, "waiting");
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, case_setup, case_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(a_reply_that_came_back_is_owed_again),
        WITH(its_bounce_address_is_enough),
        WITH(a_report_that_comes_before_the_servers_answer_counts),
        WITH(a_server_that_tells_no_more_returned_it),
        WITH(a_reply_that_is_late_gets_a_note),
        WITH(any_report_tells_that_it_was_taken),
        WITH(a_reply_that_is_not_out_cant_come_back),
        WITH(a_report_about_nothing_of_ours_is_recorded_and_no_more),
        WITH(a_report_leaves_what_is_drafted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
