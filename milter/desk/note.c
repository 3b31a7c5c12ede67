/* The verb `note`: a word for colleagues. */
#include "desk/ticket.h"

#include "desk/about.h"

bool desk_ticket_note(const Desk *desk, const char *ticket, const char *text, GError **error)
{
    g_autoptr(Ticket) row = desk_ticket(desk, ticket, error);
    return row != NULL && desk_check_text("the note", text, NOTE_TEXT_MAX, error) &&
           store_ticket_note(desk->store, ticket, desk->actor.name, text, desk->now, error);
}
