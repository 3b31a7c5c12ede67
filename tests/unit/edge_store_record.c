/* Recording: many at once, the same mail at once, when the file is held, when one of many fails,
 * when more come than are committed together. */
#include "store_case.h"

#include "base/error.h"
#include "store/parts.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#define THREADS  64
#define MAILS    50
#define MS(n)    ((n)*G_GINT64_CONSTANT(1000))
#define IN_MS(n) (g_get_monotonic_time() + MS(n))

typedef struct {
    StoreCase *c;
    int number;
    void (*work)(StoreCase *c, int number);
    pthread_t thread;
} Runner;

static void *run(void *data)
{
    Runner *runner = data;
    runner->work(runner->c, runner->number);
    return NULL;
}

static void run_threads(StoreCase *c, int count, void (*work)(StoreCase *c, int number))
{
    g_autofree Runner *runners = g_new0(Runner, count);
    for (int i = 0; i < count; i++) {
        runners[i] = (Runner){ .c = c, .number = i, .work = work };
        assert_int_equal(pthread_create(&runners[i].thread, NULL, run, &runners[i]), 0);
    }
    for (int i = 0; i < count; i++)
        pthread_join(runners[i].thread, NULL);
}

/* Another process that holds the write lock. */
static sqlite3 *hold(StoreCase *c)
{
    sqlite3 *db = sqlite_open(c->path, SQLITE_FOR_WRITING, 5000, NULL);
    assert_true(sqlite_run(db, "BEGIN IMMEDIATE", NULL));
    return db;
}

static void record_many(StoreCase *c, int number)
{
    for (int i = 0; i < MAILS; i++) {
        g_autofree char *id = g_strdup_printf("%d.%d@example.org", number, i);
        const Given given = { .from = "ann@example.org",
                              .message_id = id,
                              .ticket = i % 5 == 0 ? PLAN_TICKET_NONE : PLAN_TICKET_NEW };
        g_autoptr(Receipt) receipt = case_try_record(c, &given, NULL);
        g_assert_nonnull(receipt);
        g_assert_cmpint(receipt->ticket_id != 0, ==, i % 5 != 0);
    }
}

static void many_threads_get_a_ticket_each_and_no_number_twice(void **state)
{
    StoreCase *c = *state;
    run_threads(c, THREADS, record_many);
    const gint64 tickets = THREADS * MAILS * 4 / 5;
    assert_int_equal(case_number(c, "SELECT count(*) FROM decision"), THREADS * MAILS);
    assert_int_equal(case_number(c, "SELECT count(*) FROM ticket"), tickets);
    assert_int_equal(case_number(c, "SELECT count(DISTINCT name) FROM ticket"), tickets);
    g_autofree char *last = case_text(c, "SELECT name FROM ticket ORDER BY id DESC LIMIT 1");
    g_autofree char *expected = g_strdup_printf("SUP-%d", (int)(1000 + tickets));
    assert_string_equal(last, expected);
    assert_true(store_check(c->store, NULL));
}

static void record_the_same(StoreCase *c, int number)
{
    (void)number;
    const Given given = { .from = "ann@example.org",
                          .message_id = "one@example.org",
                          .ticket = PLAN_TICKET_NEW };
    g_autoptr(Receipt) receipt = case_try_record(c, &given, NULL);
    g_assert_nonnull(receipt);
    g_assert_cmpstr(receipt->ticket, ==, "SUP-1001");
}

static void the_same_mail_on_many_connections_makes_one_ticket(void **state)
{
    StoreCase *c = *state;
    run_threads(c, 16, record_the_same);
    assert_int_equal(case_number(c, "SELECT count(*) FROM decision"), 1);
    assert_int_equal(case_number(c, "SELECT count(*) FROM ticket"), 1);
    assert_int_equal(case_number(c, "SELECT count(*) FROM message"), 1);
}

static void what_is_not_taken_by_the_deadline_is_withdrawn_for_good(void **state)
{
    StoreCase *c = *state;
    g_autoptr(sqlite3) other = hold(c);
    g_autoptr(GError) error = NULL;
    gint64 begun = g_get_monotonic_time();
    const Given given = { .from = "ann@example.org", .deadline = begun + MS(200) };
    assert_null(case_try_record(c, &given, &error));
    gint64 took = g_get_monotonic_time() - begun;
    assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_DEADLINE));
    assert_true(took >= MS(200) && took < MS(400));
    assert_true(sqlite_run(other, "COMMIT", NULL));
    receipt_free(case_record(c, &(Given){ .from = "bob@example.org" }));
    assert_int_equal(case_number(c, "SELECT count(*) FROM decision"), 1);
}

static void a_lock_that_is_released_in_time_only_delays(void **state)
{
    StoreCase *c = *state;
    g_autoptr(sqlite3) other = hold(c);
    Runner runner = { .c = c, .work = record_the_same };
    assert_int_equal(pthread_create(&runner.thread, NULL, run, &runner), 0);
    g_usleep(MS(700)); /* longer than the writer's patience for one attempt */
    assert_true(sqlite_run(other, "COMMIT", NULL));
    pthread_join(runner.thread, NULL);
    assert_int_equal(case_number(c, "SELECT count(*) FROM decision"), 1);
}

/* Sessions that are at their end at the same moment; LONG makes it 1,000. */
static int flood_size(void)
{
    return g_getenv("LONG") != NULL ? 1000 : 300;
}

static atomic_int waiting;

static void record_once_and_mark(StoreCase *c, int number)
{
    g_autofree char *id = g_strdup_printf("%d@example.org", number);
    const Given given = { .from = "ann@example.org",
                          .message_id = id,
                          .ticket = PLAN_TICKET_NEW,
                          .deadline = IN_MS(60000) };
    g_autoptr(GError) error = NULL;
    atomic_fetch_add(&waiting, 1);
    g_autoptr(Receipt) receipt = case_try_record(c, &given, &error);
    g_assert_no_error(error);
    store_marked(c->store, receipt->decision_id, MARKED);
}

static void *release_when_all_wait(void *other)
{
    while (atomic_load(&waiting) < flood_size())
        g_usleep(MS(1));
    g_usleep(MS(200));
    g_assert_true(sqlite_run(other, "COMMIT", NULL));
    return NULL;
}

static void however_many_wait_for_the_file_all_are_recorded_and_marked(void **state)
{
    StoreCase *c = *state;
    g_autoptr(sqlite3) other = hold(c);
    pthread_t releaser;
    atomic_store(&waiting, 0);
    assert_int_equal(pthread_create(&releaser, NULL, release_when_all_wait, other), 0);
    run_threads(c, flood_size(), record_once_and_mark);
    pthread_join(releaser, NULL);
    store_close(c->store);
    case_open(c);
    assert_int_equal(case_number(c, "SELECT count(*) FROM decision WHERE marked = 'marked'"),
                     flood_size());
}

static void count_release(gpointer released)
{
    (*(guint *)released)++;
}

static bool write_nothing(Connection *connection, gpointer work, GError **error)
{
    (void)connection, (void)work, (void)error;
    return true;
}

static void what_is_left_at_once_is_refused_beyond_its_bound_and_nothing_else_is(void **state)
{
    StoreCase *c = *state;
    Writer *writer = writer_new(c->path, NULL);
    g_autoptr(sqlite3) other = hold(c);
    g_autoptr(GError) beyond = NULL, late = NULL;
    guint released = 0;
    for (guint i = 0; i < WRITER_POSTED_MAX; i++)
        assert_true(writer_post(writer, write_nothing, &released, count_release, NULL));
    assert_false(writer_post(writer, write_nothing, &released, count_release, &beyond));
    assert_true(g_error_matches(beyond, TRIAGE_ERROR, TRIAGE_ERROR_BUSY));
    assert_int_equal(released, 1);
    assert_false(writer_write(writer, write_nothing, NULL, NULL, IN_MS(50), &late));
    assert_true(g_error_matches(late, TRIAGE_ERROR, TRIAGE_ERROR_DEADLINE));
    assert_true(sqlite_run(other, "COMMIT", NULL));
    assert_true(writer_write(writer, write_nothing, NULL, NULL, IN_MS(60000), NULL));
    assert_true(writer_post(writer, write_nothing, &released, count_release, NULL));
    writer_free(writer);
    assert_int_equal(released, WRITER_POSTED_MAX + 2);
}

/* What is logged while the function runs.  Caller frees. */
static char *logged(StoreCase *c, void (*run_it)(StoreCase *c))
{
    g_autofree char *path = g_build_filename(c->folder, "log", NULL);
    char *text = NULL;
    int before = dup(STDERR_FILENO), file = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0600);
    dup2(file, STDERR_FILENO);
    run_it(c);
    dup2(before, STDERR_FILENO);
    close(before);
    close(file);
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

static void fill_and_mark(StoreCase *c)
{
    g_autoptr(sqlite3) other = hold(c);
    guint released = 0;
    for (guint i = 0; i < WRITER_POSTED_MAX; i++)
        writer_post(c->store->writer, write_nothing, &released, count_release, NULL);
    store_marked(c->store, "REFUSED000000000", MARKED);
    sqlite_run(other, "COMMIT", NULL);
    writer_write(c->store->writer, write_nothing, NULL, NULL, IN_MS(60000), NULL);
}

static bool break_marks(Connection *connection, gpointer work, GError **error)
{
    (void)work;
    return sqlite_run(connection->db,
                      "CREATE TEMP TRIGGER stop BEFORE UPDATE OF marked ON main.decision BEGIN"
                      " SELECT RAISE(ABORT, 'no more'); END",
                      error);
}

static void mark_what_cannot_be_marked(StoreCase *c)
{
    g_autoptr(Receipt) receipt = case_try_record(c, &(Given){ .from = "ann@example.org" }, NULL);
    case_marked(c, receipt->decision_id, MARKED);
}

static void a_mark_that_is_not_written_is_logged(void **state)
{
    StoreCase *c = *state;
    g_autofree char *refused = logged(c, fill_and_mark);
    assert_non_null(strstr(refused, "store-write-failed why=\"decision REFUSED000000000 stays"));
    assert_true(writer_write(c->store->writer, break_marks, NULL, NULL, IN_MS(5000), NULL));
    g_autofree char *failed = logged(c, mark_what_cannot_be_marked);
    g_autofree char *id = case_text(c, "SELECT id FROM decision");
    g_autofree char *line = g_strdup_printf("decision %s stays unmarked: database: no more", id);
    assert_non_null(strstr(failed, line));
}

static atomic_int reported;

static void record_in_a_hurry(StoreCase *c, int number)
{
    for (int i = 0; i < MAILS; i++) {
        g_autofree char *id = g_strdup_printf("%d.%d@example.org", number, i);
        const Given given = { .from = "ann@example.org",
                              .message_id = id,
                              .deadline = IN_MS((number * 7 + i * 3) % 12) };
        g_autoptr(GError) error = NULL;
        g_autoptr(Receipt) receipt = case_try_record(c, &given, &error);
        g_assert_true(receipt != NULL ||
                      g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_DEADLINE));
        atomic_fetch_add(&reported, receipt != NULL);
    }
}

static void *lock_now_and_then(void *data)
{
    g_autoptr(sqlite3) db = sqlite_open(data, SQLITE_FOR_WRITING, 5000, NULL);
    for (int i = 0; i < 40; i++) {
        if (sqlite_run(db, "BEGIN IMMEDIATE", NULL)) {
            g_usleep(MS(5));
            sqlite_run(db, "COMMIT", NULL);
        }
        g_usleep(MS(5));
    }
    return NULL;
}

static void what_is_reported_is_stored(void **state)
{
    StoreCase *c = *state;
    pthread_t other;
    atomic_store(&reported, 0);
    assert_int_equal(pthread_create(&other, NULL, lock_now_and_then, c->path), 0);
    run_threads(c, 16, record_in_a_hurry);
    pthread_join(other, NULL);
    assert_true(case_number(c, "SELECT count(*) FROM decision") >= atomic_load(&reported));
    assert_true(atomic_load(&reported) < 16 * MAILS);
}

/* Work of a writer alone: a row, or a failure. */
static bool write_row(Connection *connection, gpointer work, GError **error)
{
    const int *number = work;
    g_autoptr(Statement) insert =
        connection_statement(connection, "INSERT INTO counter VALUES (?1, 1)", error);
    if (insert == NULL)
        return false;
    g_autofree char *prefix = g_strdup_printf("P%d", *number);
    sqlite_bind(insert, "t", *number % 10 == 3 ? NULL : prefix);
    return statement_run(insert, error);
}

/* Work that stays within its transaction until it is told to go on. */
typedef struct {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool begun, may_end;
    int released;
} Stall;

static Stall stall = { .mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER };

static void stall_set(bool *flag)
{
    pthread_mutex_lock(&stall.mutex);
    *flag = true;
    pthread_cond_broadcast(&stall.changed);
    pthread_mutex_unlock(&stall.mutex);
}

static void stall_await(const bool *flag)
{
    pthread_mutex_lock(&stall.mutex);
    while (!*flag)
        pthread_cond_wait(&stall.changed, &stall.mutex);
    pthread_mutex_unlock(&stall.mutex);
}

static bool write_slowly(Connection *connection, gpointer work, GError **error)
{
    stall_set(&stall.begun);
    stall_await(&stall.may_end);
    return write_row(connection, work, error);
}

static void release_stalled(gpointer work)
{
    g_free(work);
    stall.released++;
}

static void a_commit_that_stalls_is_left_at_the_deadline_and_still_made(void **state)
{
    StoreCase *c = *state;
    g_autoptr(GError) error = NULL;
    Writer *writer = writer_new(c->path, NULL);
    int *number = g_new0(int, 1);
    gint64 begun = g_get_monotonic_time();
    assert_false(writer_write(writer, write_slowly, number, release_stalled, IN_MS(200), &error));
    gint64 took = g_get_monotonic_time() - begun;
    assert_true(took >= MS(200) && took < MS(1000));
    assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_DEADLINE));
    stall_await(&stall.begun);
    assert_int_equal(stall.released, 0);
    stall_set(&stall.may_end);
    writer_free(writer);
    assert_int_equal(stall.released, 1);
    assert_int_equal(case_number(c, "SELECT count(*) FROM counter"), 1);
}

static Writer *shared_writer;

static void write_one(StoreCase *c, int number)
{
    (void)c;
    g_autoptr(GError) error = NULL;
    bool good = writer_write(shared_writer, write_row, &number, NULL, IN_MS(60000), &error);
    g_assert_cmpint(good, ==, number % 10 != 3);
    g_assert_true(good || g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_STORE));
}

static void one_request_that_fails_does_not_take_the_others_with_it(void **state)
{
    StoreCase *c = *state;
    shared_writer = writer_new(c->path, NULL);
    run_threads(c, 50, write_one);
    writer_free(g_steal_pointer(&shared_writer));
    assert_int_equal(case_number(c, "SELECT count(*) FROM counter"), 45);
}

/* Fails, and the second time another process has the lock afterwards. */
typedef struct {
    StoreCase *c;
    _Atomic(sqlite3 *) other;
    int runs;
} Thief;

static bool lose_the_lock(Connection *connection, gpointer work, GError **error)
{
    Thief *thief = work;
    g_set_error_literal(error, TRIAGE_ERROR, TRIAGE_ERROR_STORE, "fails");
    if (thief->runs++ == 1) {
        g_assert_true(sqlite_run(connection->db, "ROLLBACK", NULL));
        atomic_store(&thief->other, hold(thief->c));
    }
    return false;
}

static Thief thief;

static void fail_or_write(StoreCase *c, int number)
{
    (void)c;
    if (number > 0)
        g_usleep(MS(50));
    if (number == 0)
        writer_write(shared_writer, lose_the_lock, &thief, NULL, IN_MS(60000), NULL);
    else if (number == 1)
        g_assert_true(writer_write(shared_writer, write_row, &number, NULL, IN_MS(60000), NULL));
    else
        g_assert_false(writer_write(shared_writer, write_row, &number, NULL, IN_MS(300), NULL));
}

static void *let_two_in(void *first)
{
    g_usleep(MS(200));
    sqlite_run(first, "COMMIT", NULL); /* all three become one batch */
    while (atomic_load(&thief.other) == NULL)
        g_usleep(MS(1));
    g_usleep(MS(800)); /* longer than the writer's patience for one attempt */
    sqlite_run(atomic_load(&thief.other), "COMMIT", NULL);
    return NULL;
}

static void what_loses_the_lock_in_between_waits_again(void **state)
{
    StoreCase *c = *state;
    shared_writer = writer_new(c->path, NULL);
    thief.c = c;
    g_autoptr(sqlite3) first = hold(c);
    pthread_t helper;
    assert_int_equal(pthread_create(&helper, NULL, let_two_in, first), 0);
    run_threads(c, 3, fail_or_write);
    pthread_join(helper, NULL);
    writer_free(g_steal_pointer(&shared_writer));
    sqlite3_close(atomic_load(&thief.other));
    assert_int_equal(thief.runs, 2);
    assert_int_equal(case_number(c, "SELECT count(*) FROM counter WHERE prefix = 'P1'"), 1);
    assert_int_equal(case_number(c, "SELECT count(*) FROM counter"), 1);
}

static bool limit_pages(Connection *connection, gpointer work, GError **error)
{
    const char *const *limit = work;
    return sqlite_run(connection->db, *limit, error);
}

static void set_page_limit(StoreCase *c, const char *pragma)
{
    assert_true(writer_write(c->store->writer, limit_pages, &pragma, NULL, IN_MS(5000), NULL));
}

static void a_full_disk_is_an_error_that_stores_nothing_and_can_be_mended(void **state)
{
    StoreCase *c = *state;
    g_autofree char *text = g_strnfill(64, 'x');
    Given given = { .from = "ann@example.org", .text = text, .ticket = PLAN_TICKET_NEW };
    g_autoptr(GError) error = NULL;
    int stored = 0;
    set_page_limit(c, "PRAGMA max_page_count = 1"); /* as many as it has */
    for (int i = 0; i < 100 && error == NULL; i++) {
        g_autofree char *id = g_strdup_printf("%d@example.org", i);
        given.message_id = id;
        g_autoptr(Receipt) receipt = case_try_record(c, &given, &error);
        stored += receipt != NULL;
    }
    assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_STORE));
    assert_int_equal(case_number(c, "SELECT count(*) FROM message"), stored);
    assert_int_equal(case_number(c, "SELECT count(*) FROM ticket"), stored);
    set_page_limit(c, "PRAGMA max_page_count = 1000000");
    given.message_id = "last@example.org";
    g_autoptr(Receipt) receipt = case_record(c, &given);
    assert_int_equal(receipt->ticket_id, stored + 1);
    assert_true(store_check(c->store, NULL));
}

static void record_through_two_stores(StoreCase *c, int number)
{
    g_autoptr(Store) own = number % 2 == 0 ? store_open(c->path, NULL) : NULL;
    StoreCase mine = *c;
    if (own != NULL)
        mine.store = own;
    for (int i = 0; i < 20; i++) {
        g_autofree char *id = g_strdup_printf("%d.%d@example.org", number / 2, i);
        const Given given = { .from = "ann@example.org",
                              .message_id = id,
                              .ticket = PLAN_TICKET_NEW };
        g_autoptr(Receipt) receipt = case_try_record(&mine, &given, NULL);
        g_assert_nonnull(receipt);
    }
}

static void several_processes_share_numbers_and_know_each_others_mails(void **state)
{
    StoreCase *c = *state;
    run_threads(c, 8, record_through_two_stores);
    assert_int_equal(case_number(c, "SELECT count(*) FROM decision"), 80);
    assert_int_equal(case_number(c, "SELECT count(DISTINCT name) FROM ticket"), 80);
}

static void closing_commits_what_was_accepted(void **state)
{
    StoreCase *c = *state;
    g_autoptr(Receipt) receipt = case_record(c, &(Given){ .from = "ann@example.org" });
    store_marked(c->store, receipt->decision_id, MARKED);
    store_close(g_steal_pointer(&c->store));
    g_autofree char *marked = case_text(c, "SELECT marked FROM decision");
    assert_string_equal(marked, "marked");
}

static void decisions_can_be_explained(void **state)
{
    StoreCase *c = *state;
    g_autoptr(Receipt) receipt = case_record(c, &(Given){ .from = "ann@example.org",
                                                          .priority = "high",
                                                          .summary = "The pump",
                                                          .evidence = "Please help.",
                                                          .floor = "medium",
                                                          .queue = "incident",
                                                          .ticket = PLAN_TICKET_NEW });
    assert_int_equal(strlen(receipt->decision_id), 16);
    g_autofree char *row = case_text(
        c,
        "SELECT json_array(d.status, d.engine, d.proven, d.proven_reason <> '', r.by, r.verdict,"
        " r.texts, r.floors, r.prompt, r.prompt_digest, r.policy, c.model, c.outcome,"
        " c.input_tokens, c.cached_tokens, d.ms, d.manifest)"
        " FROM decision d JOIN revision r ON r.decision = d.id JOIN call c ON c.decision = d.id");
    assert_string_equal(
        row,
        "[\"llm\",\"haiku\",0,1,\"llm\",\"{\\\"priority\\\":\\\"high\\\"}\","
        "\"{\\\"summary\\\":\\\"The pump\\\",\\\"evidence\\\":[\\\"Please help.\\\"]}\","
        "\"{\\\"priority\\\":\\\"medium\\\"}\",\"support@1\",\"prompt-digest\",\"policy-hash\","
        "\"haiku-1\",\"ok\",700,-1,420,\"[]\"]");
}

static void text_is_kept_up_to_its_limit_and_without_keep_not_at_all(void **state)
{
    StoreCase *c = *state;
    g_autofree char *text = g_strnfill(65, 'x');
    receipt_free(
        case_record(c, &(Given){ .from = "ann@example.org", .text = text, .evidence = "xx" }));
    assert_int_equal(case_number(c, "SELECT length(text) FROM message"), 64);
    assert_int_equal(case_number(c, "SELECT kept FROM message"), 1);
    assert_int_equal(case_number(c, "SELECT headers ->> '$.subject' = 'It is broken' AND"
                                    " headers ->> '$.text' IS NULL FROM message"),
                     1);
    receipt_free(case_record(
        c, &(Given){ .from = "bob@example.org", .keep_none = true, .evidence = "Please" }));
    g_autofree char *row = case_text(
        c, "SELECT json_array(kept, envelope, headers, text, texts) FROM message m JOIN decision d"
           " ON d.message = m.id JOIN revision r ON r.decision = d.id"
           " WHERE sender = 'bob@example.org'");
    assert_string_equal(row, "[0,\"{}\",\"{}\",\"\",\"{}\"]");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, case_setup, case_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(many_threads_get_a_ticket_each_and_no_number_twice),
        TEST(the_same_mail_on_many_connections_makes_one_ticket),
        TEST(what_is_not_taken_by_the_deadline_is_withdrawn_for_good),
        TEST(a_lock_that_is_released_in_time_only_delays),
        TEST(however_many_wait_for_the_file_all_are_recorded_and_marked),
        TEST(what_is_left_at_once_is_refused_beyond_its_bound_and_nothing_else_is),
        TEST(a_mark_that_is_not_written_is_logged),
        TEST(what_loses_the_lock_in_between_waits_again),
        TEST(what_is_reported_is_stored),
        TEST(a_commit_that_stalls_is_left_at_the_deadline_and_still_made),
        TEST(one_request_that_fails_does_not_take_the_others_with_it),
        TEST(a_full_disk_is_an_error_that_stores_nothing_and_can_be_mended),
        TEST(several_processes_share_numbers_and_know_each_others_mails),
        TEST(closing_commits_what_was_accepted),
        TEST(decisions_can_be_explained),
        TEST(text_is_kept_up_to_its_limit_and_without_keep_not_at_all),
    };
    return cmocka_run_group_tests_name("store: record", tests, NULL, NULL);
}
