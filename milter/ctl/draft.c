/* draft list, edit, approve, reject: the desk's verbs on a command line. */
#include "base/error.h"
#include "ctl/draft_show.h"
#include "ctl/editor.h"
#include "ctl/shared.h"

#include <stdio.h>
#include <unistd.h>

#define DRAFTS_MAX 1000
#define ANSWER_MAX 1024

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

/* ── approve ── */

/* The code and, at a terminal, the answers; as a Consent has them. */
typedef struct {
    char *code, *confirm;
} Given;

static void given_clear(Given *given)
{
    g_free(given->code);
    g_free(given->confirm);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Given, given_clear)

/* A line from the terminal, "" at its end.  Caller frees. */
static char *ask(const char *question)
{
    char line[ANSWER_MAX] = "";
    g_print("%s", question);
    fflush(stdout);
    return g_strstrip(g_strdup(fgets(line, sizeof line, stdin) != NULL ? line : ""));
}

/* What the person at the terminal sees is what has the code. */
static bool ask_for_consent(const DraftView *view, Given *given)
{
    g_autofree char *text = draft_view_text(view);
    g_autofree char *recipients = draft_addresses_text(view->draft->to);
    g_autofree char *question = g_strdup_printf("\nSend this to %s? [y/N] ", recipients);
    g_print("%s", text);
    if (given->confirm == NULL && cJSON_GetArraySize(view->marks) > 0)
        given->confirm = ask("\nMarks that are all right (1,3 or all): ");
    g_autofree char *answer = ask(question);
    given->code = g_strdup(view->code);
    return g_ascii_strcasecmp(answer, "y") == 0 || g_ascii_strcasecmp(answer, "yes") == 0;
}

/* Without a code the draft is shown at a terminal, to a person who is asked there. */
static bool may_ask(const Ctl *ctl)
{
    if (!ctl->json && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
        return true;
    g_printerr("triagectl: name the code that 'triagectl draft show %s' prints\n",
               ctl->arguments[0]);
    return false;
}

static int approve(Ctl *ctl, const Desk *desk, const DraftView *view, const Consent *consent)
{
    g_autoptr(GError) error = NULL;
    if (!desk_draft_approve(desk, view->draft->id, consent, &error))
        return ctl_fail(error);
    g_autofree char *recipients = draft_addresses_text(view->draft->to);
    ctl_say(ctl, "draft %" G_GINT64_FORMAT " is approved and will be sent to %s", view->draft->id,
            recipients);
    return CTL_GOOD;
}

int ctl_draft_approve(Ctl *ctl)
{
    g_auto(Given) given = { .confirm = g_strdup(ctl_option(ctl, "--confirm")) };
    const char *to = ctl_option(ctl, "--to");
    if (ctl->argument_count < 1 || ctl->argument_count > 2)
        return CTL_USAGE;
    given.code = g_strdup(ctl->arguments[1]);
    if (given.code == NULL && !may_ask(ctl))
        return CTL_USAGE;
    Desk desk;
    if (!ctl_desk(ctl, &desk))
        return CTL_FINDINGS;
    g_autoptr(GError) error = NULL;
    g_autoptr(DraftView) view = open_view(ctl, &desk, &error);
    if (view == NULL)
        return ctl_fail(error);
    /* What can't be approved in its state needs no question. */
    if (given.code == NULL && view->code[0] != '\0' && !ask_for_consent(view, &given)) {
        ctl_say(ctl, "draft %" G_GINT64_FORMAT " is not approved", view->draft->id);
        return CTL_FINDINGS;
    }
    const Consent consent = { .code = given.code != NULL ? given.code : "",
                              .confirm = given.confirm,
                              .to = to };
    return approve(ctl, &desk, view, &consent);
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
