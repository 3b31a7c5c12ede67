/* The mail that an approved draft is. */
#pragma once

#include "reply/compose.h"
#include "site/site.h"
#include "store/draft.h"

/* The same bytes each time, whenever it is asked for: dated when it was approved.
 * TRIAGE_ERROR_INPUT: it can't be written. */
bool draft_mail_compose(Store *store, const Mailbox *mailbox, const Draft *draft, ReplyMail *mail,
                        GError **error);

/* Whom it goes to: folded addresses without doubles, those in Cc too.  Points into the draft. */
GPtrArray *draft_mail_recipients(const Draft *draft);
