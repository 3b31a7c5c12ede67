/* The running program: the current snapshot, the living state, and who is at work. */
#pragma once

#include "pipeline/pipeline.h"

typedef struct Daemon Daemon;

/* Takes both over. */
Daemon *daemon_new(Site *site, Services *services);
void daemon_free(Daemon *daemon);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Daemon, daemon_free)

/* The snapshot to work with; the caller unrefs it.  Any thread. */
Site *daemon_site(Daemon *daemon);
Services *daemon_services(Daemon *daemon);

/* Reads the site anew and swaps it in, or keeps the old one and says why in the log.  Main thread.
 */
bool daemon_reload(Daemon *daemon);

/* Counts anew what models are worth, or keeps the old count and says why in the log.  Any thread.
 */
void daemon_calibrate(Daemon *daemon);

/* Sessions of the MTA, counted from the first packet to close. */
void daemon_session_began(Daemon *daemon);
void daemon_session_ended(Daemon *daemon);
int daemon_sessions(Daemon *daemon);
