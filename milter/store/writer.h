/* The one thread that writes: takes what waits, commits it together, tells each how it went. */
#pragma once

#include "store/connection.h"

typedef struct Writer Writer;

/* Requests that are committed together. */
#define WRITER_BATCH_MAX 256
/* Requests of writer_post() that wait at most; more are refused.  Each mark of a decision follows a
 * commit of that decision, so that no more wait than there are sessions, unless the file is held by
 * another process for minutes. */
#define WRITER_POSTED_MAX 65536

/* A piece of a transaction.  May run twice: what it leaves in `work` must not depend on an earlier
 * run.  It neither begins nor ends the transaction. */
typedef bool (*WriteFunction)(Connection *connection, gpointer work, GError **error);

Writer *writer_new(const char *path, GError **error);
/* Commits what was accepted, then ends the thread. */
void writer_free(Writer *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Writer, writer_free)

/* Waits until the work is committed, at most until `deadline` (monotonic microseconds), or 200 ms
 * longer if the writer has taken it by then.  On true `work` is the caller's again, on false
 * `release` frees it, now or later.  TRIAGE_ERROR_DEADLINE: withdrawn; or taken, and perhaps still
 * committed.  TRIAGE_ERROR_BUSY: the writer is closing.  On any other error nothing is stored.
 * However many wait, they wait in the order in which they came.  `release` NULL: `work` always is
 * the caller's, and what is taken is waited for. */
bool writer_write(Writer *writer, WriteFunction function, gpointer work, GDestroyNotify release,
                  gint64 deadline, GError **error);

/* Doesn't wait; frees `work` with `release`, sooner or later.  A failure is logged.  false and
 * TRIAGE_ERROR_BUSY: refused and freed, because too many wait or the writer is closing. */
bool writer_post(Writer *writer, WriteFunction function, gpointer work, GDestroyNotify release,
                 GError **error);
