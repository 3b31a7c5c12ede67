/* What libmilter leaves to do about the socket it binds. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Gives the unix socket that is bound as `bound` its mode, its group and the user that we are going
 * to be (NULL: leaves it), who must be able to rename it.  May need root. */
bool socket_prepare(const char *bound, gint64 mode, const char *user, const char *group,
                    GError **error);

/* Removes sockets PATH.PID of processes that were killed before they could publish or discard them:
 * the process is gone, and nothing listens there. */
void socket_sweep(const char *path);

/* Renames it to `path`, in the place of whoever had that name. */
bool socket_publish(const char *bound, const char *path, GError **error);

/* Takes the name `path` away, if it still is the socket that socket_publish() put there: back to
 * `bound`, where socket_wake() finds it. */
void socket_retire(const char *bound, const char *path);

/* Has another socket taken the name `path` from the one that socket_publish() put there? */
bool socket_is_replaced(const char *path);

/* Sets TCP_NODELAY on our listening inet socket; Linux hands it on to what it accepts.  Without it
 * each message costs 40 ms (Nagle against delayed acknowledgements). */
void socket_set_nodelay(void);

/* Connects to our own listening socket, a unix one by its path, and hangs up: libmilter looks up
 * from its poll.  Never waits. */
void socket_wake(const char *path);
