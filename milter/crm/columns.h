/* What the CSV files of an import may hold.  Pure. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef enum {
    COLUMN_TEXT,
    COLUMN_TOKEN, /* text_is_token(): may stand in a header */
    COLUMN_ADDRESS,
    COLUMN_DOMAIN,
    COLUMN_NUMBER,
    COLUMN_COUNT,
    COLUMN_DATE,    /* epoch seconds */
    COLUMN_UPDATED, /* COLUMN_DATE; when the file was written if not given */
    COLUMN_TIER,
    COLUMN_SEVERITY, /* 1 to 4 */
    COLUMN_STATUS
} ColumnType;

typedef struct {
    const char *name; /* in the CSV file's header row and in the table */
    ColumnType type;
    bool required;
    double min, max; /* of numbers and counts; max of texts: bytes */
} Column;

#define COLUMNS_MAX 9

/* A file, and the table it fills.  `unique`: the columns that name a row; `order`: the table's
 * primary key, in which rows are inserted. */
typedef struct {
    const char *file, *table, *unique, *order;
    bool required;
    Column columns[COLUMNS_MAX + 1]; /* ends with a name that is NULL */
} CsvTable;

extern const CsvTable csv_tables[]; /* companies first; ends with a file that is NULL */

/* Where the words of a cell are looked up. */
typedef struct {
    const char *const *tiers; /* NULL-terminated */
    gint64 written;           /* when the file was, epoch seconds */
} ColumnContext;

/* A cell's value as the database would have it, as text.  NULL with *why NULL: empty, and may be.
 * NULL with *why (caller frees): what is wrong with it, to stand behind its name. */
char *column_value(const Column *column, const char *text, const ColumnContext *context,
                   char **why);
