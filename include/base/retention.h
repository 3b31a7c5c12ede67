/* How far one run of retention may go: what has been kept long enough is deleted, but a clock that
 * is wrong must not empty a store before an administrator can notice. */
#pragma once

#include <glib.h>
#include <stdatomic.h>
#include <stdbool.h>

/* Nothing is deleted while the newest mail is older than this; the clock may be far ahead.  Days.
 */
#define RETENTION_QUIET_DAYS 30
/* At most one row of so many goes in one run, of each kind. */
#define RETENTION_SHARE 10

typedef struct {
    gint64 now;                  /* epoch seconds, as are: */
    gint64 text_before;          /* text of what is older goes */
    gint64 before;               /* and then what is older than this as a whole */
    const atomic_bool *stopping; /* ends the run between two transactions; NULL: nothing does */
} Retention;

/* May anything be deleted, if this is when the newest mail was recorded (0: never)? */
static inline bool retention_may_begin(const Retention *retention, gint64 newest)
{
    return retention->now - newest <= RETENTION_QUIET_DAYS * G_GINT64_CONSTANT(86400);
}

/* Of so many rows, how many may go; 1 of a few. */
static inline gint64 retention_share(gint64 rows)
{
    return (rows + RETENTION_SHARE - 1) / RETENTION_SHARE;
}

static inline bool retention_stops(const Retention *retention)
{
    return retention->stopping != NULL && atomic_load(retention->stopping);
}
