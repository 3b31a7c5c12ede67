/* The one thread that writes: takes what waits, commits it together, tells each how it went. */
#pragma once

#include "store/connection.h"

typedef struct Writer Writer;

/* Requests that wait at most; more are refused.  As many are committed together. */
#define WRITER_PENDING_MAX 256

/* A piece of a transaction.  May run twice: what it leaves in `work` must not depend on an earlier
 * run.  It neither begins nor ends the transaction. */
typedef bool (*WriteFunction)(Connection *connection, gpointer work, GError **error);

Writer *writer_new(const char *path, GError **error);
/* Commits what was accepted, then ends the thread. */
void writer_free(Writer *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Writer, writer_free)

/* Waits until the work is committed.  What the writer hasn't taken by `deadline` (monotonic
 * microseconds) is withdrawn: TRIAGE_ERROR_DEADLINE, and `work` was never touched.
 * TRIAGE_ERROR_BUSY: too many wait, or the writer is closing.  On any error nothing is stored. */
bool writer_write(Writer *writer, WriteFunction function, gpointer work, gint64 deadline,
                  GError **error);

/* Doesn't wait; frees `work` with `release`, sooner or later.  false: refused and freed. */
bool writer_post(Writer *writer, WriteFunction function, gpointer work, GDestroyNotify release);
