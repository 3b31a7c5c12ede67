/* The life of a ticket: opened, followed up, answered, corrected, listed, shown, counted. */
#include "store_case.h"

#include "base/error.h"
#include "base/json.h"

static const Given first = { .from = "ann@example.org",
                             .message_id = "first@example.org",
                             .queue = "first-line",
                             .priority = "medium",
                             .tag = "pump",
                             .answer_within = 4 * HOUR * 1000,
                             .ticket = PLAN_TICKET_NEW };

static Given follow_up(gint64 ticket, gint64 now)
{
    return (Given){ .from = "ann@example.org",
                    .message_id = "second@example.org",
                    .in_reply_to = "first@example.org",
                    .queue = "second-line",
                    .tag = "again",
                    .answer_within = 4 * HOUR * 1000,
                    .ticket = PLAN_TICKET_FOLLOW_UP,
                    .thread = ticket,
                    .now = now };
}

static gint64 answer(StoreCase *c, gint64 ticket, gint64 now)
{
    const Given given = { .from = "support@example.com",
                          .message_id = "answer@example.com",
                          .in_reply_to = "first@example.org",
                          .thread = ticket,
                          .outgoing = true,
                          .now = now };
    g_autoptr(Receipt) receipt = case_record(c, &given);
    assert_string_equal(receipt->decision_id, "");
    return receipt->ticket_id;
}

static Ticket *ticket_of(StoreCase *c, const char *name)
{
    Ticket *ticket = case_ticket(c->store, name);
    if (ticket == NULL)
        fail_msg("there is no %s", name);
    return ticket;
}

static void set_status(StoreCase *c, const char *status)
{
    g_autoptr(sqlite3) db = sqlite_open(c->path, SQLITE_FOR_WRITING, 5000, NULL);
    g_autofree char *sql = g_strdup_printf("UPDATE ticket SET status = '%s'", status);
    assert_true(sqlite_run(db, sql, NULL));
}

static void a_new_ticket_says_what_the_plan_says(void **state)
{
    StoreCase *c = *state;
    g_autoptr(Receipt) receipt = case_record(c, &first);
    assert_string_equal(receipt->ticket, "SUP-1001");
    g_autoptr(Ticket) ticket = ticket_of(c, "SUP-1001");
    assert_int_equal(ticket->id, receipt->ticket_id);
    assert_string_equal(ticket->status, "new");
    assert_string_equal(ticket->mailbox, "support");
    assert_string_equal(ticket->queue, "first-line");
    assert_string_equal(ticket->priority, "medium");
    assert_string_equal(ticket->tags, "pump");
    assert_string_equal(ticket->subject, "It is broken");
    assert_string_equal(ticket->sender, "ann@example.org");
    assert_string_equal(ticket->flag, "unmarked");
    assert_int_equal(ticket->created, NOON);
    assert_int_equal(ticket->due, NOON + 4 * HOUR);
}

static void a_follow_up_adds_but_leaves_what_people_may_have_set(void **state)
{
    StoreCase *c = *state;
    g_autoptr(Receipt) receipt = case_record(c, &first);
    Given given = follow_up(receipt->ticket_id, NOON + HOUR);
    given.priority = "high";
    g_autoptr(Receipt) second = case_record(c, &given);
    assert_string_equal(second->ticket, "SUP-1001");
    g_autoptr(Ticket) ticket = ticket_of(c, "SUP-1001");
    assert_string_equal(ticket->status, "new");
    assert_string_equal(ticket->queue, "first-line");
    assert_string_equal(ticket->priority, "high");
    assert_string_equal(ticket->tags, "again, pump");
    assert_int_equal(ticket->updated, NOON + HOUR);
    assert_int_equal(ticket->due, NOON + 4 * HOUR);

    given = follow_up(receipt->ticket_id, NOON + 2 * HOUR);
    given.message_id = "third@example.org";
    given.priority = "low";
    receipt_free(case_record(c, &given));
    g_autoptr(Ticket) later = ticket_of(c, "SUP-1001");
    assert_string_equal(later->priority, "high");
    assert_int_equal(case_number(c, "SELECT count(*) FROM message WHERE ticket = 1"), 3);
}

static void a_waiting_or_closed_ticket_is_opened_by_a_mail_but_not_by_an_auto_reply(void **state)
{
    static const struct {
        const char *before, *header, *after;
    } rows[] = {
        { "new", NULL, "new" },
        { "open", NULL, "open" },
        { "waiting", NULL, "open" },
        { "closed", NULL, "open" },
        { "waiting", "Auto-Submitted: auto-replied", "waiting" },
        { "closed", "Auto-Submitted: auto-replied", "closed" },
    };
    StoreCase *c = *state;
    g_autoptr(Receipt) receipt = case_record(c, &first);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        set_status(c, rows[i].before);
        g_autofree char *id = g_strdup_printf("%u@example.org", i);
        Given given = follow_up(receipt->ticket_id, NOON + HOUR);
        given.message_id = id;
        given.extra_header = rows[i].header;
        receipt_free(case_record(c, &given));
        g_autoptr(Ticket) ticket = ticket_of(c, "SUP-1001");
        assert_string_equal(ticket->status, rows[i].after);
    }
}

static void an_answer_of_ours_makes_it_wait_and_the_next_mail_sets_a_new_due(void **state)
{
    StoreCase *c = *state;
    g_autoptr(Receipt) receipt = case_record(c, &first);
    assert_int_equal(answer(c, receipt->ticket_id, NOON + HOUR), receipt->ticket_id);
    assert_int_equal(answer(c, receipt->ticket_id, NOON + HOUR), receipt->ticket_id);
    g_autoptr(Ticket) waiting = ticket_of(c, "SUP-1001");
    assert_string_equal(waiting->status, "waiting");
    assert_int_equal(waiting->due, 0);
    assert_int_equal(case_number(c, "SELECT count(*) FROM message WHERE direction = 'out'"), 1);
    assert_int_equal(case_number(c, "SELECT answered FROM ticket"), NOON + HOUR);
    assert_int_equal(case_number(c, "SELECT count(*) FROM decision"), 1);

    const Given given = follow_up(receipt->ticket_id, NOON + 2 * HOUR);
    receipt_free(case_record(c, &given));
    g_autoptr(Ticket) open = ticket_of(c, "SUP-1001");
    assert_string_equal(open->status, "open");
    assert_int_equal(open->due, NOON + 6 * HOUR);
}

static void an_answer_names_the_thread_for_the_next_mail(void **state)
{
    StoreCase *c = *state;
    g_autoptr(Receipt) receipt = case_record(c, &first);
    answer(c, receipt->ticket_id, NOON + HOUR);
    const Given next = { .from = "ann@example.org", .in_reply_to = "answer@example.com" };
    g_autoptr(Recalled) recalled = case_recall(c, &next, NULL, 0);
    assert_int_equal(recalled->candidates->len, 1);
}

static void an_answer_without_a_ticket_leaves_nothing(void **state)
{
    StoreCase *c = *state;
    assert_int_equal(answer(c, 0, NOON), 0);
    assert_int_equal(answer(c, 77, NOON), 0);
    assert_int_equal(case_number(c, "SELECT count(*) FROM message"), 0);
}

static void a_follow_up_of_a_ticket_that_has_gone_opens_a_new_one(void **state)
{
    StoreCase *c = *state;
    const Given given = follow_up(77, NOON);
    g_autoptr(Receipt) receipt = case_record(c, &given);
    assert_string_equal(receipt->ticket, "SUP-1001");
}

static void an_unproven_follow_up_brings_nobody_along(void **state)
{
    StoreCase *c = *state;
    g_autoptr(Receipt) receipt = case_record(c, &first);
    Given given = follow_up(receipt->ticket_id, NOON + HOUR);
    given.cc = "eve@example.net";
    given.unproven_follow_up = true;
    receipt_free(case_record(c, &given));
    assert_int_equal(
        case_number(c, "SELECT count(*) FROM participant WHERE address = 'eve@example.net'"), 0);
}

static void tickets_are_linked_by_name_and_by_the_same_mail_in_two_mailboxes(void **state)
{
    StoreCase *c = *state;
    g_autoptr(Receipt) receipt = case_record(c, &first);
    Given stranger = { .from = "eve@example.net",
                       .ticket = PLAN_TICKET_NEW,
                       .linked = receipt->ticket_id };
    receipt_free(case_record(c, &stranger));
    assert_int_equal(case_number(c, "SELECT linked FROM ticket WHERE name = 'SUP-1002'"), 1);
    Given twice = first;
    twice.mailbox = "sales";
    receipt_free(case_record(c, &twice));
    assert_int_equal(case_number(c, "SELECT linked FROM ticket WHERE name = 'SUP-1003'"), 1);
    assert_int_equal(case_number(c, "SELECT count(*) FROM ticket WHERE linked IS NULL"), 1);
}

static void lists_are_newest_first_by_status_mailbox_and_limit(void **state)
{
    static const struct {
        const char *status, *mailbox;
        gint64 limit;
        const char *names;
    } rows[] = {
        { NULL, NULL, 10, "SUP-1004 SUP-1003 SUP-1001" },
        { NULL, NULL, 2, "SUP-1004 SUP-1003" },
        { NULL, NULL, 0, "" },
        { "closed", NULL, 10, "SUP-1002" },
        { NULL, "sales", 10, "SUP-1003" },
        { "closed", "sales", 10, "" },
        { NULL, "unknown", 10, "" },
    };
    StoreCase *c = *state;
    for (int i = 0; i < 4; i++) {
        g_autofree char *id = g_strdup_printf("%d@example.org", i);
        receipt_free(case_record(c, &(Given){ .from = "ann@example.org",
                                              .message_id = id,
                                              .mailbox = i == 2 ? "sales" : "support",
                                              .ticket = PLAN_TICKET_NEW }));
        if (i == 1) {
            g_autoptr(sqlite3) db = sqlite_open(c->path, SQLITE_FOR_WRITING, 5000, NULL);
            assert_true(sqlite_run(
                db, "UPDATE ticket SET status = 'closed' WHERE name = 'SUP-1002'", NULL));
        }
    }
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GPtrArray) list =
            store_tickets(c->store, rows[i].status, rows[i].mailbox, rows[i].limit, NULL);
        g_autoptr(GString) names = g_string_new(NULL);
        for (guint j = 0; j < list->len; j++)
            g_string_append_printf(names, "%s%s", j > 0 ? " " : "",
                                   ((Ticket *)list->pdata[j])->name);
        assert_string_equal(names->str, rows[i].names);
    }
}

static void what_is_not_there_is_not_found(void **state)
{
    StoreCase *c = *state;
    g_autoptr(GError) one = NULL, two = NULL;
    g_autoptr(Verdict) values = verdict_new(c->fields);
    g_autoptr(Plan) plan = plan_new();
    assert_null(store_ticket_json(c->store, "SUP-9", &one));
    assert_true(g_error_matches(one, TRIAGE_ERROR, TRIAGE_ERROR_NOT_FOUND));
    assert_false(store_correct(c->store, "SUP-9", "max", values, plan, NOON, &two));
    assert_true(g_error_matches(two, TRIAGE_ERROR, TRIAGE_ERROR_NOT_FOUND));
}

static void correct(StoreCase *c, const char *priority, const char *summary, gint64 now)
{
    const char *pairs[] = { "priority", priority, "summary", summary, NULL };
    g_autoptr(Verdict) values = case_verdict(c->fields, pairs);
    g_autoptr(Plan) plan = case_plan(&(Given){ .ticket = PLAN_TICKET_NEW,
                                               .queue = "incident",
                                               .tag = "corrected",
                                               .answer_within = HOUR * 1000 });
    g_autoptr(GError) error = NULL;
    if (!store_correct(c->store, "SUP-1001", "max", values, plan, now, &error))
        fail_msg("%s", error->message);
}

static void a_correction_changes_the_ticket_and_is_a_revision_behind_the_others(void **state)
{
    StoreCase *c = *state;
    Given given = first;
    given.summary = "The pump";
    given.floor = "low";
    g_autoptr(Receipt) receipt = case_record(c, &given);
    correct(c, "critical", NULL, NOON + HOUR);
    correct(c, NULL, "The other pump", NOON + HOUR + 1);

    g_autoptr(Ticket) ticket = ticket_of(c, "SUP-1001");
    assert_string_equal(ticket->priority, "critical");
    assert_string_equal(ticket->queue, "incident");
    assert_string_equal(ticket->tags, "corrected");
    assert_int_equal(ticket->due, NOON + HOUR);

    g_autofree char *revision =
        case_text(c, "SELECT json_array(verdict ->> 'priority', texts ->> 'summary', confidence,"
                     " json(floors), json(final)) FROM revision ORDER BY id DESC LIMIT 1");
    assert_string_equal(revision, "[\"critical\",\"The other pump\",0.75,"
                                  "{\"priority\":\"low\"},[\"priority\",\"summary\"]]");

    g_autoptr(StoredDecision) stored =
        store_decision(c->store, receipt->decision_id, c->fields, NULL);
    assert_string_equal(verdict_token(stored->verdict, "priority"), "medium");
    assert_string_equal(stored->plan->queue, "first-line");
}

/* The newest decision may be of a follow-up, whose priority never was the ticket's. */
static void a_correction_of_something_else_leaves_the_priority(void **state)
{
    StoreCase *c = *state;
    Given opening = { .from = "ann@example.org",
                      .ticket = PLAN_TICKET_NEW,
                      .priority = "critical" };
    g_autoptr(Receipt) opened = case_record(c, &opening);
    Given answer = { .from = "ann@example.org",
                     .text = "Thank you.",
                     .priority = "low",
                     .ticket = PLAN_TICKET_FOLLOW_UP,
                     .thread = opened->ticket_id };
    receipt_free(case_record(c, &answer));
    const char *said[] = { "kind", "sales", NULL };
    g_autoptr(Verdict) values = case_verdict(c->fields, said);
    assert_true(store_correct(c->store, opened->ticket, "max", values, NULL, NOON + 60, NULL));
    g_autoptr(Ticket) ticket = ticket_of(c, opened->ticket);
    assert_string_equal(ticket->priority, "critical");
}

static void a_correction_is_audited_without_texts(void **state)
{
    StoreCase *c = *state;
    receipt_free(case_record(c, &first));
    correct(c, "critical", "The other pump", NOON + HOUR);
    g_autofree char *row =
        case_text(c, "SELECT json_array(at, by, verb, ticket, length(decision), before, after)"
                     " FROM audit");
    g_autofree char *expected = g_strdup_printf(
        "[%" G_GINT64_FORMAT ",\"max\",\"correct\",1,16,\"{\\\"priority\\\":\\\"medium\\\"}\","
        "\"{\\\"priority\\\":\\\"critical\\\"}\"]",
        NOON + HOUR);
    assert_string_equal(row, expected);
}

static void a_ticket_is_shown_with_all_that_belongs_to_it(void **state)
{
    StoreCase *c = *state;
    Given given = first;
    given.text = "It leaks: \"\\\t \xe2\x82\xac";
    given.summary = "The pump";
    g_autoptr(Receipt) receipt = case_record(c, &given);
    answer(c, receipt->ticket_id, NOON + HOUR);
    correct(c, "critical", NULL, NOON + 2 * HOUR);
    g_autoptr(GError) error = NULL;
    g_autoptr(cJSON) json = store_ticket_json(c->store, "SUP-1001", &error);
    if (json == NULL)
        fail_msg("%s", error->message);
    const struct {
        const char *path, *text;
    } texts[] = {
        { "name", "SUP-1001" },
        { "status", "waiting" },
        { "tags.0", "corrected" },
        { "messages.0.text", "It leaks: \"\\\t \xe2\x82\xac" },
        { "messages.0.headers.from.address", "ann@example.org" },
        { "messages.0.envelope.recipients.0", "support@example.com" },
        { "messages.1.direction", "out" },
        { "decisions.0.id", receipt->decision_id },
        { "decisions.0.revisions.0.by", "llm" },
        { "decisions.0.revisions.0.verdict.summary", "The pump" },
        { "decisions.0.revisions.1.by", "max" },
        { "decisions.0.revisions.1.verdict.priority", "critical" },
        { "decisions.0.revisions.1.plan.queue", "incident" },
        { "decisions.0.revisions.1.prompt", "support@1" },
        { "decisions.0.calls.0.model", "haiku-1" },
        { "audit.0.verb", "correct" },
    };
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        const char *text = json_text_at(json, texts[i].path);
        if (g_strcmp0(text, texts[i].text) != 0)
            fail_msg("%s is %s", texts[i].path, text);
    }
    assert_int_equal(json_count_at(json, "v", 0), 1);
    assert_true(cJSON_IsFalse(json_at(json, "decisions.0.proven")));
}

static void numbers_are_those_of_the_period(void **state)
{
    StoreCase *c = *state;
    Given early = first;
    early.message_id = "early@example.org";
    early.now = NOON - DAY;
    receipt_free(case_record(c, &early));
    receipt_free(case_record(c, &first));
    g_autoptr(cJSON) all = store_stats(c->store, 0, NULL);
    g_autoptr(cJSON) today = store_stats(c->store, NOON, NULL);
    static const struct {
        const char *path;
        gint64 all, today;
    } rows[] = {
        { "decisions.total", 2, 1 },
        { "decisions.by_status.llm", 2, 1 },
        { "decisions.by_engine.haiku", 2, 1 },
        { "decisions.by_mark.unmarked", 2, 1 },
        { "proven.no_by_reason.no-trusted-result", 2, 1 },
        { "tickets.total", 2, 1 },
        { "tickets.by_queue.first-line", 2, 1 },
        { "calls.by_outcome.ok", 2, 1 },
        { "calls.input_tokens.haiku-1", 1400, 700 },
        { "calls.cached_tokens.haiku-1", 0, 0 },
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        assert_int_equal(json_count_at(all, rows[i].path, -1), rows[i].all);
        assert_int_equal(json_count_at(today, rows[i].path, -1), rows[i].today);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, case_setup, case_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_new_ticket_says_what_the_plan_says),
        TEST(a_follow_up_adds_but_leaves_what_people_may_have_set),
        TEST(a_waiting_or_closed_ticket_is_opened_by_a_mail_but_not_by_an_auto_reply),
        TEST(an_answer_of_ours_makes_it_wait_and_the_next_mail_sets_a_new_due),
        TEST(an_answer_names_the_thread_for_the_next_mail),
        TEST(an_answer_without_a_ticket_leaves_nothing),
        TEST(a_follow_up_of_a_ticket_that_has_gone_opens_a_new_one),
        TEST(an_unproven_follow_up_brings_nobody_along),
        TEST(tickets_are_linked_by_name_and_by_the_same_mail_in_two_mailboxes),
        TEST(lists_are_newest_first_by_status_mailbox_and_limit),
        TEST(what_is_not_there_is_not_found),
        TEST(a_correction_changes_the_ticket_and_is_a_revision_behind_the_others),
        TEST(a_correction_of_something_else_leaves_the_priority),
        TEST(a_correction_is_audited_without_texts),
        TEST(a_ticket_is_shown_with_all_that_belongs_to_it),
        TEST(numbers_are_those_of_the_period),
    };
    return cmocka_run_group_tests_name("store: ticket", tests, NULL, NULL);
}
