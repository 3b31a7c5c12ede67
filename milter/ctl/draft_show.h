/* A draft for the eyes of a person, and for programs. */
#pragma once

#include "desk/draft.h"

/* All that stands with it: state, code, recipients, text with numbered marks, signature and
 * quotation, what the marks mean, sources, the thread.  Caller frees; it stems from mails and
 * models. */
char *draft_view_text(const DraftView *view);
/* "Ann <ann@example.org>, bob@example.org". */
char *draft_addresses_text(const GPtrArray *addresses);

cJSON *draft_to_json(const Draft *draft);
cJSON *draft_view_to_json(const DraftView *view);
