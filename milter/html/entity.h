/* Character references of HTML. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* The character of the reference that begins at `at` with '&'; *used is then its length in bytes. 0
 * if there is none: the '&' means itself. */
gunichar html_entity(const char *at, const char *end, gsize *used);

/* The value of an attribute, its references resolved; replaces what was in `decoded`. */
void html_entity_decode(const char *text, gsize length, GString *decoded);
