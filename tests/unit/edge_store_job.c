/* Jobs: made with a decision, taken by a lease, kept in order, given back, and what people do. */
#include "store/job.h"
#include "store/mail.h"
#include "store_case.h"

#include "base/error.h"

/* A decision that brings a ticket and these jobs. */
static Receipt *record_with(StoreCase *c, const char *message_id, const JobWish *wishes,
                            guint count)
{
    g_autoptr(GPtrArray) jobs = g_ptr_array_new();
    for (guint i = 0; i < count; i++)
        g_ptr_array_add(jobs, (gpointer)&wishes[i]);
    const Given given = { .from = "Ann <ann@example.org>",
                          .message_id = message_id,
                          .subject = message_id,
                          .text = "It is broken.\r\n\r\nOn Monday Support wrote:\r\n> Is it?",
                          .ticket = PLAN_TICKET_NEW,
                          .jobs = jobs };
    return case_record(c, &given);
}

static Job *take(StoreCase *c, const char *holder, gint64 now)
{
    g_autoptr(GError) error = NULL;
    Job *job = store_job_take(c->store, holder, now, &error);
    assert_null(error);
    return job;
}

static void a_job_is_taken_when_it_is_due_and_by_one(void **state)
{
    StoreCase *c = *state;
    const JobWish wish = { .kind = "draft", .argument = "reply", .delay = 30 };
    g_autoptr(Receipt) receipt = record_with(c, "a@x", &wish, 1);
    assert_null(take(c, "one", NOON + 29));
    g_autoptr(Job) job = take(c, "one", NOON + 30);
    assert_string_equal(job->kind, "draft");
    assert_string_equal(job->argument, "reply");
    assert_string_equal(job->ticket, receipt->ticket);
    assert_string_equal(job->decision_id, receipt->decision_id);
    assert_string_equal(job->mailbox, "support");
    assert_int_equal(job->attempts, 1);
    assert_null(take(c, "two", NOON + 30));
}

static void a_lease_that_is_renewed_holds_and_one_that_is_not_falls(void **state)
{
    StoreCase *c = *state;
    const JobWish wish = { .kind = "draft" };
    g_autoptr(Receipt) receipt = record_with(c, "a@x", &wish, 1);
    g_autoptr(Job) lost = take(c, "one", NOON);
    assert_true(store_jobs_renew(c->store, "one", NOON + 15, NULL));
    assert_null(take(c, "two", NOON + 15 + JOB_LEASE - 1));
    g_autoptr(Job) job = take(c, "two", NOON + 15 + JOB_LEASE);
    assert_int_equal(job->attempts, 2);

    g_autoptr(GError) error = NULL;
    assert_false(store_job_done(c->store, lost, &error));
    assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_NOT_FOUND));
    assert_true(store_job_done(c->store, job, NULL));
    assert_int_equal(case_number(c, "SELECT count(*) FROM job"), 0);
}

/* Each is what a worker tries that stalled for longer than its lease. */
static bool try_held(StoreCase *c, const Job *job, GError **error)
{
    return store_job_is_held(c->store, job, error);
}

static bool try_done(StoreCase *c, const Job *job, GError **error)
{
    return store_job_done(c->store, job, error);
}

static bool try_again(StoreCase *c, const Job *job, GError **error)
{
    return store_job_again(c->store, job, NOON, "busy", error);
}

static bool try_dead(StoreCase *c, const Job *job, GError **error)
{
    return store_job_dead(c->store, job, "no use", error);
}

static void assert_lost(StoreCase *c, const Job *job)
{
    static bool (*const tries[])(StoreCase *, const Job *, GError **) = { try_held, try_done,
                                                                          try_again, try_dead };
    for (gsize i = 0; i < G_N_ELEMENTS(tries); i++) {
        g_autoptr(GError) error = NULL;
        assert_false(tries[i](c, job, &error));
        assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_NOT_FOUND));
    }
}

/* The workers of a process share the name of its holder. */
static void a_stalled_worker_has_lost_its_job_to_one_of_the_same_process(void **state)
{
    StoreCase *c = *state;
    const JobWish wish = { .kind = "draft" };
    g_autoptr(Receipt) receipt = record_with(c, "a@x", &wish, 1);
    g_autoptr(Job) stalled = take(c, "one", NOON);
    g_autoptr(Job) job = take(c, "one", NOON + JOB_LEASE);
    assert_lost(c, stalled);
    assert_true(store_jobs_renew(c->store, "one", NOON + 2 * JOB_LEASE, NULL));
    assert_null(take(c, "two", NOON + 3 * JOB_LEASE - 1));
    assert_true(store_job_is_held(c->store, job, NULL));
    assert_true(store_job_done(c->store, job, NULL));
    assert_lost(c, stalled);
}

/* The first attempt again, by the number. */
static void a_stalled_worker_has_lost_a_job_that_a_person_retried(void **state)
{
    StoreCase *c = *state;
    const JobWish wish = { .kind = "draft" };
    g_autoptr(Receipt) receipt = record_with(c, "a@x", &wish, 1);
    g_autoptr(Job) stalled = take(c, "one", NOON);
    assert_true(store_job_retry(c->store, stalled->id, "ann", NOON + JOB_LEASE, NULL));
    g_autoptr(Job) job = take(c, "one", NOON + JOB_LEASE);
    assert_int_equal(job->attempts, stalled->attempts);
    assert_lost(c, stalled);
    assert_true(store_job_done(c->store, job, NULL));
}

/* SQLite gives the highest number again once its row is gone. */
static void a_stalled_worker_does_not_end_a_new_job_of_the_same_number(void **state)
{
    StoreCase *c = *state;
    const JobWish wish = { .kind = "draft" };
    g_autoptr(Receipt) receipt = record_with(c, "a@x", &wish, 1);
    g_autoptr(Job) stalled = take(c, "one", NOON);
    assert_true(store_job_drop(c->store, stalled->id, "ann", NOON + JOB_LEASE, NULL));
    g_autoptr(Receipt) other = record_with(c, "b@x", &wish, 1);
    g_autoptr(Job) job = take(c, "one", NOON + JOB_LEASE);
    assert_int_equal(job->id, stalled->id);
    assert_lost(c, stalled);
    assert_true(store_job_done(c->store, job, NULL));
}

static void a_lease_is_renewed_by_its_own_holder_alone(void **state)
{
    StoreCase *c = *state;
    const JobWish wish = { .kind = "draft" };
    g_autoptr(Receipt) receipt = record_with(c, "a@x", &wish, 1);
    g_autoptr(Job) first = take(c, "one", NOON);
    assert_true(store_jobs_renew(c->store, "on", NOON + 10, NULL));
    assert_true(store_jobs_renew(c->store, "one/", NOON + 10, NULL));
    g_autoptr(Job) second = take(c, "two", NOON + JOB_LEASE);
    assert_non_null(second);
}

static void jobs_of_a_ticket_keep_their_order(void **state)
{
    StoreCase *c = *state;
    const JobWish wishes[] = { { .kind = "late", .delay = 60, .in_order = true },
                               { .kind = "draft", .delay = 0, .in_order = true },
                               { .kind = "notify", .delay = 0 } };
    g_autoptr(Receipt) receipt = record_with(c, "a@x", wishes, 3);
    g_autoptr(Job) notify = take(c, "one", NOON);
    assert_string_equal(notify->kind, "notify");
    assert_true(store_job_done(c->store, notify, NULL));
    assert_null(take(c, "one", NOON));
    g_autoptr(Job) late = take(c, "one", NOON + 60);
    assert_string_equal(late->kind, "late");
    assert_null(take(c, "two", NOON + 60));
    assert_true(store_job_done(c->store, late, NULL));
    g_autoptr(Job) draft = take(c, "two", NOON + 60);
    assert_string_equal(draft->kind, "draft");
}

static gint64 next_moment(StoreCase *c, gint64 now)
{
    gint64 next = 0;
    assert_true(store_job_next(c->store, now, -1, &next, NULL));
    return next;
}

static void what_has_failed_holds_nobody_back_and_runs_with_nobody(void **state)
{
    StoreCase *c = *state;
    const JobWish wishes[] = { { .kind = "late", .in_order = true },
                               { .kind = "draft", .in_order = true } };
    g_autoptr(Receipt) receipt = record_with(c, "a@x", wishes, 2);
    g_autoptr(Job) late = take(c, "one", NOON);
    assert_true(store_job_again(c->store, late, NOON + 5, "busy", NULL));
    assert_int_equal(next_moment(c, NOON), NOON);
    g_autoptr(Job) draft = take(c, "two", NOON);
    assert_string_equal(draft->kind, "draft");
    assert_null(take(c, "one", NOON + 5));
    assert_int_equal(next_moment(c, NOON + 5), NOON + JOB_LEASE);
    assert_true(store_job_again(c->store, draft, NOON + 30, "busy", NULL));
    g_autoptr(Job) again = take(c, "one", NOON + 30);
    assert_string_equal(again->kind, "late");
    assert_string_equal(again->error, "busy");
    assert_null(take(c, "two", NOON + 30));
    assert_true(store_job_dead(c->store, again, "no use", NULL));
    g_autoptr(Job) last = take(c, "two", NOON + 30);
    assert_string_equal(last->kind, "draft");
}

/* A worker that dies, or is stopped, has not failed. */
static void what_was_broken_off_keeps_its_turn(void **state)
{
    StoreCase *c = *state;
    const JobWish wishes[] = { { .kind = "late", .in_order = true },
                               { .kind = "draft", .in_order = true } };
    g_autoptr(Receipt) receipt = record_with(c, "a@x", wishes, 2);
    g_autoptr(Job) late = take(c, "one", NOON);
    g_autoptr(Job) second = take(c, "two", NOON + JOB_LEASE);
    assert_string_equal(second->kind, "late");
    assert_true(store_job_again(c->store, second, second->due, "", NULL));
    g_autoptr(Job) third = take(c, "two", NOON + JOB_LEASE);
    assert_string_equal(third->kind, "late");
}

static void the_next_moment_is_known(void **state)
{
    StoreCase *c = *state;
    gint64 next = 0;
    assert_true(store_job_next(c->store, NOON, 7, &next, NULL));
    assert_int_equal(next, 7);
    const JobWish wish = { .kind = "draft", .delay = 30 };
    g_autoptr(Receipt) receipt = record_with(c, "a@x", &wish, 1);
    assert_true(store_job_next(c->store, NOON, 7, &next, NULL));
    assert_int_equal(next, NOON + 30);
    g_autoptr(Job) job = take(c, "one", NOON + 40);
    assert_true(store_job_next(c->store, NOON + 40, 7, &next, NULL));
    assert_int_equal(next, NOON + 40 + JOB_LEASE);
}

static void people_see_the_dead_first_and_may_retry_and_drop(void **state)
{
    StoreCase *c = *state;
    const JobWish wishes[] = { { .kind = "draft" }, { .kind = "notify", .delay = 500 } };
    g_autoptr(Receipt) receipt = record_with(c, "a@x", wishes, 2);
    g_autoptr(Job) job = take(c, "one", NOON);
    g_autoptr(GError) error = NULL;
    assert_false(store_job_drop(c->store, job->id, "ann", NOON, &error));
    assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_BUSY));
    assert_true(store_job_dead(c->store, job, "line one\nline two", NULL));

    g_autoptr(GPtrArray) jobs = store_jobs(c->store, NOON, 10, NULL);
    assert_int_equal(jobs->len, 2);
    const Job *first = jobs->pdata[0];
    assert_true(first->dead);
    assert_string_equal(first->error, "line one line two");
    assert_true(store_job_retry(c->store, first->id, "ann", NOON + 5, NULL));
    g_autoptr(Job) again = take(c, "one", NOON + 5);
    assert_int_equal(again->attempts, 1);
    const Job *second = jobs->pdata[1];
    assert_true(store_job_drop(c->store, second->id, "ann", NOON, NULL));
    assert_int_equal(case_number(c, "SELECT count(*) FROM job"), 1);
    assert_int_equal(case_number(c, "SELECT count(*) FROM audit WHERE by = 'ann'"), 2);
    g_clear_error(&error);
    assert_false(store_job_drop(c->store, 99, "ann", NOON, &error));
    assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_NOT_FOUND));
}

static void mail_that_was_not_taken_leaves_no_jobs(void **state)
{
    StoreCase *c = *state;
    const MarkResult results[] = { MARK_FAILED, MARK_TEMPFAILED, MARK_ABORTED };
    const char *const ids[] = { "a@x", "b@x", "c@x", "d@x" };
    const JobWish wish = { .kind = "draft" };
    for (guint i = 0; i < G_N_ELEMENTS(results); i++) {
        g_autoptr(Receipt) receipt = record_with(c, ids[i], &wish, 1);
        case_marked(c, receipt->decision_id, results[i]);
    }
    assert_int_equal(case_number(c, "SELECT count(*) FROM job"), 0);
    g_autoptr(Receipt) receipt = record_with(c, ids[3], &wish, 1);
    case_marked(c, receipt->decision_id, MARKED);
    assert_int_equal(case_number(c, "SELECT count(*) FROM job"), 1);
}

static void kept_mail_is_read_back(void **state)
{
    StoreCase *c = *state;
    g_autoptr(Receipt) receipt = record_with(c, "a@x", NULL, 0);
    g_autoptr(StoredMail) mail = store_mail_of_decision(c->store, receipt->decision_id, NULL);
    assert_string_equal(mail->ticket, receipt->ticket);
    assert_string_equal(mail->message->from->address, "ann@example.org");
    assert_string_equal(mail->message->from->name, "Ann");
    assert_string_equal(mail->message->message_id, "a@x");
    assert_string_equal(mail->message->reply, "It is broken.");
    assert_non_null(strstr(mail->message->quoted, "Is it?"));
    assert_non_null(strstr(mail->message->text, "It is broken.\n"));
    assert_string_equal(mail->envelope->recipients->pdata[0], "support@example.com");
    assert_true(mail->kept);
    assert_string_equal(mail->customer, "");
    assert_false(mail->contact || mail->proven);

    g_autoptr(GPtrArray) mails = store_mails_of_ticket(c->store, receipt->ticket_id, 10, NULL);
    assert_int_equal(mails->len, 1);
    g_autoptr(GError) error = NULL;
    assert_null(store_mail_of_decision(c->store, "NOSUCHDECISION00", &error));
    assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_NOT_FOUND));
}

static void whom_the_sender_was_taken_for_is_read_back(void **state)
{
    StoreCase *c = *state;
    g_autoptr(Receipt) receipt = record_with(c, "a@x", NULL, 0);
    static const struct {
        const char *match;
        bool contact;
    } rows[] = { { "exact", true }, { "domain", false } };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *sql = g_strdup_printf(
            "UPDATE decision SET proven = 1, customer = 'acme', match = '%s'", rows[i].match);
        g_autoptr(sqlite3) db = sqlite_open(c->path, SQLITE_FOR_WRITING, 5000, NULL);
        assert_true(sqlite_run(db, sql, NULL));
        g_autoptr(StoredMail) mail = store_mail_of_decision(c->store, receipt->decision_id, NULL);
        assert_string_equal(mail->customer, "acme");
        assert_true(mail->proven);
        assert_int_equal(mail->contact, rows[i].contact);
    }
}

static void of_mail_that_is_not_kept_who_and_when_is_left(void **state)
{
    StoreCase *c = *state;
    const Given given = {
        .from = "ann@example.org", .message_id = "a@x", .ticket = PLAN_TICKET_NEW, .keep_none = true
    };
    g_autoptr(Receipt) receipt = case_record(c, &given);
    g_autoptr(StoredMail) mail = store_mail_of_decision(c->store, receipt->decision_id, NULL);
    assert_false(mail->kept);
    assert_string_equal(mail->message->message_id, "a@x");
    assert_string_equal(mail->message->from->address, "ann@example.org");
    assert_string_equal(mail->message->person->address, "ann@example.org");
    assert_string_equal(mail->message->reply, "");
    assert_int_equal(mail->envelope->recipients->len, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, case_setup, case_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_job_is_taken_when_it_is_due_and_by_one),
        TEST(a_lease_that_is_renewed_holds_and_one_that_is_not_falls),
        TEST(a_stalled_worker_has_lost_its_job_to_one_of_the_same_process),
        TEST(a_stalled_worker_has_lost_a_job_that_a_person_retried),
        TEST(a_stalled_worker_does_not_end_a_new_job_of_the_same_number),
        TEST(a_lease_is_renewed_by_its_own_holder_alone),
        TEST(jobs_of_a_ticket_keep_their_order),
        TEST(what_has_failed_holds_nobody_back_and_runs_with_nobody),
        TEST(what_was_broken_off_keeps_its_turn),
        TEST(the_next_moment_is_known),
        TEST(people_see_the_dead_first_and_may_retry_and_drop),
        TEST(mail_that_was_not_taken_leaves_no_jobs),
        TEST(kept_mail_is_read_back),
        TEST(whom_the_sender_was_taken_for_is_read_back),
        TEST(of_mail_that_is_not_kept_who_and_when_is_left),
    };
    return cmocka_run_group_tests_name("store: jobs", tests, NULL, NULL);
}
