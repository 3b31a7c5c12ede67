/* The verb `reopen`: something is to be done after all. */
#include "desk/ticket.h"

#include "desk/about.h"

bool desk_ticket_reopen(const Desk *desk, const char *ticket, GError **error)
{
    g_autoptr(Ticket) row = desk_ticket(desk, ticket, error);
    return row != NULL &&
           store_ticket_reopen(desk->store, ticket, desk->actor.name, desk->now, error);
}
