/* The store as a file: made, migrated, refused, checked, copied. */
#include "store/job.h"
#include "store_case.h"

#include "base/error.h"
#include "store/schema.h"

#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

static void expect_refused(const char *path, const char *why)
{
    g_autoptr(GError) error = NULL;
    assert_null(store_open(path, &error));
    assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_STORE));
    if (strstr(error->message, why) == NULL)
        fail_msg("'%s' doesn't say '%s'", error->message, why);
}

static sqlite3 *open_raw(StoreCase *c)
{
    sqlite3 *db = sqlite_open(c->path, SQLITE_FOR_WRITING, 5000, NULL);
    assert_non_null(db);
    return db;
}

static void a_new_file_gets_its_mode_and_its_version(void **state)
{
    StoreCase *c = *state;
    struct stat status;
    assert_int_equal(stat(c->path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0640);
    assert_int_equal(case_number(c, "PRAGMA user_version"), 7);
    assert_int_equal(case_number(c, "PRAGMA application_id"), SCHEMA_APPLICATION);
    g_autoptr(GError) error = NULL;
    assert_true(store_check(c->store, &error));
}

static void an_empty_file_is_made_a_store(void **state)
{
    StoreCase *c = *state;
    g_autofree char *path = g_build_filename(c->folder, "empty.db", NULL);
    assert_true(g_file_set_contents(path, "", 0, NULL));
    g_autoptr(Store) store = store_open(path, NULL);
    assert_non_null(store);
    assert_true(store_check(store, NULL));
}

static void two_stores_have_different_salts(void **state)
{
    StoreCase *c = *state;
    g_autofree char *first = case_text(c, "SELECT value FROM property WHERE name = 'salt'");
    store_close(c->store);
    g_unlink(c->path);
    case_open(c);
    g_autofree char *second = case_text(c, "SELECT value FROM property WHERE name = 'salt'");
    assert_int_equal(strlen(first), 32);
    assert_string_not_equal(first, second);
}

static void *open_and_close(void *path)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Store) store = store_open(path, &error);
    if (error != NULL)
        print_error("%s\n", error->message);
    return store != NULL ? path : NULL;
}

static void several_may_create_the_same_file_at_once(void **state)
{
    StoreCase *c = *state;
    for (int round = 0; round < 20; round++) {
        g_autofree char *path = g_strdup_printf("%s/new%d.db", c->folder, round);
        pthread_t threads[8];
        for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
            assert_int_equal(pthread_create(&threads[i], NULL, open_and_close, path), 0);
        for (guint i = 0; i < G_N_ELEMENTS(threads); i++) {
            void *opened;
            pthread_join(threads[i], &opened);
            assert_non_null(opened);
        }
    }
}

static void what_was_stored_is_there_after_opening_again(void **state)
{
    StoreCase *c = *state;
    receipt_free(case_record(c, &(Given){ .from = "ann@example.org", .ticket = PLAN_TICKET_NEW }));
    store_close(c->store);
    case_open(c);
    g_autoptr(Ticket) ticket = case_ticket(c->store, "SUP-1001");
    assert_non_null(ticket);
    assert_string_equal(ticket->sender, "ann@example.org");
}

static const char *const one[] = { "CREATE TABLE a (x); INSERT INTO a VALUES (7)", NULL };
static const char *const two[] = { "ALTER TABLE a ADD y DEFAULT 1", "UPDATE a SET y = x + 1",
                                   NULL };
static const char *const broken[] = { "CREATE TABLE b (x)", "UPDATE nowhere SET y = 1", NULL };

static gint64 raw_number(sqlite3 *db, const char *sql)
{
    g_autoptr(sqlite3_stmt) row = sqlite_prepare(db, sql, NULL);
    assert_int_equal(sqlite_step(row, NULL), SQLITE_ROW);
    return sqlite3_column_int64(row, 0);
}

static sqlite3 *open_other(StoreCase *c)
{
    g_autofree char *path = g_build_filename(c->folder, "other.db", NULL);
    sqlite3 *db = sqlite_open(path, SQLITE_FOR_CREATING, 5000, NULL);
    assert_non_null(db);
    return db;
}

static void an_older_file_is_brought_up_to_date_and_keeps_its_rows(void **state)
{
    g_autoptr(sqlite3) db = open_other(*state);
    const SchemaStep old[] = { one, NULL }, current[] = { one, two, NULL };
    assert_true(schema_migrate(db, old, NULL));
    assert_int_equal(raw_number(db, "PRAGMA user_version"), 1);
    assert_false(schema_check(db, current, NULL));
    assert_true(schema_migrate(db, current, NULL));
    assert_true(schema_check(db, current, NULL));
    assert_int_equal(raw_number(db, "SELECT y FROM a"), 8);
    assert_true(schema_migrate(db, current, NULL));
    assert_int_equal(raw_number(db, "SELECT count(*) FROM a"), 1);
}

static const char earlier_rows[] =
    "INSERT INTO message (mailbox, direction, message_id, digest, size, sender, created, kept,"
    " envelope, headers, attachments, text, quoted)"
    " VALUES ('support', 'in', '', '', 1, 'ann@example.org', 1, 0, '{}', '{}', '[]', '', '');"
    "INSERT INTO decision (id, mailbox, identity, standing, marked, message, status, why, engine,"
    " proven, proven_reason, customer, match, manifest, quotes_failed, ms, created)"
    " VALUES ('ABCDEFGHJKMNPQRS', 'support', 'i', 1, 'marked', 1, 'llm', '', 'haiku',"
    " 0, '', '', 'none', '[]', 0, 1, 1);"
    "INSERT INTO call (decision, engine, model, outcome, detail, request_id, input_tokens,"
    " cached_tokens, output_tokens, ms, at)"
    " VALUES ('ABCDEFGHJKMNPQRS', 'haiku', 'm', 'ok', '', '', 1, 0, 1, 1, 1)";

static void what_calls_cost_before_there_were_prices_nobody_knows(void **state)
{
    StoreCase *c = *state;
    const SchemaStep old[] = { schema_steps[0], NULL };
    store_close(g_steal_pointer(&c->store));
    g_unlink(c->path);
    sqlite3 *db = sqlite_open(c->path, SQLITE_FOR_CREATING, 5000, NULL);
    assert_true(schema_migrate(db, old, NULL));
    assert_true(sqlite_run(db, earlier_rows, NULL));
    sqlite3_close(db);
    case_open(c);
    assert_true(store_check(c->store, NULL));
    assert_int_equal(case_number(c, "SELECT cost FROM call"), -1);
    assert_int_equal(case_number(c, "SELECT payer = '' FROM decision"), 1);
}

static void a_step_that_fails_leaves_nothing_behind(void **state)
{
    g_autoptr(sqlite3) db = open_other(*state);
    const SchemaStep steps[] = { one, broken, NULL };
    g_autoptr(GError) error = NULL;
    assert_false(schema_migrate(db, steps, &error));
    assert_non_null(error);
    assert_int_equal(raw_number(db, "PRAGMA user_version"), 1);
    assert_int_equal(raw_number(db, "SELECT count(*) FROM sqlite_schema WHERE name = 'b'"), 0);
}

static void a_newer_or_impossible_version_is_refused_and_left_alone(void **state)
{
    StoreCase *c = *state;
    store_close(g_steal_pointer(&c->store));
    g_autoptr(sqlite3) db = open_raw(c);
    assert_true(sqlite_run(db, "PRAGMA user_version = 8", NULL));
    expect_refused(c->path, "version 8");
    assert_int_equal(raw_number(db, "PRAGMA user_version"), 8);
    assert_true(sqlite_run(db, "PRAGMA user_version = -1", NULL));
    expect_refused(c->path, "version -1");
}

static void the_database_of_something_else_is_refused(void **state)
{
    StoreCase *c = *state;
    g_autoptr(sqlite3) db = open_other(c);
    assert_true(sqlite_run(db, "CREATE TABLE contact (email)", NULL));
    g_autofree char *path = g_build_filename(c->folder, "other.db", NULL);
    expect_refused(path, "something else");
}

static void a_file_that_is_no_database_is_refused(void **state)
{
    StoreCase *c = *state;
    g_autofree char *path = g_build_filename(c->folder, "text.db", NULL);
    g_autofree char *text = g_strnfill(8192, 'x');
    assert_true(g_file_set_contents(path, text, -1, NULL));
    expect_refused(path, "text.db");
}

static void a_folder_that_is_missing_or_read_only_is_refused(void **state)
{
    StoreCase *c = *state;
    g_autofree char *missing = g_build_filename(c->folder, "no", "such.db", NULL);
    expect_refused(missing, "No such file");
    if (geteuid() == 0) /* who may write everywhere */
        return;
    g_autofree char *path = g_build_filename(c->folder, "new.db", NULL);
    assert_int_equal(g_chmod(c->folder, 0500), 0);
    expect_refused(path, "Permission denied");
    assert_int_equal(g_chmod(c->folder, 0700), 0);
}

static void check_finds_rows_that_point_nowhere(void **state)
{
    StoreCase *c = *state;
    g_autoptr(sqlite3) db = open_raw(c);
    assert_true(sqlite_run(db,
                           "PRAGMA foreign_keys = OFF;"
                           "INSERT INTO participant VALUES (99, 'ann@example.org')",
                           NULL));
    g_autoptr(GError) error = NULL;
    assert_false(store_check(c->store, &error));
    assert_non_null(strstr(error->message, "participant"));
}

static void a_backup_is_a_whole_store_and_never_replaces_a_file(void **state)
{
    StoreCase *c = *state;
    receipt_free(case_record(c, &(Given){ .from = "ann@example.org", .ticket = PLAN_TICKET_NEW }));
    g_autofree char *path = g_build_filename(c->folder, "backup.db", NULL);
    g_autoptr(GError) error = NULL;
    assert_true(store_backup(c->store, path, &error));
    assert_false(store_backup(c->store, path, &error));
    assert_non_null(strstr(error->message, "File exists"));
    g_autoptr(Store) copy = store_open(path, NULL);
    assert_non_null(copy);
    g_autoptr(Ticket) ticket = case_ticket(copy, "SUP-1001");
    assert_non_null(ticket);
}

/* Reading and writing by every way in. */
static bool can_be_used(StoreCase *c)
{
    g_autoptr(GError) reading = NULL, writing = NULL, recording = NULL;
    g_autoptr(GPtrArray) tickets = store_tickets(c->store, NULL, NULL, 1, &reading);
    bool retried = store_job_retry(c->store, 1, "ann", NOON, &writing);
    g_autoptr(Receipt) receipt =
        case_try_record(c, &(Given){ .from = "ann@example.org", .message_id = "a@x" }, &recording);
    bool refused = g_error_matches(writing, TRIAGE_ERROR, TRIAGE_ERROR_STORE);
    assert_false(retried);
    assert_int_equal(tickets == NULL, refused);
    assert_int_equal(receipt == NULL, refused);
    assert_true(refused || g_error_matches(writing, TRIAGE_ERROR, TRIAGE_ERROR_NOT_FOUND));
    return !refused;
}

static void a_file_that_was_removed_or_replaced_is_not_used(void **state)
{
    StoreCase *c = *state;
    g_autofree char *kept = g_build_filename(c->folder, "kept.db", NULL);
    assert_true(can_be_used(c));
    assert_int_equal(g_rename(c->path, kept), 0);
    assert_false(can_be_used(c));
    assert_true(g_file_set_contents(c->path, "", 0, NULL));
    assert_false(can_be_used(c));
    assert_int_equal(g_rename(kept, c->path), 0);
    assert_true(can_be_used(c));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, case_setup, case_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_new_file_gets_its_mode_and_its_version),
        TEST(an_empty_file_is_made_a_store),
        TEST(two_stores_have_different_salts),
        TEST(several_may_create_the_same_file_at_once),
        TEST(what_was_stored_is_there_after_opening_again),
        TEST(an_older_file_is_brought_up_to_date_and_keeps_its_rows),
        TEST(what_calls_cost_before_there_were_prices_nobody_knows),
        TEST(a_step_that_fails_leaves_nothing_behind),
        TEST(a_newer_or_impossible_version_is_refused_and_left_alone),
        TEST(the_database_of_something_else_is_refused),
        TEST(a_file_that_is_no_database_is_refused),
        TEST(a_folder_that_is_missing_or_read_only_is_refused),
        TEST(check_finds_rows_that_point_nowhere),
        TEST(a_file_that_was_removed_or_replaced_is_not_used),
        TEST(a_backup_is_a_whole_store_and_never_replaces_a_file),
    };
    return cmocka_run_group_tests_name("store: open", tests, NULL, NULL);
}
