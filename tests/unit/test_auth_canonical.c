/* The two canonical forms of header fields and bodies, and tag lists. */
#include "auth/body.h"
#include "auth/header.h"
#include "auth/tag_list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

/* -- Bodies ----------------------------------------------------------------------------------- */

static GBytes *sum_of(const char *text)
{
    guchar sum[DIGEST_SIZE];
    Digest *digest = digest_new();

    digest_add(digest, text, strlen(text));
    digest_sum(digest, sum);
    return g_bytes_new(sum, sizeof sum);
}

/* In chunks of that size. */
static void assert_body(const char *text, gsize chunk, const char *simple, const char *relaxed)
{
    g_autoptr(DkimBody) body = dkim_body_new();
    g_autoptr(GBytes) simple_sum = sum_of(simple);
    g_autoptr(GBytes) relaxed_sum = sum_of(relaxed);
    gsize length = strlen(text);

    dkim_body_want(body, false);
    dkim_body_want(body, true);
    for (gsize at = 0; at < length; at += chunk)
        dkim_body_add(body, text + at, MIN(chunk, length - at));
    dkim_body_end(body);
    if (!dkim_body_matches(body, false, simple_sum))
        fail_msg("simple, in chunks of %zu: %s", chunk, text);
    if (!dkim_body_matches(body, true, relaxed_sum))
        fail_msg("relaxed, in chunks of %zu: %s", chunk, text);
}

/* Rows: a body, and its simple and relaxed form.  The first is the example of RFC 6376 3.4.5. */
static void bodies_are_hashed_in_both_forms(void **state)
{
    static const char *const rows[][3] = {
        { " C \r\nD \t E\r\n\r\n\r\n", " C \r\nD \t E\r\n", " C\r\nD E\r\n" },
        { "", "\r\n", "" },
        { "\r\n", "\r\n", "" },
        { "\r\n\r\n\r\n", "\r\n", "" },
        { " \r\n", " \r\n", "" },
        { " \t\r\n \r\n", " \t\r\n \r\n", "" },
        { " ", " \r\n", "" },
        { "a", "a\r\n", "a\r\n" },
        { "a\r\n", "a\r\n", "a\r\n" },
        { "a ", "a \r\n", "a\r\n" },
        { "a\r\n\r\nb\r\n", "a\r\n\r\nb\r\n", "a\r\n\r\nb\r\n" },
        { "\r\n\r\na", "\r\n\r\na\r\n", "\r\n\r\na\r\n" },
        { "a\t\t b  c\t\r\n", "a\t\t b  c\t\r\n", "a b c\r\n" },
        { "a\n\nb\n\n", "a\r\n\r\nb\r\n", "a\r\n\r\nb\r\n" },
        { "a\r\nb\nc", "a\r\nb\r\nc\r\n", "a\r\nb\r\nc\r\n" },
        { "a\rb\r\n", "a\rb\r\n", "a\rb\r\n" },
        { "a\r", "a\r\r\n", "a\r\r\n" },
        { "a\r\r\n", "a\r\r\n", "a\r\r\n" },
        { "a \r b\r\n", "a \r b\r\n", "a \r b\r\n" },
        { "\r", "\r\r\n", "\r\r\n" },
        { "\r\n\r", "\r\n\r\r\n", "\r\n\r\r\n" },
        { "a\r\n \r\n\t\r\n", "a\r\n \r\n\t\r\n", "a\r\n" },
        { "a\r\n \r\nb", "a\r\n \r\nb\r\n", "a\r\n\r\nb\r\n" },
        { "\xff\x80\r\n", "\xff\x80\r\n", "\xff\x80\r\n" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        for (gsize chunk = 1; chunk <= 7; chunk++)
            assert_body(rows[i][0], chunk, rows[i][1], rows[i][2]);
}

/* At, below and above the size of what is gathered before it is hashed, in lines and as one. */
static void long_bodies_are_hashed_whole(void **state)
{
    static const gsize lengths[] = { 4095, 4096, 4097, 8192, 100000 };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++) {
        g_autofree char *line = g_strnfill(lengths[i], 'x');
        g_autofree char *ended = g_strconcat(line, "\r\n", NULL);
        GString *lines = g_string_new(NULL);

        assert_body(line, lengths[i], ended, ended);
        assert_body(line, 1000, ended, ended);
        while (lines->len < lengths[i])
            g_string_append(lines, "a b\r\n");
        assert_body(lines->str, 4096, lines->str, lines->str);
        assert_body(lines->str, 3, lines->str, lines->str);
        g_string_free(lines, TRUE);
    }
}

static void a_hash_of_another_length_does_not_match(void **state)
{
    g_autoptr(DkimBody) body = dkim_body_new();
    g_autoptr(GBytes) whole = sum_of("\r\n");
    g_autoptr(GBytes) part = g_bytes_new_from_bytes(whole, 0, DIGEST_SIZE - 1);
    g_autoptr(GBytes) empty = g_bytes_new(NULL, 0);

    (void)state;
    dkim_body_want(body, false);
    dkim_body_end(body);
    assert_true(dkim_body_matches(body, false, whole));
    assert_false(dkim_body_matches(body, false, part));
    assert_false(dkim_body_matches(body, false, empty));
}

/* -- Header fields ---------------------------------------------------------------------------- */

static void assert_digest(Digest *digest, const char *wanted)
{
    guchar sum[DIGEST_SIZE];
    g_autoptr(GBytes) other = sum_of(wanted);

    digest_sum(digest, sum);
    if (memcmp(sum, g_bytes_get_data(other, NULL), DIGEST_SIZE) != 0)
        fail_msg("expected another form than %s", wanted);
}

/* Rows: a field, and its simple and relaxed form.  The first two are RFC 6376 3.4.5. */
static void fields_are_written_in_both_forms(void **state)
{
    static const struct {
        DkimField field;
        const char *simple, *relaxed;
    } rows[] = {
        { { "A", " X" }, "A: X\r\n", "a:X\r\n" },
        { { "B ", " Y\t\r\n\tZ  " }, "B : Y\t\r\n\tZ  \r\n", "b:Y Z\r\n" },
        { { "B\t ", " Y\t\n\tZ  " }, "B\t : Y\t\r\n\tZ  \r\n", "b:Y Z\r\n" },
        { { "Subject", "" }, "Subject:\r\n", "subject:\r\n" },
        { { "Subject", " \t " }, "Subject: \t \r\n", "subject:\r\n" },
        { { "Subject", "x" }, "Subject:x\r\n", "subject:x\r\n" },
        { { "Subject", "\r\n a\r\n \r\n b" }, "Subject:\r\n a\r\n \r\n b\r\n", "subject:a b\r\n" },
        { { "Subject", " a\rb" }, "Subject: a\rb\r\n", "subject:a\rb\r\n" },
        { { "Subject", " a\r" }, "Subject: a\r\r\n", "subject:a\r\r\n" },
        { { "Subject", " f\xfcr \xc3\xbc" },
          "Subject: f\xfcr \xc3\xbc\r\n",
          "subject:f\xfcr \xc3\xbc\r\n" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Digest *simple = digest_new(), *relaxed = digest_new();

        header_add_field(&rows[i].field, false, simple);
        assert_digest(simple, rows[i].simple);
        header_add_field(&rows[i].field, true, relaxed);
        assert_digest(relaxed, rows[i].relaxed);
    }
}

static void a_long_line_is_written_whole(void **state)
{
    g_autofree char *value = g_strnfill(5000, 'x');
    g_autofree char *wanted = g_strdup_printf("x-long:%s\r\n", value);
    DkimField field = { "X-Long", value };
    Digest *digest = digest_new();

    (void)state;
    header_add_field(&field, true, digest);
    assert_digest(digest, wanted);
}

/* Rows: h=, and the fields it selects of A1, B1, A2, S (the signature), A3, from top to bottom. */
static void fields_are_selected_from_the_bottom_up(void **state)
{
    static const DkimField fields[] = {
        { "A", "1" }, { "B", "1" }, { "a", "2" }, { "S", "own" }, { "A ", "3" }, { "S", "other" },
    };
    static const char *const rows[][2] = {
        { "a", "a:3\r\n" },          { "a:b", "a:3\r\nb:1\r\n" },
        { "a:a", "a:3\r\na:2\r\n" }, { "a:b:a:a:a", "a:3\r\nb:1\r\na:2\r\na:1\r\n" },
        { "c:b:c", "b:1\r\n" },      { "0:z:b:0:z", "b:1\r\n" },
        { "s", "s:other\r\n" },      { "s:s", "s:other\r\n" },
        { "s:s:s", "s:other\r\n" },  { "", "" },
    };
    g_autoptr(Header) header = header_new(fields, G_N_ELEMENTS(fields));

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(GStrv) names = g_strsplit(rows[i][0], ":", -1);
        Digest *digest = digest_new();

        header_add_selected(header, names, 3, true, digest);
        assert_digest(digest, rows[i][1]);
    }
}

static double cpu_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* "a|" and "b[" have the same hash in GLib's tables of texts, and so have all texts of as many such
 * pairs: a table of these 32,768 names takes seconds, sorting them some milliseconds. */
static void names_with_one_hash_cost_no_more(void **state)
{
    enum { PAIRS = 15, COUNT = 1 << PAIRS };
    g_autofree DkimField *fields = g_new(DkimField, COUNT);
    double begun = cpu_seconds();

    (void)state;
    for (guint i = 0; i < COUNT; i++) {
        GString *name = g_string_new(NULL);
        for (guint bit = 0; bit < PAIRS; bit++)
            g_string_append(name, i >> bit & 1 ? "b[" : "a|");
        fields[i] = (DkimField){ g_string_free(name, FALSE), " x" };
    }
    g_autoptr(Header) header = header_new(fields, COUNT);
    const gsize *places;
    for (guint i = 0; i < COUNT; i++) {
        g_autofree char *lower = g_ascii_strdown(fields[i].name, -1);
        assert_true(header_fields_of(header, lower, &places) == 1 && places[0] == i);
        g_free((char *)fields[i].name);
    }
    assert_true(cpu_seconds() - begun < 4);
}

/* -- Tag lists -------------------------------------------------------------------------------- */

static void assert_tags(const char *text, gsize length, const char *wanted)
{
    TagList list;
    GString *out = g_string_new(NULL);

    if (tag_list_parse(&list, text, length))
        for (gsize i = 0; i < list.count; i++)
            g_string_append_printf(out, "%.*s=%.*s|", (int)list.tags[i].name_length,
                                   list.tags[i].name, (int)list.tags[i].length, list.tags[i].value);
    else
        g_string_append(out, "malformed");
    assert_string_equal(out->str, wanted);
    g_string_free(out, TRUE);
}

static void tag_lists_are_read_or_malformed(void **state)
{
    static const char *const rows[][2] = {
        { "a=b", "a=b|" },
        { " a = b ; c=d;", "a=b|c=d|" },
        { "a=b; c=d; ", "a=b|c=d|" },
        { "a=b;\r\n c=d\r\n ", "a=b|c=d|" },
        { "a=b;\n\tc=d", "a=b|c=d|" },
        { "a=;b=", "a=|b=|" },
        { "a=b=c==", "a=b=c==|" },
        { "a=b c \t d", "a=b c \t d|" },
        { "a_1=x;A_1=y", "a_1=x|A_1=y|" },
        { "n=f\xc3\xbcr", "n=f\xc3\xbcr|" },
        { "", "malformed" },
        { ";", "malformed" },
        { " ", "malformed" },
        { "a", "malformed" },
        { "a=b;;", "malformed" },
        { "a=b;;c=d", "malformed" },
        { ";a=b", "malformed" },
        { "a=b; ;c=d", "malformed" },
        { "a=b;a=c", "malformed" },
        { "a=b;a=b", "malformed" },
        { "=b", "malformed" },
        { "1=b", "malformed" },
        { "_a=b", "malformed" },
        { "a-b=c", "malformed" },
        { "a b=c", "malformed" },
        { "a\xc3=c", "malformed" },
        { "a=b\rc", "malformed" },
        { "a=b\nc", "malformed" },
        { "a=b\r\nc", "malformed" },
        { "a=b\n", "malformed" },
        { "a=b\r", "malformed" },
        { "a=b\x01", "malformed" },
        { "a=b\x7f", "malformed" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_tags(rows[i][0], strlen(rows[i][0]), rows[i][1]);
    assert_tags("a=b\0c", 5, "malformed");
}

static void a_list_has_at_most_sixty_four_tags(void **state)
{
    GString *text = g_string_new(NULL);
    TagList list;

    (void)state;
    for (gsize i = 1; i <= TAGS_MAX + 1; i++) {
        g_string_append_printf(text, "t%zu=x;", i);
        assert_int_equal(tag_list_parse(&list, text->str, text->len), i <= TAGS_MAX);
    }
    g_string_free(text, TRUE);
}

/* Rows: a value, and the bytes that it is base64 of; NULL: malformed. */
static void base64_is_strict_but_for_white_space(void **state)
{
    static const char *const rows[][2] = {
        { "QUJD", "ABC" },    { "QUI=", "AB" },   { "QQ==", "A" },  { "Q U\r\n JD", "ABC" },
        { "Q Q = =", "A" },   { "", NULL },       { "QUJ", NULL },  { "QUI", NULL },
        { "QQ=", NULL },      { "QUJDQQ", NULL }, { "Q===", NULL }, { "====", NULL },
        { "QQ==QUJD", NULL }, { "QU-D", NULL },   { "QU_D", NULL }, { "QUJ\xc3", NULL },
        { "QUJD====", NULL }, { "QUJD=", NULL },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Tag tag = { .value = rows[i][0], .length = strlen(rows[i][0]) };
        GBytes *bytes = tag_bytes(&tag);

        assert_int_equal(bytes != NULL, rows[i][1] != NULL);
        if (!bytes)
            continue;
        assert_int_equal(g_bytes_get_size(bytes), strlen(rows[i][1]));
        assert_memory_equal(g_bytes_get_data(bytes, NULL), rows[i][1], strlen(rows[i][1]));
        g_bytes_unref(bytes);
    }
}

static void words_between_colons_are_found(void **state)
{
    Tag tag = { .value = "sha1 : SHA256:x", .length = strlen("sha1 : SHA256:x") };

    (void)state;
    assert_true(tag_holds(&tag, "sha256"));
    assert_true(tag_holds(&tag, "sha1"));
    assert_true(tag_holds(&tag, "x"));
    assert_false(tag_holds(&tag, "sha25"));
    assert_false(tag_holds(&tag, "sha1 : sha256"));
    assert_false(tag_holds(&tag, ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bodies_are_hashed_in_both_forms),
        cmocka_unit_test(long_bodies_are_hashed_whole),
        cmocka_unit_test(a_hash_of_another_length_does_not_match),
        cmocka_unit_test(fields_are_written_in_both_forms),
        cmocka_unit_test(a_long_line_is_written_whole),
        cmocka_unit_test(fields_are_selected_from_the_bottom_up),
        cmocka_unit_test(names_with_one_hash_cost_no_more),
        cmocka_unit_test(tag_lists_are_read_or_malformed),
        cmocka_unit_test(a_list_has_at_most_sixty_four_tags),
        cmocka_unit_test(base64_is_strict_but_for_white_space),
        cmocka_unit_test(words_between_colons_are_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
