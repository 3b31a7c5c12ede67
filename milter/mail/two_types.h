/* Header sections with more than one Content-Type. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Leaves one Content-Type in the header section at the start of `mail`: the first multipart whose
 * boundary stands in the body, else the first that is no multipart, else the first; the others are
 * renamed.  True if there was more than one.  Linear.  Pure. */
bool two_types_settle(GByteArray *mail);
