/* Which judgement's marks a message gets. */
#pragma once

#include "pipeline/pipeline.h"

/* The edits for a message that was judged for one mailbox or several.  `own`: what was verified
 * here, NULL if nothing was.  Array of Edit*; empty if none of them marks. */
GPtrArray *marks_for(const Site *site, const Submission *submission, const Message *message,
                     const SenderResult *own, const GPtrArray *judgements);
