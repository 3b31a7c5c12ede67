/* Whether a signature that was read is valid: its time, its key, the body, the header. */
#pragma once

#include "auth/body.h"
#include "auth/signature.h"

/* Of a DKIM-Signature or ARC-Message-Signature.  *key_bits is 0 where no key was read. */
DkimReason verify_message(const Signature *signature, const Header *header, const DkimField *fields,
                          const DkimBody *body, const DkimAnswer *answer, gint64 now,
                          guint *key_bits);

/* Of an ARC-Seal; `before`: all that it signs before its own field. */
DkimReason verify_seal(const Signature *seal, const DkimField *fields, const Digest *before,
                       const DkimAnswer *answer, gint64 now);
