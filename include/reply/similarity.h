/* How much of a draft the person who approved it kept. */
#pragma once

#include <glib.h>

/* Texts with more words are compared by the runs of three words that they share, whatever their
 * order. */
#define SIMILARITY_WORDS_MAX 4000

/* The share of the draft's words that stand in `final` in the same order, 0 to 1: what was added
 * counts for nothing.  Of a draft without words, 1 if `final` has none either, else 0. */
double reply_similarity(const char *draft, const char *final);
