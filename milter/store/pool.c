/* The readers' pool.  Connections are opened when they are first needed and kept; a reader is lent
 * inside a read transaction, so that several statements see the same moment.  Nobody keeps one
 * while waiting for anything else.  Any thread. */
#include "store/pool.h"

#include <pthread.h>

#define READER_BUSY_MS 2000

struct Pool {
    char *path;
    StoreFile *file;
    pthread_mutex_t mutex;
    pthread_cond_t given;
    GPtrArray *idle; /* Connection* */
    guint lent;
};

Pool *pool_new(const char *path, StoreFile *file)
{
    Pool *pool = g_new0(Pool, 1);
    pool->path = g_strdup(path);
    pool->file = file;
    pool->idle = g_ptr_array_new_with_free_func((GDestroyNotify)connection_close);
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->given, NULL);
    return pool;
}

void pool_free(Pool *pool)
{
    if (pool == NULL)
        return;
    g_assert(pool->lent == 0);
    g_ptr_array_unref(pool->idle);
    pthread_cond_destroy(&pool->given);
    pthread_mutex_destroy(&pool->mutex);
    g_free(pool->path);
    g_free(pool);
}

/* A place among the readers, with an idle connection if there is one. */
static Connection *enter(Pool *pool)
{
    pthread_mutex_lock(&pool->mutex);
    while (pool->lent == POOL_READERS_MAX)
        pthread_cond_wait(&pool->given, &pool->mutex);
    pool->lent++;
    Connection *idle =
        pool->idle->len > 0 ? g_ptr_array_steal_index_fast(pool->idle, pool->idle->len - 1) : NULL;
    pthread_mutex_unlock(&pool->mutex);
    return idle;
}

static void leave(Pool *pool, Connection *usable)
{
    pthread_mutex_lock(&pool->mutex);
    if (usable != NULL)
        g_ptr_array_add(pool->idle, usable);
    pool->lent--;
    pthread_cond_signal(&pool->given);
    pthread_mutex_unlock(&pool->mutex);
}

Reader pool_take(Pool *pool, GError **error)
{
    if (!store_file_check(pool->file, error))
        return (Reader){ NULL, NULL };
    g_autoptr(Connection) connection = enter(pool);
    if (connection == NULL)
        connection = connection_open(pool->path, SQLITE_FOR_READING, READER_BUSY_MS, error);
    if (connection == NULL || !sqlite_run(connection->db, "BEGIN", error)) {
        leave(pool, NULL);
        return (Reader){ NULL, NULL };
    }
    return (Reader){ pool, g_steal_pointer(&connection) };
}

void reader_give(Reader *reader)
{
    g_autoptr(Connection) connection = g_steal_pointer(&reader->connection);
    if (connection == NULL)
        return;
    bool usable = sqlite_run(connection->db, "ROLLBACK", NULL);
    leave(reader->pool, usable ? g_steal_pointer(&connection) : NULL);
}
