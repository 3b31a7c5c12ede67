/* Links in the text that is made of HTML. */
#pragma once

#include "html/out.h"

/* The address of a link if it needs saying, NULL if not: an anchor, a script.  Caller frees. */
char *html_link_target(const char *href);

/* Writes " <address>" behind the link's text, which begins at `start`, if it doesn't show it.
 * True if the text shows the address of another site. */
bool html_link_write(HtmlOut *out, const char *target, gsize start);
