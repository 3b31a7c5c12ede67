/* Parts that somebody signed or encrypted. */
#pragma once

#include "mail/gmime.h"
#include "mail/message.h"

/* Sets protection, and encrypted if the part holds the mail's words where nobody can read them.
 * `first`: no text stands before it. */
void protect_note(GMimeObject *part, bool first, Message *message);
