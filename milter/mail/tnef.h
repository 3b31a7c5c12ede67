/* What is inside a winmail.dat. */
#pragma once

#include <glib.h>

typedef struct {
    char *name;          /* valid UTF-8, not yet a line; "" if none */
    const guint8 *bytes; /* within the TNEF itself */
    gsize size;
} TnefFile;

/* Names of one TNEF that are listed. */
#define TNEF_FILES_MAX 100

/* TnefFile of the files inside, in order; empty if it is no TNEF, and where it is broken. */
GArray *tnef_files(const guint8 *bytes, gsize length);
