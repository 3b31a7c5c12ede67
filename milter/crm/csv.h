/* Comma-separated values (RFC 4180) as records of texts.  Pure.
 *
 *   g_autoptr(CsvReader) csv = csv_reader_new(text, length);
 *   while ((result = csv_next(csv)) != CSV_END)
 *       if (result == CSV_RECORD) use csv->fields else say csv->why at csv->line
 */
#pragma once

#include <glib.h>

/* Fields of a record, and bytes of a field, that are taken. */
#define CSV_FIELDS_MAX 64
#define CSV_FIELD_MAX  16384

typedef enum { CSV_RECORD, CSV_BAD, CSV_END } CsvResult;

typedef struct {
    GPtrArray *fields; /* char*: of the record read last; bytes as they stand, without NUL */
    int line;          /* where that record begins, from 1 */
    const char *why;   /* CSV_BAD: what is wrong with it; static */

    const char *at, *end; /* what is still to be read */
    int next_line;
    GString *field; /* the one being read */
} CsvReader;

/* Reads text[0..length), which must outlive the reader.  A byte order mark is stepped over. */
CsvReader *csv_reader_new(const char *text, gsize length);
void csv_reader_free(CsvReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CsvReader, csv_reader_free)

/* The next record; empty lines are none.  Lines end in CRLF or LF.  After CSV_BAD the reader goes
 * on at the line behind the one where the bad record began. */
CsvResult csv_next(CsvReader *reader);
