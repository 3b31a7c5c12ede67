/* What a person approves: exactly this mail, in this state of the thread. */
#pragma once

#include "reply/compose.h"

/* Hex SHA-256 of all that goes out: who it is from and for, the subject, the mails it refers to,
 * the text with signature and quotation, extra headers; and of `thread`, the newest mail that the
 * approver knew.  Message-ID and date don't count, they are given by the approval.  No two
 * different approvals have the same.  Caller frees. */
char *approval_digest(const Reply *reply, gint64 thread);
