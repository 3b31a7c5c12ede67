/* Calls to models that go on although their mail has gone, by the decision they would have made. */
#pragma once

#include "classify/classify.h"
#include "pipeline/services.h"

/* Beyond, and when its time is over, a call is given up; who wants to know asks anew. */
#define LATE_CALLS_MAX 1000

LateCalls *late_calls_new(void);
void late_calls_free(LateCalls *calls); /* gives all of them up */

/* Takes `pending`; its model is `site`'s.  Nobody comes for it after `until` (monotonic
 * microseconds).  Any thread, as all that follows. */
void late_calls_keep(LateCalls *calls, const char *decision_id, Site *site,
                     ClassifyPending *pending, gint64 until);

typedef struct {
    Site *site; /* which `pending` needs as long as it lives */
    ClassifyPending *pending;
} LateCall;
void late_call_clear(LateCall *call); /* gives up what nobody took out of it */
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LateCall, late_call_clear)

/* Empty if there is none. */
LateCall late_calls_take(LateCalls *calls, const char *decision_id);
