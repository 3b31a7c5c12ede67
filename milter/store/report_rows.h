/* Mail servers' reports about replies of ours. */
#pragma once

#include "store/record_rows.h"

/* A piece of the transaction that records the report: what it says becomes of the draft whose mail
 * it is about, if it is one of the mailbox's. */
bool report_rows_write(Connection *connection, const RecordWork *work, GError **error);
