/* The libmilter edge. */
#pragma once

#include "pipeline/daemon.h"

/* Binds the site's socket, a unix socket under a name of its own and with its mode and group.  Once
 * per process, while it still has the rights to do so. */
bool mlfi_open(const Site *site, GError **error);

/* We can serve: a unix socket takes its public name, from another process if that has it, so that a
 * restart leaves no gap and one that fails disturbs nobody. */
bool mlfi_publish(GError **error);

/* Removes the socket that has not been published, or has been retired. */
void mlfi_discard(void);

/* Has another process taken the name of our unix socket?  Then no MTA comes to us any more. */
bool mlfi_is_replaced(void);

/* Serves until mlfi_stop(); false if libmilter gave up.  Blocks; a thread of its own. */
bool mlfi_run(Daemon *daemon);

/* Nobody new may come: the socket's name goes, unless another process has taken it already. */
void mlfi_retire(void);

/* Makes mlfi_run() return, within libmilter's five seconds.  Callbacks may still be running then.
 */
void mlfi_stop(void);
