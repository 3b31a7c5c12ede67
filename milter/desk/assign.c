/* The verb `assign`: who takes care of a ticket. */
#include "desk/ticket.h"

#include "base/error.h"
#include "desk/about.h"

static bool names(char **list, const char *name)
{
    return list != NULL && g_strv_contains((const char *const *)list, name);
}

static void fail_unknown(const Mailbox *mailbox, const char *assignee, GError **error)
{
    g_autofree char *team = g_strjoinv(", ", mailbox->team);
    g_autofree char *agents = g_strjoinv(", ", mailbox->agents);
    const char *between = team[0] != '\0' && agents[0] != '\0' ? ", " : "";
    const char *nobody = team[0] == '\0' && agents[0] == '\0' ? "nobody" : "";
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT,
                "'%s' is not among the people of mailbox '%s': %s%s%s%s", assignee, mailbox->name,
                team, between, agents, nobody);
}

bool desk_ticket_assign(const Desk *desk, const char *ticket, const char *assignee, GError **error)
{
    g_autoptr(Ticket) row = desk_ticket(desk, ticket, error);
    const Mailbox *mailbox = row != NULL ? desk_mailbox(desk, row->mailbox, error) : NULL;
    if (mailbox == NULL)
        return false;
    if (assignee[0] != '\0' && !names(mailbox->team, assignee) &&
        !names(mailbox->agents, assignee)) {
        fail_unknown(mailbox, assignee, error);
        return false;
    }
    return store_ticket_assign(desk->store, ticket, desk->actor.name, assignee, desk->now, error);
}
