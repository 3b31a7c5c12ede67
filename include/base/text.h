/* Text from outside: made valid, bounded, folded, compared.  All functions take and give UTF-8
 * unless they say otherwise. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* How many bytes of text[0..length), from its start, are ASCII without NUL: nearly all of nearly
 * every text. */
gsize text_ascii_run(const char *text, gsize length);

/* How many bytes from its start are valid UTF-8 without NUL. */
gsize text_valid_run(const char *text, gsize length);

/* text[0..length) as valid UTF-8 without NUL: bad bytes become U+FFFD; at most max bytes, cut at a
 * character. *cut (may be NULL) says whether something was left out.  Caller frees. */
char *text_clean(const char *text, gssize length, gsize max, bool *cut);

/* For one-line values: text_clean(), then every control character and line separator becomes a
 * space, runs of spaces one, none at the ends.  Caller frees. */
char *text_line(const char *text, gsize max);

/* The length in bytes of the longest start of `text` that has at most max bytes and ends at a
 * character. */
gsize text_fit(const char *text, gsize max);

/* Case-folded and normalised (NFKC) once, whitespace runs as one space: what conditions compare.
 * Caller frees. */
char *text_fold(const char *text);

/* Does folded `text` hold folded `word` as whole words (no letter, mark or digit directly beside
 * it)?  Where the word's first or last character, or the one beside it, belongs to a script written
 * without spaces (Han, Kana, Thai, …), that side is not asked.  Linear in the text. */
bool text_has_word(const char *text, const char *word);

/* Does it belong to a script that is written without spaces between words? */
bool text_is_unspaced(gunichar c);

/* [A-Za-z0-9._-]+ of at most max bytes, not starting with '-' or '.': what may stand in a header as
 * a token. */
bool text_is_token(const char *text, gsize max);

/* A number in decimal, as short as 15 digits allow, whatever the locale.  Caller frees. */
char *text_number(double number);

/* The order of two items of an array of char*, by their bytes. */
int text_compare(gconstpointer a, gconstpointer b);
