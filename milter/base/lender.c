/* A path that can always be asked, whoever swaps the file under it.
 *
 * As many handles are open as are used at once, and a few are kept.  Each taker compares the file's
 * stamp with that of the idle ones and drops them when the file has been replaced; what is under
 * way finishes in the old one.  A new file that can't serve is an error, not a reason to go on with
 * what was true yesterday.  The lock is never held while a handle is opened or used. */
#include "base/lender.h"

#include "base/error.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <pthread.h>

/* Handles that are kept open between uses. */
#define IDLE_MAX 8

struct Lender {
    char *path;
    LenderOpen open;
    GDestroyNotify close;
    const char *hint;
    pthread_mutex_t lock; /* guards what is below */
    GPtrArray *idle;      /* Loan*, all of `stamp` */
    LoanStamp stamp;
};

Lender *lender_new(const char *path, LenderOpen open, GDestroyNotify close, const char *hint)
{
    Lender *lender = g_new0(Lender, 1);

    lender->path = g_strdup(path);
    lender->open = open;
    lender->close = close;
    lender->hint = hint;
    pthread_mutex_init(&lender->lock, NULL);
    lender->idle = g_ptr_array_new();
    return lender;
}

static void drop(const Lender *lender, Loan *loan)
{
    lender->close(loan->handle);
    g_free(loan);
}

static void drop_idle(Lender *lender)
{
    for (guint i = 0; i < lender->idle->len; i++)
        drop(lender, lender->idle->pdata[i]);
    g_ptr_array_set_size(lender->idle, 0);
}

void lender_free(Lender *lender)
{
    if (!lender)
        return;
    drop_idle(lender);
    g_ptr_array_unref(lender->idle);
    pthread_mutex_destroy(&lender->lock);
    g_free(lender->path);
    g_free(lender);
}

static bool read_stamp(const Lender *lender, LoanStamp *stamp, GError **error)
{
    GStatBuf file;

    if (g_stat(lender->path, &file) != 0) {
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_STORE, "%s: %s; %s", lender->path,
                    g_strerror(errno), lender->hint);
        return false;
    }
    *stamp = (LoanStamp){ .device = file.st_dev,
                          .inode = file.st_ino,
                          .size = file.st_size,
                          .seconds = file.st_mtim.tv_sec,
                          .nanoseconds = file.st_mtim.tv_nsec };
    return true;
}

static bool is_same_file(const LoanStamp *a, const LoanStamp *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           a->seconds == b->seconds && a->nanoseconds == b->nanoseconds;
}

/* An idle handle to the file of `stamp`, or NULL. */
static Loan *take_idle(Lender *lender, const LoanStamp *stamp)
{
    Loan *loan = NULL;

    pthread_mutex_lock(&lender->lock);
    if (!is_same_file(&lender->stamp, stamp)) {
        drop_idle(lender);
        lender->stamp = *stamp;
    }
    if (lender->idle->len > 0)
        loan = g_ptr_array_steal_index(lender->idle, lender->idle->len - 1);
    pthread_mutex_unlock(&lender->lock);
    return loan;
}

Loan *lender_take(Lender *lender, GError **error)
{
    Loan *loan;
    LoanStamp stamp;
    gpointer handle;

    if (!read_stamp(lender, &stamp, error))
        return NULL;
    loan = take_idle(lender, &stamp);
    if (loan)
        return loan;
    handle = lender->open(lender->path, error);
    if (!handle)
        return NULL;
    loan = g_new0(Loan, 1);
    loan->handle = handle;
    loan->stamp = stamp;
    return loan;
}

void lender_give_back(Lender *lender, Loan *loan)
{
    bool kept;

    pthread_mutex_lock(&lender->lock);
    kept = lender->idle->len < IDLE_MAX && is_same_file(&lender->stamp, &loan->stamp);
    if (kept)
        g_ptr_array_add(lender->idle, loan);
    pthread_mutex_unlock(&lender->lock);
    if (!kept)
        drop(lender, loan);
}
