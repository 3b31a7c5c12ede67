/* The envelope sender of a reply: an address of the mailbox that says which draft a bounce is
 * about, and that nobody else can make. */
#pragma once

#include <glib.h>

/* What every tag begins with. */
#define BOUNCE_MARK "b-"

/* "support@example.com", draft 12345 ─▶ "support+b-9ix-k5ifkm3gyu2wzhcl@example.com": the number in
 * base 36, and 80 bits of an HMAC-SHA256 with `secret` over the mailbox and the number.
 * `delimiter` is what the mail server takes addresses apart at ('+').  `draft` is positive.  NULL
 * and TRIAGE_ERROR_INPUT if the mailbox is no plain address, or the local part would be longer than
 * RFC 5321 allows (64 bytes).  Caller frees. */
char *bounce_address(const char *mailbox, char delimiter, gint64 draft, const void *secret,
                     gsize secret_length, GError **error);

/* The draft that an address of this mailbox names, 0 if it names none or the HMAC is not ours.
 * Upper and lower case are one. */
gint64 bounce_address_draft(const char *address, const char *mailbox, char delimiter,
                            const void *secret, gsize secret_length);
