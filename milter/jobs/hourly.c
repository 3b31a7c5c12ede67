/* What is due every hour: old text and old decisions go, and what models are worth is counted anew.
 *
 * On a thread of its own, because a large clean-up may take a while; its work is done in small
 * transactions by the store, so mail is never kept waiting for it.  Errors are logged and the next
 * hour tries again. */
#include "jobs/hourly.h"

#include "base/log.h"
#include "crm/log.h"

#include <pthread.h>
#include <time.h>

#define EVERY_SECONDS 3600

struct HourlyJob {
    Daemon *daemon;
    pthread_t thread;
    pthread_mutex_t lock; /* guards `stop` */
    pthread_cond_t wake;
    bool stop;
};

static void retain(Daemon *daemon)
{
    g_autoptr(Site) site = daemon_site(daemon);
    g_autoptr(GError) error = NULL;
    gint64 now = g_get_real_time() / G_USEC_PER_SEC, deleted = 0, told = 0;
    gint64 text_before = now - site->keep_for_ms / 1000;
    gint64 before = now - site->decisions_for_ms / 1000;
    Store *store = services_store(daemon_services(daemon));
    if (!store_retain(store, text_before, before, &deleted, &error) ||
        (site->crm != NULL &&
         !crm_log_retain(site_sqlite_path(site->crm), text_before, before, &told, &error)))
        log_error(LOG_LEVEL_WARNING, "retention-failed", error);
    else if (deleted + told > 0)
        log_note(LOG_LEVEL_INFO, "retention", "%" G_GINT64_FORMAT " rows deleted", deleted + told);
}

/* false when it is time to stop. */
static bool wait_an_hour(HourlyJob *job)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += EVERY_SECONDS;
    int waited = 0;
    pthread_mutex_lock(&job->lock);
    while (!job->stop && waited == 0)
        waited = pthread_cond_timedwait(&job->wake, &job->lock, &until);
    bool stop = job->stop;
    pthread_mutex_unlock(&job->lock);
    return !stop;
}

static void *run(void *data)
{
    HourlyJob *job = data;
    do {
        retain(job->daemon);
        daemon_calibrate(job->daemon);
    } while (wait_an_hour(job));
    return NULL;
}

HourlyJob *hourly_job_start(Daemon *daemon)
{
    HourlyJob *job = g_new0(HourlyJob, 1);
    job->daemon = daemon;
    pthread_mutex_init(&job->lock, NULL);
    pthread_cond_init(&job->wake, NULL);
    if (pthread_create(&job->thread, NULL, run, job) == 0)
        return job;
    log_note(LOG_LEVEL_WARNING, "hourly-failed", "no thread");
    g_free(job);
    return NULL;
}

void hourly_job_stop(HourlyJob *job)
{
    if (job == NULL)
        return;
    pthread_mutex_lock(&job->lock);
    job->stop = true;
    pthread_cond_signal(&job->wake);
    pthread_mutex_unlock(&job->lock);
    pthread_join(job->thread, NULL);
    pthread_cond_destroy(&job->wake);
    pthread_mutex_destroy(&job->lock);
    g_free(job);
}
