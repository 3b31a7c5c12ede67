/* The one mutable pointer of the program: which snapshot is current.
 *
 * Sessions take a reference per message and work with it to the end, so a reload needs to wait for
 * nobody and nobody waits for a reload. */
#include "pipeline/daemon.h"

#include "base/log.h"

#include <pthread.h>
#include <stdatomic.h>

struct Daemon {
    pthread_mutex_t lock; /* guards `site` */
    Site *site;
    Services *services;
    atomic_int sessions;
};

Daemon *daemon_new(Site *site, Services *services)
{
    Daemon *daemon = g_new0(Daemon, 1);
    pthread_mutex_init(&daemon->lock, NULL);
    daemon->site = site;
    daemon->services = services;
    return daemon;
}

void daemon_free(Daemon *daemon)
{
    if (daemon == NULL)
        return;
    services_close(daemon->services);
    site_unref(daemon->site);
    pthread_mutex_destroy(&daemon->lock);
    g_free(daemon);
}

Site *daemon_site(Daemon *daemon)
{
    pthread_mutex_lock(&daemon->lock);
    Site *site = site_ref(daemon->site);
    pthread_mutex_unlock(&daemon->lock);
    return site;
}

Services *daemon_services(Daemon *daemon)
{
    return daemon->services;
}

static void log_diagnostics(const Diags *diags)
{
    g_autofree char *text = diags_to_text(diags);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        if ((*line)[0] != '\0')
            log_note(LOG_LEVEL_ERROR, "reload-refused", "%s", *line);
    }
}

void daemon_calibrate(Daemon *daemon)
{
    g_autoptr(GError) error = NULL;
    if (!services_calibrate(daemon->services, g_get_real_time() / G_USEC_PER_SEC, &error))
        log_error(LOG_LEVEL_WARNING, "calibration-failed", error);
}

bool daemon_reload(Daemon *daemon)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(Site) old = daemon_site(daemon);
    Site *site = site_load(old->path, diags);
    if (site == NULL) {
        log_diagnostics(diags);
        return false;
    }
    g_autofree char *waiting = site_needs_restart(old, site);
    if (waiting != NULL)
        log_note(LOG_LEVEL_WARNING, "reload-needs-restart", "%s", waiting);
    pthread_mutex_lock(&daemon->lock);
    Site *replaced = daemon->site;
    daemon->site = site;
    pthread_mutex_unlock(&daemon->lock);
    site_unref(replaced);
    daemon_calibrate(daemon);
    log_note(LOG_LEVEL_INFO, "reloaded", "%s", old->path);
    return true;
}

void daemon_session_began(Daemon *daemon)
{
    atomic_fetch_add(&daemon->sessions, 1);
}

void daemon_session_ended(Daemon *daemon)
{
    atomic_fetch_sub(&daemon->sessions, 1);
}

int daemon_sessions(Daemon *daemon)
{
    return atomic_load(&daemon->sessions);
}
