/* What is done to a mail's bytes before GMime may parse them. */
#pragma once

#include "mail/message.h"

typedef struct {
    bool header_cut;     /* the header section was over max_header_bytes; its end is gone */
    bool groups_blanked; /* an address field held more groups than anyone writes */
    bool parts_cut;      /* the parts were over a limit; what follows that point is gone */
} GuardReport;

/* Colons left in one address field: each may open a group inside the one before. */
#define GUARD_COLONS_MAX 64

/* Changes the bytes in place so that parsing them needs bounded stack and memory. */
GuardReport guard_apply(GByteArray *mail, const MailLimits *limits);
