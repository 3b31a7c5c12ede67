/* Which interactions a mail is probably about.  Pure. */
#pragma once

#include "crm/customer.h"
#include "mail/message.h"

#define RELEVANCE_BEST 5

/* The best RELEVANCE_BEST by recency and words shared with the mail, newest first.  Array of
 * Interaction*, borrowed. */
GPtrArray *relevance_choose(const GPtrArray *interactions, const Message *message);
