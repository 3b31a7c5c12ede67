/* The questions we ask of a CRM file, all of them here, and how their rows become a Customer.
 *
 * One read transaction answers about one moment.  Every question walks an index: that is checked
 * with EXPLAIN QUERY PLAN when the file is opened, so that a file someone built without our indexes
 * is refused then and doesn't hold up mail later.  The rows are hostile: whatever a stranger once
 * wrote to a salesperson may stand in them.  Texts are bounded and cleaned, numbers out of range
 * are unknown. */
#include "crm/crm_sqlite.h"

#include "base/error.h"
#include "base/sqlite.h"
#include "base/text.h"
#include "crm/log_file.h"
#include "crm/match.h"
#include "crm/schema.h"
#include "crm/timeline.h"

#include <math.h>
#include <string.h>

/* How long a lookup waits for somebody who writes into the file in place. */
#define BUSY_MS 100

#define ATTACH_TRIES   10
#define ATTACH_WAIT_US 10000

#define ID_BYTES    64
#define LABEL_BYTES 200
#define PROSE_BYTES 1000

typedef enum {
    QUERY_CONTACT,
    QUERY_DOMAIN,
    QUERY_COMPANY,
    QUERY_LEAD,
    QUERY_USAGE,
    QUERY_PAYMENTS,
    QUERY_ISSUES,
    QUERY_INTERACTIONS,
    QUERY_INTERACTIONS_AND_OURS, /* once there is a file of ours */
    QUERIES
} QueryId;

#define INTERACTIONS_OF(file)                                                                      \
    "SELECT at, type, category, summary, contact, sentiment"                                       \
    " FROM " file ".interaction WHERE company_id = ?1 AND at <= ?2"
#define LATEST " ORDER BY at DESC LIMIT 500"

/* ?1 is an address, a domain or a company's id; ?2 is now. */
static const struct {
    const char *binds; /* as in sqlite_bind() */
    const char *sql;
} queries[QUERIES] = {
    [QUERY_CONTACT] = { "t", "SELECT company.id, company.name, contact.name, contact.title"
                             " FROM contact JOIN company ON company.id = contact.company_id"
                             " WHERE contact.email = ?1 ORDER BY contact.company_id LIMIT 10" },
    [QUERY_DOMAIN] = { "t", "SELECT company.id, company.name, NULL, NULL"
                            " FROM company_domain"
                            " JOIN company ON company.id = company_domain.company_id"
                            " WHERE company_domain.domain = ?1"
                            " ORDER BY company_domain.company_id LIMIT 10" },
    [QUERY_COMPANY] = { "t",
                        "SELECT id, name, industry, tier, owner, summary, size, health, updated"
                        " FROM company WHERE id = ?1" },
    [QUERY_LEAD] = { "t", "SELECT source, stage, budget FROM lead"
                          " WHERE company_id = ?1 ORDER BY created DESC LIMIT 1" },
    [QUERY_USAGE] = { "t", "SELECT product, detail FROM usage"
                           " WHERE company_id = ?1 ORDER BY product LIMIT 5" },
    [QUERY_PAYMENTS] = { "ti", "SELECT total(amount) FILTER (WHERE at > ?2 - 30 * 86400),"
                               " total(amount) FILTER (WHERE at <= ?2 - 30 * 86400),"
                               " EXISTS (SELECT 1 FROM payment"
                               "         WHERE company_id = ?1 AND at <= ?2 - 60 * 86400)"
                               " FROM payment"
                               " WHERE company_id = ?1 AND at > ?2 - 60 * 86400 AND at <= ?2" },
    [QUERY_ISSUES] = { "t", "SELECT title, severity, status, opened FROM issue"
                            " WHERE company_id = ?1 AND status <> 'closed'"
                            " ORDER BY severity DESC, opened LIMIT 3" },
    /* The limit bounds a lookup's time for customers who have written for ten years. */
    [QUERY_INTERACTIONS] = { "ti", INTERACTIONS_OF("main") LATEST },
    [QUERY_INTERACTIONS_AND_OURS] = { "ti", INTERACTIONS_OF("main") " UNION ALL " INTERACTIONS_OF(
                                                "log") LATEST },
};

struct CrmReader {
    sqlite3 *db;
    char *log_path;
    sqlite3_stmt *statements[QUERIES];
};

void crm_reader_close(CrmReader *reader)
{
    if (!reader)
        return;
    for (int i = 0; i < QUERIES; i++)
        sqlite3_finalize(reader->statements[i]);
    if (reader->db)
        sqlite_close_(reader->db);
    g_free(reader->log_path);
    g_free(reader);
}

static bool check_version(sqlite3 *db, GError **error)
{
    gint64 version;

    if (!sqlite_number(db, "PRAGMA user_version", &version, error))
        return false;
    if (version != CRM_SCHEMA_VERSION)
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_STORE,
                    "its schema has version %" G_GINT64_FORMAT
                    ", expected %d; build it anew with 'triagectl crm "
                    "import'",
                    version, CRM_SCHEMA_VERSION);
    return version == CRM_SCHEMA_VERSION;
}

static bool check_plan(sqlite3 *db, const char *sql, GError **error)
{
    g_autofree char *explain = g_strconcat("EXPLAIN QUERY PLAN ", sql, NULL);
    g_autoptr(sqlite3_stmt) statement = sqlite_prepare(db, explain, error);
    int step = statement ? SQLITE_ROW : -1;

    while (step == SQLITE_ROW && (step = sqlite_step(statement, error)) == SQLITE_ROW) {
        const char *detail = (const char *)sqlite3_column_text(statement, 3);

        if (detail && g_str_has_prefix(detail, "SCAN ")) {
            g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_STORE,
                        "a lookup would read a whole table (%s); keys and indexes must be those of "
                        "crm-schema.sql",
                        detail);
            return false;
        }
    }
    return step == SQLITE_DONE;
}

static bool prepare(CrmReader *reader, QueryId query, GError **error)
{
    if (!check_plan(reader->db, queries[query].sql, error))
        return false;
    reader->statements[query] = sqlite_prepare(reader->db, queries[query].sql, error);
    return reader->statements[query] != NULL;
}

static bool prepare_all(CrmReader *reader, GError **error)
{
    for (QueryId query = 0; query < QUERY_INTERACTIONS_AND_OURS; query++)
        if (!prepare(reader, query, error))
            return false;
    return true;
}

/* Whoever closes the file as the last one takes its write-ahead log away, and who comes at that
 * moment is refused instead of waiting. */
static bool attach(CrmReader *reader, GError **error)
{
    g_autoptr(sqlite3_stmt) statement = sqlite_prepare(reader->db, "ATTACH ?1 AS log", error);
    int step = -1;

    for (int left = ATTACH_TRIES; statement && left > 0 && step != SQLITE_DONE; left--) {
        if (left < ATTACH_TRIES)
            g_usleep(ATTACH_WAIT_US);
        g_clear_error(error);
        sqlite_bind(statement, "t", reader->log_path);
        step = sqlite_step(statement, error);
    }
    return step == SQLITE_DONE;
}

/* One that is only being made has no version yet, and no table. */
static bool read_log(CrmReader *reader, GError **error)
{
    gint64 version;
    bool good = sqlite_number(reader->db, "PRAGMA log.user_version", &version, error) &&
                (version == 0 || prepare(reader, QUERY_INTERACTIONS_AND_OURS, error));

    if (!good || version == 0)
        sqlite_run(reader->db, "DETACH log", NULL);
    return good;
}

/* Our own interactions, as soon as there are any.  Not within a transaction. */
static bool look_for_log(CrmReader *reader, GError **error)
{
    if (reader->statements[QUERY_INTERACTIONS_AND_OURS] ||
        !g_file_test(reader->log_path, G_FILE_TEST_EXISTS))
        return true;
    if (attach(reader, error) && read_log(reader, error))
        return true;
    g_prefix_error(error, "%s: ", reader->log_path);
    return false;
}

CrmReader *crm_reader_open(const char *path, GError **error)
{
    g_autoptr(CrmReader) reader = g_new0(CrmReader, 1);

    reader->log_path = crm_log_path(path);
    reader->db = sqlite_open(path, SQLITE_FOR_READING, BUSY_MS, error);
    if (!reader->db)
        return NULL;
    if (!check_version(reader->db, error) || !prepare_all(reader, error)) {
        g_prefix_error(error, "%s: ", path);
        return NULL;
    }
    return g_steal_pointer(&reader);
}

static sqlite3_stmt *ask(CrmReader *reader, QueryId query, const char *key, gint64 now)
{
    sqlite3_stmt *statement = reader->statements[query];

    sqlite_bind(statement, queries[query].binds, key, now);
    return statement;
}

static char *line_at(sqlite3_stmt *statement, int column, gsize max)
{
    g_autofree char *text = sqlite_text(statement, column, max);

    return text ? text_line(text, max) : g_strdup("");
}

static void take_line(char **member, sqlite3_stmt *statement, int column, gsize max)
{
    g_free(*member);
    *member = line_at(statement, column, max);
}

/* Borrowed until the next step. */
static const char *raw_at(sqlite3_stmt *statement, int column)
{
    const unsigned char *text = sqlite3_column_text(statement, column);

    return text ? (const char *)text : "";
}

static double number_at(sqlite3_stmt *statement, int column, double min, double max, double unknown)
{
    double value = sqlite3_column_double(statement, column);
    bool usable = sqlite3_column_type(statement, column) != SQLITE_NULL;

    return usable && value >= min && value <= max ? value : unknown;
}

static bool read_matches(CrmReader *reader, QueryId query, const char *key, GPtrArray *rows,
                         GError **error)
{
    sqlite3_stmt *statement = ask(reader, query, key, 0);
    int step;

    while ((step = sqlite_step(statement, error)) == SQLITE_ROW) {
        MatchRow *row = g_new0(MatchRow, 1);

        row->company_id = line_at(statement, 0, ID_BYTES);
        row->company = line_at(statement, 1, LABEL_BYTES);
        row->contact_name = line_at(statement, 2, LABEL_BYTES);
        row->contact_title = line_at(statement, 3, LABEL_BYTES);
        g_ptr_array_add(rows, row);
    }
    return step == SQLITE_DONE;
}

static bool match(CrmReader *reader, Customer *customer, QueryId query, const char *key,
                  CustomerMatch found, GError **error)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)match_row_free);

    if (!read_matches(reader, query, key, rows, error))
        return false;
    match_decide(customer, rows, found);
    return true;
}

static bool read_company(CrmReader *reader, Customer *customer, gint64 now, GError **error)
{
    sqlite3_stmt *statement = ask(reader, QUERY_COMPANY, customer->id, now);
    int step = sqlite_step(statement, error);

    if (step == SQLITE_ROW) {
        take_line(&customer->company, statement, 1, LABEL_BYTES);
        take_line(&customer->industry, statement, 2, LABEL_BYTES);
        take_line(&customer->tier, statement, 3, ID_BYTES);
        take_line(&customer->owner, statement, 4, LABEL_BYTES);
        take_line(&customer->summary, statement, 5, PROSE_BYTES);
        customer->company_size = (gint64)number_at(statement, 6, 0, 1e12, -1);
        customer->health_score = number_at(statement, 7, 0, 100, -1);
        customer->updated = (gint64)number_at(statement, 8, 0, (double)now, 0);
    }
    return step == SQLITE_ROW || step == SQLITE_DONE;
}

static bool read_lead(CrmReader *reader, Customer *customer, gint64 now, GError **error)
{
    sqlite3_stmt *statement = ask(reader, QUERY_LEAD, customer->id, now);
    int step = sqlite_step(statement, error);

    if (step == SQLITE_ROW) {
        take_line(&customer->lead_source, statement, 0, LABEL_BYTES);
        take_line(&customer->lead_stage, statement, 1, LABEL_BYTES);
        customer->lead_budget = number_at(statement, 2, 0, 1e15, -1);
    }
    return step == SQLITE_ROW || step == SQLITE_DONE;
}

static bool read_usage(CrmReader *reader, Customer *customer, gint64 now, GError **error)
{
    sqlite3_stmt *statement = ask(reader, QUERY_USAGE, customer->id, now);
    g_autoptr(GString) usage = g_string_new(NULL);
    int step;

    while ((step = sqlite_step(statement, error)) == SQLITE_ROW) {
        g_autofree char *product = line_at(statement, 0, LABEL_BYTES);
        g_autofree char *detail = line_at(statement, 1, LABEL_BYTES);

        g_string_append_printf(usage, "%s%s: %s", usage->len > 0 ? "; " : "", product, detail);
    }
    g_free(customer->usage);
    customer->usage = g_strdup(usage->str);
    return step == SQLITE_DONE;
}

static bool read_payments(CrmReader *reader, Customer *customer, gint64 now, GError **error)
{
    sqlite3_stmt *statement = ask(reader, QUERY_PAYMENTS, customer->id, now);

    if (sqlite_step(statement, error) != SQLITE_ROW)
        return false;
    customer->trend =
        spending_trend(sqlite3_column_double(statement, 0), sqlite3_column_double(statement, 1),
                       sqlite3_column_int(statement, 2) != 0);
    return true;
}

static bool read_issues(CrmReader *reader, Customer *customer, gint64 now, GError **error)
{
    sqlite3_stmt *statement = ask(reader, QUERY_ISSUES, customer->id, now);
    int step;

    while ((step = sqlite_step(statement, error)) == SQLITE_ROW) {
        Issue *issue = g_new0(Issue, 1);

        issue->title = line_at(statement, 0, LABEL_BYTES);
        issue->severity = g_strdup(match_severity_name(sqlite3_column_int64(statement, 1)));
        issue->status = line_at(statement, 2, ID_BYTES);
        issue->opened = sqlite3_column_int64(statement, 3);
        g_ptr_array_add(customer->issues, issue);
    }
    return step == SQLITE_DONE;
}

static bool read_interactions(CrmReader *reader, Customer *customer, gint64 now, GError **error)
{
    g_autoptr(Timeline) timeline = timeline_new(customer, now);
    bool ours = reader->statements[QUERY_INTERACTIONS_AND_OURS] != NULL;
    sqlite3_stmt *statement =
        ask(reader, ours ? QUERY_INTERACTIONS_AND_OURS : QUERY_INTERACTIONS, customer->id, now);
    int step;

    while ((step = sqlite_step(statement, error)) == SQLITE_ROW) {
        TimelineRow row = { .when = sqlite3_column_int64(statement, 0),
                            .type = raw_at(statement, 1),
                            .category = raw_at(statement, 2),
                            .summary = raw_at(statement, 3),
                            .contact = raw_at(statement, 4),
                            .sentiment = number_at(statement, 5, -1, 1, NAN) };

        timeline_add(timeline, &row);
    }
    timeline_end(timeline);
    return step == SQLITE_DONE;
}

/* What surrounds a company. */
static bool (*const surroundings[])(CrmReader *, Customer *, gint64, GError **) = {
    read_company, read_lead, read_usage, read_payments, read_issues, read_interactions,
};

static bool read_surroundings(CrmReader *reader, Customer *customer, gint64 now, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(surroundings); i++)
        if (!surroundings[i](reader, customer, now, error))
            return false;
    return true;
}

static bool find(CrmReader *reader, Customer *customer, const char *address, const char *domain,
                 gint64 now, GError **error)
{
    if (!match(reader, customer, QUERY_CONTACT, address, MATCH_EXACT, error))
        return false;
    if (customer->match == MATCH_NONE && domain &&
        !match(reader, customer, QUERY_DOMAIN, domain, MATCH_DOMAIN, error))
        return false;
    return *customer->id == '\0' || read_surroundings(reader, customer, now, error);
}

/* Statements that were left in the middle would keep the transaction, and with it the file's lock.
 */
static void end_reading(CrmReader *reader)
{
    for (int i = 0; i < QUERIES; i++)
        sqlite3_reset(reader->statements[i]);
    sqlite_run(reader->db, "COMMIT", NULL);
}

Customer *crm_reader_find(CrmReader *reader, const char *address, const char *domain, gint64 now,
                          GError **error)
{
    g_autoptr(Customer) customer = customer_new();
    bool found;

    if (!look_for_log(reader, error) || !sqlite_run(reader->db, "BEGIN", error))
        return NULL;
    found = find(reader, customer, address, domain, now, error);
    end_reading(reader);
    return found ? g_steal_pointer(&customer) : NULL;
}

static bool get(CrmReader *reader, Customer *customer, gint64 now, GError **error)
{
    if (!read_surroundings(reader, customer, now, error))
        return false;
    if (*customer->company == '\0')
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_NOT_FOUND, "no customer has the id '%s'",
                    customer->id);
    return *customer->company != '\0';
}

Customer *crm_reader_get(CrmReader *reader, const char *id, gint64 now, GError **error)
{
    g_autoptr(Customer) customer = customer_new();
    bool found;

    g_free(customer->id);
    customer->id = text_line(id, ID_BYTES);
    customer->match = MATCH_EXACT;
    if (!look_for_log(reader, error) || !sqlite_run(reader->db, "BEGIN", error))
        return NULL;
    found = get(reader, customer, now, error);
    end_reading(reader);
    return found ? g_steal_pointer(&customer) : NULL;
}
