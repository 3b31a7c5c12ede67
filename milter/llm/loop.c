/* Waiting for many calls at once.
 *
 * curl tells which sockets and which moment it waits for; epoll wakes us for those alone.  What
 * happens on one connection costs the same however many others are open: curl_multi_perform()
 * would look at each of them every time.
 */
#include "llm/loop.h"

#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define EVENTS_AT_ONCE 64
/* Idle connections that are kept warm: as many as there are calls at the very most, because else
 * each call would close the connection of another. */
#define CONNECTIONS_KEPT 1024L

/* Never an error: curl would give up every call for it, and the one it belongs to has a deadline.
 */
static int watch_socket(CURL *easy, curl_socket_t fd, int what, void *data, void *watched)
{
    LlmLoop *loop = data;
    bool wanted = what == CURL_POLL_IN || what == CURL_POLL_OUT || what == CURL_POLL_INOUT;
    int operation = !wanted ? EPOLL_CTL_DEL : watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    struct epoll_event event = { .data.fd = fd };
    (void)easy;
    if (what != CURL_POLL_OUT)
        event.events |= EPOLLIN;
    if (what != CURL_POLL_IN)
        event.events |= EPOLLOUT;
    epoll_ctl(loop->epoll, operation, fd, &event);
    curl_multi_assign(loop->multi, fd, wanted ? loop : NULL);
    return 0;
}

static int set_due(CURLM *multi, long timeout_ms, void *data)
{
    LlmLoop *loop = data;
    (void)multi;
    loop->due = timeout_ms < 0 ? -1 : g_get_monotonic_time() + timeout_ms * 1000;
    return 0;
}

bool llm_loop_init(LlmLoop *loop)
{
    loop->due = -1;
    loop->multi = curl_multi_init();
    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    loop->wakeup = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (!loop->multi || loop->epoll < 0 || loop->wakeup < 0)
        return false;
    curl_multi_setopt(loop->multi, CURLMOPT_MAXCONNECTS, CONNECTIONS_KEPT);
    curl_multi_setopt(loop->multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
    curl_multi_setopt(loop->multi, CURLMOPT_SOCKETDATA, loop);
    curl_multi_setopt(loop->multi, CURLMOPT_TIMERFUNCTION, set_due);
    curl_multi_setopt(loop->multi, CURLMOPT_TIMERDATA, loop);
    struct epoll_event event = { .events = EPOLLIN, .data.fd = loop->wakeup };
    return epoll_ctl(loop->epoll, EPOLL_CTL_ADD, loop->wakeup, &event) == 0;
}

/* curl takes its sockets out of epoll as it closes them. */
void llm_loop_clear(LlmLoop *loop)
{
    curl_multi_cleanup(loop->multi);
    if (loop->epoll >= 0)
        close(loop->epoll);
    if (loop->wakeup >= 0)
        close(loop->wakeup);
}

void llm_loop_wake(LlmLoop *loop)
{
    eventfd_write(loop->wakeup, 1);
}

/* Rounded up: before it is time, curl would only say so. */
static int wait_ms(const LlmLoop *loop)
{
    if (loop->due < 0)
        return -1;
    gint64 left = loop->due - g_get_monotonic_time();
    return left <= 0 ? 0 : (int)MIN((left + 999) / 1000, G_MAXINT);
}

static void act(LlmLoop *loop, const struct epoll_event *event)
{
    int running, what = 0;
    if (event->events & (EPOLLIN | EPOLLHUP))
        what |= CURL_CSELECT_IN;
    if (event->events & EPOLLOUT)
        what |= CURL_CSELECT_OUT;
    if (event->events & EPOLLERR)
        what |= CURL_CSELECT_ERR;
    curl_multi_socket_action(loop->multi, event->data.fd, what, &running);
}

void llm_loop_turn(LlmLoop *loop)
{
    struct epoll_event events[EVENTS_AT_ONCE];
    eventfd_t wakes;
    int running, count = epoll_wait(loop->epoll, events, EVENTS_AT_ONCE, wait_ms(loop));
    for (int i = 0; i < count; i++) {
        if (events[i].data.fd == loop->wakeup)
            eventfd_read(loop->wakeup, &wakes);
        else
            act(loop, &events[i]);
    }
    if (loop->due < 0 || g_get_monotonic_time() < loop->due)
        return;
    loop->due = -1;
    curl_multi_socket_action(loop->multi, CURL_SOCKET_TIMEOUT, 0, &running);
}
