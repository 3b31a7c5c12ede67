/* One row of the audit: who did what to what.  Rows are only ever added. */
#pragma once

#include "store/connection.h"

typedef struct {
    const char *by, *verb;
    gint64 ticket;              /* 0: none */
    const char *decision;       /* NULL: none */
    const char *before, *after; /* JSON objects; NULL: empty */
} Audit;

/* In SQL, of a row `a`: has a person shaped its ticket by this?  What the program does has no name,
 * but for the drafts it writes, which have an engine's; and who tries a job again has said nothing
 * about the ticket. */
#define AUDIT_SHAPES_TICKET                                                                        \
    "(a.by <> '' AND a.verb NOT IN ('draft add', 'draft withdraw', 'job retry', 'job drop'))"

/* A piece of a transaction of the writer. */
bool audit_row_add(Connection *connection, const Audit *audit, gint64 now, GError **error);
