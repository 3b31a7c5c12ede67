/* Handles to a file that others may replace whole while it is in use. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

/* What tells one file from another at the same path. */
typedef struct {
    dev_t device;
    ino_t inode;
    gint64 size, seconds, nanoseconds;
} LoanStamp;

/* One handle, lent to one thread at a time. */
typedef struct {
    gpointer handle;
    LoanStamp stamp; /* of the file it was opened on, or of one before: then it is dropped early */
} Loan;

typedef struct Lender Lender;
typedef gpointer (*LenderOpen)(const char *path, GError **error);

/* `hint` ends the message about a file that isn't there: "'triagectl …' makes one"; static. */
Lender *lender_new(const char *path, LenderOpen open, GDestroyNotify close, const char *hint);
void lender_free(Lender *lender); /* when nothing is lent any more */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Lender, lender_free)

/* A handle to the file as it is now: an idle one or a new one, so that nobody waits for another.
 * NULL and an error (TRIAGE_ERROR_STORE, or what `open` sets) if it can't serve.  Any thread. */
Loan *lender_take(Lender *lender, GError **error);
void lender_give_back(Lender *lender, Loan *loan);
