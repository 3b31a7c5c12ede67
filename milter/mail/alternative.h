/* The two halves of multipart/alternative. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Does the plain half only stand in for the HTML: says that there is one, or is less than a tenth
 * of it? */
bool alternative_stands_in(const char *plain, const char *html);

/* Do the halves say different things?  Of a dozen or more words of the plain half, fewer than one
 * in five stand in the other. */
bool alternative_disagrees(const char *plain, const char *html);
