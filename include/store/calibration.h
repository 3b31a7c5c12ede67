/* How often models were right, as people left their decisions.
 *
 * A decision counts once a person has looked at it: they corrected it, approved a reply to it or
 * closed its ticket, where it was the newest of the ticket at that moment.  Notes, assignments and
 * rejected replies say nothing of it, and neither does an answer from somebody's own mail program.
 * It must be a model's own: an answer out of the cache was looked at where it was first given, and
 * one that came only after the look was not seen.
 *
 * It was wrong if in the end one of its chosen values (of fields that are a choice or yes or no,
 * but certainty) stands corrected to another; else right.  Texts, lists and numbers don't count,
 * for they are worded or estimated rather than right or wrong.  Nor do values that a floor held,
 * whatever the model said, and values that it didn't give. */
#pragma once

#include "classify/calibration.h"
#include "store/store.h"

/* Looks of this many seconds are counted, unless somebody asks for others, and at most this many,
 * the latest. */
#define CALIBRATION_WINDOW    (180 * 86400)
#define CALIBRATION_LOOKS_MAX 20000

/* Array of CalibrationCount*, by model and prompt, what stated least first; of looks at `since` or
 * later.  Reads only: nobody waits for it. */
GPtrArray *store_calibration(Store *store, gint64 since, GError **error);
