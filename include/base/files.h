/* Files that an administrator writes: a folder of them, and their parts. */
#pragma once

#include "base/diag.h"

/* The names of a folder's entries, sorted: char*.  NULL if it can't be read.  Caller unrefs. */
GPtrArray *files_in(const char *folder, GError **error);

/* The line of the text that is `mark` and nothing else, NULL if there is none; *place, that of the
 * text's start, is moved to it. */
const char *files_find_mark(const char *text, const char *mark, Place *place);
/* The start of the next line, the end of the text if there is none. */
const char *files_next_line(const char *line);
