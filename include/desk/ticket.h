/* Verbs about tickets.  TRIAGE_ERROR_NOT_FOUND: there is no such ticket; TRIAGE_ERROR_INPUT: it
 * can't be, and why.  Then nothing has changed. */
#pragma once

#include "desk/actor.h"
#include "store/ticket.h"

/* Sets fields of a ticket's newest decision ("priority=high", …; NULL-terminated), as a revision
 * that no model overrides. */
bool desk_ticket_correct(const Desk *desk, const char *ticket, const char *const *assignments,
                         GError **error);

/* To one of the mailbox's team or agents, to nobody with "". */
bool desk_ticket_assign(const Desk *desk, const char *ticket, const char *assignee, GError **error);

/* At most NOTE_TEXT_MAX bytes of valid UTF-8. */
bool desk_ticket_note(const Desk *desk, const char *ticket, const char *text, GError **error);

/* Withdraws what was drafted and not approved. */
bool desk_ticket_close(const Desk *desk, const char *ticket, GError **error);
bool desk_ticket_reopen(const Desk *desk, const char *ticket, GError **error);
