/* The body of a mail: its text and its attachments. */
#pragma once

#include "mail/gmime.h"
#include "mail/message.h"

/* Sets text, protection, hidden_text and fills attachments; adds findings. */
void body_read(GMimeObject *root, const MailLimits *limits, Message *message);
