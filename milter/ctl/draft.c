/* draft list, edit, approve, reject: the desk's verbs on a command line. */
#include "base/error.h"
#include "ctl/draft_show.h"
#include "ctl/editor.h"
#include "ctl/shared.h"

#define DRAFTS_MAX 1000

/* ── list ── */

static void print_drafts(const GPtrArray *drafts)
{
    g_print("%-8s %-10s %-10s %-14s %-16s %-36s %s\n", "DRAFT", "TICKET", "STATE", "MAILBOX",
            "UPDATED", "TO", "SUBJECT");
    for (guint i = 0; i < drafts->len; i++) {
        const Draft *draft = g_ptr_array_index(drafts, i);
        g_autofree char *updated = ctl_time(draft->updated);
        g_autofree char *to = draft_addresses_text(draft->to);
        g_print("%-8" G_GINT64_FORMAT " %-10s %-10s %-14s %-16s %-36s %s\n", draft->id,
                draft->ticket, draft_state_name(draft->state), draft->mailbox, updated, to,
                draft->subject);
    }
}

static bool check_state(const char *state)
{
    DraftState known;
    if (state == NULL || draft_state_read(state, &known))
        return true;
    g_autoptr(GString) names = g_string_new(NULL);
    for (int i = 0; i < DRAFT_STATES; i++)
        g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", draft_state_name((DraftState)i));
    g_printerr("triagectl: '--state' must be one of %s, not '%s'\n", names->str, state);
    return false;
}

int ctl_draft_list(Ctl *ctl)
{
    const DraftQuery query = { .state = ctl_option(ctl, "--state"),
                               .mailbox = ctl_option(ctl, "--mailbox"),
                               .limit = DRAFTS_MAX };
    Desk desk;
    if (!check_state(query.state))
        return CTL_USAGE;
    if (!ctl_desk(ctl, &desk))
        return CTL_FINDINGS;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) drafts = store_drafts(desk.store, &query, &error);
    if (drafts == NULL)
        return ctl_fail(error);
    if (!ctl->json) {
        print_drafts(drafts);
        return CTL_GOOD;
    }
    cJSON *object = cJSON_CreateObject();
    cJSON *rows = cJSON_AddArrayToObject(object, "drafts");
    for (guint i = 0; i < drafts->len; i++)
        cJSON_AddItemToArray(rows, draft_to_json(g_ptr_array_index(drafts, i)));
    ctl_print_json(object);
    return CTL_GOOD;
}

/* ── one ── */

/* What the first argument names, as a person shall see it; NULL and `error`. */
static DraftView *open_view(const Ctl *ctl, const Desk *desk, GError **error)
{
    gint64 id = desk_draft_id(desk, ctl->arguments[0], error);
    return id != 0 ? desk_draft_view(desk, id, error) : NULL;
}

int ctl_draft_show(Ctl *ctl)
{
    if (ctl->argument_count != 1)
        return CTL_USAGE;
    Desk desk;
    if (!ctl_desk(ctl, &desk))
        return CTL_FINDINGS;
    g_autoptr(GError) error = NULL;
    g_autoptr(DraftView) view = open_view(ctl, &desk, &error);
    if (view == NULL)
        return ctl_fail(error);
    if (ctl->json) {
        ctl_print_json(draft_view_to_json(view));
        return CTL_GOOD;
    }
    g_autofree char *text = draft_view_text(view);
    g_print("%s", text);
    return CTL_GOOD;
}

int ctl_draft_edit(Ctl *ctl)
{
    const char *file = ctl_option(ctl, "--file");
    if (ctl->argument_count != 1)
        return CTL_USAGE;
    Desk desk;
    if (!ctl_desk(ctl, &desk))
        return CTL_FINDINGS;
    g_autoptr(GError) error = NULL;
    g_autoptr(DraftView) view = open_view(ctl, &desk, &error);
    if (view == NULL)
        return ctl_fail(error);
    g_auto(Edited) edited = { 0 };
    if (!(file != NULL ? editor_read(&edited, file, DRAFT_TEXT_MAX, &error)
                       : editor_run(&edited, view->draft->text, DRAFT_TEXT_MAX, &error)))
        return ctl_fail(error);
    if (g_str_equal(edited.text, view->draft->text)) {
        ctl_say(ctl, "draft %" G_GINT64_FORMAT " is as it was", view->draft->id);
        return CTL_GOOD;
    }
    if (!desk_draft_edit(&desk, view->draft->id, view->draft->version, edited.text, &error)) {
        editor_keep(&edited);
        return ctl_fail(error);
    }
    ctl_say(ctl, "draft %" G_GINT64_FORMAT " changed", view->draft->id);
    return CTL_GOOD;
}

/* What is shown is what is agreed to. */
int ctl_draft_approve(Ctl *ctl)
{
    const bool confirm = ctl_flag(ctl, "--confirm");
    const char *to = ctl_option(ctl, "--to");
    if (ctl->argument_count != 1)
        return CTL_USAGE;
    Desk desk;
    if (!ctl_desk(ctl, &desk))
        return CTL_FINDINGS;
    g_autoptr(GError) error = NULL;
    g_autoptr(DraftView) view = open_view(ctl, &desk, &error);
    if (view == NULL)
        return ctl_fail(error);
    g_autofree char *letter = draft_letter_text(view);
    if (!ctl->json)
        g_print("%s", letter);
    const Consent consent = { .digest = view->digest, .confirm = confirm, .to = to };
    if (!desk_draft_approve(&desk, view->draft->id, &consent, &error))
        return ctl_fail(error);
    g_autofree char *recipients = draft_addresses_text(view->draft->to);
    ctl_say(ctl, "draft %" G_GINT64_FORMAT " is approved and will be sent to %s", view->draft->id,
            recipients);
    return CTL_GOOD;
}

int ctl_draft_settle(Ctl *ctl)
{
    if (ctl->argument_count != 1)
        return CTL_USAGE;
    Desk desk;
    if (!ctl_desk(ctl, &desk))
        return CTL_FINDINGS;
    g_autoptr(GError) error = NULL;
    gint64 id = desk_draft_id(&desk, ctl->arguments[0], &error);
    if (id == 0 || !desk_draft_settle(&desk, id, &error))
        return ctl_fail(error);
    ctl_say(ctl, "draft %" G_GINT64_FORMAT " has arrived", id);
    return CTL_GOOD;
}

int ctl_draft_reject(Ctl *ctl)
{
    if (ctl->argument_count < 2)
        return CTL_USAGE;
    Desk desk;
    if (!ctl_desk(ctl, &desk))
        return CTL_FINDINGS;
    g_autoptr(GError) error = NULL;
    gint64 id = desk_draft_id(&desk, ctl->arguments[0], &error);
    g_autofree char *reason = ctl_words(ctl, 1);
    if (id == 0 || !desk_draft_reject(&desk, id, reason, &error))
        return ctl_fail(error);
    ctl_say(ctl, "draft %" G_GINT64_FORMAT " rejected", id);
    return CTL_GOOD;
}
