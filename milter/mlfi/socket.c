/* The socket's name in the file system, and one option libmilter doesn't set.
 *
 * A restart overlaps: the new process binds under a name of its own and renames it over the old
 * one once it can serve, so there is no moment without a listener; the old process then must not
 * remove what isn't its own any more, which it tells by device and inode. */
#include "mlfi/socket.h"

#include "base/error.h"
#include "base/files.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static struct stat published;

static bool fail(GError **error, const char *what, const char *path)
{
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_SYSTEM, "can't %s %s: %s", what, path,
                g_strerror(errno));
    return false;
}

/* May the user rename and remove what is in the folder?  Asked with the user's groups and rights,
 * which needs root; without it we are that user already. */
static bool may_rename_in(const char *folder, const struct passwd *user)
{
    gid_t own[NGROUPS_MAX];
    int count = getgroups(NGROUPS_MAX, own);
    if (geteuid() != 0 || count < 0)
        return true;
    gid_t group = getegid();
    bool may = initgroups(user->pw_name, user->pw_gid) == 0 && setegid(user->pw_gid) == 0 &&
               seteuid(user->pw_uid) == 0 && eaccess(folder, W_OK | X_OK) == 0;
    if (seteuid(0) != 0 || setegid(group) != 0 || setgroups((size_t)count, own) != 0)
        return false;
    return may;
}

static bool set_user(const char *path, const char *user, GError **error)
{
    const struct passwd *entry = getpwnam(user);
    if (entry == NULL) {
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_CONFIG, "'user': no user '%s'", user);
        return false;
    }
    g_autofree char *folder = g_path_get_dirname(path);
    if (!may_rename_in(folder, entry)) {
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_CONFIG,
                    "'socket': user '%s' may not rename files in %s; make it the folder's owner",
                    user, folder);
        return false;
    }
    return chown(path, entry->pw_uid, (gid_t)-1) == 0 || fail(error, "give an owner to", path);
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

bool socket_prepare(const char *bound, gint64 mode, const char *user, const char *group,
                    GError **error)
{
    if (chmod(bound, (mode_t)mode) != 0)
        return fail(error, "set the mode of", bound);
    return (group == NULL || set_group(bound, group, error)) &&
           (user == NULL || set_user(bound, user, error));
}

/* Does a process listen there?  Never waits. */
static bool is_served(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool refused = false;
    if (g_strlcpy(address.sun_path, path, sizeof(address.sun_path)) < sizeof(address.sun_path))
        refused =
            connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0 && errno == ECONNREFUSED;
    close(fd);
    return !refused;
}

/* The process of a socket's name PATH.PID, 0 if it isn't one. */
static pid_t owner_of(const char *name, const char *base)
{
    gsize length = strlen(base);
    gint64 pid = 0;
    if (g_str_has_prefix(name, base) && name[length] == '.' &&
        g_ascii_string_to_signed(name + length + 1, 10, 1, G_MAXINT32, &pid, NULL))
        return (pid_t)pid;
    return 0;
}

void socket_sweep(const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path), *base = g_path_get_basename(path);
    g_autoptr(GPtrArray) names = files_in(folder, NULL);
    for (guint i = 0; names != NULL && i < names->len; i++) {
        pid_t pid = owner_of(g_ptr_array_index(names, i), base);
        g_autofree char *old = g_build_filename(folder, g_ptr_array_index(names, i), NULL);
        struct stat file;
        if (pid > 0 && kill(pid, 0) != 0 && errno == ESRCH && lstat(old, &file) == 0 &&
            S_ISSOCK(file.st_mode) && !is_served(old))
            unlink(old);
    }
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

bool socket_is_replaced(const char *path)
{
    struct stat now;
    return stat(path, &now) == 0 &&
           (now.st_ino != published.st_ino || now.st_dev != published.st_dev);
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

static void connect_and_hang_up(const void *address, int family, socklen_t length)
{
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return;
    (void)!connect(fd, address, length);
    close(fd);
}

void socket_wake(const char *path)
{
    struct sockaddr_storage inet = { .ss_family = AF_UNSPEC };
    socklen_t length = sizeof(inet);
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if (path == NULL && getsockname(find_listener(), (struct sockaddr *)&inet, &length) == 0)
        connect_and_hang_up(&inet, inet.ss_family, length);
    else if (path != NULL &&
             g_strlcpy(address.sun_path, path, sizeof(address.sun_path)) < sizeof(address.sun_path))
        connect_and_hang_up(&address, AF_UNIX, sizeof(address));
}
