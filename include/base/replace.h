/* A file that is replaced whole: built beside its place, complete and on disk before it gets its
 * name.  Errors are TRIAGE_ERROR_SYSTEM and _STORE. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Makes an empty file of mode 0640 in PATH's folder; its path, which the caller frees.  Refused if
 * SQLite has a journal for PATH: it would be played into the new file. */
char *replace_begin(const char *path, GError **error);

/* Writes the new file through to the disk and renames it over PATH. */
bool replace_end(const char *new_path, const char *path, GError **error);
