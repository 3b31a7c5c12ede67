/* What somebody is told of a mail, a ticket: in JSON for a server, in words for a person.  Pure. */
#pragma once

#include <glib.h>

#define NOTICE_JSON_VERSION 1

/* Texts are "" where there is nothing to say. */
typedef struct {
    const char *event; /* ticket, mail (it has no ticket), overdue */
    const char *ticket, *mailbox, *queue, *priority, *category;
    char **tags;
    gint64 due;                    /* epoch seconds, 0: nobody waits */
    const char *subject, *summary; /* NULL: are not to be told */
} Notice;

/* On one line.  Caller frees. */
char *notice_json(const Notice *notice);
/* Of its mail, ASCII, and the mail's text.  Caller frees. */
char *notice_subject(const Notice *notice);
char *notice_text(const Notice *notice);
