/* A connection too many is closed at once, and the MTA's default_action delivers the mail unmarked.
 *
 * Out of descriptors, libmilter would call accept() again and again without a pause, while the MTA
 * waits for each connection until its timeout; and the store could not be opened for those that are
 * being served.  So connections leave ACCEPT_KEPT descriptors free.  Should there be none even so,
 * a spare one is given up for a moment, to take the connection and close it.
 *
 * Only libmilter's listener calls accept(), on one thread. */
#include "mlfi/accept.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define LOG_EVERY (60 * G_TIME_SPAN_SECOND)

static struct {
    int spare, most; /* a descriptor; the first that a connection may not have */
    gint64 refused, next_log;
} state = { .spare = -1, .most = G_MAXINT };

static void open_spare(void)
{
    state.spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

void accept_prepare(void)
{
    struct rlimit limit;
    open_spare();
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < G_MAXINT)
        state.most = (int)(limit.rlim_cur - MIN(ACCEPT_KEPT, limit.rlim_cur / 4));
}

static void note_refused(void)
{
    gint64 now = g_get_monotonic_time();
    state.refused++;
    if (now < state.next_log)
        return;
    log_note(LOG_LEVEL_ERROR, "sessions-refused",
             "%" G_GINT64_FORMAT " since the last line; out of descriptors, raise LimitNOFILE",
             state.refused);
    state.refused = 0;
    state.next_log = now + LOG_EVERY;
}

/* libmilter goes on at once after EAGAIN; after others it pauses, and in the end gives up. */
static int refuse(int fd)
{
    if (fd >= 0)
        close(fd);
    note_refused();
    errno = EAGAIN;
    return -1;
}

/* NOLINTNEXTLINE(readability-*,bugprone-*): libc says what it looks like. */
int accept(int listener, __SOCKADDR_ARG address, socklen_t *length)
{
    int fd = accept4(listener, address, length, SOCK_CLOEXEC);
    if (fd >= 0)
        return fd < state.most ? fd : refuse(fd);
    if (errno != EMFILE && errno != ENFILE)
        return -1;
    close(state.spare);
    fd = accept4(listener, address, length, SOCK_CLOEXEC);
    refuse(fd);
    open_spare();
    errno = EAGAIN;
    return -1;
}
