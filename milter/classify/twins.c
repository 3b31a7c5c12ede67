/* Mail that comes twice at the same time is judged once.
 *
 * The first asker of a question asks; those that come meanwhile wait on their own threads, each
 * until its own deadline, and take a copy.  A question is forgotten as soon as its asker has the
 * answer: from then on the store knows it. */
#include "classify/classify.h"

#include <pthread.h>
#include <time.h>

typedef struct {
    guint refs;             /* of the asker and of those that wait */
    Classification *answer; /* NULL while it is asked */
} Twin;

struct Twins {
    pthread_mutex_t lock; /* guards all */
    pthread_cond_t answered;
    GHashTable *asked; /* question ─▶ Twin* */
};

Twins *twins_new(void)
{
    Twins *twins = g_new0(Twins, 1);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&twins->lock, NULL);
    pthread_cond_init(&twins->answered, &monotonic);
    pthread_condattr_destroy(&monotonic);
    twins->asked = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return twins;
}

void twins_free(Twins *twins)
{
    if (twins == NULL)
        return;
    g_hash_table_unref(twins->asked);
    pthread_cond_destroy(&twins->answered);
    pthread_mutex_destroy(&twins->lock);
    g_free(twins);
}

/* With the lock held. */
static void twin_unref(Twin *twin)
{
    if (--twin->refs > 0)
        return;
    classification_free(twin->answer);
    g_free(twin);
}

/* What another asker's answer is worth: the verdict and none of its calls; of a baseline, which was
 * its own, only why there was none. */
static Classification *copy_of(const Classification *answer, const Presumption *baseline)
{
    if (answer->status == STATUS_FALLBACK)
        return classify_baseline(baseline, answer->why);
    return classification_new(STATUS_CACHE, answer->engine, verdict_copy(answer->verdict),
                              answer->quotes_failed);
}

/* With the lock held, which is let go for the ticks. */
static void wait_for(Twins *twins, const Twin *twin, const ClassifyInput *input)
{
    while (twin->answer == NULL && g_get_monotonic_time() < input->deadline) {
        gint64 until = MIN(g_get_monotonic_time() + LLM_TICK_MS * 1000, input->deadline);
        struct timespec time = { .tv_sec = (time_t)(until / G_USEC_PER_SEC),
                                 .tv_nsec = (long)(until % G_USEC_PER_SEC) * 1000 };
        if (pthread_cond_timedwait(&twins->answered, &twins->lock, &time) == 0 ||
            input->tick == NULL)
            continue;
        pthread_mutex_unlock(&twins->lock);
        input->tick(input->tick_data);
        pthread_mutex_lock(&twins->lock);
    }
}

/* With the lock held; lets it go. */
static Classification *follow(Twins *twins, Twin *twin, const ClassifyInput *input)
{
    twin->refs++;
    wait_for(twins, twin, input);
    Classification *answer = twin->answer != NULL ? copy_of(twin->answer, input->baseline) : NULL;
    twin_unref(twin);
    pthread_mutex_unlock(&twins->lock);
    return answer != NULL ? answer : classify_baseline(input->baseline, "timeout");
}

/* With the lock held; lets it go. */
static Classification *lead(Twins *twins, const char *question, const ClassifyInput *input)
{
    Twin *twin = g_new0(Twin, 1);
    twin->refs = 1;
    g_hash_table_insert(twins->asked, g_strdup(question), twin);
    pthread_mutex_unlock(&twins->lock);
    Classification *answer = classify(input);
    pthread_mutex_lock(&twins->lock);
    g_hash_table_remove(twins->asked, question);
    twin->answer = twin->refs > 1 ? copy_of(answer, input->baseline) : NULL;
    pthread_cond_broadcast(&twins->answered);
    twin_unref(twin);
    pthread_mutex_unlock(&twins->lock);
    return answer;
}

Classification *twins_classify(Twins *twins, const char *question, const ClassifyInput *input)
{
    pthread_mutex_lock(&twins->lock);
    Twin *twin = g_hash_table_lookup(twins->asked, question);
    return twin != NULL ? follow(twins, twin, input) : lead(twins, question, input);
}
