/* The fields of a delivery report (RFC 3464 2.2, 2.3), and of its kin for reading (RFC 8098 3.1).
 */
#pragma once

#include "mail/message.h"

/* More are not read. */
#define DSN_DELIVERIES_MAX 50
#define DSN_ID_MAX         512

/* Adds a Delivery for each recipient; sets *original_id, if it is "", to the Message-ID of the mail
 * that is reported on, where a field tells it. */
void dsn_read(const char *text, GPtrArray *deliveries, char **original_id);

/* What stands in the first <> that could be a Message-ID; "" if there is none.  Caller frees. */
char *dsn_message_id(const char *value);

void delivery_free(Delivery *delivery);
