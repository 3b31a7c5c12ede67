/* Text with format=flowed, RFC 3676. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Paragraphs on one line each; quoted ones begin with as many '>' as before.  `delsp`: the blank at
 * a line's end was added.  Caller frees. */
char *flowed_text(const char *text, bool delsp);
