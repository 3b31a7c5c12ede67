/* Files that an administrator writes: how they are opened and read, a folder of them, their parts.
 */
#pragma once

#include "base/diag.h"

#include <sys/stat.h>

/* Opens a regular file for reading; links are followed.  Never waits: a FIFO, a device, a socket or
 * a folder is refused.  The descriptor, and *status of it; or -1 and TRIAGE_ERROR_INPUT, whose
 * message is the reason without the path.  Every file that we read is opened here. */
int files_open(const char *path, struct stat *status, GError **error);

/* What such a file holds, with a NUL after it that isn't counted; NULL and TRIAGE_ERROR_INPUT, as
 * above, also where it has more than `max` bytes.  Caller frees. */
char *files_read(const char *path, gsize max, gsize *length, GError **error);

/* The names of a folder's entries, sorted: char*.  NULL if it can't be read.  Caller unrefs. */
GPtrArray *files_in(const char *folder, GError **error);

/* The line of the text that is `mark` and nothing else, NULL if there is none; *place, that of the
 * text's start, is moved to it. */
const char *files_find_mark(const char *text, const char *mark, Place *place);
/* The start of the next line, the end of the text if there is none. */
const char *files_next_line(const char *line);
