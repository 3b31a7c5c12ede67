/* What Postfix's own configuration says about us. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct {
    const char *smtpd_milters; /* postconf -h smtpd_milters */
    const char *queue_directory;
    bool chrooted; /* is the smtp inet service? */
    const char *recipient_delimiter, *internal_mail_filter_classes, *non_smtpd_milters;
} PostfixSettings;

/* Findings in words, each with what to write instead; an empty array when all is well.  `socket`:
 * our setting.  Pure.  Array of char*. */
GPtrArray *postfix_findings(const PostfixSettings *postfix, const char *socket);
/* The same about bounces of replies, where replies are sent.  `delimiters`: those that mailboxes
 * use. */
GPtrArray *postfix_bounce_findings(const PostfixSettings *postfix, const char *delimiters);
