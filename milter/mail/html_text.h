/* HTML to text that a person or a model can read. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Elements inside each other that are followed; at most this many, because closing one costs a look
 * at all that are open. */
#define HTML_DEPTH_MAX 400

/* html[0..length) is valid UTF-8, whatever charset it claims.  At most max bytes come out.
 * *hidden: some text would not have been seen by a reader and was left out; *cut: so was some that
 * would.  Caller frees. */
char *html_text(const char *html, gsize length, gsize max, bool *hidden, bool *cut);
