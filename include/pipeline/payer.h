/* Whose budget as a sender a mail is charged to. */
#pragma once

#include "mail/envelope.h"
#include "mail/message.h"

/* A proven From address: nobody else can spend what it has.  Else the network the mail came from,
 * a /24 of IPv4 or a /48 of IPv6: 192.0.2.0/24, 2001:db8:1::/48.  Else "nobody".  Caller frees. */
char *payer_of(const Message *message, const Envelope *envelope);
