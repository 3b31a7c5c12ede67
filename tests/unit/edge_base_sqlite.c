/* How SQLite files are opened and spoken to. */
#include "base/sqlite.h"
#include "base/sqlite_wipe.h"

#include "base/error.h"

#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

typedef struct {
    char *folder, *path;
} Fixture;

static int set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->folder = g_dir_make_tmp("sqlite-XXXXXX", NULL);
    fixture->path = g_build_filename(fixture->folder, "x.db", NULL);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    static const char *const endings[] = { "", "-wal", "-shm" };
    Fixture *fixture = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(endings); i++) {
        g_autofree char *path = g_strconcat(fixture->path, endings[i], NULL);
        g_remove(path);
    }
    g_rmdir(fixture->folder);
    g_free(fixture->path);
    g_free(fixture->folder);
    g_free(fixture);
    return 0;
}

static sqlite3 *open_file(const Fixture *fixture, SqliteMode mode, int busy_ms)
{
    g_autoptr(GError) error = NULL;
    sqlite3 *db = sqlite_open(fixture->path, mode, busy_ms, &error);
    if (db == NULL)
        fail_msg("%s", error->message);
    return db;
}

static gint64 ask_number(sqlite3 *db, const char *sql)
{
    gint64 number = -1;
    assert_true(sqlite_number(db, sql, &number, NULL));
    return number;
}

static char *ask_text(sqlite3 *db, const char *sql, gsize max)
{
    g_autoptr(sqlite3_stmt) statement = sqlite_prepare(db, sql, NULL);
    assert_int_equal(sqlite_step(statement, NULL), SQLITE_ROW);
    return sqlite_text(statement, 0, max);
}

static void a_file_that_is_written_is_durable(void **state)
{
    g_autoptr(sqlite3) db = open_file(*state, SQLITE_FOR_CREATING, 0);
    g_autofree char *journal = ask_text(db, "PRAGMA journal_mode", 10);
    assert_string_equal(journal, "wal");
    assert_int_equal(ask_number(db, "PRAGMA synchronous"), 2);
    assert_int_equal(ask_number(db, "PRAGMA foreign_keys"), 1);
    assert_int_equal(ask_number(db, "PRAGMA trusted_schema"), 0);
}

static void only_creating_makes_a_file(void **state)
{
    const Fixture *fixture = *state;
    static const SqliteMode modes[] = { SQLITE_FOR_READING, SQLITE_FOR_WRITING };
    for (gsize i = 0; i < G_N_ELEMENTS(modes); i++) {
        g_autoptr(GError) error = NULL;
        assert_null(sqlite_open(fixture->path, modes[i], 0, &error));
        assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_STORE));
        assert_non_null(strstr(error->message, fixture->path));
    }
    assert_false(g_file_test(fixture->path, G_FILE_TEST_EXISTS));
}

static void what_is_no_database_is_refused_at_once(void **state)
{
    const Fixture *fixture = *state;
    g_autofree char *text = g_strnfill(5000, 'x');
    assert_true(g_file_set_contents(fixture->path, text, -1, NULL));
    for (SqliteMode mode = SQLITE_FOR_READING; mode <= SQLITE_FOR_CREATING; mode++) {
        g_autoptr(GError) error = NULL;
        assert_null(sqlite_open(fixture->path, mode, 0, &error));
        assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_STORE));
    }
}

static void a_reader_cannot_write(void **state)
{
    g_autoptr(sqlite3) writer = open_file(*state, SQLITE_FOR_CREATING, 0);
    assert_true(sqlite_run(writer, "CREATE TABLE t (a); INSERT INTO t VALUES (7)", NULL));
    g_autoptr(sqlite3) reader = open_file(*state, SQLITE_FOR_READING, 0);
    g_autoptr(GError) error = NULL;
    assert_int_equal(ask_number(reader, "SELECT a FROM t"), 7);
    assert_false(sqlite_run(reader, "DELETE FROM t", &error));
    assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_STORE));
}

static void careless_sql_is_refused(void **state)
{
    static const char *const statements[] = {
        "SELECT \"no such column\" FROM t",
        "CREATE INDEX i ON t (\"no such column\")",
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = ''",
        "INSERT INTO child VALUES (99)",
        "SELECT",
    };
    g_autoptr(sqlite3) db = open_file(*state, SQLITE_FOR_CREATING, 0);
    assert_true(sqlite_run(db,
                           "CREATE TABLE t (a INTEGER PRIMARY KEY);"
                           "CREATE TABLE child (a REFERENCES t)",
                           NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(statements); i++) {
        g_autoptr(GError) error = NULL;
        if (sqlite_run(db, statements[i], &error))
            fail_msg("ran: %s", statements[i]);
        assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_STORE));
    }
    g_autoptr(GError) error = NULL;
    assert_null(sqlite_prepare(db, "SELECT nothing FROM nowhere", &error));
    assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_STORE));
}

static void values_are_bound_and_read_back(void **state)
{
    g_autoptr(sqlite3) db = open_file(*state, SQLITE_FOR_CREATING, 0);
    g_autoptr(sqlite3_stmt) echo = sqlite_prepare(db, "SELECT ?1, ?2, ?3, ?4", NULL);
    sqlite_bind(echo, "tidt", "größe", G_MAXINT64, 0.25, NULL);
    assert_int_equal(sqlite_step(echo, NULL), SQLITE_ROW);
    g_autofree char *text = sqlite_text(echo, 0, 100);
    assert_string_equal(text, "größe");
    assert_true(sqlite3_column_int64(echo, 1) == G_MAXINT64);
    assert_true(sqlite3_column_double(echo, 2) == 0.25);
    assert_null(sqlite_text(echo, 3, 100));

    sqlite_bind(echo, "t", "again"); /* also a statement that isn't at its end */
    assert_int_equal(sqlite_step(echo, NULL), SQLITE_ROW);
    g_autofree char *again = sqlite_text(echo, 0, 100);
    assert_string_equal(again, "again");
    assert_int_equal(sqlite_step(echo, NULL), SQLITE_DONE);
}

static void a_number_that_is_not_there_is_none(void **state)
{
    g_autoptr(sqlite3) db = open_file(*state, SQLITE_FOR_CREATING, 0);
    g_autoptr(GError) error = NULL;
    gint64 number = 7;
    assert_false(sqlite_number(db, "SELECT 1 WHERE 0", &number, NULL));
    assert_false(sqlite_number(db, "SELECT nothing", &number, &error));
    assert_non_null(error);
    assert_int_equal(number, 7);
    assert_true(sqlite_number(db, "SELECT 8, 9", &number, NULL));
    assert_int_equal(number, 8);
}

static void text_of_a_column_is_clean_and_bounded(void **state)
{
    g_autoptr(sqlite3) db = open_file(*state, SQLITE_FOR_CREATING, 0);
    g_autofree char *bad = ask_text(db, "SELECT CAST(x'61ff62' AS TEXT)", 100);
    g_autofree char *nul = ask_text(db, "SELECT 'a' || char(0) || 'b'", 100);
    g_autofree char *cut = ask_text(db, "SELECT 'abä'", 3);
    g_autofree char *number = ask_text(db, "SELECT 42", 3);
    assert_string_equal(bad, "a\xEF\xBF\xBD"
                             "b");
    assert_string_equal(nul, "a\xEF\xBF\xBD"
                             "b");
    assert_string_equal(cut, "ab");
    assert_string_equal(number, "42");
}

static void a_locked_file_is_busy(void **state)
{
    g_autoptr(sqlite3) one = open_file(*state, SQLITE_FOR_CREATING, 0);
    g_autoptr(sqlite3) other = open_file(*state, SQLITE_FOR_WRITING, 50);
    assert_true(sqlite_run(one, "CREATE TABLE t (a); BEGIN IMMEDIATE", NULL));

    g_autoptr(sqlite3_stmt) insert = sqlite_prepare(other, "INSERT INTO t VALUES (1)", NULL);
    g_autoptr(GError) error = NULL;
    gint64 start = g_get_monotonic_time();
    assert_int_equal(sqlite_step(insert, &error), -1);
    assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_BUSY));
    assert_true(g_get_monotonic_time() - start >= 40 * 1000);

    assert_true(sqlite_run(one, "COMMIT", NULL));
    sqlite_bind(insert, "");
    assert_int_equal(sqlite_step(insert, NULL), SQLITE_DONE);
}

/* ── free space ── */

#define SECRET "a secret word"

static bool file_holds(const Fixture *fixture, const char *bytes)
{
    static const char *const endings[] = { "", "-wal" };
    bool found = false;
    for (gsize i = 0; i < G_N_ELEMENTS(endings); i++) {
        g_autofree char *path = g_strconcat(fixture->path, endings[i], NULL), *content = NULL;
        gsize length;
        if (g_file_get_contents(path, &content, &length, NULL))
            found = found || memmem(content, length, bytes, strlen(bytes)) != NULL;
    }
    return found;
}

/* A file in which copies of rows are left that are no more. */
static sqlite3 *open_with_copies(const Fixture *fixture)
{
    sqlite3 *db = open_file(fixture, SQLITE_FOR_CREATING, 5000);
    assert_true(sqlite_run(
        db,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, word TEXT, text TEXT); CREATE INDEX w ON t (word);"
        "WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000) INSERT INTO t"
        " SELECT i * 7919 % 6007, iif(i % 3 = 0, '" SECRET "', i * 7919 % 1009 || ' words'),"
        " hex(zeroblob(i % 300)) FROM n;"
        "UPDATE t SET word = '' WHERE word = '" SECRET "'",
        NULL));
    assert_true(file_holds(fixture, SECRET));
    return db;
}

static bool wipe(const Fixture *fixture, int patience_ms)
{
    bool complete = false;
    g_autoptr(GError) error = NULL;
    if (!sqlite_wipe_free_space(fixture->path, patience_ms, &complete, &error))
        fail_msg("%s", error->message);
    return complete;
}

static void assert_sound(sqlite3 *db)
{
    g_autofree char *said = ask_text(db, "PRAGMA integrity_check", 100);
    assert_string_equal(said, "ok");
    assert_int_equal(ask_number(db, "SELECT count(*) FROM t"), 6000);
}

static void free_space_is_overwritten_and_rows_are_not(void **state)
{
    const Fixture *fixture = *state;
    g_autoptr(sqlite3) db = open_with_copies(fixture);
    gint64 sum = ask_number(db, "SELECT sum(id * length(text) + length(word)) FROM t");
    assert_true(wipe(fixture, 5000));
    assert_false(file_holds(fixture, SECRET));
    assert_int_equal(ask_number(db, "SELECT sum(id * length(text) + length(word)) FROM t"), sum);
    assert_sound(db);
    assert_true(wipe(fixture, 5000));
}

/* The connection has the pages as they were in memory, and changes a little of each. */
static void a_page_in_memory_brings_nothing_back(void **state)
{
    const Fixture *fixture = *state;
    g_autoptr(sqlite3) db = open_with_copies(fixture);
    assert_true(sqlite_run(db, "PRAGMA cache_size = -65536", NULL));
    assert_int_equal(ask_number(db, "SELECT count(*) FROM t WHERE word || text <> 'x'"), 6000);
    assert_true(wipe(fixture, 5000));
    assert_true(sqlite_run(db,
                           "UPDATE t SET text = replace(text, '0', '1') WHERE id % 4 = 0;"
                           "UPDATE t SET word = word || '.' WHERE id % 61 = 0",
                           NULL));
    assert_false(file_holds(fixture, SECRET));
    assert_sound(db);
}

static void who_reads_an_older_state_is_waited_for(void **state)
{
    const Fixture *fixture = *state;
    g_autoptr(sqlite3) db = open_with_copies(fixture);
    g_autoptr(sqlite3) reader = open_file(fixture, SQLITE_FOR_READING, 0);
    assert_true(sqlite_run(reader, "BEGIN", NULL));
    assert_int_equal(ask_number(reader, "SELECT count(*) FROM t"), 6000);
    assert_true(sqlite_run(db, "UPDATE t SET text = text || 'x'", NULL));
    assert_false(wipe(fixture, 50));
    assert_sound(reader);
    assert_true(sqlite_run(reader, "COMMIT", NULL));
    assert_true(wipe(fixture, 5000));
    assert_false(file_holds(fixture, SECRET));
    assert_sound(db);
}

static void who_holds_the_write_lock_is_waited_for(void **state)
{
    const Fixture *fixture = *state;
    g_autoptr(sqlite3) db = open_with_copies(fixture);
    assert_true(sqlite_run(db, "BEGIN IMMEDIATE", NULL));
    assert_false(wipe(fixture, 50));
    assert_true(sqlite_run(db, "UPDATE t SET text = 'x'; COMMIT", NULL));
    assert_true(wipe(fixture, 5000));
    assert_false(file_holds(fixture, SECRET));
    assert_sound(db);
}

#define WITH_FILE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FILE(a_file_that_is_written_is_durable),
        WITH_FILE(only_creating_makes_a_file),
        WITH_FILE(what_is_no_database_is_refused_at_once),
        WITH_FILE(a_reader_cannot_write),
        WITH_FILE(careless_sql_is_refused),
        WITH_FILE(values_are_bound_and_read_back),
        WITH_FILE(a_number_that_is_not_there_is_none),
        WITH_FILE(text_of_a_column_is_clean_and_bounded),
        WITH_FILE(a_locked_file_is_busy),
        WITH_FILE(free_space_is_overwritten_and_rows_are_not),
        WITH_FILE(a_page_in_memory_brings_nothing_back),
        WITH_FILE(who_reads_an_older_state_is_waited_for),
        WITH_FILE(who_holds_the_write_lock_is_waited_for),
    };
    return cmocka_run_group_tests_name("base: sqlite", tests, NULL, NULL);
}
