/* Header text with encoded words. */
#pragma once

#include <glib.h>

/* RFC 2047, as mail programs write it: words that split a character, hold blanks, stand in quotes
 * or within other words.  `charset` is what bytes beyond ASCII are in, NULL if unknown.  Valid
 * UTF-8; controls and line ends of folding are left in.  Caller frees. */
char *words_decode(const char *raw, const char *charset);

/* The length of the encoded word that stands at `at`, 0 if none does. */
gsize words_length(const char *at);
