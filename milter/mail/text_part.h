/* The words of one part. */
#pragma once

#include "mail/gmime.h"
#include "mail/message.h"

/* Valid UTF-8, at most max_text_bytes; of no more than *source_left bytes, which are counted off.
 * Adds findings, and to `signatures` (char*) what HTML marks as one.  Caller frees. */
char *text_part_read(GMimePart *part, bool html, const MailLimits *limits, gsize *source_left,
                     GPtrArray *signatures, Message *message);
