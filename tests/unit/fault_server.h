/* For tests: starts tests/e2e/fault_server.py, talks to it, ends it.  The source root is the
 * current folder or $TRIAGE_SOURCE. */
#pragma once

#include "base/json.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    GPid pid;
    int stdin_fd; /* the server ends when it is closed */
    int port;
} FaultServer;

/* `more`: further arguments, NULL-terminated; NULL: none. */
static inline FaultServer fault_server_start(const char *const *more)
{
    const char *root = g_getenv("TRIAGE_SOURCE");
    g_autofree char *script =
        g_build_filename(root ? root : ".", "tests/e2e/fault_server.py", NULL);
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    FaultServer server = { .port = -1 };
    int out;
    g_ptr_array_add(argv, (char *)"/usr/bin/python3");
    g_ptr_array_add(argv, script);
    g_ptr_array_add(argv, (char *)"--until-eof");
    while (more && *more)
        g_ptr_array_add(argv, (char *)*more++);
    g_ptr_array_add(argv, NULL);
    if (!g_spawn_async_with_pipes(NULL, (char **)argv->pdata, NULL, G_SPAWN_DEFAULT, NULL, NULL,
                                  &server.pid, &server.stdin_fd, &out, NULL, NULL))
        g_error("can't start %s", script);
    FILE *lines = fdopen(out, "r");
    if (fscanf(lines, "%d", &server.port) != 1)
        g_error("%s gives no port", script);
    fclose(lines);
    return server;
}

static inline void fault_server_stop(FaultServer *server)
{
    close(server->stdin_fd);
}

static inline char *fault_server_url(const FaultServer *server)
{
    return g_strdup_printf("http://127.0.0.1:%d", server->port);
}

static inline size_t fault_server_take_(char *data, size_t size, size_t count, void *to)
{
    g_string_append_len(to, data, (gssize)(size * count));
    return size * count;
}

/* GET, or POST if there is a body.  The answer as JSON. */
static inline cJSON *fault_server_ask(const FaultServer *server, const char *path, const char *post)
{
    g_autofree char *base = fault_server_url(server);
    g_autofree char *url = g_strconcat(base, path, NULL);
    g_autoptr(GString) body = g_string_new(NULL);
    CURL *easy = curl_easy_init();
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, 20L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, fault_server_take_);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, body);
    if (post)
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, post);
    if (curl_easy_perform(easy) != CURLE_OK)
        g_error("the fault server does not answer");
    curl_easy_cleanup(easy);
    return json_parse(body->str, body->len, NULL);
}

/* Forgets the journal; from now on `fault`, after `delay` seconds. */
static inline void fault_server_set(const FaultServer *server, const char *fault, double delay)
{
    g_autofree char *wish =
        g_strdup_printf("{\"fault\":\"%s\",\"delay\":%.2f,\"forget\":true}", fault, delay);
    cJSON_Delete(fault_server_ask(server, "/control", wish));
}

static inline int fault_server_count(const FaultServer *server)
{
    g_autoptr(cJSON) journal = fault_server_ask(server, "/journal", NULL);
    return cJSON_GetArraySize(journal);
}
