/* The free space of a database file, and its write-ahead log. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Overwrites what moved rows have left in the free space of the file's pages, and empties the
 * write-ahead log, so that neither holds what the rows no longer say.  Call it after the rows were
 * changed.  Other programs may use the file meanwhile: the write lock is taken for a few
 * milliseconds at a time.  *complete false: other connections read an older state or held the lock
 * for more than `patience_ms` in all; traces may be left, and another try can help. */
bool sqlite_wipe_free_space(const char *path, int patience_ms, bool *complete, GError **error);
