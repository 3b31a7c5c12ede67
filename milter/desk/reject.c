/* The verb `reject`: this is not what we answer. */
#include "desk/draft.h"

#include "base/text.h"
#include "desk/about.h"

bool desk_draft_reject(const Desk *desk, gint64 id, const char *reason, GError **error)
{
    g_autoptr(Draft) draft = desk_draft(desk, id, error);
    if (draft == NULL || !desk_check_text("the reason", reason, DRAFT_WHY_MAX, error))
        return false;
    g_autofree char *line = text_line(reason, DRAFT_WHY_MAX);
    return store_draft_reject(desk->store, id, desk->actor.name, line, desk->now, error);
}
