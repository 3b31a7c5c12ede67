/* The Markdown files below a folder. */
#pragma once

#include "knowledge/knowledge.h"

typedef struct {
    char *name; /* relative to the folder */
    gint64 size, seconds, nanoseconds;
} FolderFile;

/* All of them by name, at most KNOWLEDGE_FILES_MAX; what is left out is in `diags`.  NULL and
 * TRIAGE_ERROR_INPUT if the folder itself can't be read.  Array of FolderFile*. */
GPtrArray *folder_list(const char *folder, Diags *diags, GError **error);

/* Differs when a file came, went or was written.  Caller frees. */
char *folder_fingerprint(const GPtrArray *files);
