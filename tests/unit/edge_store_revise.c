/* A decision judged anew: what is added, what a person or a colleague's mail keeps from changing.
 */
#include "store/answer.h"
#include "store/revise.h"
#include "store_case.h"

#include "base/error.h"

static const Given outage = { .from = "Ann <ann@example.org>",
                              .message_id = "a@x",
                              .priority = "low",
                              .queue = "general",
                              .ticket = PLAN_TICKET_NEW };

/* Revises the decision as `given` says. */
static bool revise(StoreCase *c, const Receipt *receipt, const Given *given, gint64 after,
                   GError **error)
{
    g_autoptr(Message) message = case_message(given);
    g_autoptr(Envelope) envelope = envelope_new();
    g_autoptr(Thread) thread = thread_new();
    g_autoptr(Plan) plan = case_plan(given);
    const char *said[] = { "priority", given->priority, NULL };
    g_autoptr(Verdict) verdict = case_verdict(c->fields, said);
    g_autoptr(Verdict) floors = verdict_new(c->fields);
    const Presumption presumption = { .verdict = verdict, .floors = floors };
    g_autoptr(Classification) classification =
        classification_new(STATUS_LLM, "haiku", verdict_copy(verdict), false);
    const Record record = { .mailbox = "support",
                            .identity = "i",
                            .ticket_prefix = "SUP",
                            .envelope = envelope,
                            .message = message,
                            .thread = thread,
                            .classification = classification,
                            .presumption = &presumption,
                            .verdict = verdict,
                            .plan = plan,
                            .policy_hash = "h",
                            .prompt_id = "support@2",
                            .prompt_digest = "d",
                            .keep = KEEP_TEXT,
                            .keep_text = 64,
                            .now = NOON + HOUR };
    const Revision revision = {
        .decision_id = receipt->decision_id, .by = "late", .after = after, .record = &record
    };
    return store_revise(c->store, &revision, NULL, error);
}

static gint64 newest(StoreCase *c, const Receipt *receipt)
{
    g_autoptr(CurrentRevision) current =
        store_current_revision(c->store, receipt->decision_id, c->fields, NULL);
    assert_non_null(current);
    return current->id;
}

static const Given better = { .from = "Ann <ann@example.org>",
                              .message_id = "a@x",
                              .priority = "critical",
                              .queue = "incident",
                              .ticket = PLAN_TICKET_NEW };

static void a_revision_stands_behind_the_others_and_changes_the_ticket(void **state)
{
    StoreCase *c = *state;
    g_autoptr(Receipt) receipt = case_record(c, &outage);
    assert_true(revise(c, receipt, &better, newest(c, receipt), NULL));
    g_autoptr(CurrentRevision) current =
        store_current_revision(c->store, receipt->decision_id, c->fields, NULL);
    assert_string_equal(verdict_token(current->verdict, "priority"), "critical");
    assert_false(current->by_person);
    g_autoptr(Ticket) ticket = case_ticket(c->store, receipt->ticket);
    assert_string_equal(ticket->priority, "critical");
    assert_string_equal(ticket->queue, "incident");
    assert_int_equal(case_number(c, "SELECT count(*) FROM revision"), 2);
    assert_int_equal(case_number(c, "SELECT count(*) FROM ticket"), 1);
}

static void who_thought_over_an_older_one_thinks_again(void **state)
{
    StoreCase *c = *state;
    g_autoptr(Receipt) receipt = case_record(c, &outage);
    gint64 before = newest(c, receipt);
    assert_true(revise(c, receipt, &better, before, NULL));
    g_autoptr(GError) error = NULL;
    assert_false(revise(c, receipt, &outage, before, &error));
    assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_BUSY));
    assert_int_equal(case_number(c, "SELECT count(*) FROM revision"), 2);
}

static void a_mail_without_a_ticket_may_get_one(void **state)
{
    StoreCase *c = *state;
    Given other = outage;
    other.ticket = PLAN_TICKET_NONE;
    g_autoptr(Receipt) receipt = case_record(c, &other);
    assert_int_equal(receipt->ticket_id, 0);
    assert_true(revise(c, receipt, &better, newest(c, receipt), NULL));
    assert_int_equal(case_number(c,
                                 "SELECT count(*) FROM decision d JOIN ticket t ON t.id = d.ticket"
                                 " JOIN message m ON m.ticket = t.id JOIN participant p"
                                 " ON p.ticket = t.id AND p.address = 'ann@example.org'"),
                     1);
}

static void a_ticket_that_others_shaped_is_only_raised(void **state)
{
    StoreCase *c = *state;
    g_autoptr(Receipt) receipt = case_record(c, &outage);
    Given second = outage;
    second.message_id = "b@x";
    second.ticket = PLAN_TICKET_FOLLOW_UP;
    second.thread = receipt->ticket_id;
    g_autoptr(Receipt) other = case_record(c, &second);
    assert_true(revise(c, receipt, &better, newest(c, receipt), NULL));
    g_autoptr(Ticket) ticket = case_ticket(c->store, receipt->ticket);
    assert_string_equal(ticket->priority, "critical");
    assert_string_equal(ticket->queue, "general");
}

/* What the program notes of its drafts, reminders and jobs is nobody's word. */
static void a_ticket_that_a_person_shaped_is_only_raised(void **state)
{
    static const struct {
        const char *by, *verb;
        bool person;
    } rows[] = {
        { "haiku", "draft add", false },  { "template", "draft withdraw", false },
        { "", "draft withdraw", false },  { "", "draft sent", false },
        { "", "overdue", false },         { "ann", "job retry", false },
        { "ann", "job drop", false },     { "ann", "draft edit", true },
        { "ann", "draft approve", true }, { "ann", "note", true },
        { "ann", "close", true },         { "ann", "correct", true },
    };
    StoreCase *c = *state;
    g_autoptr(sqlite3) db = sqlite_open(c->path, SQLITE_FOR_WRITING, 5000, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *id = g_strdup_printf("%zu@x", i);
        Given given = outage;
        given.message_id = id;
        g_autoptr(Receipt) receipt = case_record(c, &given);
        g_autofree char *sql =
            g_strdup_printf("INSERT INTO audit (at, by, verb, ticket, before, after)"
                            " VALUES (0, '%s', '%s', %" G_GINT64_FORMAT ", '{}', '{}')",
                            rows[i].by, rows[i].verb, receipt->ticket_id);
        assert_true(sqlite_run(db, sql, NULL));
        assert_true(revise(c, receipt, &better, newest(c, receipt), NULL));
        g_autoptr(Ticket) ticket = case_ticket(c->store, receipt->ticket);
        assert_string_equal(ticket->priority, "critical");
        if (g_str_equal(ticket->queue, "general") != rows[i].person)
            fail_msg("%s by '%s': %s", rows[i].verb, rows[i].by, ticket->queue);
    }
}

static void what_a_person_set_on_the_ticket_stays(void **state)
{
    StoreCase *c = *state;
    g_autoptr(Receipt) receipt = case_record(c, &outage);
    g_autoptr(sqlite3) db = sqlite_open(c->path, SQLITE_FOR_WRITING, 5000, NULL);
    assert_true(sqlite_run(db, "UPDATE ticket SET queue = 'mine', held = '[\"queue\"]'", NULL));
    assert_true(revise(c, receipt, &better, newest(c, receipt), NULL));
    g_autoptr(Ticket) ticket = case_ticket(c->store, receipt->ticket);
    assert_string_equal(ticket->queue, "mine");
    assert_string_equal(ticket->priority, "critical");
}

static void fields_that_a_person_spoke_on_stay_final(void **state)
{
    StoreCase *c = *state;
    g_autoptr(Receipt) receipt = case_record(c, &outage);
    const char *said[] = { "priority", "medium", NULL };
    g_autoptr(Verdict) values = case_verdict(c->fields, said);
    assert_true(store_correct(c->store, receipt->ticket, "ann", values, NULL, NOON, NULL));
    g_autoptr(CurrentRevision) current =
        store_current_revision(c->store, receipt->decision_id, c->fields, NULL);
    assert_true(current->by_person);
    assert_string_equal(current->final[0], "priority");
    assert_true(revise(c, receipt, &better, current->id, NULL));
    g_autoptr(CurrentRevision) after =
        store_current_revision(c->store, receipt->decision_id, c->fields, NULL);
    assert_string_equal(after->final[0], "priority");
}

static void an_answer_is_found_by_its_question_until_a_person_corrects_it(void **state)
{
    StoreCase *c = *state;
    Given given = outage;
    given.question = "q1";
    g_autoptr(Receipt) receipt = case_record(c, &given);
    g_autoptr(Classification) answer = store_answer(c->store, "q1", NOON, c->fields, NULL);
    assert_int_equal(answer->status, STATUS_CACHE);
    assert_string_equal(answer->engine, "haiku");
    assert_string_equal(verdict_token(answer->verdict, "priority"), "low");
    assert_null(store_answer(c->store, "q1", NOON + 1, c->fields, NULL));
    assert_null(store_answer(c->store, "q2", NOON, c->fields, NULL));
    const char *said[] = { "priority", "medium", NULL };
    g_autoptr(Verdict) values = case_verdict(c->fields, said);
    assert_true(store_correct(c->store, receipt->ticket, "ann", values, NULL, NOON, NULL));
    g_autoptr(Classification) before = store_answer(c->store, "q1", NOON, c->fields, NULL);
    assert_null(before);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, case_setup, case_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_revision_stands_behind_the_others_and_changes_the_ticket),
        TEST(who_thought_over_an_older_one_thinks_again),
        TEST(a_mail_without_a_ticket_may_get_one),
        TEST(a_ticket_that_others_shaped_is_only_raised),
        TEST(a_ticket_that_a_person_shaped_is_only_raised),
        TEST(what_a_person_set_on_the_ticket_stays),
        TEST(fields_that_a_person_spoke_on_stay_final),
        TEST(an_answer_is_found_by_its_question_until_a_person_corrects_it),
    };
    return cmocka_run_group_tests_name("store: revise", tests, NULL, NULL);
}
