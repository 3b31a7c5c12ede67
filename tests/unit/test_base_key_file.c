/* Key files: what they may hold, and who may read them. */
#include "base/key_file.h"

#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <glib/gstdio.h>

static char *folder;

static char *read_file(const char *text, gssize length, int mode, GError **error)
{
    g_autofree char *path = g_build_filename(folder, "key", NULL);
    assert_true(g_file_set_contents(path, text, length, NULL));
    assert_int_equal(g_chmod(path, mode), 0);
    return key_file_read(path, "key_file", error);
}

static void expect_refused(const char *text, gssize length, int mode, const char *why)
{
    g_autoptr(GError) error = NULL;
    assert_null(read_file(text, length, mode, &error));
    assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_CONFIG));
    assert_string_equal(error->message, why);
}

static void a_key_is_what_stands_between_white_space(void **state)
{
    (void)state;
    g_autofree char *mine = read_file("  s3cret+/=\r\n", -1, 0600, NULL);
    g_autofree char *groups = read_file("s3cret", -1, 0640, NULL);
    assert_string_equal(mine, "s3cret+/=");
    assert_string_equal(groups, "s3cret");
}

static void a_key_that_others_may_read_is_refused(void **state)
{
    (void)state;
    static const int modes[] = { 0604, 0660, 0602, 0644 };
    for (gsize i = 0; i < G_N_ELEMENTS(modes); i++)
        expect_refused("s3cret", -1, modes[i],
                       "key_file can be read by others or written by its group; chmod 0600");
}

static void what_is_no_single_key_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = { "", " \n", "one two", "one\ntwo\n", "k\xc3\xa4se" };
    const char *why = "key_file does not hold one key and nothing else";
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        expect_refused(texts[i], -1, 0600, why);
    g_autofree char *longest = g_strnfill(4096, 'k'), *longer = g_strnfill(4097, 'k');
    g_autofree char *key = read_file(longest, -1, 0600, NULL);
    assert_string_equal(key, longest);
    expect_refused(longer, -1, 0600, why);
}

static void what_is_no_file_is_refused(void **state)
{
    (void)state;
    g_autoptr(GError) none = NULL, directory = NULL;
    assert_null(key_file_read("/nonexistent/key", "key_file", &none));
    assert_string_equal(none->message,
                        "can't open key_file /nonexistent/key: No such file or directory");
    assert_null(key_file_read(folder, "key_file", &directory));
    g_autofree char *said = g_strdup_printf("can't open key_file %s: not a regular file", folder);
    assert_string_equal(directory->message, said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_is_what_stands_between_white_space),
        cmocka_unit_test(a_key_that_others_may_read_is_refused),
        cmocka_unit_test(what_is_no_single_key_is_refused),
        cmocka_unit_test(what_is_no_file_is_refused),
    };
    folder = g_dir_make_tmp("triage-test-XXXXXX", NULL);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    g_autofree char *path = g_build_filename(folder, "key", NULL);
    g_unlink(path);
    g_rmdir(folder);
    g_free(folder);
    return failed;
}
