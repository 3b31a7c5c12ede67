/* Calls to models as rows: pieces of a transaction of the writer. */
#pragma once

#include "store/call.h"
#include "store/connection.h"

/* `calls` (ClassifyCall*) were made about a decision. */
bool call_rows_add(Connection *connection, const char *decision, const char *purpose,
                   const GPtrArray *calls, gint64 now, GError **error);
