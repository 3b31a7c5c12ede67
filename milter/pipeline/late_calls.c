/* A bounded table of calls in flight.  A call is waited for outside the lock, by whoever took it.
 */
#include "pipeline/late_calls.h"

#include <pthread.h>

typedef struct {
    LateCall call;
    gint64 until;
} Kept;

struct LateCalls {
    pthread_mutex_t lock;
    GHashTable *kept; /* decision ─▶ Kept* */
};

void late_call_clear(LateCall *call)
{
    g_clear_pointer(&call->pending, classify_give_up);
    g_clear_pointer(&call->site, site_unref);
}

static void kept_free(gpointer data)
{
    Kept *kept = data;
    late_call_clear(&kept->call);
    g_free(kept);
}

LateCalls *late_calls_new(void)
{
    LateCalls *calls = g_new0(LateCalls, 1);
    pthread_mutex_init(&calls->lock, NULL);
    calls->kept = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, kept_free);
    return calls;
}

void late_calls_free(LateCalls *calls)
{
    if (calls == NULL)
        return;
    g_hash_table_unref(calls->kept);
    pthread_mutex_destroy(&calls->lock);
    g_free(calls);
}

static gboolean is_over(gpointer decision, gpointer kept, gpointer now)
{
    (void)decision;
    return ((const Kept *)kept)->until < *(const gint64 *)now;
}

void late_calls_keep(LateCalls *calls, const char *decision_id, Site *site,
                     ClassifyPending *pending, gint64 until)
{
    Kept *kept = g_new(Kept, 1);
    *kept = (Kept){ { site_ref(site), pending }, until };
    gint64 now = g_get_monotonic_time();
    pthread_mutex_lock(&calls->lock);
    g_hash_table_foreach_remove(calls->kept, is_over, &now);
    bool room = g_hash_table_size(calls->kept) < LATE_CALLS_MAX;
    if (room)
        g_hash_table_replace(calls->kept, g_strdup(decision_id), kept);
    pthread_mutex_unlock(&calls->lock);
    if (!room)
        kept_free(kept);
}

LateCall late_calls_take(LateCalls *calls, const char *decision_id)
{
    gpointer name = NULL, found = NULL;
    pthread_mutex_lock(&calls->lock);
    g_hash_table_steal_extended(calls->kept, decision_id, &name, &found);
    pthread_mutex_unlock(&calls->lock);
    g_autofree Kept *kept = found;
    g_free(name);
    return kept != NULL ? kept->call : (LateCall){ NULL, NULL };
}
