/* Text as the terms it is looked up by.  Pure. */
#pragma once

#include <glib.h>

/* Characters of the longest word that is a term, and of the stem that longer ones have too. */
#define TERMS_WORD_MAX 40
#define TERMS_STEM     5

/* The terms of `text` in its order, with one space between them, repeated as they repeat there:
 * "Refunds für 返金" is "refunds refun~ fur 返金".  Terms hold letters, digits and marks, a stem a
 * '~' at its end; never a quote, a blank or an ASCII capital.  Caller frees. */
char *terms_of(const char *text);
