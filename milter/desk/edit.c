/* The verb `edit`: a person says it better. */
#include "desk/draft.h"

#include "desk/about.h"
#include "reply/similarity.h"

#include <string.h>

/* Forms of the web end their lines with CR LF. */
static char *with_plain_lines(const char *text)
{
    g_autoptr(GString) plain = g_string_new(text);
    g_string_replace(plain, "\r\n", "\n", 0);
    return g_string_free(g_steal_pointer(&plain), FALSE);
}

bool desk_draft_edit(const Desk *desk, gint64 id, gint64 version, const char *text, GError **error)
{
    if (!desk_check_text("the text", text, DRAFT_TEXT_MAX, error))
        return false;
    g_autofree char *plain = with_plain_lines(text);
    g_autoptr(DraftView) view = desk_draft_view(desk, id, error);
    if (view == NULL)
        return false;
    g_autofree char *marks =
        desk_draft_marks(desk->site, view->draft, view->mails, plain, 1, DRAFT_TEXT_MAX);
    const DraftEdit edit = { .version = version,
                             .by = desk->actor.name,
                             .text = plain,
                             .marks = marks,
                             .similarity = reply_similarity(view->draft->written, plain) };
    return store_draft_edit(desk->store, id, &edit, desk->now, error);
}
