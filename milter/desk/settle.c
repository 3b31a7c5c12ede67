/* The verb `settle`: somebody has looked, and the reply has arrived. */
#include "desk/draft.h"

#include "desk/about.h"
#include "pipeline/pipeline.h"

bool desk_draft_settle(const Desk *desk, gint64 id, GError **error)
{
    g_autoptr(Draft) draft = desk_draft(desk, id, error);
    const Mailbox *mailbox = draft != NULL ? desk_mailbox(desk, draft->mailbox, error) : NULL;
    return mailbox != NULL && store_draft_settle(desk->store, id, desk->actor.name,
                                                 mailbox_copy_wish(mailbox), desk->now, error);
}
