/* The writer thread: group commit.
 *
 * First comes the write lock, then the requests: as long as another process holds the file nobody
 * has been taken, and everybody may still withdraw.  Then up to WRITER_BATCH_MAX requests become
 * one transaction, whose one fsync they share.  If any of them fails the transaction is rolled back
 * and they are run again one by one, so that only the guilty one hears of it (a savepoint for each
 * would cost a fifth of the throughput).  If another process takes the lock in between, the rest
 * goes back to the queue.
 *
 * One mutex guards the queue and all states.  A request belongs to its caller, who may wait for it
 * or leave it to the writer: at once, or when a commit takes longer than the caller has time.
 * Requests that are waited for are as many as there are threads that wait; those that were left at
 * once are counted and bounded. */
#include "store/writer.h"

#include "base/error.h"
#include "base/log.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>

/* How long one attempt to get the write lock may take, and how many of them a closing writer makes
 * for what was accepted. */
#define LOCK_MS             500
#define LOCK_TRIES_AT_CLOSE 10
/* A commit that is under way when the deadline comes is nearly always done in a moment, and a
 * ticket whose mail doesn't know of it is worse than that moment. */
#define COMMIT_GRACE (200 * G_TIME_SPAN_MILLISECOND)

typedef enum { QUEUED, TAKEN, DONE } RequestState;

typedef struct {
    WriteFunction function;
    gpointer work;
    GDestroyNotify release;
    bool posted, left; /* left to the writer: at once; by now */
    RequestState state;
    bool committed;
    GError *error;
    GList link;
    pthread_cond_t changed;
} Request;

struct Writer {
    Connection *connection;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t wanted;
    GQueue pending; /* of Request's links */
    guint posted;   /* of these, how many were left at once */
    bool closing;
};

static Request *request_new(WriteFunction function, gpointer work, GDestroyNotify release)
{
    Request *request = g_new0(Request, 1);
    *request = (Request){ .function = function, .work = work, .release = release };
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&request->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    return request;
}

/* With the work, unless that was taken out. */
static void request_free(Request *request)
{
    if (request->work != NULL && request->release != NULL)
        request->release(request->work);
    g_clear_error(&request->error);
    pthread_cond_destroy(&request->changed);
    g_free(request);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Request, request_free)

/* Up to WRITER_BATCH_MAX requests, which can't be withdrawn from now on.  Array of Request*. */
static GPtrArray *take_pending(Writer *writer)
{
    GPtrArray *batch = g_ptr_array_sized_new(WRITER_BATCH_MAX);
    pthread_mutex_lock(&writer->mutex);
    while (batch->len < WRITER_BATCH_MAX && writer->pending.length > 0) {
        Request *request = g_queue_pop_head_link(&writer->pending)->data;
        request->state = TAKEN;
        writer->posted -= request->posted;
        g_ptr_array_add(batch, request);
    }
    pthread_mutex_unlock(&writer->mutex);
    return batch;
}

/* Returns the last of a batch to the head of the queue, in their order, beginning with `from`: they
 * may be withdrawn again. */
static void put_back(Writer *writer, GPtrArray *batch, guint from)
{
    pthread_mutex_lock(&writer->mutex);
    for (guint i = batch->len; i > from; i--) {
        Request *request = batch->pdata[i - 1];
        request->state = QUEUED;
        writer->posted += request->posted;
        g_queue_push_head_link(&writer->pending, &request->link);
        pthread_cond_signal(&request->changed);
    }
    pthread_mutex_unlock(&writer->mutex);
    g_ptr_array_set_size(batch, (gint)from);
}

/* What is waited for is gone as soon as its thread may see DONE. */
static void report(Writer *writer, GPtrArray *batch)
{
    g_autoptr(GPtrArray) left = g_ptr_array_new_with_free_func((GDestroyNotify)request_free);
    pthread_mutex_lock(&writer->mutex);
    for (guint i = 0; i < batch->len; i++) {
        Request *request = batch->pdata[i];
        request->state = DONE;
        if (request->left)
            g_ptr_array_add(left, request);
        else
            pthread_cond_signal(&request->changed);
    }
    pthread_mutex_unlock(&writer->mutex);
    for (guint i = 0; i < left->len; i++) {
        const Request *request = left->pdata[i];
        if (!request->committed)
            log_error(LOG_LEVEL_WARNING, "store-write-failed", request->error);
    }
}

static bool begin(Writer *writer, GError **error)
{
    g_autoptr(Statement) statement =
        connection_statement(writer->connection, "BEGIN IMMEDIATE", error);
    return statement != NULL && statement_run(statement, error);
}

static bool commit(Writer *writer, GError **error)
{
    g_autoptr(Statement) statement = connection_statement(writer->connection, "COMMIT", error);
    return statement != NULL && statement_run(statement, error);
}

/* SQLite has already rolled back by itself after some errors of the disk. */
static void roll_back(Writer *writer)
{
    if (sqlite3_get_autocommit(writer->connection->db) == 0)
        sqlite_run(writer->connection->db, "ROLLBACK", NULL);
}

/* The transaction has begun; afterwards it has ended. */
static bool commit_together(Writer *writer, GPtrArray *batch)
{
    bool good = true;
    for (guint i = 0; good && i < batch->len; i++) {
        Request *request = batch->pdata[i];
        good = request->function(writer->connection, request->work, NULL);
    }
    good = good && commit(writer, NULL);
    if (!good)
        roll_back(writer);
    for (guint i = 0; i < batch->len; i++)
        ((Request *)batch->pdata[i])->committed = good;
    return good;
}

/* The same for one that hears what went wrong. */
static void commit_alone(Writer *writer, Request *request)
{
    request->committed = request->function(writer->connection, request->work, &request->error) &&
                         commit(writer, &request->error);
    if (!request->committed)
        roll_back(writer);
}

static void commit_one_by_one(Writer *writer, GPtrArray *batch)
{
    g_autoptr(GError) no_lock = NULL;
    for (guint i = 0; i < batch->len; i++) {
        Request *request = batch->pdata[i];
        if (no_lock == NULL && begin(writer, &no_lock))
            commit_alone(writer, request);
        else if (g_error_matches(no_lock, TRIAGE_ERROR, TRIAGE_ERROR_BUSY))
            put_back(writer, batch, i);
        else
            request->error = g_error_copy(no_lock);
    }
}

static void write_batch(Writer *writer)
{
    g_autoptr(GPtrArray) batch = take_pending(writer);
    if (!commit_together(writer, batch))
        commit_one_by_one(writer, batch);
    report(writer, batch);
}

static void refuse_pending(Writer *writer, const GError *why)
{
    g_autoptr(GPtrArray) batch = take_pending(writer);
    for (guint i = 0; i < batch->len; i++)
        ((Request *)batch->pdata[i])->error = g_error_copy(why);
    report(writer, batch);
}

/* false: closing, and nothing waits. */
static bool wait_for_work(Writer *writer, bool *closing)
{
    pthread_mutex_lock(&writer->mutex);
    while (writer->pending.length == 0 && !writer->closing)
        pthread_cond_wait(&writer->wanted, &writer->mutex);
    *closing = writer->closing;
    bool work = writer->pending.length > 0;
    pthread_mutex_unlock(&writer->mutex);
    return work;
}

static void *writer_main(void *data)
{
    Writer *writer = data;
    int tries = LOCK_TRIES_AT_CLOSE;
    bool closing;
    while (wait_for_work(writer, &closing)) {
        g_autoptr(GError) error = NULL;
        if (begin(writer, &error))
            write_batch(writer);
        else if (!g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_BUSY) ||
                 (closing && --tries <= 0))
            refuse_pending(writer, error);
    }
    return NULL;
}

/* Signals belong to the main thread. */
static bool start_thread(Writer *writer)
{
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    bool started = pthread_create(&writer->thread, NULL, writer_main, writer) == 0;
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return started;
}

static void writer_release(Writer *writer)
{
    connection_close(writer->connection);
    pthread_cond_destroy(&writer->wanted);
    pthread_mutex_destroy(&writer->mutex);
    g_free(writer);
}

Writer *writer_new(const char *path, GError **error)
{
    g_autoptr(Connection) connection = connection_open(path, SQLITE_FOR_WRITING, LOCK_MS, error);
    if (connection == NULL || !sqlite_run(connection->db, "PRAGMA secure_delete = ON", error))
        return NULL;
    Writer *writer = g_new0(Writer, 1);
    writer->connection = g_steal_pointer(&connection);
    g_queue_init(&writer->pending);
    pthread_mutex_init(&writer->mutex, NULL);
    pthread_cond_init(&writer->wanted, NULL);
    if (start_thread(writer))
        return writer;
    g_set_error_literal(error, TRIAGE_ERROR, TRIAGE_ERROR_SYSTEM, "no thread for the store");
    writer_release(writer);
    return NULL;
}

void writer_free(Writer *writer)
{
    if (writer == NULL)
        return;
    pthread_mutex_lock(&writer->mutex);
    writer->closing = true;
    pthread_cond_signal(&writer->wanted);
    pthread_mutex_unlock(&writer->mutex);
    pthread_join(writer->thread, NULL);
    writer_release(writer);
}

/* With the mutex held. */
static bool enqueue(Writer *writer, Request *request, GError **error)
{
    if (writer->closing || writer->posted + request->posted > WRITER_POSTED_MAX) {
        g_set_error_literal(error, TRIAGE_ERROR, TRIAGE_ERROR_BUSY,
                            writer->closing ? "the store is being closed"
                                            : "too many requests wait for the store");
        return false;
    }
    request->link.data = request;
    writer->posted += request->posted;
    g_queue_push_tail_link(&writer->pending, &request->link);
    pthread_cond_signal(&writer->wanted);
    return true;
}

static struct timespec monotonic_time(gint64 microseconds)
{
    return (struct timespec){ .tv_sec = microseconds / G_USEC_PER_SEC,
                              .tv_nsec = microseconds % G_USEC_PER_SEC * 1000 };
}

/* With the mutex held.  Waits for the next change of the request's state, false if there is none
 * until the deadline; what is taken has the grace, or all the time if it can't be left. */
static bool await_change(Writer *writer, Request *request, gint64 deadline)
{
    bool taken = request->state == TAKEN;
    if (taken && request->release == NULL)
        return pthread_cond_wait(&request->changed, &writer->mutex) == 0;
    struct timespec until = monotonic_time(MAX(deadline, 0) + (taken ? COMMIT_GRACE : 0));
    return pthread_cond_timedwait(&request->changed, &writer->mutex, &until) == 0;
}

/* With the mutex held.  Afterwards the request is DONE; or QUEUED, but out of the queue; or TAKEN
 * and left to the writer. */
static void await(Writer *writer, Request *request, gint64 deadline)
{
    bool in_time = true;
    while (in_time && request->state != DONE) {
        RequestState before = request->state;
        in_time = await_change(writer, request, deadline) || request->state != before;
    }
    if (request->state == QUEUED)
        g_queue_unlink(&writer->pending, &request->link);
    request->left = request->state == TAKEN;
}

/* The outcome of a request that came back. */
static bool conclude(Request *request, GError **error)
{
    if (request->state == QUEUED)
        g_set_error_literal(error, TRIAGE_ERROR, TRIAGE_ERROR_DEADLINE,
                            "the store didn't get to it in time");
    else if (request->committed)
        request->work = NULL; /* the caller's again */
    else
        g_propagate_error(error, g_steal_pointer(&request->error));
    return request->committed;
}

bool writer_write(Writer *writer, WriteFunction function, gpointer work, GDestroyNotify release,
                  gint64 deadline, GError **error)
{
    g_autoptr(Request) request = request_new(function, work, release);
    pthread_mutex_lock(&writer->mutex);
    bool accepted = enqueue(writer, request, error);
    if (accepted)
        await(writer, request, deadline);
    bool left = request->left;
    pthread_mutex_unlock(&writer->mutex);

    if (!accepted)
        return false;
    if (!left)
        return conclude(request, error);
    g_set_error_literal(error, TRIAGE_ERROR, TRIAGE_ERROR_DEADLINE,
                        "the store has not committed it in time");
    request = NULL;
    return false;
}

bool writer_post(Writer *writer, WriteFunction function, gpointer work, GDestroyNotify release,
                 GError **error)
{
    Request *request = request_new(function, work, release);
    request->posted = request->left = true;
    pthread_mutex_lock(&writer->mutex);
    bool accepted = enqueue(writer, request, error);
    pthread_mutex_unlock(&writer->mutex);
    if (!accepted)
        request_free(request);
    return accepted;
}
