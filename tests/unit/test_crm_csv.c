/* The CSV reader: what RFC 4180 allows, what it forbids, and where a reader's patience ends. */
#include "crm/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* "a|b" for each record, "!line" for each bad one; joined by '/'. */
static char *read_all(const char *text, gsize length)
{
    g_autoptr(CsvReader) csv = csv_reader_new(text, length);
    GString *all = g_string_new(NULL);
    CsvResult result;

    while ((result = csv_next(csv)) != CSV_END) {
        g_string_append(all, all->len > 0 ? "/" : "");
        if (result == CSV_BAD)
            g_string_append_printf(all, "!%d", csv->line);
        for (guint i = 0; i < csv->fields->len; i++)
            g_string_append_printf(all, "%s%s", i > 0 ? "|" : "", (char *)csv->fields->pdata[i]);
    }
    return g_string_free(all, FALSE);
}

static void records_are_read_as_rfc_4180_has_them(void **state)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        { "", "" },
        { "\r\n\n\r\n", "" },
        { "a,b\r\nc,d\r\n", "a|b/c|d" },
        { "a,b\nc,d", "a|b/c|d" },
        { "a,,c\n", "a||c" },
        { ",\n", "|" },
        { "\xEF\xBB\xBFid,name\n", "id|name" },
        { "\"a,b\",c\n", "a,b|c" },
        { "\"a \"\"b\"\"\",c\n", "a \"b\"|c" },
        { "\"two\nlines\",c\nd,e\n", "two\nlines|c/d|e" },
        { "\"\",x\n", "|x" },
        { " a , b \n", " a | b " },
        { "a\rb,c\n", "a\rb|c" },
        { "\"a\"\r\n", "a" },
        { "名前,値\n", "名前|値" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *got = read_all(rows[i].text, strlen(rows[i].text));

        assert_string_equal(got, rows[i].want);
    }
}

static void a_bad_record_is_named_and_the_next_line_is_read(void **state)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        { "a\"b,c\nd,e\n", "!1/d|e" },
        { "a,b\n\"x\"y,c\nd,e\n", "a|b/!2/d|e" },
        { "a,b\n\"open,c\nd,e\n", "a|b/!2/d|e" },
        { "\"", "!1" },
        { "\"a\n\nb\"c\nd\n", "!1/!3/d" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *got = read_all(rows[i].text, strlen(rows[i].text));

        assert_string_equal(got, rows[i].want);
    }
}

static void a_nul_byte_makes_a_record_bad(void **state)
{
    g_autofree char *got = read_all("a\0b,c\nd,e\n", 10);

    (void)state;
    assert_string_equal(got, "!1/d|e");
}

static void lines_are_counted_through_quoted_line_ends(void **state)
{
    static const char text[] = "h\n\n\"1\n2\n3\"\r\nlast\n";
    g_autoptr(CsvReader) csv = csv_reader_new(text, strlen(text));
    static const int want[] = { 1, 3, 6 };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(want); i++) {
        assert_int_equal(csv_next(csv), CSV_RECORD);
        assert_int_equal(csv->line, want[i]);
    }
    assert_int_equal(csv_next(csv), CSV_END);
}

static CsvResult read_field_of(gsize length, bool quoted)
{
    g_autofree char *field = g_strnfill(length, 'x');
    g_autofree char *text = g_strdup_printf(quoted ? "\"%s\"\n" : "%s\n", field);
    g_autoptr(CsvReader) csv = csv_reader_new(text, strlen(text));

    return csv_next(csv);
}

static void fields_longer_than_the_limit_are_bad(void **state)
{
    (void)state;
    for (int quoted = 0; quoted <= 1; quoted++) {
        assert_int_equal(read_field_of(CSV_FIELD_MAX - 1, quoted), CSV_RECORD);
        assert_int_equal(read_field_of(CSV_FIELD_MAX, quoted), CSV_RECORD);
        assert_int_equal(read_field_of(CSV_FIELD_MAX + 1, quoted), CSV_BAD);
    }
}

static void records_with_more_fields_than_the_limit_are_bad(void **state)
{
    (void)state;
    for (int extra = -1; extra <= 1; extra++) {
        g_autofree char *text = g_strnfill((gsize)(CSV_FIELDS_MAX + extra - 1), ',');
        g_autoptr(CsvReader) csv = csv_reader_new(text, strlen(text));

        assert_int_equal(csv_next(csv), extra > 0 ? CSV_BAD : CSV_RECORD);
        assert_int_equal(csv->fields->len, extra > 0 ? 0 : CSV_FIELDS_MAX + extra);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_read_as_rfc_4180_has_them),
        cmocka_unit_test(a_bad_record_is_named_and_the_next_line_is_read),
        cmocka_unit_test(a_nul_byte_makes_a_record_bad),
        cmocka_unit_test(lines_are_counted_through_quoted_line_ends),
        cmocka_unit_test(fields_longer_than_the_limit_are_bad),
        cmocka_unit_test(records_with_more_fields_than_the_limit_are_bad),
    };

    return cmocka_run_group_tests_name("crm: csv", tests, NULL, NULL);
}
