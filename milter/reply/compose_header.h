/* Header fields as they are written: encoded where they must be, folded where they can be. */
#pragma once

#include "mail/address.h"

/* May it stand in a header as one line: valid UTF-8 of at most max bytes, no control characters, no
 * line or paragraph separators? */
bool compose_is_line(const char *text, gsize max);

/* Can it stand between < and > of a Message-ID? */
bool compose_is_message_id(const char *id);
/* May it stand between "<" and ">" in In-Reply-To and References?  Anything that others wrote there
 * and that can't end the field: blanks, quotes, brackets, letters beyond ASCII. */
bool compose_is_thread_id(const char *id, gsize max);

/* "Name: text", encoded words (RFC 2047) where it isn't plain ASCII. */
void compose_write_text(GString *out, const char *name, const char *text);

/* "Name: Ann Lee <ann@example.com>, …" of MailAddress*. */
void compose_write_addresses(GString *out, const char *name, const GPtrArray *addresses);

/* "Name: <id> <id> …" of char*. */
void compose_write_ids(GString *out, const char *name, const GPtrArray *ids);
