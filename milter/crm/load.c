/* Takes one CSV file into its table of a CRM file that is being built.
 *
 * Rows are checked cell by cell on the way into a staging table; then doubles and rows of unknown
 * companies are struck out, and what is left is inserted in the order of its key, which SQLite
 * sorts on disk however much it is.  A bad row is a diagnostic and left out; a file whose header
 * row doesn't name what is needed is an error, because then every row would be wrong. */
#include "crm/load.h"

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "crm/csv.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#define CSV_FILE_MAX (G_GINT64_CONSTANT(1) << 30)
#define QUOTED_BYTES 60 /* of a bad cell, in a diagnostic */

typedef struct {
    sqlite3 *db;
    const CsvTable *table;
    const char *file; /* its path */
    Diags *diags;
    ColumnContext context;
    guint width;               /* fields of the header row */
    int position[COLUMNS_MAX]; /* the field of each column, -1 if the file has none */
} Load;

static Place place_at(const Load *load, int line)
{
    return (Place){ load->file, line, 1 };
}

static int find_column(const CsvTable *table, const char *name)
{
    for (int i = 0; table->columns[i].name; i++)
        if (g_ascii_strcasecmp(table->columns[i].name, name) == 0)
            return i;
    return -1;
}

static void add_unknown_column(const Load *load, int line, const char *name)
{
    const char *names[COLUMNS_MAX + 1] = { NULL };
    const char *nearest;
    g_autofree char *shown = text_line(name, QUOTED_BYTES);

    for (int i = 0; load->table->columns[i].name; i++)
        names[i] = load->table->columns[i].name;
    nearest = diags_nearest(name, names);
    diags_add(load->diags, place_at(load, line), "unknown column '%s' is ignored%s%s%s", shown,
              nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
}

static void take_column(Load *load, int line, const char *field, int position)
{
    g_autofree char *name = g_strstrip(g_strdup(field));
    int column = find_column(load->table, name);

    if (column < 0)
        add_unknown_column(load, line, name);
    else if (load->position[column] >= 0)
        diags_add(load->diags, place_at(load, line),
                  "the column '%s' is named twice; the first one is taken",
                  load->table->columns[column].name);
    else
        load->position[column] = position;
}

static bool has_required_columns(const Load *load, int line, GError **error)
{
    const Column *columns = load->table->columns;

    for (int i = 0; columns[i].name; i++)
        if (columns[i].required && load->position[i] < 0) {
            g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT,
                        "%s:%d: the header row names no column '%s'; columns are separated by "
                        "commas",
                        load->file, line, columns[i].name);
            return false;
        }
    return true;
}

static bool read_header(Load *load, CsvReader *csv, GError **error)
{
    if (csv_next(csv) != CSV_RECORD) {
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT,
                    "%s: expected a header row that names the columns", load->file);
        return false;
    }
    for (int i = 0; i < COLUMNS_MAX; i++)
        load->position[i] = -1;
    load->width = csv->fields->len;
    for (guint i = 0; i < csv->fields->len; i++)
        take_column(load, csv->line, csv->fields->pdata[i], (int)i);
    return has_required_columns(load, csv->line, error);
}

static const char *cell_of(const Load *load, const CsvReader *csv, int column)
{
    int position = load->position[column];

    return position < 0 ? "" : csv->fields->pdata[position];
}

static void add_bad_cell(const Load *load, int line, const char *name, const char *cell,
                         const char *why)
{
    g_autofree char *shown = text_line(cell, QUOTED_BYTES);
    const char *quote = *shown ? "'" : "", *space = *shown ? " " : "";

    diags_add(load->diags, place_at(load, line), "%s %s%s%s%s%s; row skipped", name, quote, shown,
              quote, space, why);
}

/* Binds the record's cells behind its line number.  false if one of them is bad. */
static bool bind_record(const Load *load, const CsvReader *csv, sqlite3_stmt *statement)
{
    const Column *columns = load->table->columns;
    bool good = true;

    sqlite3_bind_int(statement, 1, csv->line);
    for (int i = 0; columns[i].name; i++) {
        const char *cell = cell_of(load, csv, i);
        g_autofree char *why = NULL;
        g_autofree char *value = column_value(&columns[i], cell, &load->context, &why);

        if (why)
            add_bad_cell(load, csv->line, columns[i].name, cell, why);
        good = good && !why;
        sqlite3_bind_text(statement, i + 2, value, -1, SQLITE_TRANSIENT);
    }
    return good;
}

static bool stage_record(const Load *load, const CsvReader *csv, sqlite3_stmt *statement,
                         GError **error)
{
    int step;

    if (csv->fields->len != load->width) {
        diags_add(load->diags, place_at(load, csv->line),
                  "the row has %u fields, the header row %u; row skipped", csv->fields->len,
                  load->width);
        return true;
    }
    if (!bind_record(load, csv, statement))
        return true;
    step = sqlite_step(statement, error);
    sqlite3_reset(statement);
    return step == SQLITE_DONE;
}

/* "id, name, industry" */
static char *column_names(const CsvTable *table)
{
    GString *names = g_string_new(NULL);

    for (int i = 0; table->columns[i].name; i++)
        g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", table->columns[i].name);
    return g_string_free(names, FALSE);
}

static sqlite3_stmt *prepare_staging(const Load *load, GError **error)
{
    g_autofree char *names = column_names(load->table);
    GString *insert = g_string_new(NULL);
    g_autofree char *sql = NULL;
    g_autofree char *create =
        g_strdup_printf("CREATE TEMP TABLE staged AS SELECT 0 AS line, %s FROM %s WHERE 0", names,
                        load->table->table);

    g_string_append_printf(insert, "INSERT INTO staged (line, %s) VALUES (?1", names);
    for (int i = 0; load->table->columns[i].name; i++)
        g_string_append_printf(insert, ", ?%d", i + 2);
    g_string_append_c(insert, ')');
    sql = g_string_free(insert, FALSE);
    return sqlite_run(load->db, create, error) ? sqlite_prepare(load->db, sql, error) : NULL;
}

static bool stage_records(const Load *load, CsvReader *csv, GError **error)
{
    g_autoptr(sqlite3_stmt) statement = prepare_staging(load, error);
    CsvResult result;

    if (!statement)
        return false;
    while ((result = csv_next(csv)) != CSV_END) {
        if (result == CSV_BAD)
            diags_add(load->diags, place_at(load, csv->line), "%s; row skipped", csv->why);
        else if (!stage_record(load, csv, statement, error))
            return false;
    }
    return true;
}

/* Strikes out staged rows; `sql` gives back the line of each. */
static bool strike_out(const Load *load, const char *sql, const char *why, GError **error)
{
    g_autoptr(sqlite3_stmt) statement = sqlite_prepare(load->db, sql, error);
    int step;

    if (!statement)
        return false;
    while ((step = sqlite_step(statement, error)) == SQLITE_ROW)
        diags_add(load->diags, place_at(load, sqlite3_column_int(statement, 0)), "%s; row skipped",
                  why);
    return step == SQLITE_DONE;
}

static bool strike_out_doubles(const Load *load, GError **error)
{
    g_autofree char *sql =
        g_strdup_printf("DELETE FROM staged WHERE line IN (SELECT line FROM (SELECT line,"
                        " row_number() OVER (PARTITION BY %s ORDER BY line) AS place FROM staged)"
                        " WHERE place > 1) RETURNING line",
                        load->table->unique);
    g_autofree char *why = g_strdup_printf("an earlier row has the same %s", load->table->unique);

    return strike_out(load, sql, why, error);
}

static bool strike_out_strangers(const Load *load, GError **error)
{
    if (find_column(load->table, "company_id") < 0)
        return true;
    return strike_out(load,
                      "DELETE FROM staged WHERE company_id NOT IN (SELECT id FROM company)"
                      " RETURNING line",
                      "its company_id is none of companies.csv", error);
}

static bool insert_staged(const Load *load, gint64 *rows, GError **error)
{
    const CsvTable *table = load->table;
    g_autofree char *names = column_names(table);
    g_autofree char *sql = g_strdup_printf("INSERT INTO %s (%s) SELECT %s FROM staged ORDER BY %s",
                                           table->table, names, names, table->order);

    if (!sqlite_run(load->db, sql, error))
        return false;
    *rows = sqlite3_changes64(load->db);
    return sqlite_run(load->db, "DROP TABLE staged", error);
}

static bool load_text(Load *load, const char *text, gsize length, gint64 *rows, GError **error)
{
    g_autoptr(CsvReader) csv = csv_reader_new(text, length);

    return read_header(load, csv, error) && stage_records(load, csv, error) &&
           strike_out_doubles(load, error) && strike_out_strangers(load, error) &&
           insert_staged(load, rows, error);
}

static char *read_csv(const char *path, gsize *length, gint64 *written, GError **error)
{
    g_autoptr(GError) cause = NULL;
    GStatBuf file;
    char *text = NULL;

    if (g_stat(path, &file) != 0) {
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT, "can't read %s: %s", path,
                    g_strerror(errno));
        return NULL;
    }
    *written = file.st_mtim.tv_sec;
    text = files_read(path, CSV_FILE_MAX, length, &cause);
    if (!text)
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT, "can't read %s: %s", path,
                    cause->message);
    return text;
}

bool load_file(sqlite3 *db, const CsvTable *table, const char *folder, const char *const *tiers,
               Diags *diags, gint64 *rows, GError **error)
{
    g_autofree char *path = g_build_filename(folder, table->file, NULL);
    g_autofree char *text = NULL;
    Load load = { .db = db, .table = table, .file = path, .diags = diags };
    gsize length;

    *rows = 0;
    if (!table->required && !g_file_test(path, G_FILE_TEST_EXISTS))
        return true;
    load.context.tiers = tiers;
    text = read_csv(path, &length, &load.context.written, error);
    if (!text || !load_text(&load, text, length, rows, error))
        return false;
    if (table->required && *rows == 0)
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT, "%s: no row of it could be taken",
                    path);
    return !table->required || *rows > 0;
}
