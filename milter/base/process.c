/* Output, limits, privileges, and the way into the background.
 *
 * The parent of a daemon in the background reports success only when the daemon can serve, so that
 * a boot script sees a store that won't open. */
#include "base/process.h"

#include "base/error.h"
#include "base/unseen.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

static int ready_pipe = -1;

static void print_out(const char *text)
{
    g_autofree char *shown = unseen_escape(text);
    fputs(shown, stdout);
}

static void print_error(const char *text)
{
    g_autofree char *shown = unseen_escape(text);
    fflush(stdout);
    fputs(shown, stderr);
}

void process_print_safely(void)
{
    g_set_print_handler(print_out);
    g_set_printerr_handler(print_error);
}

void process_raise_limits(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

bool process_become(const char *user, GError **error)
{
    if (user == NULL)
        return true;
    const struct passwd *entry = getpwnam(user);
    if (entry == NULL) {
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_CONFIG, "'user': no user '%s'", user);
        return false;
    }
    if (geteuid() == entry->pw_uid)
        return true;
    if (initgroups(user, entry->pw_gid) == 0 && setgid(entry->pw_gid) == 0 &&
        setuid(entry->pw_uid) == 0)
        return true;
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_SYSTEM, "can't become '%s': %s", user,
                g_strerror(errno));
    return false;
}

static void wait_for_child(int fd)
{
    char byte;
    ssize_t got;
    do
        got = read(fd, &byte, 1);
    while (got < 0 && errno == EINTR);
    _exit(got == 1 ? EXIT_SUCCESS : EXIT_FAILURE);
}

static void detach_streams(void)
{
    int null = open("/dev/null", O_RDWR);
    if (null < 0)
        return;
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    if (null > STDERR_FILENO)
        close(null);
}

void process_to_background(void)
{
    int ends[2];
    if (pipe(ends) != 0)
        return;
    pid_t child = fork();
    if (child > 0) {
        close(ends[1]);
        wait_for_child(ends[0]);
    }
    close(ends[0]);
    if (child < 0)
        return;
    ready_pipe = ends[1];
    setsid();
    detach_streams();
}

void process_ready(void)
{
    if (ready_pipe < 0)
        return;
    ssize_t written = write(ready_pipe, "", 1);
    (void)written;
    close(ready_pipe);
    ready_pipe = -1;
    dup2(STDOUT_FILENO, STDERR_FILENO);
}
