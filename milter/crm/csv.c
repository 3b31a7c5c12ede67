/* Reads comma-separated values as RFC 4180 has them: fields in quotes may hold commas, line ends
 * and doubled quotes, others none of these.
 *
 * What breaks the rules is said and stepped over, never guessed at: a guess would shift columns,
 * and a shifted column puts one customer's words into another's record.  Linear but for the text of
 * a bad record, which is looked at again from its second line; the limits of a record bound that.
 */
#include "crm/csv.h"

#include <stdbool.h>
#include <string.h>

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

CsvReader *csv_reader_new(const char *text, gsize length)
{
    CsvReader *reader = g_new0(CsvReader, 1);

    reader->fields = g_ptr_array_new_with_free_func(g_free);
    reader->field = g_string_new(NULL);
    reader->at = text;
    reader->end = text + length;
    reader->next_line = 1;
    if (length >= 3 && memcmp(text, BYTE_ORDER_MARK, 3) == 0)
        reader->at += 3;
    return reader;
}

void csv_reader_free(CsvReader *reader)
{
    if (!reader)
        return;
    g_ptr_array_unref(reader->fields);
    g_string_free(reader->field, TRUE);
    g_free(reader);
}

/* The bytes of the line end at `at`, 0 if there is none. */
static gsize line_end_at(const CsvReader *reader, const char *at)
{
    if (at < reader->end && *at == '\n')
        return 1;
    return reader->end - at >= 2 && at[0] == '\r' && at[1] == '\n' ? 2 : 0;
}

static bool is_at_field_end(const CsvReader *reader)
{
    return reader->at == reader->end || *reader->at == ',' || line_end_at(reader, reader->at) > 0;
}

/* Appends the byte at the cursor to the field.  Gives what is wrong with it, or NULL. */
static const char *take_byte(CsvReader *reader)
{
    if (*reader->at == '\0')
        return "a NUL byte stands in it; export the file as UTF-8";
    if (reader->field->len == CSV_FIELD_MAX)
        return "a field is too long, or its quote is never closed";
    if (*reader->at == '\n')
        reader->next_line++;
    g_string_append_c(reader->field, *reader->at++);
    return NULL;
}

static const char *take_quoted(CsvReader *reader)
{
    const char *why = NULL;

    reader->at++;
    while (!why) {
        const char *quote = reader->at;

        if (quote == reader->end)
            return "a quote is never closed";
        if (*quote == '"') {
            reader->at++;
            if (reader->at == reader->end || *reader->at != '"')
                break;
        }
        why = take_byte(reader);
    }
    if (!why && !is_at_field_end(reader))
        why = "text stands behind a closing quote; quotes inside a field are doubled";
    return why;
}

static const char *take_plain(CsvReader *reader)
{
    const char *why = NULL;

    while (!why && !is_at_field_end(reader))
        why =
            *reader->at == '"' ? "a quote stands inside a field without quotes" : take_byte(reader);
    return why;
}

/* Reads fields up to and including the line end. */
static const char *take_record(CsvReader *reader)
{
    for (;;) {
        const char *why;

        if (reader->fields->len == CSV_FIELDS_MAX)
            return "it has too many fields";
        g_string_truncate(reader->field, 0);
        why = reader->at < reader->end && *reader->at == '"' ? take_quoted(reader)
                                                             : take_plain(reader);
        if (why)
            return why;
        g_ptr_array_add(reader->fields, g_strndup(reader->field->str, reader->field->len));
        if (reader->at == reader->end || *reader->at != ',')
            break;
        reader->at++;
    }
    if (reader->at < reader->end) {
        reader->at += line_end_at(reader, reader->at);
        reader->next_line++;
    }
    return NULL;
}

static void skip_empty_lines(CsvReader *reader)
{
    for (gsize length; (length = line_end_at(reader, reader->at)) > 0; reader->at += length)
        reader->next_line++;
}

CsvResult csv_next(CsvReader *reader)
{
    const char *start, *line_end;

    g_ptr_array_set_size(reader->fields, 0);
    skip_empty_lines(reader);
    if (reader->at == reader->end)
        return CSV_END;

    start = reader->at;
    reader->line = reader->next_line;
    reader->why = take_record(reader);
    if (!reader->why)
        return CSV_RECORD;

    g_ptr_array_set_size(reader->fields, 0);
    line_end = memchr(start, '\n', (gsize)(reader->end - start));
    reader->at = line_end ? line_end + 1 : reader->end;
    reader->next_line = reader->line + 1;
    return CSV_BAD;
}
