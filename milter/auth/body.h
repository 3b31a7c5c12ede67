/* What the two checks ask of a body: which canonicalizations they want, and whether a hash is that
 * of the body. */
#pragma once

#include "auth/dkim.h"

/* To be hashed in this canonicalization too; before the first byte. */
void dkim_body_want(DkimBody *body, bool relaxed);
/* After dkim_body_end(), of a canonicalization that was wanted. */
bool dkim_body_matches(const DkimBody *body, bool relaxed, GBytes *hash);
