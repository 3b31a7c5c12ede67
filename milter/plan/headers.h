/* The header table: which header of ours says what, and from which level on. */
#pragma once

#include "plan/mark.h"

typedef struct {
    const char *name; /* behind "X-Triage-" */
    MarkLevel level;  /* the lowest setting of `headers` that writes it */
    /* Appends the value; nothing appended means that the header is left out. */
    void (*print)(GString *out, const Mark *mark);
} HeaderRow;

/* In the order in which they are written; ends with a row whose name is NULL. */
extern const HeaderRow header_rows[];

#define HEADER_PREFIX "X-Triage-"

/* The value of X-Triage-Status, which is always written, and always last. */
void header_print_status(GString *out, const Mark *mark);
