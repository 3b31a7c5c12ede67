/* What a daemon does to its own process. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* g_print() and g_printerr() write UTF-8, whatever the locale: files, mails and customers' names
 * are UTF-8, and in the locale of a boot script GLib would print '?' for what isn't ASCII.  What a
 * terminal would obey, or nobody would see, is escaped (unseen_escape()): nearly all that is
 * printed comes from mail. */
void process_print_safely(void);

/* As many descriptors as the process may have; how many sessions it can serve depends on it. */
void process_raise_limits(void);

/* Becomes `user` with its groups; NULL: stays.  An error when that isn't possible. */
bool process_become(const char *user, GError **error);

/* Goes on in a child of a session of its own; the parent waits for process_ready() and exits with
 * 0, or with 1 if the child ends first.  Before any thread is made. */
void process_to_background(void);
void process_ready(void);
