/* The site's own mail server, for whoever has a mail to send. */
#pragma once

#include "jobs/smtp.h"
#include "reply/compose.h"
#include "site/site.h"

/* smtp_hand_over() to the site's submission_url, which it must have.  `stopping` may be NULL. */
SmtpResult submit(const Site *site, const char *sender, const GPtrArray *recipients,
                  const ReplyMail *mail, const atomic_bool *stopping);
