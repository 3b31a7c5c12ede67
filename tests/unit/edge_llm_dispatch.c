/* The dispatcher against a server that fails in every way, and the deadline in all of them. */
#include "fault_server.h"
#include "llm/llm.h"

#include <math.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/socket.h>

#include <cmocka.h>

#define SECOND       G_USEC_PER_SEC
#define MAX_RESPONSE (256 * 1024)

enum { ANTHROPIC, OPENAI };

static FaultServer server;
static cJSON *schema;

static int start_server(void **state)
{
    static const char text[] =
        "{\"type\":\"object\",\"properties\":{\"kind\":{\"type\":\"string\",\"enum\":[\"support\","
        "\"sales\"]}},\"required\":[\"kind\"],\"additionalProperties\":false}";
    (void)state;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    server = fault_server_start(NULL);
    schema = json_parse(text, strlen(text), NULL);
    return schema ? 0 : -1;
}

static int stop_server(void **state)
{
    (void)state;
    fault_server_stop(&server);
    cJSON_Delete(schema);
    return 0;
}

/* With `late` 0 as llm_ask(). */
static LlmAnswer *ask_ticking(LlmDispatcher *dispatcher, int api, const char *url, gint64 cap,
                              gint64 timeout, gint64 late, LlmPending **pending,
                              void (*tick)(void *), void *tick_data)
{
    gint64 now = g_get_monotonic_time();
    const LlmModel model = { .name = (char *)"x",
                             .api = api,
                             .model = (char *)"m",
                             .url = (char *)url,
                             .key = (char *)"k",
                             .max_response_bytes = cap };
    const LlmRequest request = { .system = "Say what it is.",
                                 .user = "Our server is down.",
                                 .schema = schema,
                                 .schema_name = "triage",
                                 .max_tokens = 100,
                                 .temperature = NAN };
    return llm_ask_late(dispatcher, &model, &request, now + timeout, late > 0 ? now + late : 0,
                        tick, tick_data, pending);
}

static LlmAnswer *ask_url(LlmDispatcher *dispatcher, int api, const char *url, gint64 cap,
                          gint64 timeout, void (*tick)(void *), void *tick_data)
{
    LlmPending *pending;
    return ask_ticking(dispatcher, api, url, cap, timeout, 0, &pending, tick, tick_data);
}

static char *server_url(int api)
{
    return g_strdup_printf("http://127.0.0.1:%d%s", server.port,
                           api == ANTHROPIC ? "/v1/messages" : "/v1/chat/completions");
}

static LlmAnswer *ask(LlmDispatcher *dispatcher, int api, gint64 timeout)
{
    g_autofree char *url = server_url(api);
    return ask_url(dispatcher, api, url, MAX_RESPONSE, timeout, NULL, NULL);
}

static void both_formats_are_answered(void **state)
{
    g_autoptr(LlmDispatcher) dispatcher = llm_dispatcher_new(NULL);
    (void)state;
    fault_server_set(&server, "ok", 0);
    for (int api = ANTHROPIC; api <= OPENAI; api++) {
        g_autoptr(LlmAnswer) answer = ask(dispatcher, api, 10 * SECOND);
        assert_int_equal(answer->outcome, LLM_OK);
        assert_string_equal(answer->text, "{\"kind\": \"support\"}");
        assert_string_equal(answer->request_id, "req_fault1");
        assert_int_equal(answer->input_tokens, 512);
        assert_in_range(answer->ms, 0, 10000);
    }
}

static void every_fault_has_its_outcome(void **state)
{
    static const struct {
        const char *fault;
        LlmOutcome anthropic, openai;
    } rows[] = {
        { "thinking-first", LLM_OK, LLM_OK },
        { "truncated", LLM_TRUNCATED, LLM_TRUNCATED },
        { "refusal", LLM_REFUSED, LLM_REFUSED },
        { "filter", LLM_REFUSED, LLM_FILTERED },
        { "filter-400", LLM_FILTERED, LLM_FILTERED },
        { "empty", LLM_EMPTY, LLM_EMPTY },
        { "huge-body", LLM_TOO_LARGE, LLM_TOO_LARGE },
        { "endless-headers", LLM_TOO_LARGE, LLM_TOO_LARGE },
        { "401", LLM_AUTH, LLM_AUTH },
        { "402", LLM_QUOTA, LLM_QUOTA },
        { "403", LLM_AUTH, LLM_AUTH },
        { "404", LLM_BAD_REQUEST, LLM_BAD_REQUEST },
        { "413", LLM_TOO_LARGE, LLM_TOO_LARGE },
        { "429-2", LLM_RATE_LIMITED, LLM_RATE_LIMITED },
        { "429-quota", LLM_QUOTA, LLM_QUOTA },
        { "500", LLM_SERVER, LLM_SERVER },
        { "529", LLM_SERVER, LLM_SERVER },
        { "html-502", LLM_SERVER, LLM_SERVER },
        { "html-200", LLM_SERVER, LLM_SERVER },
        { "gzip", LLM_SERVER, LLM_SERVER },
        { "redirect", LLM_BAD_REQUEST, LLM_BAD_REQUEST },
        { "wrong-length", LLM_TRANSPORT, LLM_TRANSPORT },
        { "reset", LLM_TRANSPORT, LLM_TRANSPORT },
        { "reset-in-body", LLM_TRANSPORT, LLM_TRANSPORT },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(LlmDispatcher) dispatcher = llm_dispatcher_new(NULL);
        fault_server_set(&server, rows[i].fault, 0);
        for (int api = ANTHROPIC; api <= OPENAI; api++) {
            g_autoptr(LlmAnswer) answer = ask(dispatcher, api, 10 * SECOND);
            if (answer->outcome != (api == ANTHROPIC ? rows[i].anthropic : rows[i].openai))
                fail_msg("%s: %s (%s)", rows[i].fault, llm_outcome_name(answer->outcome),
                         answer->detail);
            assert_int_equal(answer->retry_after_ms, strcmp(rows[i].fault, "429-2") ? -1 : 2000);
        }
        assert_int_equal(fault_server_count(&server), 2);
    }
}

static void what_hangs_or_drips_ends_at_the_deadline(void **state)
{
    static const char *const faults[] = { "hang", "slow-loris" };
    g_autoptr(LlmDispatcher) dispatcher = llm_dispatcher_new(NULL);
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(faults); i++) {
        fault_server_set(&server, faults[i], 0);
        gint64 began = g_get_monotonic_time();
        g_autoptr(LlmAnswer) answer = ask(dispatcher, ANTHROPIC, SECOND / 2);
        gint64 took = g_get_monotonic_time() - began;
        assert_int_equal(answer->outcome, LLM_DEADLINE);
        assert_in_range(took, SECOND * 4 / 10, SECOND);
    }
}

static void without_time_nobody_is_asked(void **state)
{
    g_autoptr(LlmDispatcher) dispatcher = llm_dispatcher_new(NULL);
    (void)state;
    fault_server_set(&server, "ok", 0);
    g_autoptr(LlmAnswer) answer = ask(dispatcher, OPENAI, 0);
    assert_int_equal(answer->outcome, LLM_DEADLINE);
    assert_int_equal(fault_server_count(&server), 0);
}

static void count_tick(void *data)
{
    ++*(int *)data;
}

static void waiting_ticks_once_a_second(void **state)
{
    g_autoptr(LlmDispatcher) dispatcher = llm_dispatcher_new(NULL);
    g_autofree char *url = g_strdup_printf("http://127.0.0.1:%d/v1/messages", server.port);
    int ticks = 0;
    (void)state;
    fault_server_set(&server, "hang", 0);
    g_autoptr(LlmAnswer) answer =
        ask_url(dispatcher, ANTHROPIC, url, MAX_RESPONSE, SECOND * 5 / 2, count_tick, &ticks);
    assert_int_equal(answer->outcome, LLM_DEADLINE);
    assert_int_equal(ticks, 2);
}

static void a_server_that_is_not_there_or_not_allowed_is_told_at_once(void **state)
{
    static const struct {
        const char *url;
        LlmOutcome outcome;
    } rows[] = {
        { "http://127.0.0.1:1/v1/messages", LLM_TRANSPORT },
        { "http://192.0.2.1/v1/messages", LLM_BAD_REQUEST },
        { "http://mail.example/v1/messages", LLM_BAD_REQUEST },
        { "ftp://127.0.0.1/v1/messages", LLM_BAD_REQUEST },
        { "file:///etc/passwd", LLM_BAD_REQUEST },
        { "https://127.0.0.1:1/v1/messages", LLM_TRANSPORT },
    };
    g_autoptr(LlmDispatcher) dispatcher = llm_dispatcher_new(NULL);
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(LlmAnswer) answer =
            ask_url(dispatcher, ANTHROPIC, rows[i].url, MAX_RESPONSE, 10 * SECOND, NULL, NULL);
        if (answer->outcome != rows[i].outcome)
            fail_msg("%s: %s (%s)", rows[i].url, llm_outcome_name(answer->outcome), answer->detail);
        assert_in_range(answer->ms, 0, 2000);
    }
}

/* ── a server of one response, for what must be exact to the byte ── */

typedef struct {
    int listener;
    const char *response;
} OneResponse;

/* Reads until the request has been silent for a moment, answers, hangs up. */
static void *serve_one(void *data)
{
    const OneResponse *one = data;
    struct timeval silence = { .tv_usec = 100 * 1000 };
    char bytes[4096];
    int client = accept(one->listener, NULL, NULL);
    setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &silence, sizeof silence);
    while (read(client, bytes, sizeof bytes) > 0)
        continue;
    if (write(client, one->response, strlen(one->response)) < 0)
        perror("write");
    close(client);
    return NULL;
}

static LlmAnswer *ask_one_response(const char *response, gint64 cap)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof address;
    OneResponse one = { .listener = socket(AF_INET, SOCK_STREAM, 0), .response = response };
    pthread_t thread;
    assert_int_equal(bind(one.listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(one.listener, 1), 0);
    assert_int_equal(getsockname(one.listener, (struct sockaddr *)&address, &size), 0);
    pthread_create(&thread, NULL, serve_one, &one);

    g_autoptr(LlmDispatcher) dispatcher = llm_dispatcher_new(NULL);
    g_autofree char *url = g_strdup_printf("http://127.0.0.1:%d/v1", ntohs(address.sin_port));
    LlmAnswer *answer = ask_url(dispatcher, OPENAI, url, cap, 5 * SECOND, NULL, NULL);
    pthread_join(thread, NULL);
    close(one.listener);
    return answer;
}

#define BODY                                                                                       \
    "{\"choices\":[{\"finish_reason\":\"stop\",\"message\":{\"content\":\"{}\",\"refusal\":null}}" \
    "]}"

static void a_response_may_be_as_long_as_the_limit_and_no_longer(void **state)
{
    static const char response[] = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n" BODY;
    const gint64 length = sizeof BODY - 1;
    static const LlmOutcome outcomes[] = { LLM_TOO_LARGE, LLM_OK, LLM_OK };
    (void)state;
    for (int i = 0; i < 3; i++) {
        g_autoptr(LlmAnswer) answer = ask_one_response(response, length - 1 + i);
        assert_int_equal(answer->outcome, outcomes[i]);
    }
}

static void headers_of_an_interim_response_do_not_count(void **state)
{
    static const char response[] = "HTTP/1.1 103 Early Hints\r\nx-request-id: early\r\n\r\n"
                                   "HTTP/1.1 200 OK\r\nX-Request-Id:  late \r\n"
                                   "connection: close\r\n\r\n" BODY;
    (void)state;
    g_autoptr(LlmAnswer) answer = ask_one_response(response, MAX_RESPONSE);
    assert_int_equal(answer->outcome, LLM_OK);
    assert_string_equal(answer->request_id, "late");
}

static void a_server_that_speaks_no_http_is_the_wrong_server(void **state)
{
    (void)state;
    g_autoptr(LlmAnswer) answer = ask_one_response("220 mail.example ESMTP\r\n", MAX_RESPONSE);
    assert_int_equal(answer->outcome, LLM_BAD_REQUEST);
}

/* ── many at once ── */

#define ASKERS 50

typedef struct {
    LlmDispatcher *dispatcher;
    int api;
    gint64 timeout, late; /* late 0: the call ends with the asker's deadline */
    LlmOutcome outcome;
    LlmPending *pending;
} Asker;

static void *run_asker(void *data)
{
    Asker *asker = data;
    g_autofree char *url = server_url(asker->api);
    g_autoptr(LlmAnswer) answer =
        ask_ticking(asker->dispatcher, asker->api, url, MAX_RESPONSE, asker->timeout, asker->late,
                    &asker->pending, NULL, NULL);
    asker->outcome = answer->outcome;
    return NULL;
}

static void start_askers(Asker *askers, pthread_t *threads, LlmDispatcher *dispatcher,
                         gint64 timeout)
{
    for (int i = 0; i < ASKERS; i++) {
        askers[i] = (Asker){ .dispatcher = dispatcher, .api = i % 2, .timeout = timeout };
        pthread_create(&threads[i], NULL, run_asker, &askers[i]);
    }
}

static void assert_outcomes(const Asker *askers, const pthread_t *threads, LlmOutcome outcome)
{
    for (int i = 0; i < ASKERS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(askers[i].outcome, outcome);
    }
}

static void fifty_calls_are_in_flight_side_by_side(void **state)
{
    g_autoptr(LlmDispatcher) dispatcher = llm_dispatcher_new(NULL);
    Asker askers[ASKERS];
    pthread_t threads[ASKERS];
    (void)state;
    fault_server_set(&server, "ok", 1);
    gint64 began = g_get_monotonic_time();
    start_askers(askers, threads, dispatcher, 20 * SECOND);
    assert_outcomes(askers, threads, LLM_OK);
    assert_in_range(g_get_monotonic_time() - began, SECOND, 10 * SECOND);
    assert_int_equal(fault_server_count(&server), ASKERS);
}

static void fifty_deadlines_come_at_once(void **state)
{
    g_autoptr(LlmDispatcher) dispatcher = llm_dispatcher_new(NULL);
    Asker askers[ASKERS];
    pthread_t threads[ASKERS];
    (void)state;
    fault_server_set(&server, "hang", 0);
    start_askers(askers, threads, dispatcher, SECOND / 2);
    assert_outcomes(askers, threads, LLM_DEADLINE);
    fault_server_set(&server, "ok", 0);
    g_autoptr(LlmAnswer) after = ask(dispatcher, OPENAI, 10 * SECOND);
    assert_int_equal(after->outcome, LLM_OK);
}

static void freed_with_calls_in_flight_all_of_them_end(void **state)
{
    LlmDispatcher *dispatcher = llm_dispatcher_new(NULL);
    Asker askers[ASKERS];
    pthread_t threads[ASKERS];
    (void)state;
    fault_server_set(&server, "hang", 0);
    start_askers(askers, threads, dispatcher, 60 * SECOND);
    for (int tries = 0; fault_server_count(&server) < ASKERS && tries < 100; tries++)
        g_usleep(50 * 1000);
    gint64 began = g_get_monotonic_time();
    llm_dispatcher_free(dispatcher);
    assert_outcomes(askers, threads, LLM_TRANSPORT);
    assert_in_range(g_get_monotonic_time() - began, 0, 3 * SECOND);
}

/* ── calls that their askers have left ── */

#define LEFT 6 /* one more failure than opens the breaker */

/* All of them leave after a second, which is fair, and the calls go on for `late`. */
static void leave_calls(LlmDispatcher *dispatcher, Asker *askers, gint64 late)
{
    pthread_t threads[LEFT];
    for (int i = 0; i < LEFT; i++) {
        askers[i] = (Asker){
            .dispatcher = dispatcher, .api = OPENAI, .timeout = SECOND * 11 / 10, .late = late
        };
        pthread_create(&threads[i], NULL, run_asker, &askers[i]);
    }
    for (int i = 0; i < LEFT; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(askers[i].outcome, LLM_DEADLINE);
        assert_non_null(askers[i].pending);
    }
}

static void assert_next_is(LlmDispatcher *dispatcher, LlmOutcome outcome)
{
    fault_server_set(&server, "ok", 0);
    g_autoptr(LlmAnswer) next = ask(dispatcher, OPENAI, 10 * SECOND);
    assert_int_equal(next->outcome, outcome);
}

static void answers_that_come_late_are_signs_of_life(void **state)
{
    g_autoptr(LlmDispatcher) dispatcher = llm_dispatcher_new(NULL);
    Asker askers[LEFT];
    (void)state;
    fault_server_set(&server, "ok", 2);
    leave_calls(dispatcher, askers, 20 * SECOND);
    for (int i = 0; i < LEFT; i++) {
        g_autoptr(LlmAnswer) answer = llm_collect(askers[i].pending);
        assert_int_equal(answer->outcome, LLM_OK);
        assert_in_range(answer->ms, 2000, 20000);
    }
    assert_next_is(dispatcher, LLM_OK);
}

static void answers_that_never_come_are_failures_when_their_time_is_over(void **state)
{
    g_autoptr(LlmDispatcher) dispatcher = llm_dispatcher_new(NULL);
    Asker askers[LEFT];
    (void)state;
    fault_server_set(&server, "hang", 0);
    leave_calls(dispatcher, askers, 3 * SECOND / 2);
    for (int i = 0; i < LEFT; i++) {
        g_autoptr(LlmAnswer) answer = llm_collect(askers[i].pending);
        assert_int_equal(answer->outcome, LLM_DEADLINE);
    }
    g_usleep(SECOND / 10); /* the dispatcher notes them */
    assert_next_is(dispatcher, LLM_BREAKER_OPEN);
}

static void calls_given_up_before_their_time_say_nothing(void **state)
{
    g_autoptr(LlmDispatcher) dispatcher = llm_dispatcher_new(NULL);
    Asker askers[LEFT];
    (void)state;
    fault_server_set(&server, "hang", 0);
    leave_calls(dispatcher, askers, 20 * SECOND);
    for (int i = 0; i < LEFT; i++)
        llm_give_up(askers[i].pending);
    assert_next_is(dispatcher, LLM_OK);
}

/* ── TLS ── */

static bool make_certificate(const char *folder)
{
    g_autofree char *command =
        g_strdup_printf("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost "
                        "-keyout %s/key -out %s/cert",
                        folder, folder);
    g_autofree char *chatter = NULL;
    int status = -1;
    return g_spawn_command_line_sync(command, NULL, &chatter, &status, NULL) && status == 0;
}

static void a_certificate_nobody_vouches_for_is_refused(void **state)
{
    g_autofree char *folder = g_dir_make_tmp("tls-XXXXXX", NULL);
    g_autofree char *cert = g_build_filename(folder, "cert", NULL);
    g_autofree char *key = g_build_filename(folder, "key", NULL);
    (void)state;
    if (!make_certificate(folder))
        skip();
    const char *const arguments[] = { "--tls", cert, key, NULL };
    FaultServer tls = fault_server_start(arguments);
    g_autoptr(LlmDispatcher) dispatcher = llm_dispatcher_new(NULL);
    g_autofree char *url = g_strdup_printf("https://localhost:%d/v1/messages", tls.port);
    g_autoptr(LlmAnswer) answer =
        ask_url(dispatcher, ANTHROPIC, url, MAX_RESPONSE, 10 * SECOND, NULL, NULL);
    assert_int_equal(answer->outcome, LLM_TRANSPORT);
    assert_non_null(strstr(answer->detail, "certificate"));
    fault_server_stop(&tls);
    unlink(cert);
    unlink(key);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_formats_are_answered),
        cmocka_unit_test(every_fault_has_its_outcome),
        cmocka_unit_test(what_hangs_or_drips_ends_at_the_deadline),
        cmocka_unit_test(without_time_nobody_is_asked),
        cmocka_unit_test(waiting_ticks_once_a_second),
        cmocka_unit_test(a_server_that_is_not_there_or_not_allowed_is_told_at_once),
        cmocka_unit_test(a_response_may_be_as_long_as_the_limit_and_no_longer),
        cmocka_unit_test(headers_of_an_interim_response_do_not_count),
        cmocka_unit_test(a_server_that_speaks_no_http_is_the_wrong_server),
        cmocka_unit_test(fifty_calls_are_in_flight_side_by_side),
        cmocka_unit_test(fifty_deadlines_come_at_once),
        cmocka_unit_test(freed_with_calls_in_flight_all_of_them_end),
        cmocka_unit_test(answers_that_come_late_are_signs_of_life),
        cmocka_unit_test(answers_that_never_come_are_failures_when_their_time_is_over),
        cmocka_unit_test(calls_given_up_before_their_time_say_nothing),
        cmocka_unit_test(a_certificate_nobody_vouches_for_is_refused),
    };
    return cmocka_run_group_tests_name("llm: dispatch", tests, start_server, stop_server);
}
