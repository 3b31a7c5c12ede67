/* Where answers to a mail go. */
#pragma once

#include "mail/parts.h"

/* Does an answer stay in the organization of the From domain?  Looks at each address of each
 * Reply-To field, at members of groups, and at whatever reads as an address in a quoted text, a
 * comment or a display name: another mail program may take it for one. */
bool reply_to_stays(const HeaderView *view, const char *from_domain);
