/* The lines of a Markdown file, without its comments. */
#pragma once

#include "knowledge/markdown.h"

#include <stdbool.h>

typedef struct {
    const char *at;      /* what is still to be read */
    int next;            /* its line number */
    bool comments_close; /* may a comment from here on still be closed? */
    const char *name;    /* of the file, in diagnostics */
    Diags *diags;

    GString *line; /* the one read last, without its end and blanks there */
    int number;    /* where it begins */
} Lines;

/* The next line; false at the end.  Control characters are left out, and unless `verbatim`
 * <!-- comments --> too: a line may go on behind one that begins on it. */
bool lines_next(Lines *lines, bool verbatim);
