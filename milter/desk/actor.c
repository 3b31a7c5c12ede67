/* Who may act: whoever sits at the machine as the daemon's user, and a mailbox's own people. */
#include "desk/actor.h"

#include "base/error.h"

static bool is_named(char **names, const char *name)
{
    return names != NULL && g_strv_contains((const char *const *)names, name);
}

static bool is_of(const Mailbox *mailbox, const char *name)
{
    return mailbox != NULL && (is_named(mailbox->agents, name) || is_named(mailbox->team, name));
}

bool desk_may_act(const Desk *desk, const char *mailbox, GError **error)
{
    const char *name = desk->actor.name;
    if (desk->actor.local || is_of(site_mailbox(desk->site, mailbox), name))
        return true;
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT,
                "%s is neither an agent of mailbox '%s' nor of its team", name, mailbox);
    return false;
}

const Mailbox *desk_mailbox(const Desk *desk, const char *name, GError **error)
{
    const Mailbox *mailbox = site_mailbox(desk->site, name);
    if (mailbox == NULL)
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT,
                    "mailbox '%s' is not in the configuration any more", name);
    return mailbox;
}
