/* The CRM as everybody else sees it: a path that can always be asked, whoever swaps the file under
 * it.
 *
 * A lookup takes an idle connection, or opens one; so no lookup waits for another, and as many are
 * open as lookups run at once.  Each lookup compares the file's stamp with that of the idle
 * connections and drops them when the file has been replaced; lookups under way finish in the old
 * one.  A new file that can't serve is an error, not a reason to go on with customers of yesterday.
 * Any thread; the lock is never held while SQL runs. */
#include "crm/crm.h"

#include "base/error.h"
#include "crm/crm_sqlite.h"
#include "mail/address.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <pthread.h>

/* Connections that are kept open between lookups. */
#define IDLE_MAX 8

/* What tells one file from another at the same path. */
typedef struct {
    dev_t device;
    ino_t inode;
    gint64 size, seconds, nanoseconds;
} FileStamp;

typedef struct {
    CrmReader *reader;
    FileStamp stamp; /* of the file it was opened on, or of one before: then it is dropped early */
} Connection;

struct Crm {
    char *path;
    GHashTable *freemail; /* set of domains and addresses */
    pthread_mutex_t lock; /* guards what is below */
    GPtrArray *idle;      /* Connection*, all of `stamp` */
    FileStamp stamp;
};

static void connection_free(Connection *connection)
{
    if (!connection)
        return;
    crm_reader_close(connection->reader);
    g_free(connection);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Connection, connection_free)

static bool read_stamp(const char *path, FileStamp *stamp, GError **error)
{
    GStatBuf file;

    if (g_stat(path, &file) != 0) {
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_STORE,
                    "%s: %s; 'triagectl crm import' makes one", path, g_strerror(errno));
        return false;
    }
    *stamp = (FileStamp){ .device = file.st_dev,
                          .inode = file.st_ino,
                          .size = file.st_size,
                          .seconds = file.st_mtim.tv_sec,
                          .nanoseconds = file.st_mtim.tv_nsec };
    return true;
}

static bool is_same_file(const FileStamp *a, const FileStamp *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           a->seconds == b->seconds && a->nanoseconds == b->nanoseconds;
}

/* An idle connection to the file of `stamp`, or NULL. */
static Connection *take_idle(Crm *crm, const FileStamp *stamp)
{
    Connection *connection = NULL;

    pthread_mutex_lock(&crm->lock);
    if (!is_same_file(&crm->stamp, stamp)) {
        g_ptr_array_set_size(crm->idle, 0);
        crm->stamp = *stamp;
    }
    if (crm->idle->len > 0)
        connection = g_ptr_array_steal_index(crm->idle, crm->idle->len - 1);
    pthread_mutex_unlock(&crm->lock);
    return connection;
}

static Connection *take(Crm *crm, GError **error)
{
    g_autoptr(Connection) connection = NULL;
    FileStamp stamp;

    if (!read_stamp(crm->path, &stamp, error))
        return NULL;
    connection = take_idle(crm, &stamp);
    if (!connection) {
        connection = g_new0(Connection, 1);
        connection->stamp = stamp;
        connection->reader = crm_reader_open(crm->path, error);
    }
    return connection->reader ? g_steal_pointer(&connection) : NULL;
}

static void give_back(Crm *crm, Connection *connection)
{
    g_autoptr(Connection) surplus = connection;

    pthread_mutex_lock(&crm->lock);
    if (crm->idle->len < IDLE_MAX && is_same_file(&crm->stamp, &connection->stamp))
        g_ptr_array_add(crm->idle, g_steal_pointer(&surplus));
    pthread_mutex_unlock(&crm->lock);
}

static GHashTable *set_of(const char *const *words)
{
    GHashTable *set = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (; words && *words; words++)
        g_hash_table_add(set, g_strdup(*words));
    return set;
}

Crm *crm_open(const char *path, const char *const *freemail, GError **error)
{
    g_autoptr(Crm) crm = g_new0(Crm, 1);
    Connection *connection;

    crm->path = g_strdup(path);
    crm->freemail = set_of(freemail);
    pthread_mutex_init(&crm->lock, NULL);
    crm->idle = g_ptr_array_new_with_free_func((GDestroyNotify)connection_free);

    connection = take(crm, error);
    if (!connection)
        return NULL;
    give_back(crm, connection);
    return g_steal_pointer(&crm);
}

void crm_close(Crm *crm)
{
    if (!crm)
        return;
    g_free(crm->path);
    g_hash_table_unref(crm->freemail);
    g_ptr_array_unref(crm->idle);
    pthread_mutex_destroy(&crm->lock);
    g_free(crm);
}

/* The domain that may speak for an address, NULL if anybody can have one there. */
static const char *company_domain(const Crm *crm, const char *address)
{
    const char *domain = address_domain(address);

    if (g_hash_table_contains(crm->freemail, domain) ||
        g_hash_table_contains(crm->freemail, address))
        return NULL;
    return domain;
}

Customer *crm_find(Crm *crm, const char *address, gint64 now, GError **error)
{
    g_autofree char *folded = address_fold(address);
    Connection *connection;
    Customer *customer;

    if (*folded == '\0')
        return customer_new();
    connection = take(crm, error);
    if (!connection)
        return NULL;
    customer = crm_reader_find(connection->reader, folded, company_domain(crm, folded), now, error);
    give_back(crm, connection);
    return customer;
}

Customer *crm_get(Crm *crm, const char *customer_id, gint64 now, GError **error)
{
    Connection *connection = take(crm, error);
    Customer *customer;

    if (!connection)
        return NULL;
    customer = crm_reader_get(connection->reader, customer_id, now, error);
    give_back(crm, connection);
    return customer;
}
