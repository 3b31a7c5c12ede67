/* Files that are written into the text itself. */
#pragma once

#include <glib.h>

typedef struct {
    char *name;
    GByteArray *bytes;
} UuFile;

/* Files of one text that are taken out. */
#define UU_FILES_MAX 20

void uu_file_free(UuFile *file);

/* Takes "begin 644 NAME" to "end" out of the text.  UuFile*, in order. */
GPtrArray *uu_take(char *text);
