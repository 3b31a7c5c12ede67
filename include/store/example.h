/* Replies of ours as examples: what people approved on the same topic. */
#pragma once

#include "store/store.h"

/* Texts of the latest `limit` replies that were sent from the mailbox on the topic, to tickets of
 * other senders than `sender`, newest first.  Array of char*, NULL-terminated. */
GPtrArray *store_examples(Store *store, const char *mailbox, const char *topic, const char *sender,
                          gint64 limit, GError **error);
