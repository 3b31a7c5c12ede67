/* Bytes of a claimed charset to UTF-8. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Always valid UTF-8 without NUL and byte order mark, with '\n' at line ends; at most max bytes,
 * *cut says whether more was there.  `claimed` may be NULL or nonsense.  Caller frees. */
char *charset_decode(const char *bytes, gsize length, const char *claimed, gsize max, bool *cut);

/* The charset that charset_decode() takes the bytes for, as iconv names it.  Caller frees. */
char *charset_of(const char *bytes, gsize length, const char *claimed);

/* Is it UTF-7, which hides ASCII from filters?  The body's is decoded, because mail programs show
 * it so, and is a finding; a header's stays as it stands. */
bool charset_is_utf7(const char *claimed);

/* What bytes that are no UTF-8 are, by which bytes stand beside each other; static, windows-1252 if
 * nothing speaks for another. */
const char *charset_guess(const char *bytes, gsize length);
