/* Webhooks: what the server hears, and what each of its answers, and each way of not answering, is
 * taken for. */
#include "jobs/webhook.h"
#include "rig_servers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

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

static RigServers servers;

static int start_servers(void **state)
{
    g_autoptr(GPtrArray) faults = g_ptr_array_new();
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        g_ptr_array_add(faults, (char *)rows[i].fault);
    return rig_servers_start(&servers, "hook_server.py", faults);
}

static int stop_servers(void **state)
{
    (void)state;
    rig_servers_stop(&servers);
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
        g_autofree char *first = rig_servers_heard(&servers, i, 1),
                        *second = rig_servers_heard(&servers, i, 2);
        assert_non_null(first);
        assert_null(second);
    }
}

static void the_server_hears_everything_once(void **state)
{
    (void)state;
    assert_true(post(servers.ports[0], "s3cret", NULL));
    g_autofree char *request = rig_servers_heard(&servers, 0, 2);
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
    g_autofree char *request = rig_servers_heard(&servers, 0, 1);
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
