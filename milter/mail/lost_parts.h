/* Parts whose boundary isn't the declared one. */
#pragma once

#include "mail/gmime.h"
#include "mail/guard.h"

/* The parts in `text` as a multipart of that type, guarded as a mail is; NULL if there are none.
 * Caller unrefs. */
GMimeObject *lost_parts(const char *type, const char *text, const MailLimits *limits,
                        GuardReport *report);
