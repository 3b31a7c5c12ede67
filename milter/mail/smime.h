/* S/MIME that is signed and not encrypted (RFC 8551 3.5.2): the mail inside, which Outlook writes
 * where "send clear text signed message" is off. */
#pragma once

#include "mail/gmime.h"
#include "mail/guard.h"

/* The bytes that a SignedData (RFC 5652 5) holds, DER or BER; NULL if it is not one, or is empty,
 * as what is encrypted or compressed.  No signature is verified.  Caller unrefs.  Pure; any thread.
 */
GByteArray *smime_content(const guint8 *bytes, gsize length);

/* The part inside `part`, guarded as a mail is; NULL as above.  Caller unrefs. */
GMimeObject *smime_open(GMimePart *part, const MailLimits *limits, GuardReport *report);
