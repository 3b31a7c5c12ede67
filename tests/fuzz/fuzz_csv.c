/* CSV from anywhere: the reader ends, keeps its limits, goes forward, and what it read can be
 * written down in quotes and read again. */
#include "crm/csv.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_record(const CsvReader *csv)
{
    g_assert(csv->fields->len >= 1 && csv->fields->len <= CSV_FIELDS_MAX);
    for (guint i = 0; i < csv->fields->len; i++)
        g_assert(strlen(csv->fields->pdata[i]) <= CSV_FIELD_MAX);
}

static void write_record(GString *out, const GPtrArray *fields)
{
    for (guint i = 0; i < fields->len; i++) {
        g_string_append(out, i > 0 ? ",\"" : "\"");
        for (const char *at = fields->pdata[i]; *at; at++) {
            g_string_append(out, *at == '"' ? "\"" : "");
            g_string_append_c(out, *at);
        }
        g_string_append_c(out, '"');
    }
    g_string_append(out, "\r\n");
}

static void check_again(const GPtrArray *fields)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(CsvReader) again = NULL;

    write_record(text, fields);
    again = csv_reader_new(text->str, text->len);
    g_assert(csv_next(again) == CSV_RECORD);
    g_assert(again->fields->len == fields->len);
    for (guint i = 0; i < fields->len; i++)
        g_assert(g_str_equal(again->fields->pdata[i], fields->pdata[i]));
    g_assert(csv_next(again) == CSV_END);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_memdup2(data, size);
    g_autoptr(CsvReader) csv = csv_reader_new(text ? text : "", size);
    CsvResult result;
    int line = 0;

    while ((result = csv_next(csv)) != CSV_END) {
        g_assert(csv->line > line);
        line = csv->line;
        if (result == CSV_BAD) {
            g_assert(csv->why && csv->fields->len == 0);
            continue;
        }
        check_record(csv);
        check_again(csv->fields);
    }
    return 0;
}
