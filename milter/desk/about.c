/* What a verb is about, and the words that come with it. */
#include "desk/about.h"

#include "base/error.h"

#include <string.h>

Ticket *desk_ticket(const Desk *desk, const char *name, GError **error)
{
    g_autoptr(Ticket) ticket = store_ticket(desk->store, name, error);
    if (ticket == NULL || !desk_may_act(desk, ticket->mailbox, error))
        return NULL;
    return g_steal_pointer(&ticket);
}

Draft *desk_draft(const Desk *desk, gint64 id, GError **error)
{
    g_autoptr(Draft) draft = store_draft(desk->store, id, error);
    if (draft == NULL || !desk_may_act(desk, draft->mailbox, error))
        return NULL;
    return g_steal_pointer(&draft);
}

static bool is_blank(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}

bool desk_check_text(const char *what, const char *text, gsize max, GError **error)
{
    gsize length = strlen(text);
    const char *bad;
    if (is_blank(text))
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT, "%s is empty", what);
    else if (length > max)
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT,
                    "%s has %zu bytes; at most %zu are possible", what, length, max);
    else if (!g_utf8_validate(text, -1, &bad))
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT, "%s is not UTF-8 at byte %zu", what,
                    (gsize)(bad - text));
    else
        return true;
    return false;
}
