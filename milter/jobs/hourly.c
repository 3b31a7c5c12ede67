/* What is due every hour: old text and old decisions go, and what models are worth is counted anew.
 *
 * On a thread of its own, because a large clean-up may take a while; its work is done in small
 * transactions by the store, so mail is never kept waiting for it, and a stop waits for one of
 * them. Errors are logged and the next hour tries again. */
#include "jobs/hourly.h"

#include "base/log.h"
#include "crm/log.h"

#include <pthread.h>
#include <time.h>

#define EVERY_SECONDS 3600

struct HourlyJob {
    Daemon *daemon;
    pthread_t thread;
    pthread_mutex_t lock; /* so that a change of `stopping` doesn't miss the sleeper */
    pthread_cond_t wake;
    atomic_bool stopping;
};

static void log_retained(gint64 deleted, bool waits)
{
    if (deleted > 0)
        log_note(LOG_LEVEL_INFO, "retention", "%" G_GINT64_FORMAT " rows deleted", deleted);
    if (waits)
        log_note(LOG_LEVEL_INFO, "retention-waits",
                 "no mail was recorded for %d days, or the clock is ahead; nothing is deleted "
                 "before one is",
                 RETENTION_QUIET_DAYS);
}

static void retain(HourlyJob *job)
{
    g_autoptr(Site) site = daemon_site(job->daemon);
    g_autoptr(GError) error = NULL;
    const gint64 now = g_get_real_time() / G_USEC_PER_SEC;
    const Retention retention = { .now = now,
                                  .text_before = now - site->keep_for_ms / 1000,
                                  .before = now - site->decisions_for_ms / 1000,
                                  .stopping = &job->stopping };
    Store *store = services_store(daemon_services(job->daemon));
    Retained retained;
    gint64 entries = 0;
    if (store_retain(store, &retention, &retained, &error) &&
        (site->crm == NULL ||
         crm_log_retain(site_sqlite_path(site->crm), &retention, &entries, &error)))
        log_retained(retained.rows + entries, retained.waits);
    else
        log_error(LOG_LEVEL_WARNING, "retention-failed", error);
}

/* On the monotonic clock, which a correction of the time doesn't change.  false: stop. */
static bool wait_an_hour(HourlyJob *job)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += EVERY_SECONDS;
    int waited = 0;
    pthread_mutex_lock(&job->lock);
    while (!atomic_load(&job->stopping) && waited == 0)
        waited = pthread_cond_timedwait(&job->wake, &job->lock, &until);
    pthread_mutex_unlock(&job->lock);
    return !atomic_load(&job->stopping);
}

static void *run(void *data)
{
    HourlyJob *job = data;
    do {
        retain(job);
        if (!atomic_load(&job->stopping))
            daemon_calibrate(job->daemon);
    } while (wait_an_hour(job));
    return NULL;
}

static void hourly_job_free(HourlyJob *job)
{
    pthread_cond_destroy(&job->wake);
    pthread_mutex_destroy(&job->lock);
    g_free(job);
}

HourlyJob *hourly_job_start(Daemon *daemon)
{
    HourlyJob *job = g_new0(HourlyJob, 1);
    pthread_condattr_t monotonic;
    job->daemon = daemon;
    pthread_mutex_init(&job->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&job->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&job->thread, NULL, run, job) == 0)
        return job;
    log_note(LOG_LEVEL_WARNING, "hourly-failed", "no thread");
    hourly_job_free(job);
    return NULL;
}

void hourly_job_stop(HourlyJob *job)
{
    if (job == NULL)
        return;
    pthread_mutex_lock(&job->lock);
    atomic_store(&job->stopping, true);
    pthread_cond_signal(&job->wake);
    pthread_mutex_unlock(&job->lock);
    pthread_join(job->thread, NULL);
    hourly_job_free(job);
}
