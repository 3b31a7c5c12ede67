/* triage-milter(8): the daemon.  Wiring only.
 *
 * The main thread holds the signals and does nothing else; libmilter runs on a thread of its own,
 * because it would take the signals for itself: SIGHUP reloads, SIGTERM and SIGINT drain and stop.
 */
#include "base/log.h"
#include "base/process.h"
#include "jobs/hourly.h"
#include "jobs/runner.h"
#include "mlfi/mlfi.h"

#include <glib-unix.h>
#include <pthread.h>
#include <stdlib.h>
#include <sysexits.h>

/* How often a stop looks whether the sessions have ended, and how often it must find none. */
#define CHECK_MS     20
#define QUIET_CHECKS 5
/* How often it looks whether another process has taken the socket's name. */
#define REPLACED_SECONDS 1

typedef struct {
    char *conf;
    gboolean foreground, check;
} Options;

typedef struct {
    const char *conf;
    Daemon *daemon;
    GMainLoop *loop;
    gint64 drain_until; /* monotonic, 0 while we serve */
    guint quiet;        /* checks in a row that found no session */
    bool gave_up;       /* libmilter ended by itself */
} Running;

static bool read_options(Options *options, int argc, char **argv)
{
    const GOptionEntry entries[] = {
        { "conf", 'c', 0, G_OPTION_ARG_FILENAME, &options->conf, "Configuration file", "FILE" },
        { "foreground", 'f', 0, G_OPTION_ARG_NONE, &options->foreground, "Stay in the foreground",
          NULL },
        { "check", 0, 0, G_OPTION_ARG_NONE, &options->check, "Check the configuration and exit",
          NULL },
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_autoptr(GError) error = NULL;
    g_option_context_add_main_entries(context, entries, NULL);
    if (g_option_context_parse(context, &argc, &argv, &error) && options->conf != NULL && argc == 1)
        return true;
    g_printerr("triage-milter: %s\nusage: triage-milter -c FILE [-f] [--check]\n",
               error != NULL ? error->message : "a configuration file is needed");
    return false;
}

static Site *load(const char *path)
{
    g_autoptr(Diags) diags = diags_new();
    Site *site = site_load(path, diags);
    g_autofree char *text = diags_to_text(diags);
    g_printerr("%s", text);
    return site;
}

static gboolean on_reload(gpointer data)
{
    daemon_reload(((Running *)data)->daemon);
    return G_SOURCE_CONTINUE;
}

/* A connection that libmilter has taken up but not yet negotiated isn't counted: only a moment
 * without anybody says that nobody is there. */
static gboolean drained(gpointer data)
{
    Running *running = data;
    running->quiet = daemon_sessions(running->daemon) > 0 ? 0 : running->quiet + 1;
    if (running->quiet < QUIET_CHECKS && g_get_monotonic_time() < running->drain_until)
        return G_SOURCE_CONTINUE;
    mlfi_stop();
    return G_SOURCE_REMOVE;
}

/* Nobody new may come; who is here is served to the end, within bounds. */
static gboolean on_stop(gpointer data)
{
    Running *running = data;
    if (running->drain_until != 0)
        return G_SOURCE_CONTINUE;
    g_autoptr(Site) site = daemon_site(running->daemon);
    running->drain_until = g_get_monotonic_time() + site->drain_ms * 1000;
    log_note(LOG_LEVEL_INFO, "stopping", "%d sessions", daemon_sessions(running->daemon));
    mlfi_retire();
    g_timeout_add(CHECK_MS, drained, running);
    return G_SOURCE_CONTINUE;
}

/* Only one of two processes gets mail, the one that started last; the other ends by itself. */
static gboolean look_whether_replaced(gpointer data)
{
    if (!mlfi_is_replaced())
        return G_SOURCE_CONTINUE;
    log_note(LOG_LEVEL_INFO, "replaced", "another process has taken the socket");
    on_stop(data);
    return G_SOURCE_REMOVE;
}

static gboolean quit(gpointer data)
{
    g_main_loop_quit(((Running *)data)->loop);
    return G_SOURCE_REMOVE;
}

static void *serve(void *data)
{
    Running *running = data;
    running->gave_up = !mlfi_run(running->daemon);
    g_idle_add(quit, running);
    return NULL;
}

/* smfi_main() returns while callbacks still run: nothing they use may go before they are done. */
static void wait_for_callbacks(const Running *running)
{
    while (daemon_sessions(running->daemon) > 0 && g_get_monotonic_time() < running->drain_until)
        g_usleep(10 * 1000);
}

/* The exit code; whoever came is served to the end or cut off. */
static int finish(const Running *running)
{
    int sessions = daemon_sessions(running->daemon);
    if (sessions > 0) {
        log_note(LOG_LEVEL_WARNING, "stopped", "%d sessions were cut off", sessions);
        _Exit(EX_TEMPFAIL);
    }
    log_note(LOG_LEVEL_INFO, "stopped", "drained");
    return running->gave_up ? EX_UNAVAILABLE : EX_OK;
}

/* Until a signal, a successor or libmilter ends it. */
static bool run_milter(Running *running)
{
    pthread_t milter;
    if (pthread_create(&milter, NULL, serve, running) != 0) {
        log_note(LOG_LEVEL_ERROR, "not-started", "no thread for libmilter");
        return false;
    }
    process_ready();
    log_note(LOG_LEVEL_INFO, "started", "%s", running->conf);
    g_main_loop_run(running->loop);
    pthread_join(milter, NULL);
    wait_for_callbacks(running);
    return true;
}

static int run(Running *running)
{
    HourlyJob *hourly = hourly_job_start(running->daemon);
    JobRunner *runner = job_runner_start(running->daemon);
    bool ran = run_milter(running);
    if (!ran || running->gave_up) {
        mlfi_retire();
        mlfi_discard();
    }
    job_runner_stop(runner);
    hourly_job_stop(hourly);
    return ran ? finish(running) : EX_OSERR;
}

static void warn_without_crm(Services *services)
{
    g_autoptr(GError) error = NULL;
    if (services_crm(services) != NULL && !crm_check(services_crm(services), &error))
        log_error(LOG_LEVEL_WARNING, "crm-unreadable", error);
}

/* Signals are waited for before anything that takes time, so that one that comes meanwhile is a
 * stop and leaves no socket. */
static void wait_for_signals(Running *running)
{
    g_unix_signal_add(SIGHUP, on_reload, running);
    g_unix_signal_add(SIGTERM, on_stop, running);
    g_unix_signal_add(SIGINT, on_stop, running);
    g_timeout_add_seconds(REPLACED_SECONDS, look_whether_replaced, running);
}

static int serve_site(Site *loaded)
{
    g_autoptr(Site) site = loaded;
    g_autoptr(GError) error = NULL;
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    Running running = { .loop = loop, .conf = site->path };
    wait_for_signals(&running);
    g_autoptr(Services) services = services_open(site, &error);
    if (services == NULL || !services_start_resolver(services, site, &error) ||
        !mlfi_publish(&error)) {
        log_error(LOG_LEVEL_ERROR, "not-started", error);
        g_printerr("triage-milter: %s\n", error->message);
        mlfi_discard();
        return EX_CANTCREAT;
    }
    warn_without_crm(services);
    g_autoptr(Daemon) daemon = daemon_new(site_ref(site), g_steal_pointer(&services));
    running.daemon = daemon;
    return run(&running);
}

static int start(const Options *options, Site *loaded)
{
    g_autoptr(Site) site = loaded;
    g_autoptr(GError) error = NULL;
    log_open("triage-milter", site->log == 0, (LogLevel)site->log_level);
    process_raise_limits();
    if (!mlfi_open(site, &error) || !process_become(site->user, &error)) {
        g_printerr("triage-milter: %s\n", error->message);
        mlfi_discard();
        return EX_CONFIG;
    }
    if (!options->foreground)
        process_to_background();
    return serve_site(g_steal_pointer(&site));
}

int main(int argc, char **argv)
{
    Options options = { 0 };
    process_print_safely();
    if (!read_options(&options, argc, argv))
        return EX_USAGE;
    message_init();
    Site *site = load(options.conf);
    g_free(options.conf);
    if (site == NULL)
        return EX_CONFIG;
    if (options.check) {
        site_unref(site);
        return EX_OK;
    }
    return start(&options, site);
}
