/* Bytes of a claimed charset to UTF-8. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Always valid UTF-8 without NUL, with '\n' at line ends; at most max bytes, *cut says whether more
 * was there.  `charset` may be NULL or nonsense.  Caller frees. */
char *charset_decode(const char *bytes, gsize length, const char *charset, gsize max, bool *cut);
