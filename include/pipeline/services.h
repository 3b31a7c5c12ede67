/* Living state: what outlasts a reload.  The site says what to open; files, sockets and counters
 * are here. */
#pragma once

#include "auth/resolver.h"
#include "crm/crm.h"
#include "knowledge/knowledge.h"
#include "llm/llm.h"
#include "site/site.h"
#include "store/store.h"

typedef struct Services Services;
typedef struct LateCalls LateCalls; /* pipeline/late_calls.h */

/* Opens store and dispatcher as the site names them, and counts what models are worth.  A CRM that
 * can't be read now is no error: it is asked again for each mail (crm_check() says why). */
Services *services_open(const Site *site, GError **error);
void services_close(Services *services);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Services, services_close)

/* Starts the look-ups that verify senders, unless the site leaves that to others.  Once, before
 * anybody asks for the resolver. */
bool services_start_resolver(Services *services, const Site *site, GError **error);
Resolver *services_resolver(Services *services); /* NULL: not started */

Crm *services_crm(Services *services); /* NULL: the site has none */
Store *services_store(Services *services);
const char *services_secret(Services *services); /* store_secret() */
LlmDispatcher *services_dispatcher(Services *services);
Purse *services_purse(Services *services); /* starts with what the store says was spent today */
LateCalls *services_late_calls(Services *services);
Twins *services_twins(Services *services);
/* What the site knows, its index made anew first where the folder has changed, which may take
 * seconds.  NULL without an error: the site has none. */
Knowledge *services_knowledge(Services *services, const Site *site, GError **error);

/* What models are worth, as it was last counted; the caller unrefs it.  Any thread. */
Calibration *services_calibration(Services *services);
/* Counts it anew and swaps it in, or keeps the old one.  `now`: epoch seconds. */
bool services_calibrate(Services *services, gint64 now, GError **error);

/* One of `max` places among those who wait for a model; false: all are taken.  Any thread. */
bool services_take_place(Services *services, gint64 max);
void services_give_place(Services *services);

/* May a message that failed be asked to come again?  True for the first `within_ms` of its
 * identity; remembers at most SERVICES_TEMPFAIL_MAX identities, the oldest go first.  `now`: epoch
 * seconds. */
#define SERVICES_TEMPFAIL_MAX 10000
bool services_may_tempfail(Services *services, const char *identity, gint64 now, gint64 within_ms);

/* Notes whether the submission server could be used.  True if that has changed.  Any thread. */
bool services_note_submission(Services *services, bool in_trouble);

/* Counts messages in a row that came without any trusted Authentication-Results.  True once, when
 * there have been SERVICES_UNTRUSTED_ALARM of them: then we probably stand before the filters that
 * write them, or `trust` names the wrong authserv-id.  Any thread. */
#define SERVICES_UNTRUSTED_ALARM 100
bool services_note_results(Services *services, bool trusted);
