/* Who was told that a mail of theirs has come. */
#pragma once

#include "store/store.h"

/* Counts one for a folded address, before it is sent: *may says whether it may be.  Nobody gets two
 * within a day, and all together get at most `per_hour` within an hour. */
bool store_acknowledge(Store *store, const char *address, gint64 per_hour, gint64 now, bool *may,
                       GError **error);
/* It was not sent after all: the one counted at `now`. */
bool store_acknowledge_not(Store *store, const char *address, gint64 now, GError **error);
