/* Answers of models that were given before. */
#pragma once

#include "store/store.h"

/* The newest answer to classify_question() that no person has corrected, as a Classification with
 * STATUS_CACHE and without calls, if its mail came at `since` or later.  NULL: there is none; or an
 * error. */
Classification *store_answer(Store *store, const char *question, gint64 since, FieldTable *fields,
                             GError **error);
