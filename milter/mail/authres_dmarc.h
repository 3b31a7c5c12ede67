/* What a DMARC pass may rest on. */
#pragma once

#include "mail/authres_fields.h"

/* May the pass for the From domain rest on a result of DKIM or SPF that our filters didn't write?
 * It may if a field in their name stands below those that decide, or elsewhere, and says that one
 * of them passed for that organization; but not if DKIM passed for it in the topmost field that has
 * DKIM.  `fields` and `others` as in TrustedFields. */
bool authres_dmarc_is_unconfirmed(const GPtrArray *fields, const GPtrArray *others,
                                  const char *from_domain);
