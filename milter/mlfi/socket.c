/* The socket's name in the file system, and one option libmilter doesn't set.
 *
 * A restart overlaps: the new process binds under a name of its own and renames it over the old
 * one once it can serve, so there is no moment without a listener; the old process then must not
 * remove what isn't its own any more, which it tells by device and inode. */
#include "mlfi/socket.h"

#include "base/error.h"

#include <errno.h>
#include <grp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static struct stat published;

static bool fail(GError **error, const char *what, const char *path)
{
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_SYSTEM, "can't %s %s: %s", what, path,
                g_strerror(errno));
    return false;
}

static bool set_group(const char *path, const char *group, GError **error)
{
    const struct group *entry = getgrnam(group);
    if (entry == NULL) {
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_CONFIG, "'socket_group': no group '%s'",
                    group);
        return false;
    }
    return chown(path, (uid_t)-1, entry->gr_gid) == 0 || fail(error, "give a group to", path);
}

bool socket_prepare(const char *bound, gint64 mode, const char *group, GError **error)
{
    if (group != NULL && !set_group(bound, group, error))
        return false;
    return chmod(bound, (mode_t)mode) == 0 || fail(error, "set the mode of", bound);
}

bool socket_publish(const char *bound, const char *path, GError **error)
{
    if (stat(bound, &published) != 0 || rename(bound, path) != 0)
        return fail(error, "put the socket at", path);
    return true;
}

void socket_retire(const char *bound, const char *path)
{
    struct stat now;
    if (stat(path, &now) == 0 && now.st_ino == published.st_ino && now.st_dev == published.st_dev)
        (void)!rename(path, bound);
}

/* libmilter keeps the descriptor to itself; it is the one listening socket of this process. */
static int find_listener(void)
{
    long most = CLAMP(sysconf(_SC_OPEN_MAX), 16, 1024);
    for (int fd = 3; fd < most; fd++) {
        int listening = 0;
        socklen_t length = sizeof(listening);
        if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &length) == 0 && listening)
            return fd;
    }
    return -1;
}

void socket_set_nodelay(void)
{
    int on = 1;
    setsockopt(find_listener(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

void socket_wake(void)
{
    struct sockaddr_storage address;
    socklen_t length = sizeof(address);
    if (getsockname(find_listener(), (struct sockaddr *)&address, &length) != 0)
        return;
    int fd = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    (void)!connect(fd, (struct sockaddr *)&address, length);
    close(fd);
}
