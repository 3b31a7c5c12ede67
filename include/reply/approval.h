/* What a person approves: exactly this text, for these recipients, in this state of the thread. */
#pragma once

#include "mail/message.h"

typedef struct {
    const char *text, *subject;
    const GPtrArray *to, *cc;     /* MailAddress* */
    gint64 thread;                /* the newest message that the approver knew */
    const GPtrArray *attachments; /* Attachment*: name and sha256 count; NULL: none */
} Approval;

/* Hex SHA-256 of all of it; no two different approvals have the same.  Caller frees. */
char *approval_digest(const Approval *approval);
