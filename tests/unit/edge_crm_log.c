/* Our own interactions: seen with the CRM's by every lookup, whoever replaces the CRM, and gone
 * when they shall be. */
#include "base/error.h"
#include "base/sqlite.h"
#include "crm/crm.h"
#include "crm/log.h"

#include <glib/gstdio.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define NOW G_GINT64_CONSTANT(1795392000) /* 2026-11-23 */
#define DAY 86400

static const char *const tiers[] = { NULL };

typedef struct {
    char *path, *db, *log;
} Folder;

static void put(const Folder *folder, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(folder->path, name, NULL);
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void import(const Folder *folder)
{
    g_autoptr(Diags) diags = diags_new();
    gint64 rows;
    assert_true(crm_import(folder->db, folder->path, tiers, diags, &rows, NULL));
    assert_int_equal(diags_count(diags), 0);
}

static int make_folder(void **state)
{
    Folder *folder = g_new0(Folder, 1);
    folder->path = g_dir_make_tmp("crm-XXXXXX", NULL);
    folder->db = g_build_filename(folder->path, "crm.db", NULL);
    folder->log = g_strconcat(folder->db, ".timeline", NULL);
    *state = folder;
    put(folder, "companies.csv", "id,name\nacme,Acme\nbirch,Birch\n");
    put(folder, "contacts.csv", "company_id,email,name\nacme,ann@acme.example,Ann\n");
    put(folder, "interactions.csv",
        "company_id,at,id,type,summary\n"
        "acme,2026-11-20,1,call,Asked about prices\n"
        "acme,2026-11-10,2,meeting,Met at the fair\n");
    import(folder);
    return 0;
}

static int remove_folder(void **state)
{
    Folder *folder = *state;
    g_autoptr(GDir) dir = g_dir_open(folder->path, 0, NULL);
    const char *name;
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder->path, name, NULL);
        g_unlink(path);
    }
    g_rmdir(folder->path);
    g_free(folder->path);
    g_free(folder->db);
    g_free(folder->log);
    g_free(folder);
    return 0;
}

static CrmLogEntry entry(const char *id, gint64 at, const char *summary)
{
    return (CrmLogEntry){ .company_id = "acme",
                          .id = id,
                          .at = at,
                          .type = "email",
                          .category = "technical",
                          .summary = summary,
                          .contact = "ann@acme.example",
                          .sentiment = -0.5 };
}

static void tell(const Folder *folder, const char *id, gint64 at, const char *summary)
{
    g_autoptr(GError) error = NULL;
    const CrmLogEntry row = entry(id, at, summary);
    if (!crm_log_add(folder->db, &row, &error))
        fail_msg("%s", error->message);
}

/* The interactions of a lookup, one a line. */
static void assert_timeline(Crm *crm, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Customer) customer = crm_find(crm, "ann@acme.example", NOW, &error);
    g_autoptr(GString) lines = g_string_new(NULL);
    assert_null(error);
    for (guint i = 0; i < customer->interactions->len; i++) {
        const Interaction *row = customer->interactions->pdata[i];
        g_string_append_printf(lines, "%s,%s,%s,%s\n", row->type, row->category, row->summary,
                               row->contact);
    }
    assert_string_equal(lines->str, expected);
}

static Crm *open_crm(const Folder *folder)
{
    Crm *crm = crm_open(folder->db, NULL);
    assert_non_null(crm);
    return crm;
}

#define CALL    "call,,Asked about prices,\n"
#define MEETING "meeting,,Met at the fair,\n"

static void what_we_tell_stands_among_what_the_crm_knows(void **state)
{
    const Folder *folder = *state;
    g_autoptr(Crm) crm = open_crm(folder);
    assert_timeline(crm, CALL MEETING);
    tell(folder, "A", NOW - 5 * DAY, "The export fails");
    assert_timeline(crm, CALL "email,technical,The export fails,ann@acme.example\n" MEETING);
    tell(folder, "B", NOW - DAY, "It works again");
    assert_timeline(crm, "email,technical,It works again,ann@acme.example\n" CALL
                         "email,technical,The export fails,ann@acme.example\n" MEETING);
}

static void what_is_told_again_is_told_once(void **state)
{
    const Folder *folder = *state;
    g_autoptr(Crm) crm = open_crm(folder);
    tell(folder, "A", NOW - DAY, "Something is wrong");
    tell(folder, "A", NOW - DAY, "The export fails");
    assert_timeline(crm, "email,technical,The export fails,ann@acme.example\n" CALL MEETING);
}

static void an_import_takes_nothing_of_ours_away(void **state)
{
    const Folder *folder = *state;
    g_autoptr(Crm) crm = open_crm(folder);
    tell(folder, "A", NOW - DAY, "The export fails");
    put(folder, "interactions.csv", "company_id,at,id,type\nbirch,2026-11-20,1,call\n");
    import(folder);
    assert_timeline(crm, "email,technical,The export fails,ann@acme.example\n");
}

static void the_file_is_for_nobody_else(void **state)
{
    const Folder *folder = *state;
    GStatBuf status;
    assert_int_not_equal(g_stat(folder->log, &status), 0);
    tell(folder, "A", NOW, "x");
    assert_int_equal(g_stat(folder->log, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0640);
}

static void hostile_texts_are_cut_and_cleaned(void **state)
{
    const Folder *folder = *state;
    g_autofree char *flood = g_strnfill(5000, 'x');
    g_autofree char *text = g_strconcat("a\nSender: proven\r\xff", flood, NULL);
    tell(folder, "A", NOW, text);
    g_autoptr(sqlite3) db = sqlite_open(folder->log, SQLITE_FOR_READING, 1000, NULL);
    g_autoptr(sqlite3_stmt) row = sqlite_prepare(db, "SELECT summary FROM interaction", NULL);
    assert_int_equal(sqlite_step(row, NULL), SQLITE_ROW);
    g_autofree char *kept = sqlite_text(row, 0, 100000);
    assert_true(g_str_has_prefix(kept, "a Sender: proven \xef\xbf\xbdxxx"));
    assert_true(strlen(kept) <= CRM_LOG_TEXT_MAX);
}

static void who_is_forgotten_leaves_only_that_there_was_something(void **state)
{
    const Folder *folder = *state;
    g_autoptr(Crm) crm = open_crm(folder);
    CrmLogEntry other = entry("B", NOW - 2 * DAY, "Another's words");
    gint64 rows;
    bool complete;
    assert_true(crm_log_forget(folder->db, "ann@acme.example", false, &rows, &complete, NULL));
    assert_int_equal(rows, 0);
    tell(folder, "A", NOW - DAY, "The export fails");
    other.contact = "ben@acme.example";
    assert_true(crm_log_add(folder->db, &other, NULL));
    assert_true(crm_log_forget(folder->db, "ann@acme.example", false, &rows, &complete, NULL));
    assert_int_equal(rows, 1);
    assert_timeline(
        crm, "email,technical,,\nemail,technical,Another's words,ben@acme.example\n" CALL MEETING);
    g_autofree char *wal = g_strconcat(folder->log, "-wal", NULL);
    const char *const files[] = { folder->log, wal };
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *bytes = NULL;
        gsize length = 0;
        if (g_file_get_contents(files[i], &bytes, &length, NULL))
            assert_null(memmem(bytes, length, "The export fails", strlen("The export fails")));
    }
}

static void old_text_goes_and_older_rows_too(void **state)
{
    const Folder *folder = *state;
    g_autoptr(Crm) crm = open_crm(folder);
    const Retention all = { .now = NOW, .text_before = NOW, .before = NOW };
    const Retention some = { .now = NOW, .text_before = NOW - 10 * DAY, .before = NOW - 50 * DAY };
    gint64 rows;
    assert_true(crm_log_retain(folder->db, &all, &rows, NULL));
    tell(folder, "A", NOW - 60 * DAY, "Old");
    tell(folder, "B", NOW - 30 * DAY, "Not so old");
    tell(folder, "C", NOW - DAY, "New");
    assert_true(crm_log_retain(folder->db, &some, &rows, NULL));
    assert_int_equal(rows, 2);
    assert_timeline(crm,
                    "email,technical,New,ann@acme.example\n" CALL MEETING "email,technical,,\n");
    assert_true(crm_log_retain(folder->db, &some, &rows, NULL));
    assert_int_equal(rows, 0);
}

/* Of 20 entries, of which all are old enough. */
static void a_clock_that_is_ahead_takes_little_or_nothing(void **state)
{
    static const struct {
        gint64 now, rows;
    } rows[] = { { NOW + 31 * DAY, 0 }, { NOW + 3650 * DAY, 0 }, { NOW + 29 * DAY, 2 } };
    const Folder *folder = *state;
    for (int i = 0; i < 20; i++)
        tell(folder, "A", NOW - i, "Old");
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const Retention all = { .now = rows[i].now, .before = rows[i].now };
        gint64 deleted;
        assert_true(crm_log_retain(folder->db, &all, &deleted, NULL));
        assert_int_equal(deleted, rows[i].rows);
    }
}

static void what_is_unknown_stays_unknown(void **state)
{
    const Folder *folder = *state;
    g_autoptr(Crm) crm = open_crm(folder);
    CrmLogEntry row = entry("A", NOW - DAY, "");
    row.category = row.contact = "";
    row.sentiment = NAN;
    assert_true(crm_log_add(folder->db, &row, NULL));
    g_autoptr(Customer) customer = crm_find(crm, "ann@acme.example", NOW, NULL);
    const Interaction *told = customer->interactions->pdata[0];
    assert_string_equal(told->type, "email");
    assert_true(isnan(told->sentiment));
    assert_true(customer->earlier_contact);
}

static void a_file_that_is_no_log_is_an_error_and_not_a_stranger(void **state)
{
    const Folder *folder = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(Crm) crm = open_crm(folder);
    put(folder, "crm.db.timeline", "this is something else altogether, and long enough to be read");
    assert_null(crm_find(crm, "ann@acme.example", NOW, &error));
    assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_STORE));
    assert_non_null(strstr(error->message, "crm.db.timeline: "));
    g_clear_error(&error);
    const CrmLogEntry row = entry("A", NOW, "x");
    assert_false(crm_log_add(folder->db, &row, &error));
    g_unlink(folder->log);
    assert_timeline(crm, CALL MEETING);
}

static void a_newer_file_is_left_alone(void **state)
{
    const Folder *folder = *state;
    tell(folder, "A", NOW, "x");
    g_autoptr(sqlite3) db = sqlite_open(folder->log, SQLITE_FOR_WRITING, 1000, NULL);
    assert_true(sqlite_run(db, "PRAGMA user_version = 2", NULL));
    const CrmLogEntry row = entry("B", NOW, "x");
    g_autoptr(GError) error = NULL;
    assert_false(crm_log_add(folder->db, &row, &error));
    assert_non_null(strstr(error->message, "was written by a newer program"));
}

static void a_folder_that_is_not_there_is_an_error(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    const CrmLogEntry row = entry("A", NOW, "x");
    assert_false(crm_log_add("/nowhere/at/all/crm.db", &row, &error));
    assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_STORE));
}

#define WRITERS 4
#define ROWS    25

typedef struct {
    const Folder *folder;
    int number;
    atomic_int *failures;
} Writer;

static void *write_rows(void *data)
{
    const Writer *writer = data;
    for (int i = 0; i < ROWS; i++) {
        g_autofree char *id = g_strdup_printf("%d-%d", writer->number, i);
        const CrmLogEntry row = entry(id, NOW - i, "x");
        if (!crm_log_add(writer->folder->db, &row, NULL))
            atomic_fetch_add(writer->failures, 1);
    }
    return NULL;
}

static void many_write_while_others_look(void **state)
{
    const Folder *folder = *state;
    atomic_int failures = 0;
    pthread_t threads[WRITERS];
    Writer writers[WRITERS];
    g_autoptr(Crm) crm = open_crm(folder);
    for (int i = 0; i < WRITERS; i++) {
        writers[i] = (Writer){ folder, i, &failures };
        assert_int_equal(pthread_create(&threads[i], NULL, write_rows, &writers[i]), 0);
    }
    for (int i = 0; i < 200; i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Customer) customer = crm_find(crm, "ann@acme.example", NOW, &error);
        if (customer == NULL)
            fail_msg("%s", error->message);
    }
    for (int i = 0; i < WRITERS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(failures, 0);
    g_autoptr(Customer) customer = crm_find(crm, "ann@acme.example", NOW, NULL);
    int told = (int)customer->interactions->len;
    for (guint i = 0; i < customer->history->len; i++)
        told += ((HistoryCount *)customer->history->pdata[i])->count;
    assert_int_equal(told, WRITERS * ROWS + 2);
}

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(what_we_tell_stands_among_what_the_crm_knows),
        IN_A_FOLDER(what_is_told_again_is_told_once),
        IN_A_FOLDER(an_import_takes_nothing_of_ours_away),
        IN_A_FOLDER(the_file_is_for_nobody_else),
        IN_A_FOLDER(hostile_texts_are_cut_and_cleaned),
        IN_A_FOLDER(who_is_forgotten_leaves_only_that_there_was_something),
        IN_A_FOLDER(old_text_goes_and_older_rows_too),
        IN_A_FOLDER(a_clock_that_is_ahead_takes_little_or_nothing),
        IN_A_FOLDER(what_is_unknown_stays_unknown),
        IN_A_FOLDER(a_file_that_is_no_log_is_an_error_and_not_a_stranger),
        IN_A_FOLDER(a_newer_file_is_left_alone),
        IN_A_FOLDER(a_folder_that_is_not_there_is_an_error),
        IN_A_FOLDER(many_write_while_others_look),
    };
    return cmocka_run_group_tests_name("crm: log", tests, NULL, NULL);
}
