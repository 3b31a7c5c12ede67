/* What other servers' results prove about the sender. */
#pragma once

#include "mail/authres.h"
#include "mail/parts.h"

/* Fills *out, but for source and differs; nothing of trust->own is looked at. */
void authres_judge(const HeaderView *view, const Message *message, const MailTrust *trust,
                   Authentication *out);

/* Why nothing can prove the sender of such a mail, whoever verifies it: a static word, and *why in
 * words; NULL if nothing speaks against it. */
const char *authres_objection(const HeaderView *view, const Message *message, const char **why);

/* What the results in the last set of a valid ARC chain prove, in words; NULL: nothing.  `sealed`
 * begins with their authserv-id.  Caller frees. */
char *authres_sealed_proof(const HeaderView *view, const Message *message, const char *sealer,
                           const char *sealed);
