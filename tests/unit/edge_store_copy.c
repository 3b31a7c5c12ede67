/* The same mail once more, as the writer finds it under its lock: a copy with a footer is one more
 * message, a proven copy takes the place of an unproven one. */
#include "store_case.h"

#include "store/job.h"
#include "store/mail.h"

#include <pthread.h>

#define THREADS 8
#define BODY    "The pump leaks.\r\nPlease help."
#define FOOTER  "\r\n\r\nGroup 7 of 40\r\nWritten to all of them\r\n"

static const Given first = { .from = "ann@example.org",
                             .message_id = "one@example.org",
                             .text = BODY,
                             .priority = "high",
                             .ticket = PLAN_TICKET_NEW };

static Given as_first(const char *text, bool proven)
{
    Given given = first;
    given.text = text;
    given.proven = proven;
    return given;
}

static char *record(StoreCase *c, const Given *given)
{
    g_autoptr(Receipt) receipt = case_record(c, given);
    return g_strdup_printf("%s %s", receipt->decision_id, receipt->ticket);
}

static void a_footer_makes_a_message_and_no_decision(void **state)
{
    StoreCase *c = *state;
    const Given more = as_first(BODY FOOTER, false);
    g_autofree char *decided = record(c, &first);
    for (guint i = 0; i < 2; i++) {
        g_autofree char *again = record(c, &more);
        assert_string_equal(again, decided);
    }
    assert_int_equal(case_number(c, "SELECT count(*) FROM decision"), 1);
    assert_int_equal(case_number(c, "SELECT count(*) FROM message"), 2);
    assert_int_equal(case_number(c, "SELECT copy_of FROM message WHERE id = 2"), 1);
    assert_int_equal(case_number(c, "SELECT ticket FROM message WHERE id = 2"), 1);
    g_autoptr(GPtrArray) thread = store_mails_of_ticket(c->store, 1, 10, NULL);
    assert_int_equal(thread->len, 1);
}

static void other_words_and_another_mailbox_are_another_mail(void **state)
{
    StoreCase *c = *state;
    const Given words = as_first("The pump stands still.", false);
    Given sales = as_first(BODY FOOTER, false);
    sales.mailbox = "sales";
    receipt_free(case_record(c, &first));
    receipt_free(case_record(c, &words));
    receipt_free(case_record(c, &sales));
    assert_int_equal(case_number(c, "SELECT count(*) FROM ticket"), 3);
    assert_int_equal(case_number(c, "SELECT count(*) FROM message WHERE copy_of IS NOT NULL"), 0);
    assert_int_equal(case_number(c, "SELECT linked FROM ticket WHERE mailbox = 'sales'"), 2);
}

static void a_copy_counts_within_the_window(void **state)
{
    static const struct {
        gint64 later;
        bool copy;
    } rows[] = { { HOUR, true }, { HOUR + 1, false } };
    StoreCase *c = *state;
    receipt_free(case_record(c, &first));
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Given given = as_first(BODY FOOTER, false);
        given.window = HOUR * 1000;
        given.now = NOON + rows[i].later;
        g_autoptr(Recalled) recalled = case_recall(c, &given, NULL, given.window);
        assert_int_equal(recalled->copy, rows[i].copy);
        assert_int_equal(recalled->decision_id[0] != '\0', rows[i].copy);
    }
}

static GPtrArray *jobs_of(JobWish *wishes, guint count)
{
    GPtrArray *jobs = g_ptr_array_new();
    for (guint i = 0; i < count; i++)
        g_ptr_array_add(jobs, &wishes[i]);
    return jobs;
}

static void a_proven_copy_takes_the_place_of_the_unproven_mail(void **state)
{
    StoreCase *c = *state;
    JobWish wishes[] = { { .kind = "draft" }, { .kind = "late" }, { .kind = "notify" } };
    g_autoptr(GPtrArray) before = jobs_of(wishes, 3), after = jobs_of(wishes, 1);
    Given unproven = as_first(BODY FOOTER, false), proven = as_first(BODY, true);
    unproven.jobs = before;
    proven.jobs = after;
    proven.priority = "low";
    proven.cc = "cid@example.net";
    g_autofree char *one = record(c, &unproven), *two = record(c, &proven);
    assert_string_not_equal(one, two);
    assert_true(g_str_has_suffix(two, " SUP-1001"));
    assert_int_equal(case_number(c, "SELECT count(*) FROM ticket WHERE priority = 'low'"), 1);
    assert_int_equal(case_number(c, "SELECT count(*) FROM message WHERE copy_of IS NULL"), 1);
    assert_int_equal(case_number(c, "SELECT instr(text, 'Group 7') FROM message"), 0);
    assert_int_equal(
        case_number(c, "SELECT count(*) FROM participant WHERE address = 'cid@example.net'"), 1);
    g_autofree char *decisions =
        case_text(c, "SELECT group_concat(standing || marked || proven || message, ' ')"
                     " FROM (SELECT * FROM decision ORDER BY proven)");
    assert_string_equal(decisions, "0superseded01 1unmarked11");
    g_autofree char *jobs = case_text(
        c, "SELECT group_concat(j.kind || d.proven, ' ') FROM (SELECT * FROM job ORDER BY kind) j"
           " JOIN decision d ON d.id = j.decision");
    assert_string_equal(jobs, "draft1 notify1");

    unproven.jobs = proven.jobs = NULL;
    g_autofree char *third = record(c, &unproven), *fourth = record(c, &proven);
    assert_string_equal(third, two);
    assert_string_equal(fourth, two);
    assert_int_equal(case_number(c, "SELECT count(*) FROM message"), 1);
}

/* Headers of the unproven mail are reported late, when the proven one has come already. */
static void what_was_superseded_stays_so(void **state)
{
    StoreCase *c = *state;
    const Given proven = as_first(BODY, true);
    g_autoptr(Receipt) one = case_record(c, &first), two = case_record(c, &proven);
    case_marked(c, one->decision_id, MARK_FAILED);
    g_autofree char *marked = case_text(c, "SELECT marked FROM decision WHERE proven = 0");
    assert_string_equal(marked, "superseded");
    case_marked(c, two->decision_id, MARKED);
    g_autofree char *again = record(c, &proven);
    assert_true(g_str_has_prefix(again, two->decision_id));
}

static void a_person_s_word_about_the_ticket_stands(void **state)
{
    StoreCase *c = *state;
    Given proven = as_first(BODY, true);
    proven.priority = "low";
    receipt_free(case_record(c, &first));
    g_autoptr(sqlite3) db = sqlite_open(c->path, SQLITE_FOR_WRITING, 5000, NULL);
    assert_true(sqlite_run(db,
                           "INSERT INTO audit (at, by, verb, ticket, before, after)"
                           " VALUES (1, 'ann', 'assign', 1, '{}', '{}')",
                           NULL));
    receipt_free(case_record(c, &proven));
    assert_int_equal(case_number(c, "SELECT count(*) FROM ticket WHERE priority = 'high'"), 1);
}

static void a_mail_that_made_no_ticket_may_make_one_when_proven(void **state)
{
    StoreCase *c = *state;
    Given unproven = first, proven = as_first(BODY, true);
    unproven.ticket = PLAN_TICKET_NONE;
    receipt_free(case_record(c, &unproven));
    receipt_free(case_record(c, &proven));
    assert_int_equal(case_number(c, "SELECT ticket FROM message"), 1);
    assert_int_equal(case_number(c, "SELECT count(*) FROM message"), 1);
}

typedef struct {
    StoreCase *c;
    guint number;
} Runner;

static void *record_some(void *data)
{
    const Runner *runner = data;
    const Given given = as_first(runner->number % 2 ? BODY FOOTER : BODY, runner->number % 3 == 0);
    receipt_free(case_record(runner->c, &given));
    return NULL;
}

static void all_at_once_they_make_one_ticket(void **state)
{
    Runner runners[THREADS];
    pthread_t threads[THREADS];
    for (guint i = 0; i < THREADS; i++) {
        runners[i] = (Runner){ *state, i };
        assert_int_equal(pthread_create(&threads[i], NULL, record_some, &runners[i]), 0);
    }
    for (guint i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(case_number(*state, "SELECT count(*) FROM ticket"), 1);
    assert_int_equal(case_number(*state, "SELECT count(*) FROM decision WHERE standing = 1"), 1);
    assert_int_equal(case_number(*state, "SELECT proven FROM decision WHERE standing = 1"), 1);
    assert_true(store_check(((StoreCase *)*state)->store, NULL));
}

static void digests_of_lines_go_with_the_text(void **state)
{
    StoreCase *c = *state;
    Retention retention = { .text_before = NOON, .now = NOON };
    Retained retained;
    receipt_free(case_record(c, &first));
    assert_int_equal(case_number(c, "SELECT length(lines) FROM decision"), 2 * 16);
    assert_true(store_retain(c->store, &retention, &retained, NULL));
    assert_int_equal(case_number(c, "SELECT length(lines) FROM decision"), 2 * 16);
    retention.text_before = NOON + 1;
    assert_true(store_retain(c->store, &retention, &retained, NULL));
    assert_int_equal(case_number(c, "SELECT length(lines) FROM decision"), 0);
}

static void what_is_forgotten_is_found_by_nothing(void **state)
{
    StoreCase *c = *state;
    Forgotten forgotten;
    receipt_free(case_record(c, &first));
    assert_true(store_forget(c->store, "ann@example.org", false, NOON, &forgotten, NULL));
    g_free(forgotten.report);
    assert_int_equal(case_number(c, "SELECT length(copy_key || lines || content) FROM decision"),
                     0);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, case_setup, case_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(a_footer_makes_a_message_and_no_decision),
        WITH(other_words_and_another_mailbox_are_another_mail),
        WITH(a_copy_counts_within_the_window),
        WITH(a_proven_copy_takes_the_place_of_the_unproven_mail),
        WITH(what_was_superseded_stays_so),
        WITH(a_person_s_word_about_the_ticket_stands),
        WITH(a_mail_that_made_no_ticket_may_make_one_when_proven),
        WITH(all_at_once_they_make_one_ticket),
        WITH(digests_of_lines_go_with_the_text),
        WITH(what_is_forgotten_is_found_by_nothing),
    };
    message_init();
    return cmocka_run_group_tests_name("store: copies", tests, NULL, NULL);
}
