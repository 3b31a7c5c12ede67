/* Parameters of Content-Type and Content-Disposition. */
#pragma once

#include <glib.h>

/* The parameter of that name: RFC 2231 with its parts and charsets, else as it stands, RFC 2047
 * undone.  `charset` is what bytes beyond ASCII are in, NULL if unknown.  Valid UTF-8; NULL if
 * there is none.  Caller frees. */
char *param_find(const char *value, const char *name, const char *charset);
