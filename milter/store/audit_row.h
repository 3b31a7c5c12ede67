/* One row of the audit: who did what to what.  Rows are only ever added. */
#pragma once

#include "store/connection.h"

typedef struct {
    const char *by, *verb;
    gint64 ticket;              /* 0: none */
    const char *decision;       /* NULL: none */
    const char *before, *after; /* JSON objects; NULL: empty */
} Audit;

/* A piece of a transaction of the writer. */
bool audit_row_add(Connection *connection, const Audit *audit, gint64 now, GError **error);
