/* The same work for several things at the same time. */
#pragma once

#include <glib.h>

/* Calls work(item, data) for every item, on threads of their own where there is more than one, and
 * returns what they returned, in the items' order.  While it waits, calls tick(tick_data) (may be
 * NULL) about every second on the caller's thread; for a single item the work itself does that. */
GPtrArray *side_by_side(void *(*work)(void *item, void *data), const GPtrArray *items, void *data,
                        void (*tick)(void *), void *tick_data);
