/* The site's own mail server, for whoever has a mail to send. */
#pragma once

#include "jobs/smtp.h"
#include "pipeline/services.h"
#include "reply/compose.h"
#include "site/site.h"

/* smtp_hand_over() to the site's submission_url, which it must have.  `breaks` may be NULL.
 * `services` (may be NULL) remember whether the server can be used: a trouble that concerns every
 * mail is logged once as an error, and once when it is over. */
SmtpResult submit(const Site *site, Services *services, const char *sender,
                  const GPtrArray *recipients, const ReplyMail *mail, const SmtpBreak *breaks);
