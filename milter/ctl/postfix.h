/* What Postfix's own configuration says about us. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct {
    const char *smtpd_milters; /* postconf -h smtpd_milters */
    const char *queue_directory;
    bool chrooted;         /* is the smtp inet service? */
    const char *services;  /* postconf -M: master.cf, a line for each service */
    const char *overrides; /* postconf -P: its -o options, NAME/TYPE/PARAMETER = VALUE */
    const char *content_filter, *receive_override_options, *header_checks; /* of main.cf */
    char *const *trust; /* authserv-ids that we trust without naming methods; may be NULL */
    const char *recipient_delimiter, *internal_mail_filter_classes, *non_smtpd_milters;
} PostfixSettings;

/* Findings in words, each with what to write instead; an empty array when all is well.  `socket`:
 * our setting.  Pure.  Array of char*. */
GPtrArray *postfix_findings(const PostfixSettings *postfix, const char *socket);
/* The names of a list of lookup tables, as header_checks is: char*.  Caller unrefs. */
GPtrArray *postfix_tables(const char *list);
/* Does this answer of a header_checks table keep the header from its reader?  NULL: the table says
 * nothing about the header. */
bool postfix_removes(const char *action);
/* What header_checks does about forged headers of ours, and nested_header_checks about those within
 * an attached message.  Array of char*. */
GPtrArray *postfix_guard_findings(bool guarded, bool nested);

/* Sets smtpd_milters and chrooted to those of the smtpd that takes mail from outside: of master.cf
 * the smtp service, else the first smtpd.  *own (caller frees) keeps an option of its own. */
void postfix_take_front(PostfixSettings *postfix, char **own);
/* The same about smtpd services that a content filter hands mail back to. */
GPtrArray *postfix_reinjection_findings(const PostfixSettings *postfix, const char *socket);
/* The same about bounces of replies, where replies are sent.  `delimiters`: those that mailboxes
 * use. */
GPtrArray *postfix_bounce_findings(const PostfixSettings *postfix, const char *delimiters);
