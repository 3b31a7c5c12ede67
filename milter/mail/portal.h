/* Mails whose words must be read elsewhere. */
#pragma once

#include "mail/parts.h"

/* Is the mail only the notice of a message that its recipient opens in a browser or with a key of
 * the sender's service: Gmail's confidential mode, Microsoft Purview, Proton, Virtru, Cisco?  Pure.
 */
bool portal_is(const HeaderView *view, const Message *message);
