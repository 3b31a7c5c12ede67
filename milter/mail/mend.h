/* What people can read in a broken mail and a parser couldn't. */
#pragma once

#include <glib.h>

/* Line ends and a header section without its end.  Is done first. */
void mend_header(GByteArray *mail);

/* Parts whose headers have no end.  Is done when the number of parts is bounded. */
void mend_parts(GByteArray *mail);
