/* Who acts.  People act through the verbs of this folder, whatever they sit at; each verb asks
 * whether they may, changes everything in one transaction and leaves a row in the audit. */
#pragma once

#include "site/site.h"

typedef struct {
    const char *name; /* as the audit will have it */
    bool local;       /* at the machine itself, as the daemon's user: may act for every mailbox */
} Actor;

/* What a verb is given. */
typedef struct {
    const Site *site;
    Store *store;
    Actor actor;
    gint64 now; /* epoch seconds */
} Desk;

/* May the actor act for this mailbox: are they local, one of its agents or of its team?
 * TRIAGE_ERROR_INPUT says that they may not. */
bool desk_may_act(const Desk *desk, const char *mailbox, GError **error);

/* The mailbox of this name, for verbs that need its settings.  NULL and TRIAGE_ERROR_INPUT when it
 * has gone from the configuration. */
const Mailbox *desk_mailbox(const Desk *desk, const char *name, GError **error);
