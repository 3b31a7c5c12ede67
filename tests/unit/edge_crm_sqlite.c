/* The CRM with its file: imports, lookups, swaps under load, and files that should be refused. */
#include "base/error.h"
#include "base/sqlite.h"
#include "crm/crm.h"
#include "crm/schema.h"

#include <glib/gstdio.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NOW G_GINT64_CONSTANT(1795392000) /* 2026-11-23 */

static const char *const tiers[] = { "free", "standard", "premium", "enterprise", NULL };
static const char *const freemail[] = { "gmail.com", "info@shared.example", NULL };

/* A folder of its own for each test. */
typedef struct {
    char *path, *db;
} Folder;

static int make_folder(void **state)
{
    Folder *folder = g_new0(Folder, 1);

    folder->path = g_dir_make_tmp("crm-XXXXXX", NULL);
    folder->db = g_build_filename(folder->path, "crm.db", NULL);
    *state = folder;
    return folder->path ? 0 : -1;
}

static int remove_folder(void **state)
{
    Folder *folder = *state;
    g_autoptr(GDir) dir = g_dir_open(folder->path, 0, NULL);
    const char *name;

    while ((name = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(folder->path, name, NULL);

        g_unlink(path);
    }
    g_rmdir(folder->path);
    g_free(folder->path);
    g_free(folder->db);
    g_free(folder);
    return 0;
}

static void put(const Folder *folder, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(folder->path, name, NULL);

    assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void put_small_crm(const Folder *folder)
{
    put(folder, "companies.csv",
        "id,name,tier,size,health,updated\n"
        "acme,Acme,enterprise,1200,61,2026-11-20\n"
        "birch,Birch,standard,18,,\n"
        "cedar,Cedar,,,,\n");
    put(folder, "contacts.csv",
        "company_id,email,name,title\n"
        "acme,Ann@Acme.Example,Ann Lee,CTO\n"
        "birch,shared@both.example,,\n"
        "cedar,shared@both.example,,\n"
        "birch,tom@gmail.com,Tom,\n");
    put(folder, "domains.csv",
        "domain,company_id\n"
        "acme.example,acme\n"
        "gmail.com,birch\n"
        "shared.example,birch\n"
        "both.example,birch\n"
        "both.example,cedar\n");
}

/* Imports what is in the folder.  The diagnostics as text, without the folder's name. */
static char *import(const Folder *folder, gint64 *rows, GError **error)
{
    g_autoptr(Diags) diags = diags_new();
    g_autofree char *prefix = g_strconcat(folder->path, "/", NULL);
    g_autofree char *text = NULL;
    g_auto(GStrv) parts = NULL;

    if (!crm_import(folder->db, folder->path, tiers, diags, rows, error))
        return NULL;
    text = diags_to_text(diags);
    parts = g_strsplit(text, prefix, -1);
    return g_strjoinv("", parts);
}

static void import_cleanly(const Folder *folder, gint64 want_rows)
{
    g_autoptr(GError) error = NULL;
    gint64 rows;
    g_autofree char *said = import(folder, &rows, &error);

    assert_null(error);
    assert_string_equal(said, "");
    assert_int_equal(rows, want_rows);
}

static Crm *open_crm(const Folder *folder)
{
    Crm *crm = crm_open(folder->db, freemail);

    assert_true(crm_check(crm, NULL));
    return crm;
}

static Customer *find(Crm *crm, const char *address)
{
    g_autoptr(GError) error = NULL;
    Customer *customer = crm_find(crm, address, NOW, &error);

    assert_null(error);
    return customer;
}

static void addresses_lead_to_their_companies(void **state)
{
    static const struct {
        const char *address;
        CustomerMatch match;
        const char *id, *contact;
    } rows[] = {
        { "ann@acme.example", MATCH_EXACT, "acme", "Ann Lee" },
        { "<ANN@ACME.example>", MATCH_EXACT, "acme", "Ann Lee" },
        { "bob@acme.example", MATCH_DOMAIN, "acme", "" },
        { "bob@sub.acme.example", MATCH_NONE, "", "" },
        { "tom@gmail.com", MATCH_EXACT, "birch", "Tom" },
        { "eve@gmail.com", MATCH_NONE, "", "" },
        { "info@shared.example", MATCH_NONE, "", "" },
        { "ina@shared.example", MATCH_DOMAIN, "birch", "" },
        { "shared@both.example", MATCH_AMBIGUOUS, "", "" },
        { "else@both.example", MATCH_AMBIGUOUS, "", "" },
        { "x' OR '1'='1@acme.other", MATCH_NONE, "", "" },
        { "", MATCH_NONE, "", "" },
        { "no address", MATCH_NONE, "", "" },
    };
    g_autoptr(Crm) crm = NULL;

    put_small_crm(*state);
    import_cleanly(*state, 12);
    crm = open_crm(*state);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Customer) customer = find(crm, rows[i].address);

        assert_int_equal(customer->match, rows[i].match);
        assert_string_equal(customer->id, rows[i].id);
        assert_string_equal(customer->contact_name, rows[i].contact);
    }
}

static void ambiguity_names_its_candidates_and_opens_none(void **state)
{
    g_autoptr(Crm) crm = NULL;
    g_autoptr(Customer) customer = NULL;

    put_small_crm(*state);
    import_cleanly(*state, 12);
    crm = open_crm(*state);
    customer = find(crm, "shared@both.example");
    assert_int_equal(customer->candidates->len, 2);
    assert_string_equal(customer->candidates->pdata[0], "Birch");
    assert_string_equal(customer->candidates->pdata[1], "Cedar");
    assert_string_equal(customer->company, "");
}

static void put_surroundings(const Folder *folder)
{
    put(folder, "interactions.csv",
        "id,company_id,at,type,category,summary,contact,sentiment\n"
        "1,acme,2026-11-20T10:00:00Z,call,technical,\"Said, \"\"now\"\"\","
        "ann@acme.example,-0.5\n"
        "2,acme,2026-11-21T10:00:00Z,escalation,,,,\n"
        "3,acme,2026-03-01,email,billing,,,1\n"
        "4,acme,2026-12-24,email,billing,in the future,,\n");
    put(folder, "issues.csv",
        "id,company_id,title,severity,status,opened\n"
        "1,acme,one,low,open,2026-01-01\n"
        "2,acme,two,critical,open,2026-03-01\n"
        "3,acme,three,critical,waiting,2026-02-01\n"
        "4,acme,four,critical,closed,2026-01-01\n"
        "5,acme,five,high,open,2026-01-01\n");
    put(folder, "payments.csv",
        "id,company_id,at,amount\n"
        "1,acme,2026-11-20,100\n"
        "2,acme,2026-10-20,50.5\n"
        "3,birch,2026-11-01,10\n");
    put(folder, "leads.csv",
        "id,company_id,created,source,stage,budget\n"
        "1,acme,2025-01-01,fair,lost,1\n"
        "2,acme,2026-11-01,webinar,proposal,60000\n");
    put(folder, "usage.csv",
        "product,company_id,detail\n"
        "Routes,acme,35 seats\n"
        "API,acme,400 calls\n");
}

static void check_acme(const Customer *acme)
{
    const Interaction *call = acme->interactions->pdata[1];
    const HistoryCount *count = acme->history->pdata[0];

    assert_string_equal(acme->tier, "enterprise");
    assert_int_equal(acme->company_size, 1200);
    assert_true(acme->health_score == 61);
    assert_int_equal(acme->updated, 1795132800);
    assert_string_equal(acme->lead_stage, "proposal");
    assert_true(acme->lead_budget == 60000);
    assert_string_equal(acme->usage, "API: 400 calls; Routes: 35 seats");
    assert_int_equal(acme->trend, TREND_INCREASING);
    assert_int_equal(acme->interactions->len, 2);
    assert_string_equal(call->summary, "Said, \"now\"");
    assert_true(call->sentiment == -0.5);
    assert_true(isnan(((Interaction *)acme->interactions->pdata[0])->sentiment));
    assert_string_equal(count->quarter, "2026-Q1");
    assert_int_equal(acme->last_escalation, 1795255200);
}

static void a_customer_comes_with_everything_around_it(void **state)
{
    static const char *const worst[] = { "three", "two", "five" };
    g_autoptr(Crm) crm = NULL;
    g_autoptr(Customer) acme = NULL;
    g_autoptr(Customer) birch = NULL;

    put_small_crm(*state);
    put_surroundings(*state);
    import_cleanly(*state, 28);
    crm = open_crm(*state);
    acme = find(crm, "ann@acme.example");
    check_acme(acme);
    assert_int_equal(acme->issues->len, G_N_ELEMENTS(worst));
    for (guint i = 0; i < acme->issues->len; i++)
        assert_string_equal(((Issue *)acme->issues->pdata[i])->title, worst[i]);

    birch = crm_get(crm, "birch", NOW, NULL);
    assert_int_equal(birch->trend, TREND_NEW);
    assert_true(birch->health_score == -1 && birch->lead_budget == -1);
    assert_false(birch->earlier_contact);
}

static void an_unknown_id_is_not_found(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Crm) crm = NULL;

    put_small_crm(*state);
    import_cleanly(*state, 12);
    crm = open_crm(*state);
    assert_null(crm_get(crm, "nobody", NOW, &error));
    assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_NOT_FOUND));
}

static void bad_rows_are_named_with_their_line_and_skipped(void **state)
{
    static const char want[] =
        "companies.csv:1:1: unknown column 'nmae' is ignored; did you mean 'name'?\n"
        "companies.csv:3:1: id is missing; row skipped\n"
        "companies.csv:4:1: size 'many' is no whole number from 0 to 1000000000; row skipped\n"
        "companies.csv:4:1: tier 'enterprize' is unknown; did you mean 'enterprise'?; row skipped\n"
        "companies.csv:5:1: an earlier row has the same id; row skipped\n"
        "companies.csv:6:1: the row has 2 fields, the header row 5; row skipped\n"
        "companies.csv:7:1: a quote is never closed; row skipped\n"
        "domains.csv:2:1: its company_id is none of companies.csv; row skipped\n";
    g_autoptr(GError) error = NULL;
    g_autofree char *said = NULL;
    g_autofree char *long_name = g_strnfill(201, 'x');
    g_autofree char *contacts =
        g_strdup_printf("email,company_id,name\na@b.example,a,%s\n", long_name);
    gint64 rows;

    put(*state, "companies.csv",
        "id,name,tier,size,nmae\n"
        "a,A,free,1,\n"
        ",B,free,1,\n"
        "c,C,enterprize,many,\n"
        "a,Again,free,1,\n"
        "d,D\n"
        "\"e,E,free,1,\n");
    put(*state, "domains.csv", "domain,company_id\nc.example,c\na.example,a\n");
    said = import(*state, &rows, &error);
    assert_null(error);
    assert_string_equal(said, want);
    assert_int_equal(rows, 2);

    g_clear_pointer(&said, g_free);
    put(*state, "contacts.csv", contacts);
    said = import(*state, &rows, &error);
    assert_non_null(strstr(said, "contacts.csv:2:1: name 'xxx"));
    assert_non_null(strstr(said, "is longer than 200 bytes; row skipped"));
}

static guint files_in(const Folder *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder->path, 0, NULL);
    guint count = 0;

    while (g_dir_read_name(dir))
        count++;
    return count;
}

static void an_import_that_fails_leaves_the_file_as_it_is(void **state)
{
    static const struct {
        const char *name, *text, *want;
    } rows[] = {
        { "companies.csv", "id,title\na,A\n", "names no column 'name'" },
        { "companies.csv", "id;name\na;A\n", "separated by commas" },
        { "companies.csv", "", "expected a header row" },
        { "companies.csv", "id,name\n", "no row of it could be taken" },
        { "issues.csv", "id,company_id\n", "issues.csv:1: the header row names no column 'title'" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Crm) crm = NULL;
        g_autoptr(Customer) customer = NULL;
        gint64 taken;

        put_small_crm(*state);
        import_cleanly(*state, 12);
        put(*state, rows[i].name, rows[i].text);
        assert_null(import(*state, &taken, &error));
        assert_non_null(strstr(error->message, rows[i].want));
        crm = open_crm(*state);
        customer = find(crm, "ann@acme.example");
        assert_int_equal(customer->match, MATCH_EXACT);
    }
    assert_int_equal(files_in(*state), 5);
}

static void an_import_beside_a_journal_is_refused(void **state)
{
    g_autoptr(GError) error = NULL;
    gint64 rows;

    put_small_crm(*state);
    put(*state, "crm.db-wal", "");
    assert_null(import(*state, &rows, &error));
    assert_non_null(strstr(error->message, "crm.db-wal: another program is writing"));
}

static void a_missing_companies_file_is_an_error(void **state)
{
    g_autoptr(GError) error = NULL;
    gint64 rows;

    assert_null(import(*state, &rows, &error));
    assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT));
    assert_int_equal(files_in(*state), 0);
}

/* Builds the file by hand; NULL if crm_check() takes it, else what it says. */
static char *open_built(const Folder *folder, const char *schema, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(sqlite3) db = NULL;
    g_autoptr(Crm) crm = NULL;

    g_unlink(folder->db);
    assert_int_equal(sqlite3_open(folder->db, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, schema, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    crm = crm_open(folder->db, freemail);
    return crm_check(crm, &error) ? NULL : g_strdup(error->message);
}

static void files_that_cannot_serve_are_refused(void **state)
{
    static const struct {
        const char *sql, *want;
    } rows[] = {
        { "PRAGMA user_version = 2", "its schema has version 2, expected 1" },
        { "DROP TABLE lead", "no such table: lead" },
        { "DROP TABLE contact; CREATE TABLE contact (email, company_id, name, title)",
          "a lookup would read a whole table (SCAN contact" },
        { "DROP TABLE contact; CREATE TABLE contact (email TEXT COLLATE BINARY, company_id, name, "
          "title); CREATE INDEX by_email ON contact (email COLLATE NOCASE)",
          "a lookup would read a whole table (SCAN contact" },
        { "DROP TABLE payment; CREATE TABLE payment (company_id, at, id, amount)",
          "a lookup would read a whole table (SCAN payment" },
    };

    assert_null(open_built(*state, crm_schema, ""));
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *said = open_built(*state, crm_schema, rows[i].sql);

        assert_non_null(said);
        assert_non_null(strstr(said, rows[i].want));
    }
}

static void what_is_no_database_is_refused(void **state)
{
    const Folder *folder = *state;
    g_autoptr(Crm) crm = crm_open(folder->db, freemail);
    g_autoptr(GError) missing = NULL;
    g_autoptr(GError) error = NULL;

    assert_false(crm_check(crm, &missing));
    assert_non_null(strstr(missing->message, "triagectl crm import"));
    put(folder, "crm.db", "These are not the bytes of a database, however long one looks at them.");
    assert_false(crm_check(crm, &error));
    assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_STORE));
}

static void hostile_rows_come_out_clean_and_bounded(void **state)
{
    static const char rows[] =
        "INSERT INTO company VALUES ('x', 'Evil' || char(10) || 'Tier: enterprise' ||"
        " char(0x202E), CAST(x'FFFE41' AS TEXT), -7, printf('%5000s', 'x'), NULL,"
        " printf('%.*c', 100000, 'y'), 1e9, 99999999999);"
        "INSERT INTO contact VALUES ('a@x.example', 'x', char(13, 10, 9) || 'A', NULL);"
        "INSERT INTO interaction VALUES ('x', 1795391999, 'i', '', NULL, 'a' || char(10) || 'b',"
        " NULL, 7);"
        "INSERT INTO issue VALUES ('x', 'i', 't', 9, 'open', 1);"
        "INSERT INTO lead VALUES ('x', 1, 'l', NULL, NULL, -5);";
    g_autoptr(Crm) crm = NULL;
    g_autoptr(Customer) customer = NULL;

    assert_null(open_built(*state, crm_schema, rows));
    crm = open_crm(*state);
    customer = find(crm, "a@x.example");
    assert_int_equal(customer->match, MATCH_EXACT);
    assert_null(strchr(customer->company, '\n'));
    assert_true(g_utf8_validate(customer->industry, -1, NULL));
    assert_true(strlen(customer->tier) <= 64);
    assert_int_equal(strlen(customer->summary), 1000);
    assert_string_equal(customer->contact_name, "A");
    assert_int_equal(customer->company_size, -1);
    assert_true(customer->health_score == -1 && customer->lead_budget == -1);
    assert_int_equal(customer->updated, 0);
    assert_string_equal(((Interaction *)customer->interactions->pdata[0])->summary, "a b");
    assert_true(isnan(((Interaction *)customer->interactions->pdata[0])->sentiment));
    assert_string_equal(((Issue *)customer->issues->pdata[0])->severity, "");
}

typedef struct {
    Crm *crm;
    atomic_bool stop;
    atomic_int lookups, wrong;
} Load;

/* Every generation of the file has exactly one size for Acme, whoever is asked. */
static void *look_up(void *data)
{
    Load *load = data;

    while (!atomic_load(&load->stop)) {
        g_autoptr(Customer) customer = crm_find(load->crm, "ann@acme.example", NOW, NULL);

        if (!customer || customer->match != MATCH_EXACT || customer->company_size < 1)
            atomic_fetch_add(&load->wrong, 1);
        atomic_fetch_add(&load->lookups, 1);
    }
    return NULL;
}

static void import_generation(const Folder *folder, int size)
{
    g_autofree char *companies = g_strdup_printf("id,name,size\nacme,Acme,%d\n", size);

    put(folder, "companies.csv", companies);
    put(folder, "contacts.csv", "email,company_id\nann@acme.example,acme\n");
    import_cleanly(folder, 2);
}

static void the_file_is_swapped_while_four_threads_look_up(void **state)
{
    enum { THREADS = 4, GENERATIONS = 30 };
    Load load = { .crm = NULL };
    pthread_t threads[THREADS];

    import_generation(*state, 1);
    load.crm = open_crm(*state);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, look_up, &load), 0);
    for (int size = 2; size <= GENERATIONS; size++) {
        g_autoptr(Customer) customer = NULL;

        import_generation(*state, size);
        customer = find(load.crm, "ann@acme.example");
        assert_int_equal(customer->company_size, size);
    }
    atomic_store(&load.stop, true);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(load.wrong, 0);
    assert_true(load.lookups > GENERATIONS);
    crm_close(load.crm);
}

static void a_swap_to_a_file_that_cannot_serve_is_an_error_until_it_is_mended(void **state)
{
    const Folder *folder = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(Crm) crm = NULL;
    g_autoptr(Customer) customer = NULL;

    import_generation(folder, 1);
    crm = open_crm(folder);
    put(folder, "crm.db",
        "no database, but quite certainly long enough to look like a header of one");
    assert_null(crm_find(crm, "ann@acme.example", NOW, &error));
    assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_STORE));
    import_generation(folder, 2);
    customer = find(crm, "ann@acme.example");
    assert_int_equal(customer->company_size, 2);
}

/* Without comments and blanks. */
static char *essence(const char *sql)
{
    GString *out = g_string_new(NULL);

    for (; *sql; sql++) {
        if (g_str_has_prefix(sql, "--"))
            sql += strcspn(sql, "\n");
        if (!g_ascii_isspace(*sql))
            g_string_append_c(out, *sql);
    }
    return g_string_free(out, FALSE);
}

static void the_documented_schema_is_the_one_that_imports_create(void **state)
{
    g_autofree char *text = NULL;
    g_autofree char *documented = NULL;
    g_autofree char *created = essence(crm_schema);

    (void)state;
    assert_true(g_file_get_contents("conf/crm-schema.sql", &text, NULL, NULL));
    documented = essence(text);
    assert_string_equal(documented, created);
}

static void the_demo_crm_is_imported_without_a_word(void **state)
{
    const Folder *folder = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(Crm) crm = NULL;
    g_autoptr(Customer) grace = NULL;
    gint64 rows;

    assert_true(crm_import(folder->db, "contrib/demo/crm", tiers, diags, &rows, &error));
    assert_int_equal(diags_count(diags), 0);
    crm = open_crm(folder);
    grace = find(crm, "grace.lindqvist@northwind.example");
    assert_string_equal(grace->tier, "enterprise");
    assert_int_equal(grace->trend, TREND_DECREASING);
    assert_string_equal(((Issue *)grace->issues->pdata[0])->severity, "critical");
}

static void freemail_lists_are_folded_and_faults_named(void **state)
{
    const Folder *folder = *state;
    g_autofree char *path = g_build_filename(folder->path, "freemail.txt", NULL);
    g_autoptr(Diags) diags = diags_new();
    g_autofree char *said = NULL;
    g_auto(GStrv) list = NULL;
    g_auto(GStrv) shipped = NULL;

    put(folder, "freemail.txt", "# comment\r\n GMail.com # and another\n\nInfo@Shared.example\n");
    list = crm_read_freemail(path, diags);
    assert_int_equal(diags_count(diags), 0);
    assert_int_equal(g_strv_length(list), 2);
    assert_string_equal(list[0], "gmail.com");
    assert_string_equal(list[1], "info@shared.example");

    shipped = crm_read_freemail("conf/freemail.txt", diags);
    assert_non_null(shipped);
    assert_true(g_strv_contains((const char *const *)shipped, "web.de"));

    put(folder, "freemail.txt", "gmail.com\nnot a domain\na@b@c\n");
    assert_null(crm_read_freemail(path, diags));
    said = diags_to_text(diags);
    assert_non_null(strstr(said, "freemail.txt:2:1: 'not a domain' is neither"));
    assert_non_null(strstr(said, "freemail.txt:3:1: 'a@b@c' is neither"));
}

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_FOLDER(addresses_lead_to_their_companies),
        IN_A_FOLDER(ambiguity_names_its_candidates_and_opens_none),
        IN_A_FOLDER(a_customer_comes_with_everything_around_it),
        IN_A_FOLDER(an_unknown_id_is_not_found),
        IN_A_FOLDER(bad_rows_are_named_with_their_line_and_skipped),
        IN_A_FOLDER(an_import_that_fails_leaves_the_file_as_it_is),
        IN_A_FOLDER(an_import_beside_a_journal_is_refused),
        IN_A_FOLDER(a_missing_companies_file_is_an_error),
        IN_A_FOLDER(files_that_cannot_serve_are_refused),
        IN_A_FOLDER(what_is_no_database_is_refused),
        IN_A_FOLDER(hostile_rows_come_out_clean_and_bounded),
        IN_A_FOLDER(the_file_is_swapped_while_four_threads_look_up),
        IN_A_FOLDER(a_swap_to_a_file_that_cannot_serve_is_an_error_until_it_is_mended),
        IN_A_FOLDER(the_documented_schema_is_the_one_that_imports_create),
        IN_A_FOLDER(the_demo_crm_is_imported_without_a_word),
        IN_A_FOLDER(freemail_lists_are_folded_and_faults_named),
    };

    return cmocka_run_group_tests_name("crm: sqlite", tests, NULL, NULL);
}
