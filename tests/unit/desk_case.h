/* A desk over a store: a site with one mailbox, whose team is bea and whose agent is cleo. */
#pragma once

#include "desk/actor.h"
#include "store_draft_case.h"

typedef struct {
    Site site;
    Mailbox mailbox;
} DeskCase;

static inline void desk_case_fill(DeskCase *d, const StoreCase *c)
{
    static char *address[] = { (char *)"support@example.com", NULL };
    static char *team[] = { (char *)"bea", NULL };
    static char *agents[] = { (char *)"cleo@example.com", NULL };
    static char *domains[] = { (char *)"example.com", NULL };
    d->mailbox = (Mailbox){ .name = (char *)"support",
                            .address = address,
                            .team = team,
                            .agents = agents,
                            .identity = address_new("support@example.com", "Support") };
    d->site = (Site){ .field_table = c->fields,
                      .local_domains = domains,
                      .mailboxes = g_ptr_array_new() };
    g_ptr_array_add(d->site.mailboxes, &d->mailbox);
}

static inline void desk_case_clear(DeskCase *d)
{
    g_ptr_array_unref(d->site.mailboxes);
    address_free(d->mailbox.identity);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(DeskCase, desk_case_clear)

static inline Desk desk_of(const DeskCase *d, const StoreCase *c, const char *name, bool local)
{
    return (
        Desk){ .site = &d->site, .store = c->store, .actor = { name, local }, .now = NOON + HOUR };
}
