/* One attachment, described. */
#pragma once

#include "mail/gmime.h"
#include "mail/message.h"

/* Text of one attachment that is kept, in bytes. */
#define ATTACHMENT_TEXT_MAX 4096

/* Any part: its decoded bytes are counted, hashed and looked at, never kept.  `charset` is what
 * bytes beyond ASCII of its name are in, NULL if unknown. */
Attachment *attachment_read(GMimeObject *part, const char *charset);
/* A file that stands in another part. */
Attachment *attachment_inside(const char *name, const guint8 *bytes, gsize length);
void attachment_free(Attachment *attachment);

/* The type that the first bytes of a file show, "" if they show none; static. */
const char *attachment_sniff(const char *head, gsize length);

/* Bytes from the start that attachment_sniff() looks at. */
#define ATTACHMENT_HEAD (34 * 1024)

/* Is it a type that runs when it is opened? */
bool attachment_is_program(const char *type);

/* What is suspicious about it is said in the message. */
void attachment_note(const Attachment *attachment, Message *message);
