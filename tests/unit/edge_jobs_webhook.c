/* Webhooks: what the server hears, and what each of its answers, and each way of not answering, is
 * taken for. */
#include "jobs/webhook.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <glib/gstdio.h>

#include "base/error.h"

#define TAKEN   (-1)
#define LATER   TRIAGE_ERROR_BUSY
#define NEVER   TRIAGE_ERROR_INPUT
#define TIMEOUT 500

static const struct {
    const char *fault;
    int outcome;
    const char *why; /* the message ends so */
} rows[] = {
    { "none", TAKEN, NULL },
    { "201", TAKEN, NULL },
    { "204", TAKEN, NULL },
    { "break", TAKEN, NULL },
    { "endless", TAKEN, NULL },
    { "continue", TAKEN, NULL },
    { "away", NEVER, "answers 302, a redirect, which is not followed" },
    { "304", NEVER, "answers 304, a redirect, which is not followed" },
    { "400", NEVER, "answers 400" },
    { "401", NEVER, "answers 401" },
    { "404", NEVER, "answers 404" },
    { "410", NEVER, "answers 410" },
    { "408", LATER, "answers 408" },
    { "425", LATER, "answers 425" },
    { "429", LATER, "answers 429" },
    { "500", LATER, "answers 500" },
    { "503", LATER, "answers 503" },
    { "close", LATER, "Server returned nothing (no headers, no data)" },
    { "hang", LATER, "Timeout was reached" },
};

static struct {
    char *folder;
    GPid pid;
    int stdin_fd, ports[G_N_ELEMENTS(rows)];
} servers;

static int start_servers(void **state)
{
    (void)state;
    const char *root = g_getenv("TRIAGE_SOURCE");
    g_autofree char *script =
        g_build_filename(root ? root : ".", "tests/e2e/rig/hook_server.py", NULL);
    servers.folder = g_dir_make_tmp("triage-test-XXXXXX", NULL);
    const char *words[G_N_ELEMENTS(rows) + 4] = { "/usr/bin/python3", script, servers.folder };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        words[i + 3] = rows[i].fault;
    int out;
    if (!g_spawn_async_with_pipes(NULL, (char **)words, NULL, G_SPAWN_DEFAULT, NULL, NULL,
                                  &servers.pid, &servers.stdin_fd, &out, NULL, NULL))
        return -1;
    FILE *lines = fdopen(out, "r");
    int read = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        read += fscanf(lines, "%d", &servers.ports[i]);
    fclose(lines);
    return read == (int)G_N_ELEMENTS(rows) ? 0 : -1;
}

/* What the server heard the n-th time; NULL: it didn't. */
static char *heard(gsize server, int number)
{
    g_autofree char *path = g_strdup_printf("%s/%zu-%d", servers.folder, server, number);
    char *text = NULL;
    return g_file_get_contents(path, &text, NULL, NULL) ? text : NULL;
}

static int stop_servers(void **state)
{
    (void)state;
    close(servers.stdin_fd);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        for (int number = 1; number <= 2; number++) {
            g_autofree char *path = g_strdup_printf("%s/%zu-%d", servers.folder, i, number);
            g_unlink(path);
        }
    }
    g_rmdir(servers.folder);
    g_free(servers.folder);
    return 0;
}

static bool post(int port, const char *key, GError **error)
{
    g_autofree char *url = g_strdup_printf("http://127.0.0.1:%d/on/call?team=blue", port);
    const Webhook webhook = { .url = url, .key = key, .timeout_ms = TIMEOUT };
    return webhook_post(&webhook, "0123456789ABCDEF-oncall", "{\"v\":1,\"ticket\":\"SUP-1001\"}",
                        error);
}

static void each_answer_is_taken_for_what_it_is(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        bool taken = post(servers.ports[i], NULL, &error);
        if (taken != (rows[i].outcome == TAKEN) ||
            (!taken &&
             (error->code != rows[i].outcome || !g_str_has_suffix(error->message, rows[i].why))))
            fail_msg("%s: %s", rows[i].fault, taken ? "taken" : error->message);
        g_autofree char *first = heard(i, 1), *second = heard(i, 2);
        assert_non_null(first);
        assert_null(second);
    }
}

static void the_server_hears_everything_once(void **state)
{
    (void)state;
    assert_true(post(servers.ports[0], "s3cret", NULL));
    g_autofree char *request = heard(0, 2);
    assert_non_null(request);
    assert_true(g_str_has_prefix(request, "/on/call?team=blue\n"));
    assert_true(g_str_has_suffix(request, "\n{\"v\":1,\"ticket\":\"SUP-1001\"}"));
    static const char *const lines[] = { "\nContent-Type: application/json\n",
                                         "\nIdempotency-Key: 0123456789ABCDEF-oncall\n",
                                         "\nAuthorization: Bearer s3cret\n" };
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
        assert_non_null(strstr(request, lines[i]));
}

static void a_key_is_shown_only_where_there_is_one(void **state)
{
    (void)state;
    g_autofree char *request = heard(0, 1);
    assert_non_null(request);
    assert_null(strstr(request, "Authorization"));
}

static void nobody_at_home_is_for_now(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    assert_false(post(1, NULL, &error));
    assert_int_equal(error->code, LATER);
    assert_string_equal(error->message, "the webhook's server: Couldn't connect to server");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_answer_is_taken_for_what_it_is),
        cmocka_unit_test(a_key_is_shown_only_where_there_is_one),
        cmocka_unit_test(the_server_hears_everything_once),
        cmocka_unit_test(nobody_at_home_is_for_now),
    };
    return cmocka_run_group_tests_name("jobs: webhook", tests, start_servers, stop_servers);
}
