/* The verb `settle`: somebody has looked, and the reply has arrived. */
#include "desk/draft.h"

#include "desk/about.h"
#include "pipeline/pipeline.h"

bool desk_draft_settle(const Desk *desk, gint64 id, GError **error)
{
    g_autoptr(Draft) draft = desk_draft(desk, id, error);
    const Mailbox *mailbox = draft != NULL ? desk_mailbox(desk, draft->mailbox, error) : NULL;
    if (mailbox == NULL)
        return false;
    g_autoptr(GPtrArray) then = mailbox_sent_wishes(mailbox, desk->site);
    return store_draft_settle(desk->store, id, desk->actor.name, then, desk->now, error);
}
