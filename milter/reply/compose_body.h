/* A reply's text, and how it is encoded. */
#pragma once

#include "reply/compose.h"

/* Appends the fields that say how the body is encoded, an empty line and the body, lines ending in
 * CRLF.  `body` is valid UTF-8, lines ending in LF. */
void compose_write_body(GString *out, const char *body);
