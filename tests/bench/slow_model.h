/* For benches: a model server in a process of its own that answers every chat completion after
 * exactly the same time, however many wait for it.  It is no bottleneck: one thread, epoll, and a
 * queue that is in order of time because the wait is always the same.  How many microseconds it
 * really held a request stands in the answer as `usage.prompt_tokens`. */
#pragma once

#include <arpa/inet.h>
#include <errno.h>
#include <glib.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define SLOW_MODEL_EVENTS  256
#define SLOW_MODEL_HEAD    4096
#define SLOW_MODEL_BACKLOG 4096

typedef struct {
    pid_t pid;
    int port;
} SlowModel;

typedef struct {
    int fd;
    char head[SLOW_MODEL_HEAD + 1]; /* of the request that is coming in */
    gsize head_length;
    gsize body_left;
    bool in_body;
    bool waits; /* in the queue; freed by it if the client has gone */
    gint64 came;
} SlowClient;

typedef struct {
    int epoll, listener;
    gint64 hold;
    GQueue waiting; /* SlowClient*, the first is due first */
} SlowServer;

static inline void slow_answer(SlowClient *client)
{
    static const char form[] =
        "{\"choices\":[{\"finish_reason\":\"stop\",\"message\":{\"content\":\"{}\"}}],"
        "\"usage\":{\"prompt_tokens\":%" G_GINT64_FORMAT ",\"completion_tokens\":1}}";
    char body[sizeof form + 32], response[sizeof body + 128];
    int length = snprintf(body, sizeof body, form, g_get_monotonic_time() - client->came);
    length = snprintf(response, sizeof response,
                      "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
                      "content-length: %d\r\n\r\n%s",
                      length, body);
    client->waits = false;
    if (client->fd < 0)
        g_free(client);
    else if (write(client->fd, response, (size_t)length) != length)
        perror("slow model");
}

static inline void slow_hang_up(SlowClient *client)
{
    close(client->fd);
    client->fd = -1;
    if (!client->waits)
        g_free(client);
}

static inline void slow_take_whole(SlowServer *server, SlowClient *client)
{
    client->in_body = false;
    client->head_length = 0;
    client->came = g_get_monotonic_time();
    client->waits = true;
    g_queue_push_tail(&server->waiting, client);
}

/* The head up to its empty line; false if it is none we understand. */
static inline bool slow_take_head(SlowClient *client, const char *bytes, gsize length)
{
    if (client->head_length + length > SLOW_MODEL_HEAD)
        length = SLOW_MODEL_HEAD - client->head_length;
    memcpy(client->head + client->head_length, bytes, length);
    client->head_length += length;
    client->head[client->head_length] = '\0';
    const char *end = strstr(client->head, "\r\n\r\n");
    const char *size = strcasestr(client->head, "\r\ncontent-length:");
    if (!end)
        return client->head_length < SLOW_MODEL_HEAD;
    if (!size || size > end)
        return false;
    client->body_left = g_ascii_strtoull(size + strlen("\r\ncontent-length:"), NULL, 10);
    client->in_body = true;
    return true;
}

/* One request at a time: what comes is one head, or of one body. */
static inline bool slow_take(SlowServer *server, SlowClient *client, const char *bytes,
                             gsize length)
{
    gsize before = client->head_length;
    if (!client->in_body) {
        if (!slow_take_head(client, bytes, length))
            return false;
        if (!client->in_body)
            return true;
        gsize head = (gsize)(strstr(client->head, "\r\n\r\n") + 4 - client->head) - before;
        length -= head;
    }
    client->body_left -= MIN(length, client->body_left);
    if (client->body_left == 0)
        slow_take_whole(server, client);
    return true;
}

static inline void slow_read(SlowServer *server, SlowClient *client)
{
    static char bytes[256 * 1024];
    ssize_t length = read(client->fd, bytes, sizeof bytes);
    if (length < 0 && errno == EAGAIN)
        return;
    if (length <= 0 || !slow_take(server, client, bytes, (gsize)length))
        slow_hang_up(client);
}

static inline void slow_accept(SlowServer *server)
{
    int fd;
    while ((fd = accept4(server->listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        SlowClient *client = g_new0(SlowClient, 1);
        struct epoll_event event = { .events = EPOLLIN, .data.ptr = client };
        client->fd = fd;
        epoll_ctl(server->epoll, EPOLL_CTL_ADD, fd, &event);
    }
}

/* Answers whoever is due; until when is nobody? */
static inline gint64 slow_answer_due(SlowServer *server)
{
    SlowClient *client;
    while ((client = g_queue_peek_head(&server->waiting))) {
        gint64 left = client->came + server->hold - g_get_monotonic_time();
        if (left > 0)
            return left;
        g_queue_pop_head(&server->waiting);
        slow_answer(client);
    }
    return G_USEC_PER_SEC;
}

static inline void slow_serve(SlowServer *server)
{
    struct epoll_event events[SLOW_MODEL_EVENTS];
    for (;;) {
        gint64 left = slow_answer_due(server);
        struct timespec time = { .tv_sec = left / G_USEC_PER_SEC,
                                 .tv_nsec = left % G_USEC_PER_SEC * 1000 };
        int count = epoll_pwait2(server->epoll, events, SLOW_MODEL_EVENTS, &time, NULL);
        for (int i = 0; i < count; i++) {
            if (events[i].data.ptr)
                slow_read(server, events[i].data.ptr);
            else
                slow_accept(server);
        }
    }
}

/* Holds each request for `hold` microseconds; ends with the thread that started it. */
static inline SlowModel slow_model_start(gint64 hold)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof address;
    SlowServer server = { .listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0),
                          .epoll = epoll_create1(0),
                          .hold = hold };
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = NULL };
    if (bind(server.listener, (struct sockaddr *)&address, size) < 0 ||
        listen(server.listener, SLOW_MODEL_BACKLOG) < 0 ||
        getsockname(server.listener, (struct sockaddr *)&address, &size) < 0)
        g_error("slow model: %s", g_strerror(errno));
    epoll_ctl(server.epoll, EPOLL_CTL_ADD, server.listener, &event);
    SlowModel model = { .pid = fork(), .port = ntohs(address.sin_port) };
    if (model.pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        slow_serve(&server);
    }
    close(server.listener);
    close(server.epoll);
    return model;
}

static inline void slow_model_stop(SlowModel *model)
{
    kill(model->pid, SIGKILL);
    waitpid(model->pid, NULL, 0);
}
