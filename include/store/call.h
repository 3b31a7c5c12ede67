/* Calls to models, and what they have cost. */
#pragma once

#include "classify/classify.h"
#include "store/store.h"

/* What a model was asked for. */
#define CALL_FOR_TRIAGE "triage"
#define CALL_FOR_DRAFT  "draft"

/* Of `calls` (ClassifyCall*), made about a decision and come to nothing, those that were made: they
 * have their cost all the same. */
bool store_calls_in_vain(Store *store, const char *decision, const char *purpose,
                         const GPtrArray *calls, gint64 now, GError **error);
