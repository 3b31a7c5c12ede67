/* The body of a mail: its text and its attachments. */
#pragma once

#include "mail/gmime.h"
#include "mail/message.h"

/* The charset of the first text: as claimed, else as its bytes look; NULL if there is none.  Caller
 * frees. */
char *body_charset(GMimeObject *root);

/* Sets text, protection, encrypted, hidden_text and fills attachments; adds findings.  `charset` as
 * body_charset() gave it.  Adds to `signatures` (char*) what HTML parts mark as one, also those
 * that a plain part stands in for. */
void body_read(GMimeObject *root, const char *charset, const MailLimits *limits,
               GPtrArray *signatures, Message *message);
