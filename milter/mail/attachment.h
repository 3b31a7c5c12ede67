/* One attachment, described. */
#pragma once

#include "mail/gmime.h"
#include "mail/message.h"

/* Any part: its decoded bytes are counted, hashed and looked at, never kept. */
Attachment *attachment_read(GMimeObject *part);
void attachment_free(Attachment *attachment);

/* The type that the first bytes of a file show, "" if they show none; static. */
const char *attachment_sniff(const char *head, gsize length);

/* Is it a type that runs when it is opened? */
bool attachment_is_program(const char *type);

/* The decoded bytes of a leaf, at most max of them. */
GByteArray *attachment_bytes(GMimePart *part, gsize max);
