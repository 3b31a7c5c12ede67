/* One thread per further item; the caller waits and keeps the MTA informed.
 *
 * The number of items is the number of mailboxes a message names, which the site bounds.  A thread
 * that can't be had is no reason to fail: its work is then done here, one after another. */
#include "pipeline/side_by_side.h"

#include <pthread.h>
#include <stdbool.h>
#include <time.h>

typedef struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    guint running;
} Group;

typedef struct {
    Group *group;
    void *(*work)(void *, void *);
    void *item, *data, *result;
    pthread_t thread;
    bool started;
} Share;

static void *run(void *argument)
{
    Share *share = argument;
    share->result = share->work(share->item, share->data);
    pthread_mutex_lock(&share->group->lock);
    share->group->running--;
    pthread_cond_signal(&share->group->changed);
    pthread_mutex_unlock(&share->group->lock);
    return NULL;
}

static void wait_for_all(Group *group, void (*tick)(void *), void *tick_data)
{
    pthread_mutex_lock(&group->lock);
    while (group->running > 0) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec++;
        if (pthread_cond_timedwait(&group->changed, &group->lock, &until) == 0 || tick == NULL)
            continue;
        pthread_mutex_unlock(&group->lock);
        tick(tick_data);
        pthread_mutex_lock(&group->lock);
    }
    pthread_mutex_unlock(&group->lock);
}

static void group_init(Group *group, guint running)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&group->lock, NULL);
    pthread_cond_init(&group->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    group->running = running;
}

static void start(Share *shares, guint count)
{
    for (guint i = 0; i < count; i++) {
        shares[i].started = pthread_create(&shares[i].thread, NULL, run, &shares[i]) == 0;
        if (!shares[i].started)
            run(&shares[i]);
    }
}

GPtrArray *side_by_side(void *(*work)(void *item, void *data), const GPtrArray *items, void *data,
                        void (*tick)(void *), void *tick_data)
{
    GPtrArray *results = g_ptr_array_new();
    if (items->len == 1) {
        g_ptr_array_add(results, work(g_ptr_array_index(items, 0), data));
        return results;
    }
    Group group;
    group_init(&group, items->len);
    g_autofree Share *shares = g_new0(Share, items->len);
    for (guint i = 0; i < items->len; i++)
        shares[i] = (Share){
            .group = &group, .work = work, .data = data, .item = g_ptr_array_index(items, i)
        };
    start(shares, items->len);
    wait_for_all(&group, tick, tick_data);
    for (guint i = 0; i < items->len; i++) {
        if (shares[i].started)
            pthread_join(shares[i].thread, NULL);
        g_ptr_array_add(results, shares[i].result);
    }
    pthread_cond_destroy(&group.changed);
    pthread_mutex_destroy(&group.lock);
    return results;
}
