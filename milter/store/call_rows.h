/* Calls to models as rows: pieces of a transaction of the writer. */
#pragma once

#include "store/connection.h"
#include "store/store.h"

/* What a model was asked for. */
#define CALL_FOR_TRIAGE "triage"
#define CALL_FOR_DRAFT  "draft"

/* `calls` (ClassifyCall*) were made about a decision. */
bool call_rows_add(Connection *connection, const char *decision, const char *purpose,
                   const GPtrArray *calls, gint64 now, GError **error);
