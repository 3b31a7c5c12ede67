/* Log lines: keys and values, what is escaped and cut, and one write per line. */
#include "base/log.h"

#include "base/error.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void a_line_is_an_event_with_keys(void **state)
{
    (void)state;
    g_autoptr(LogLine) line = log_line_new("decided");
    log_text(line, "mailbox", "support");
    log_text(line, "left_out", NULL);
    log_number(line, "ms", -12);
    log_text(line, "why", "two words");
    g_autofree char *text = log_line_text(line);
    assert_string_equal(text, "decided mailbox=support ms=-12 why=\"two words\"");
}

static void values_cannot_forge_keys_or_lines(void **state)
{
    (void)state;
    static const struct {
        const char *value, *text;
    } rows[] = {
        { "", "e k=\"\"" },
        { "a=b", "e k=\"a=b\"" },
        { "say \"x\\\"", "e k=\"say \\\"x\\\\\\\"\"" },
        { "x\ny=1", "e k=\"x\\x0ay=1\"" },
        { "\x1B[31m\x7F", "e k=\"\\x1b[31m\\x7f\"" },
        { "\xC2\x9B"
          "31m",
          "e k=\"\\u009b31m\"" },
        { "a\xE2\x80\xA8"
          "b",
          "e k=\"a\\u2028b\"" },
        { "a\u202eb\U000E0041", "e k=\"a\\u202eb\\U000e0041\"" },
        { "größe", "e k=\"größe\"" },
        { "\xFF", "e k=\"\xEF\xBF\xBD\"" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(LogLine) line = log_line_new("e");
        log_text(line, "k", rows[i].value);
        g_autofree char *text = log_line_text(line);
        assert_string_equal(text, rows[i].text);
    }
}

static void long_values_are_cut(void **state)
{
    (void)state;
    for (gsize length = LOG_VALUE_MAX - 1; length <= LOG_VALUE_MAX + 1; length++) {
        g_autofree char *value = g_strnfill(length, 'x');
        g_autoptr(LogLine) line = log_line_new("e");
        log_text(line, "k", value);
        g_autofree char *text = log_line_text(line);
        assert_int_equal(strlen(text), strlen("e k=") + MIN(length, LOG_VALUE_MAX));
    }
}

/* What is written to stderr while `body` runs. */
static char *capture(void (*body)(void))
{
    g_autofree char *path = NULL;
    char *text = NULL;
    int file = g_file_open_tmp("log-XXXXXX", &path, NULL), saved = dup(STDERR_FILENO);
    assert_true(file >= 0 && saved >= 0);
    assert_true(fcntl(file, F_SETFL, O_APPEND) == 0);
    dup2(file, STDERR_FILENO);
    body();
    dup2(saved, STDERR_FILENO);
    close(saved);
    close(file);
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    unlink(path);
    return text;
}

static void write_levels(void)
{
    g_autoptr(GError) error = g_error_new(TRIAGE_ERROR, TRIAGE_ERROR_STORE, "disk full");
    log_open("test", false, LOG_LEVEL_WARNING);
    log_error(LOG_LEVEL_ERROR, "store_failed", error);
    log_note(LOG_LEVEL_WARNING, "slow", "%d ms", 12);
    log_note(LOG_LEVEL_INFO, "not_written", "x");
}

static void lines_up_to_the_level_are_written(void **state)
{
    (void)state;
    g_autofree char *text = capture(write_levels);
    assert_string_equal(text, "store_failed why=\"disk full\"\nslow why=\"12 ms\"\n");
}

enum { THREADS = 4, LINES = 500 };

static void *write_lines(void *letter)
{
    g_autofree char *value = g_strnfill(200, *(const char *)letter);
    for (int i = 0; i < LINES; i++)
        log_note(LOG_LEVEL_ERROR, "line", "%s", value);
    return NULL;
}

static void write_from_threads(void)
{
    static const char letters[] = "abcd";
    pthread_t threads[THREADS];
    log_open("test", false, LOG_LEVEL_INFO);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, write_lines, (void *)&letters[i]), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

static void lines_of_threads_do_not_mix(void **state)
{
    (void)state;
    g_autofree char *text = capture(write_from_threads);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    assert_int_equal(g_strv_length(lines), THREADS * LINES + 1);
    for (int i = 0; i < THREADS * LINES; i++) {
        const char *value = lines[i] + strlen("line why=");
        assert_int_equal(strlen(lines[i]), strlen("line why=") + 200);
        assert_int_equal(strspn(value, (char[]){ *value, '\0' }), 200);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_an_event_with_keys),
        cmocka_unit_test(values_cannot_forge_keys_or_lines),
        cmocka_unit_test(long_values_are_cut),
        cmocka_unit_test(lines_up_to_the_level_are_written),
        cmocka_unit_test(lines_of_threads_do_not_mix),
    };
    return cmocka_run_group_tests_name("base: log", tests, NULL, NULL);
}
