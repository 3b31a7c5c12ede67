/* What verbs begin with: the thing they are about, and a person's words. */
#pragma once

#include "desk/actor.h"
#include "store/draft.h"
#include "store/ticket.h"

/* The ticket or the draft, if the actor may act on it. */
Ticket *desk_ticket(const Desk *desk, const char *name, GError **error);
Draft *desk_draft(const Desk *desk, gint64 id, GError **error);

/* Says `what` is wrong with a text: nothing in it, more than `max` bytes, no valid UTF-8. */
bool desk_check_text(const char *what, const char *text, gsize max, GError **error);
