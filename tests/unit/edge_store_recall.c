/* What the store knows about a mail before it is judged: duplicates, candidates, open tickets, and
 * the marks of an earlier decision. */
#include "store_case.h"

#include "base/error.h"

static const Given ann = { .from = "ann@example.org",
                           .cc = "cid@example.net",
                           .message_id = "first@example.org",
                           .ticket = PLAN_TICKET_NEW };

static Given ann_at(gint64 now)
{
    Given given = ann;
    given.now = now;
    return given;
}

static void expect_standing(StoreCase *c, const Given *given, gint64 window_ms, const char *id)
{
    g_autoptr(Recalled) recalled = case_recall(c, given, NULL, window_ms);
    assert_string_equal(recalled->decision_id, id);
}

static void a_mail_is_known_again_within_the_window_and_not_behind_it(void **state)
{
    StoreCase *c = *state;
    expect_standing(c, &ann, DAY * 1000, "");
    g_autoptr(Receipt) receipt = case_record(c, &ann);
    const Given last = ann_at(NOON + DAY), late = ann_at(NOON + DAY + 1);
    expect_standing(c, &last, DAY * 1000, receipt->decision_id);
    expect_standing(c, &late, DAY * 1000, "");
    expect_standing(c, &(Given){ .from = "ann@example.org", .message_id = "2@example.org" },
                    DAY * 1000, "");
}

static void recording_behind_the_window_makes_a_second_ticket(void **state)
{
    StoreCase *c = *state;
    Given again = ann_at(NOON + HOUR);
    again.window = HOUR * 1000;
    receipt_free(case_record(c, &ann));
    g_autoptr(Receipt) same = case_record(c, &again);
    assert_string_equal(same->ticket, "SUP-1001");
    again.now++;
    g_autoptr(Receipt) other = case_record(c, &again);
    assert_string_equal(other->ticket, "SUP-1002");
    expect_standing(c, &again, DAY * 1000, other->decision_id);
}

static void only_decisions_whose_marks_failed_are_judged_again(void **state)
{
    static const struct {
        MarkResult result;
        const char *marked, *flag;
        bool stands;
    } rows[] = {
        { MARKED, "marked", "", true },
        { MARK_FAILED, "failed", "unmarked", false },
        { MARK_TEMPFAILED, "tempfailed", "unmarked", false },
        { MARK_ABORTED, "aborted", "not delivered?", true },
    };
    StoreCase *c = *state;
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *id = g_strdup_printf("%u@example.org", i);
        const Given given = { .from = "ann@example.org",
                              .message_id = id,
                              .ticket = PLAN_TICKET_NEW };
        g_autoptr(Receipt) receipt = case_record(c, &given);
        case_marked(c, receipt->decision_id, rows[i].result);
        expect_standing(c, &given, DAY * 1000, rows[i].stands ? receipt->decision_id : "");
        g_autofree char *sql =
            g_strdup_printf("SELECT marked FROM decision WHERE id = '%s'", receipt->decision_id);
        g_autofree char *marked = case_text(c, sql);
        assert_string_equal(marked, rows[i].marked);
        g_autoptr(Ticket) ticket = case_ticket(c->store, receipt->ticket);
        assert_string_equal(ticket->flag, rows[i].flag);
    }
}

static void a_mail_that_is_judged_again_keeps_its_ticket_and_its_message(void **state)
{
    StoreCase *c = *state;
    Given given = ann;
    given.queue = "first";
    given.priority = "low";
    g_autoptr(Receipt) first = case_record(c, &given);
    case_marked(c, first->decision_id, MARK_TEMPFAILED);
    given.queue = "second";
    given.priority = "high";
    given.now = NOON + 60;
    g_autoptr(Receipt) second = case_record(c, &given);
    assert_string_equal(second->ticket, first->ticket);
    assert_string_not_equal(second->decision_id, first->decision_id);
    case_marked(c, second->decision_id, MARKED);
    case_marked(c, first->decision_id, MARK_ABORTED);
    g_autoptr(Ticket) ticket = case_ticket(c->store, first->ticket);
    assert_string_equal(ticket->queue, "second");
    assert_string_equal(ticket->priority, "high");
    assert_string_equal(ticket->flag, "");
    assert_int_equal(case_number(c, "SELECT count(*) FROM message"), 1);
    assert_int_equal(case_number(c, "SELECT count(*) FROM decision WHERE marked = 'superseded'"),
                     1);
}

/* The ticket has gone on meanwhile: what others said in it, or a person, stands. */
static void a_follow_up_that_is_judged_again_lowers_nothing_in_its_ticket(void **state)
{
    StoreCase *c = *state;
    Given opening = ann;
    opening.priority = "critical";
    opening.queue = "incident";
    opening.tag = "outage";
    g_autoptr(Receipt) opened = case_record(c, &opening);
    case_marked(c, opened->decision_id, MARKED);

    Given answer = { .from = "ann@example.org",
                     .message_id = "second@example.org",
                     .priority = "low",
                     .queue = "general",
                     .tag = "question",
                     .ticket = PLAN_TICKET_FOLLOW_UP,
                     .thread = opened->ticket_id };
    g_autoptr(Receipt) tried = case_record(c, &answer);
    case_marked(c, tried->decision_id, MARK_TEMPFAILED);
    g_autoptr(Receipt) again = case_record(c, &answer);
    assert_string_equal(again->ticket, opened->ticket);
    assert_string_not_equal(again->decision_id, tried->decision_id);

    g_autoptr(Ticket) ticket = case_ticket(c->store, opened->ticket);
    assert_string_equal(ticket->priority, "critical");
    assert_string_equal(ticket->queue, "incident");
    assert_non_null(strstr(ticket->tags, "outage"));
    assert_int_equal(case_number(c, "SELECT count(*) FROM message"), 2);
}

static void what_a_person_corrected_outlives_another_judgement(void **state)
{
    StoreCase *c = *state;
    Given given = ann;
    given.priority = "low";
    given.queue = "general";
    g_autoptr(Receipt) first = case_record(c, &given);
    case_marked(c, first->decision_id, MARK_TEMPFAILED);
    const char *said[] = { "priority", "critical", NULL };
    g_autoptr(Verdict) values = case_verdict(c->fields, said);
    assert_true(store_correct(c->store, first->ticket, "ben", values, NULL, NOON + 30, NULL));
    given.now = NOON + 60;
    g_autoptr(Receipt) second = case_record(c, &given);
    assert_string_equal(second->ticket, first->ticket);
    g_autoptr(Ticket) ticket = case_ticket(c->store, first->ticket);
    assert_string_equal(ticket->priority, "critical");
}

static bool takes_part(const ThreadCandidate *candidate, const char *address)
{
    return g_ptr_array_find_with_equal_func(candidate->participants, address, g_str_equal, NULL);
}

static void a_reference_brings_its_ticket_with_participants(void **state)
{
    StoreCase *c = *state;
    g_autoptr(Receipt) receipt = case_record(c, &ann);
    const Given answer = { .from = "eve@example.org", .in_reply_to = "first@example.org" };
    g_autoptr(Recalled) recalled = case_recall(c, &answer, NULL, DAY * 1000);
    assert_int_equal(recalled->candidates->len, 1);
    const ThreadCandidate *candidate = recalled->candidates->pdata[0];
    assert_int_equal(candidate->id, receipt->ticket_id);
    assert_string_equal(candidate->name, "SUP-1001");
    assert_string_equal(candidate->status, "new");
    assert_string_equal(candidate->subject, "It is broken");
    assert_true(candidate->by_reference && !candidate->by_token);
    assert_true(takes_part(candidate, "ann@example.org"));
    assert_true(takes_part(candidate, "cid@example.net"));
    assert_false(takes_part(candidate, "eve@example.org"));
}

static void a_token_brings_its_ticket_once(void **state)
{
    StoreCase *c = *state;
    receipt_free(case_record(c, &ann));
    const Given by_token = { .from = "ann@example.org" };
    g_autoptr(Recalled) token = case_recall(c, &by_token, "SUP-1001", DAY * 1000);
    assert_int_equal(token->candidates->len, 1);
    const ThreadCandidate *candidate = token->candidates->pdata[0];
    assert_true(candidate->by_token && !candidate->by_reference);

    const Given by_both = { .from = "ann@example.org", .in_reply_to = "first@example.org" };
    g_autoptr(Recalled) both = case_recall(c, &by_both, "SUP-1001", DAY * 1000);
    assert_int_equal(both->candidates->len, 1);
    candidate = both->candidates->pdata[0];
    assert_true(candidate->by_token && candidate->by_reference);

    g_autoptr(Recalled) unknown = case_recall(c, &by_token, "SUP-1002", DAY * 1000);
    assert_int_equal(unknown->candidates->len, 0);
}

static void a_bounce_finds_the_ticket_of_the_mail_that_it_returns(void **state)
{
    StoreCase *c = *state;
    receipt_free(case_record(c, &ann));
    static const struct {
        const char *from;
        guint candidates;
    } rows[] = { { "MAILER-DAEMON@example.net", 1 }, { "eve@example.net", 0 } };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const Given given = { .from = rows[i].from,
                              .subject = "failure notice",
                              .text = "Sorry.\r\n\r\nMessage-ID: <first@example.org>" };
        g_autoptr(Recalled) recalled = case_recall(c, &given, NULL, DAY * 1000);
        assert_int_equal(recalled->candidates->len, rows[i].candidates);
        if (rows[i].candidates == 0)
            continue;
        const ThreadCandidate *candidate = recalled->candidates->pdata[0];
        assert_string_equal(candidate->name, "SUP-1001");
        assert_true(candidate->by_reference && !candidate->by_token);
    }
}

static void another_mailbox_has_no_candidates_here(void **state)
{
    StoreCase *c = *state;
    receipt_free(case_record(c, &ann));
    const Given answer = { .mailbox = "sales",
                           .from = "ann@example.org",
                           .in_reply_to = "first@example.org" };
    g_autoptr(Recalled) recalled = case_recall(c, &answer, "SUP-1001", DAY * 1000);
    assert_int_equal(recalled->candidates->len, 0);
}

static void the_senders_ten_newest_open_tickets_are_told(void **state)
{
    StoreCase *c = *state;
    for (int i = 0; i < 12; i++) {
        g_autofree char *id = g_strdup_printf("%d@example.org", i);
        receipt_free(case_record(c, &(Given){ .from = "ann@example.org",
                                              .message_id = id,
                                              .now = NOON + i,
                                              .queue = "first-line",
                                              .priority = "high",
                                              .ticket = PLAN_TICKET_NEW }));
    }
    g_autoptr(sqlite3) db = sqlite_open(c->path, SQLITE_FOR_WRITING, 5000, NULL);
    assert_true(
        sqlite_run(db, "UPDATE ticket SET status = 'closed' WHERE name = 'SUP-1012'", NULL));
    g_autoptr(Recalled) recalled = case_recall(c, &ann, NULL, 0);
    assert_int_equal(recalled->tickets->len, 10);
    const ThreadTicket *newest = recalled->tickets->pdata[0];
    assert_string_equal(newest->name, "SUP-1011");
    assert_string_equal(newest->queue, "first-line");
    assert_string_equal(newest->priority, "high");
    assert_int_equal(newest->updated, NOON + 10);
    g_autoptr(Recalled) stranger = case_recall(c, &(Given){ .from = "eve@example.org" }, NULL, 0);
    assert_int_equal(stranger->tickets->len, 0);
}

static void a_stored_decision_comes_back_as_its_headers_said(void **state)
{
    StoreCase *c = *state;
    Given given = ann;
    given.priority = "high";
    given.summary = "The pump";
    given.queue = "incident";
    given.tag = "vip";
    given.answer_within = 4 * HOUR * 1000;
    g_autoptr(Receipt) receipt = case_record(c, &given);
    g_autoptr(StoredDecision) stored =
        store_decision(c->store, receipt->decision_id, c->fields, NULL);
    assert_string_equal(stored->decision_id, receipt->decision_id);
    assert_string_equal(stored->ticket, "SUP-1001");
    assert_int_equal(stored->status, STATUS_LLM);
    assert_string_equal(stored->prompt, "support@1");
    assert_string_equal(verdict_token(stored->verdict, "priority"), "high");
    assert_string_equal(verdict_token(stored->verdict, "summary"), "The pump");
    assert_true(stored->verdict->confidence == 0.75);
    assert_string_equal(stored->verdict->confidence_source, "table");
    g_autoptr(Plan) plan = case_plan(&given);
    g_autofree char *expected = plan_to_text(plan);
    g_autofree char *text = plan_to_text(stored->plan);
    assert_string_equal(text, expected);
}

static void an_unknown_decision_is_not_found(void **state)
{
    StoreCase *c = *state;
    g_autoptr(GError) error = NULL;
    assert_null(store_decision(c->store, "0000000000000000", c->fields, &error));
    assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_NOT_FOUND));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, case_setup, case_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_mail_is_known_again_within_the_window_and_not_behind_it),
        TEST(recording_behind_the_window_makes_a_second_ticket),
        TEST(only_decisions_whose_marks_failed_are_judged_again),
        TEST(a_mail_that_is_judged_again_keeps_its_ticket_and_its_message),
        TEST(a_follow_up_that_is_judged_again_lowers_nothing_in_its_ticket),
        TEST(what_a_person_corrected_outlives_another_judgement),
        TEST(a_reference_brings_its_ticket_with_participants),
        TEST(a_token_brings_its_ticket_once),
        TEST(a_bounce_finds_the_ticket_of_the_mail_that_it_returns),
        TEST(another_mailbox_has_no_candidates_here),
        TEST(the_senders_ten_newest_open_tickets_are_told),
        TEST(a_stored_decision_comes_back_as_its_headers_said),
        TEST(an_unknown_decision_is_not_found),
    };
    return cmocka_run_group_tests_name("store: recall", tests, NULL, NULL);
}
