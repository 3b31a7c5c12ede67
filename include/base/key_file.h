/* Files that hold one secret and nothing else. */
#pragma once

#include <glib.h>

/* What it holds, without white space around it: printable ASCII, at most 4096 bytes.  `setting`
 * names the file in messages.  NULL and TRIAGE_ERROR_CONFIG: it can't be opened, is no regular
 * file, gives others anything or its group more than reading, or holds something else.  Caller
 * frees. */
char *key_file_read(const char *path, const char *setting, GError **error);
