/* Does the path of the store still name the file that was opened? */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct StoreFile StoreFile;

/* Of the file that is there now. */
StoreFile *store_file_new(const char *path);
void store_file_free(StoreFile *file);

/* TRIAGE_ERROR_STORE: it was removed or replaced, which is logged once as store-replaced; or it
 * can't be looked at.  If the file is put back, all is well again.  Any thread. */
bool store_file_check(StoreFile *file, GError **error);
