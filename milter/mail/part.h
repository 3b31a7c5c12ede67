/* One part of a mail: what it says about itself, read with forbearance, and its bytes. */
#pragma once

#include "mail/gmime.h"

#include <stdbool.h>

/* "text/plain", lower case, bounded; what is no type at all is text/plain, with a name or in base64
 * application/octet-stream.  Caller frees. */
char *part_type(GMimeObject *part);
bool part_is(GMimeObject *part, const char *type);

/* A parameter of Content-Type, NULL if there is none.  Caller frees. */
char *part_param(GMimeObject *part, const char *name);

/* A file name as it is shown: the last component of a path, one line, bounded; where it is too long
 * its middle is left out.  Caller frees. */
char *part_shown_name(const char *written);

/* The file name as part_shown_name() has it; "" if the part has none.  Caller frees. */
char *part_name(GMimeObject *part, const char *charset);

/* Says it is to be kept, not shown? */
bool part_is_attached(GMimeObject *part);

/* A stream of a leaf's bytes with its transfer encoding undone; NULL if it has none. */
GMimeStream *part_stream(GMimePart *part);

/* The decoded bytes of a leaf, at most max of them.  Text in base64 is decoded up to the first line
 * that is none, as lists add them. */
GByteArray *part_bytes(GMimePart *part, gsize max);
