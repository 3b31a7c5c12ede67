/* Who wants something, and whether it was passed on. */
#pragma once

#include "mail/message.h"

/* Sets person and person_source: From, or Reply-To where From is a machine that sends for others.
 */
void person_find(Message *message);

/* Is it somebody else's mail, passed on? */
bool person_forwards(const Message *message);
