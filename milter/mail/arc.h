/* What another server found before it passed the mail on (RFC 8617). */
#pragma once

#include "mail/authres.h"
#include "mail/parts.h"

/* The results of the last sealer, if it is one of trust->arc_sealers; NULL otherwise.  That the
 * chain holds must be known from a trusted server's arc=pass.  *sealer is its domain; caller frees
 * both. */
AuthField *arc_results(const HeaderView *view, const MailTrust *trust, char **sealer);
