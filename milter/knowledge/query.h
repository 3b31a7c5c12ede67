/* What of a text is worth asking the index for.  Pure. */
#pragma once

#include <glib.h>

/* Bytes of a text that are looked at, and different terms of it that are looked up. */
#define QUERY_TEXT_MAX  4096
#define QUERY_TERMS_MAX 300

/* Terms that are asked for, and passages that they may stand in, all counted together. */
#define QUERY_BEST     24
#define QUERY_POSTINGS 1500

typedef struct {
    char *term;
    guint times;     /* in the text */
    gint64 passages; /* that it stands in; 0 until somebody has looked */
} QueryTerm;

/* The different terms at the beginning of `text`, in its order.  Array of QueryTerm. */
GArray *query_terms(const char *text);

/* The best terms as an expression for FTS5, out of `total` passages; NULL if none tells anything.
 * Caller frees. */
char *query_expression(const GArray *terms, gint64 total);
