/* Living state, keyed by nothing but itself: one store, one CRM, one dispatcher, one purse, the
 * places before the models, what those are worth, and the memory of messages that were asked to
 * come again.
 *
 * That memory is bounded: an identity is forgotten when SERVICES_TEMPFAIL_MAX newer ones have come,
 * which can only make us accept a message earlier or ask for it once more, never lose it. */
#include "pipeline/services.h"

#include "base/error.h"
#include "pipeline/late_calls.h"
#include "store/calibration.h"

#include <pthread.h>
#include <stdatomic.h>

struct Services {
    Crm *crm;
    Store *store;
    char *secret;
    LlmDispatcher *dispatcher;
    Resolver *resolver;
    Purse *purse;
    LateCalls *late_calls;
    Twins *twins;
    atomic_int waiting, untrusted;
    atomic_bool submission_in_trouble;
    pthread_mutex_t knowing; /* guards `knowledge`, and its making */
    Knowledge *knowledge;    /* NULL until somebody asks */
    pthread_mutex_t lock;    /* guards what is below */
    Calibration *calibration;
    GHashTable
        *tempfailed; /* identity ─▶ gint64*: first seen, epoch seconds; keys owned by `order` */
    GQueue order;    /* char*, oldest first */
};

Services *services_open(const Site *site, GError **error)
{
    g_autoptr(Services) services = g_new0(Services, 1);
    pthread_mutex_init(&services->lock, NULL);
    pthread_mutex_init(&services->knowing, NULL);
    services->tempfailed = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    g_queue_init(&services->order);
    services->purse = purse_new();
    services->late_calls = late_calls_new();
    services->twins = twins_new();
    services->store = store_open(site_sqlite_path(site->store), error);
    gint64 now = g_get_real_time() / G_USEC_PER_SEC;
    if (services->store == NULL || !store_spent(services->store, now, services->purse, error) ||
        !services_calibrate(services, now, error))
        return NULL;
    services->secret = store_secret(services->store, error);
    if (services->secret == NULL)
        return NULL;
    if (site->crm != NULL)
        services->crm =
            crm_open(site_sqlite_path(site->crm), (const char *const *)site->freemail_domains);
    services->dispatcher = llm_dispatcher_new(error);
    return services->dispatcher != NULL ? g_steal_pointer(&services) : NULL;
}

void services_close(Services *services)
{
    if (services == NULL)
        return;
    g_clear_pointer(&services->late_calls, late_calls_free);
    g_clear_pointer(&services->twins, twins_free);
    g_clear_pointer(&services->dispatcher, llm_dispatcher_free);
    g_clear_pointer(&services->resolver, resolver_free);
    g_clear_pointer(&services->crm, crm_close);
    g_clear_pointer(&services->knowledge, knowledge_close);
    g_clear_pointer(&services->store, store_close);
    g_free(services->secret);
    g_clear_pointer(&services->purse, purse_free);
    calibration_unref(services->calibration);
    g_hash_table_unref(services->tempfailed);
    g_queue_clear_full(&services->order, g_free);
    pthread_mutex_destroy(&services->lock);
    pthread_mutex_destroy(&services->knowing);
    g_free(services);
}

bool services_start_resolver(Services *services, const Site *site, GError **error)
{
    if (site->authenticate == AUTHENTICATE_TRUST)
        return true;
    services->resolver = resolver_new(site->resolver, error);
    return services->resolver != NULL;
}

Resolver *services_resolver(Services *services)
{
    return services->resolver;
}

Crm *services_crm(Services *services)
{
    return services->crm;
}

Store *services_store(Services *services)
{
    return services->store;
}

const char *services_secret(Services *services)
{
    return services->secret;
}

LlmDispatcher *services_dispatcher(Services *services)
{
    return services->dispatcher;
}

Purse *services_purse(Services *services)
{
    return services->purse;
}

LateCalls *services_late_calls(Services *services)
{
    return services->late_calls;
}

Twins *services_twins(Services *services)
{
    return services->twins;
}

Calibration *services_calibration(Services *services)
{
    pthread_mutex_lock(&services->lock);
    Calibration *calibration = calibration_ref(services->calibration);
    pthread_mutex_unlock(&services->lock);
    return calibration;
}

bool services_calibrate(Services *services, gint64 now, GError **error)
{
    g_autoptr(GPtrArray) counts =
        store_calibration(services->store, now - CALIBRATION_WINDOW, error);
    if (counts == NULL)
        return false;
    Calibration *calibration = calibration_new(counts);
    pthread_mutex_lock(&services->lock);
    Calibration *replaced = services->calibration;
    services->calibration = calibration;
    pthread_mutex_unlock(&services->lock);
    calibration_unref(replaced);
    return true;
}

static GPtrArray *mailbox_names(const Site *site)
{
    GPtrArray *names = g_ptr_array_new();
    for (guint i = 0; i < site->mailboxes->len; i++)
        g_ptr_array_add(names, ((const Mailbox *)g_ptr_array_index(site->mailboxes, i))->name);
    g_ptr_array_add(names, NULL);
    return names;
}

/* What is wrong with the folder's files is `triagectl knowledge index`'s to say. */
static bool bring_up_to_date(Services *services, const Site *site, GError **error)
{
    const char *path = site_sqlite_path(site->knowledge);
    g_autoptr(GPtrArray) names = mailbox_names(site);
    g_autoptr(Diags) diags = diags_new();
    KnowledgeCount count;
    if (!knowledge_refresh(site->knowledge_dir, path, (const char *const *)names->pdata, diags,
                           &count, error))
        return false;
    if (services->knowledge == NULL)
        services->knowledge = knowledge_open(path, error);
    return services->knowledge != NULL;
}

Knowledge *services_knowledge(Services *services, const Site *site, GError **error)
{
    if (site->knowledge_dir == NULL)
        return NULL;
    pthread_mutex_lock(&services->knowing);
    Knowledge *knowledge = bring_up_to_date(services, site, error) ? services->knowledge : NULL;
    pthread_mutex_unlock(&services->knowing);
    return knowledge;
}

bool services_take_place(Services *services, gint64 max)
{
    if (atomic_fetch_add(&services->waiting, 1) < max)
        return true;
    atomic_fetch_sub(&services->waiting, 1);
    return false;
}

void services_give_place(Services *services)
{
    atomic_fetch_sub(&services->waiting, 1);
}

/* When the identity was first seen; remembers it.  The lock is held. */
static gint64 first_seen(Services *services, const char *identity, gint64 now)
{
    const gint64 *known = g_hash_table_lookup(services->tempfailed, identity);
    if (known != NULL)
        return *known;
    if (services->order.length >= SERVICES_TEMPFAIL_MAX) {
        g_autofree char *oldest = g_queue_pop_head(&services->order);
        g_hash_table_remove(services->tempfailed, oldest);
    }
    char *key = g_strdup(identity);
    g_queue_push_tail(&services->order, key);
    g_hash_table_insert(services->tempfailed, key, g_memdup2(&now, sizeof(now)));
    return now;
}

bool services_may_tempfail(Services *services, const char *identity, gint64 now, gint64 within_ms)
{
    pthread_mutex_lock(&services->lock);
    gint64 first = first_seen(services, identity, now);
    pthread_mutex_unlock(&services->lock);
    return (now - first) * 1000 < within_ms;
}

bool services_note_submission(Services *services, bool in_trouble)
{
    return atomic_exchange(&services->submission_in_trouble, in_trouble) != in_trouble;
}

bool services_note_results(Services *services, bool trusted)
{
    if (!trusted)
        return atomic_fetch_add(&services->untrusted, 1) + 1 == SERVICES_UNTRUSTED_ALARM;
    atomic_store(&services->untrusted, 0);
    return false;
}
