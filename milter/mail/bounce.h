/* Mail that comes back from servers that write no report, or no whole one. */
#pragma once

#include "mail/parts.h"

/* Two of: a server's name, a server's subject, a server's words, a server's report.  A person who
 * asks about a bounce has its subject at most, and words of his own above the server's. */
bool bounce_is_likely(const HeaderView *view, const Message *message);

/* The worst that a report says: "failed 5.1.1 for bob@example.com"; NULL if it says nothing.
 * Caller frees. */
char *bounce_worst(const GPtrArray *deliveries);
