/* Diagnostics: their order, their bound, and the guess at what was meant. */
#include "base/diag.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void lines_come_by_file_and_place(void **state)
{
    (void)state;
    g_autoptr(Diags) diags = diags_new();
    diags_add(diags, (Place){ "z.conf", 3, 1 }, "third of %s", "z");
    diags_add(diags, (Place){ "a.conf", 1, 5 }, "a comes later");
    diags_add(diags, (Place){ "z.conf", 2, 9 }, "second");
    diags_add(diags, (Place){ "z.conf", 2, 1 }, "first");
    diags_add(diags, (Place){ "z.conf", 2, 9 }, "second, said later");
    diags_add(diags, (Place){ "z.conf", 0, 0 }, "the whole file");

    g_autofree char *text = diags_to_text(diags);
    assert_string_equal(text, "z.conf: the whole file\n"
                              "z.conf:2:1: first\n"
                              "z.conf:2:9: second\n"
                              "z.conf:2:9: second, said later\n"
                              "z.conf:3:1: third of z\n"
                              "a.conf:1:5: a comes later\n");
    assert_int_equal(diags_count(diags), 6);
}

static void nothing_wrong_is_an_empty_text(void **state)
{
    (void)state;
    g_autoptr(Diags) diags = diags_new();
    g_autofree char *text = diags_to_text(diags);
    assert_string_equal(text, "");
    assert_int_equal(diags_count(diags), 0);
}

static void a_diagnostic_is_one_line(void **state)
{
    (void)state;
    g_autoptr(Diags) diags = diags_new();
    diags_add(diags, (Place){ "a", 1, 1 }, "unknown '%s'", "two\nlines\x1B");
    g_autofree char *text = diags_to_text(diags);
    assert_string_equal(text, "a:1:1: unknown 'two lines '\n");
}

static void what_is_found_twice_is_said_once(void **state)
{
    (void)state;
    g_autoptr(Diags) diags = diags_new();
    diags_add(diags, (Place){ "a", 1, 1 }, "one");
    diags_add(diags, (Place){ "a", 1, 1 }, "other");
    diags_add(diags, (Place){ "b", 1, 1 }, "one");
    diags_add(diags, (Place){ "a", 1, 2 }, "one");
    diags_add(diags, (Place){ "a", 1, 1 }, "one");
    g_autofree char *text = diags_to_text(diags);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    assert_int_equal(g_strv_length(lines), 4 + 1);
    assert_int_equal(diags_count(diags), 4);
}

static guint count_lines(int added)
{
    g_autoptr(Diags) diags = diags_new();
    for (int i = 0; i < added; i++)
        diags_add(diags, (Place){ "a", 1, 1 }, "line %d", i);
    assert_int_equal(diags_count(diags), added);
    g_autofree char *text = diags_to_text(diags);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    if (added > DIAGS_MAX) {
        g_autofree char *last = g_strdup_printf("and %d more; mend these first", added - DIAGS_MAX);
        assert_string_equal(lines[DIAGS_MAX], last);
    }
    return g_strv_length(lines) - 1;
}

static void the_rest_is_counted(void **state)
{
    (void)state;
    assert_int_equal(count_lines(DIAGS_MAX - 1), DIAGS_MAX - 1);
    assert_int_equal(count_lines(DIAGS_MAX), DIAGS_MAX);
    assert_int_equal(count_lines(DIAGS_MAX + 1), DIAGS_MAX + 1);
    assert_int_equal(count_lines(DIAGS_MAX + 70), DIAGS_MAX + 1);
}

static void the_nearest_word_is_guessed(void **state)
{
    (void)state;
    static const char *const known[] = { "timeout", "deadline", "url", "key_file", "model", NULL };
    static const struct {
        const char *word, *nearest;
    } rows[] = {
        { "tmeout", "timeout" },
        { "timeuot", "timeout" },
        { "TIMEOUT", "timeout" },
        { "timeouts", "timeout" },
        { "tmieuot", "timeout" },
        { "deadlin", "deadline" },
        { "keyfile", "key_file" },
        { "ulr", "url" },
        { "urk", "url" },
        { "uxx", NULL },
        { "mdl", NULL },
        { "", NULL },
        { "something_else", NULL },
        { "timextxxt", NULL },
        { "model", "model" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const char *nearest = diags_nearest(rows[i].word, known);
        if (g_strcmp0(nearest, rows[i].nearest) != 0)
            fail_msg("%s: %s", rows[i].word, nearest ? nearest : "nothing");
    }
}

static void very_long_words_are_not_guessed_at(void **state)
{
    (void)state;
    g_autofree char *most = g_strnfill(64, 'a'), *over = g_strnfill(65, 'a');
    const char *const known[] = { over, most, NULL };
    assert_ptr_equal(diags_nearest(most, known), most);
    assert_null(diags_nearest(over, known));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_come_by_file_and_place),
        cmocka_unit_test(nothing_wrong_is_an_empty_text),
        cmocka_unit_test(a_diagnostic_is_one_line),
        cmocka_unit_test(what_is_found_twice_is_said_once),
        cmocka_unit_test(the_rest_is_counted),
        cmocka_unit_test(the_nearest_word_is_guessed),
        cmocka_unit_test(very_long_words_are_not_guessed_at),
    };
    return cmocka_run_group_tests_name("base: diag", tests, NULL, NULL);
}
