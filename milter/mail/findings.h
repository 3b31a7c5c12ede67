/* What is odd about a mail, and what of it was left out: said once each, in words. */
#pragma once

#include "mail/message.h"

#define SUSPICIOUS_MAX 20

void finding_suspicious(Message *message, const char *format, ...) G_GNUC_PRINTF(2, 3);
void finding_truncated(Message *message, const char *what);
