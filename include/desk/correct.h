/* The verb `correct`: a person says what a mail really was. */
#pragma once

#include "site/site.h"

/* Sets fields of a ticket's newest decision ("priority=high", …; NULL-terminated), as a revision by
 * `by` that no model overrides, and writes the audit row.  TRIAGE_ERROR_INPUT names the field or
 * value that can't be, TRIAGE_ERROR_NOT_FOUND the ticket; then nothing has changed. */
bool desk_correct(const Site *site, Store *store, const char *ticket, const char *by,
                  const char *const *assignments, gint64 now, GError **error);
