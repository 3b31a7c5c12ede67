/* Parts that somebody signed or encrypted. */
#pragma once

#include "mail/gmime.h"
#include "mail/message.h"

/* Sets protection, and encrypted if the part holds the mail's words where nobody can read them.
 * `first`: no text stands before it. */
void protect_note(GMimeObject *part, bool first, Message *message);

/* Is it an S/MIME wrapper, signed or encrypted, by its type or name? */
bool protect_is_wrapper(GMimeObject *part);
