/* Who wants something. */
#pragma once

#include "mail/message.h"

/* Sets person and person_source: From, or, where From is a machine or a site of our own that sends
 * for others, Reply-To or what a form's visitor wrote.  Everything but automatic and authentication
 * is already set. */
void person_find(Message *message, const MailTrust *trust);
