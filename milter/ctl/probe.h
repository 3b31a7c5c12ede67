/* A mail of each mailbox to somebody who looks at it. */
#pragma once

#include "ctl/shared.h"

/* Sends them through the site's own mail server and says what became of them; where `address` is a
 * mailbox's, also what our milter read of them when they came back.  How many went wrong. */
guint probe(Ctl *ctl, const char *address);
