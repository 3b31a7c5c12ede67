/* Words of a table's row, between '|': "noreply|donotreply". */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Is text[0..length), in any case of ASCII, one of the words? */
bool word_list_has(const char *words, const char *text, gsize length);

/* Does the text begin with one? */
bool word_list_begins(const char *words, const char *text);

/* Does it begin with one behind which only punctuation follows, or nothing?  What ends in a space
 * brings its own. */
bool word_list_labels(const char *words, const char *text);

/* Does one stand anywhere in the text? */
bool word_list_is_in(const char *words, const char *text);
