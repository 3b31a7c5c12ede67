/* The runner: workers that take what is due, and a keeper that renews what they hold.
 *
 * What is in the store is all there is: a worker that is killed loses its lease, and the job is
 * taken again.  Whether a failure is worth another try is told by its class; how often and how late
 * by the kind's row.  An attempt that a stop cut short doesn't count against anybody. */
#include "jobs/runner.h"

#include "base/error.h"
#include "base/log.h"
#include "jobs/kinds.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>

/* How often an idle worker looks; how often leases are renewed. */
#define LOOK_SECONDS  1
#define RENEW_SECONDS (JOB_LEASE / 4)

struct JobRunner {
    Daemon *daemon;
    Store *store;
    char *holder; /* who we are among the processes that use the store */
    pthread_t keeper;
    pthread_t *workers;
    guint count; /* of workers */
    bool keeping;
    pthread_mutex_t lock; /* so that nobody sleeps past a change of `stopping` */
    pthread_cond_t wake;
    atomic_bool stopping;
};

static gint64 seconds_now(void)
{
    return g_get_real_time() / G_USEC_PER_SEC;
}

/* false when it is time to stop. */
static bool pause_for(JobRunner *runner, gint64 seconds)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += seconds;
    int waited = 0;
    pthread_mutex_lock(&runner->lock);
    while (!atomic_load(&runner->stopping) && waited == 0)
        waited = pthread_cond_timedwait(&runner->wake, &runner->lock, &until);
    pthread_mutex_unlock(&runner->lock);
    return !atomic_load(&runner->stopping);
}

/* ── one job ── */

/* Can the same work succeed another time? */
static bool is_worth_a_try(const GError *error)
{
    return triage_error_is_temporary(error) ||
           g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_STORE) ||
           g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_SYSTEM);
}

static void log_failure(const Job *job, const char *event, LogLevel level, const GError *why)
{
    g_autoptr(LogLine) line = log_line_new(event);
    log_text(line, "kind", job->kind);
    log_number(line, "job", job->id);
    log_text(line, "ticket", job->ticket[0] != '\0' ? job->ticket : NULL);
    log_number(line, "attempts", job->attempts);
    log_text(line, "why", why->message);
    log_write(level, line);
}

static bool put_back(JobRunner *runner, const JobKind *kind, const Job *job, const GError *why,
                     GError **error)
{
    if (atomic_load(&runner->stopping))
        return store_job_again(runner->store, job, job->due, "", error);
    if (is_worth_a_try(why) && job->attempts < kind->attempts) {
        log_failure(job, "job-failed", kind->quiet ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO, why);
        return store_job_again(runner->store, job, seconds_now() + job_pause(kind, job->attempts),
                               why->message, error);
    }
    log_failure(job, "job-dead", LOG_LEVEL_WARNING, why);
    return store_job_dead(runner->store, job, why->message, error);
}

static bool carry_out(JobRunner *runner, const Job *job, GError **error)
{
    const JobKind *kind = job_kind(job->kind);
    if (kind == NULL)
        return store_job_dead(runner->store, job, "this program doesn't know the kind", error);
    g_autoptr(Site) site = daemon_site(runner->daemon);
    g_autoptr(GError) trouble = NULL;
    const JobWork work = { .site = site,
                           .services = daemon_services(runner->daemon),
                           .job = job,
                           .now = seconds_now(),
                           .last = job->attempts >= kind->attempts,
                           .stopping = &runner->stopping };
    switch (kind->run(&work, &trouble)) {
    case JOB_DONE:
        return store_job_done(runner->store, job, error);
    case JOB_FAILED:
        return store_job_is_held(runner->store, job, error) &&
               put_back(runner, kind, job, trouble, error);
    default:
        return true;
    }
}

/* ── the threads ── */

/* A job whose lease is lost is another worker's, or was dropped: nothing is stuck. */
static void log_trouble(const GError *error)
{
    bool lost = g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_NOT_FOUND);
    log_error(lost ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING, lost ? "job-lost" : "jobs-stuck", error);
}

/* Looks without the write lock first: an idle house writes nothing. */
static Job *take(JobRunner *runner, GError **error)
{
    gint64 now = seconds_now(), next;
    if (!store_job_next(runner->store, now, now + 1, &next, error) || next > now)
        return NULL;
    return store_job_take(runner->store, runner->holder, now, error);
}

static void *work_main(void *data)
{
    JobRunner *runner = data;
    bool goes_on = true;
    while (goes_on) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Job) job = take(runner, &error);
        if (job != NULL)
            carry_out(runner, job, &error);
        if (error != NULL)
            log_trouble(error);
        goes_on = pause_for(runner, job != NULL && error == NULL ? 0 : LOOK_SECONDS);
    }
    return NULL;
}

static void *keep_main(void *data)
{
    JobRunner *runner = data;
    while (pause_for(runner, RENEW_SECONDS)) {
        g_autoptr(GError) error = NULL;
        if (!store_jobs_renew(runner->store, runner->holder, seconds_now(), &error))
            log_error(LOG_LEVEL_WARNING, "jobs-stuck", error);
    }
    return NULL;
}

/* Signals belong to the main thread. */
static void start_threads(JobRunner *runner, guint wanted)
{
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    runner->keeping = pthread_create(&runner->keeper, NULL, keep_main, runner) == 0;
    while (runner->keeping && runner->count < wanted &&
           pthread_create(&runner->workers[runner->count], NULL, work_main, runner) == 0)
        runner->count++;
    pthread_sigmask(SIG_SETMASK, &old, NULL);
}

static void runner_free(JobRunner *runner)
{
    pthread_cond_destroy(&runner->wake);
    pthread_mutex_destroy(&runner->lock);
    g_free(runner->workers);
    g_free(runner->holder);
    g_free(runner);
}

JobRunner *job_runner_start(Daemon *daemon)
{
    g_autoptr(Site) site = daemon_site(daemon);
    JobRunner *runner = g_new0(JobRunner, 1);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&runner->lock, NULL);
    pthread_cond_init(&runner->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    runner->daemon = daemon;
    runner->store = services_store(daemon_services(daemon));
    runner->holder = g_uuid_string_random();
    runner->workers = g_new0(pthread_t, (gsize)site->workers);
    start_threads(runner, (guint)site->workers);
    if (runner->count == 0)
        log_note(LOG_LEVEL_ERROR, "jobs-stuck", "no thread for a worker");
    return runner;
}

void job_runner_stop(JobRunner *runner)
{
    if (runner == NULL)
        return;
    pthread_mutex_lock(&runner->lock);
    atomic_store(&runner->stopping, true);
    pthread_cond_broadcast(&runner->wake);
    pthread_mutex_unlock(&runner->lock);
    llm_dispatcher_stop(services_dispatcher(daemon_services(runner->daemon)));
    for (guint i = 0; i < runner->count; i++)
        pthread_join(runner->workers[i], NULL);
    if (runner->keeping)
        pthread_join(runner->keeper, NULL);
    runner_free(runner);
}
