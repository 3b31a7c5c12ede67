/* Whose budget as a sender a mail is charged to. */
#pragma once

#include "crm/customer.h"
#include "mail/envelope.h"
#include "mail/message.h"

/* The name of the account, the first that applies:
 *   - a proven contact of the CRM (an exact match): the From address;
 *   - a proven address of a freemail domain (`freemail`: domains and addresses, NULL-terminated):
 *     the address without its +tag, and at gmail.com and googlemail.com without its dots;
 *   - another proven address: its organizational domain, because whoever has a domain can sign for
 *     any number of addresses in it;
 *   - else the network the mail came from, a /24 of IPv4 or a /48 of IPv6: 192.0.2.0/24,
 *     2001:db8:1::/48; "nobody" if that isn't known.
 * Caller frees. */
char *payer_of(const Message *message, const Envelope *envelope, const Customer *customer,
               const char *const *freemail);
/* Is the sender anybody but a proven contact of the CRM?  All of these together may spend no more
 * than strangers_share of a budget. */
bool payer_is_stranger(const Message *message, const Customer *customer);
