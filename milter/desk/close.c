/* The verb `close`: nothing more is to be done. */
#include "desk/ticket.h"

#include "desk/about.h"

bool desk_ticket_close(const Desk *desk, const char *ticket, GError **error)
{
    g_autoptr(Ticket) row = desk_ticket(desk, ticket, error);
    return row != NULL &&
           store_ticket_close(desk->store, ticket, desk->actor.name, desk->now, error);
}
