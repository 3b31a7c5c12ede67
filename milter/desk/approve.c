/* The verb `approve`: a person says that exactly this goes out, to these recipients, in this state
 * of the thread.
 *
 * Everything is looked at once more here, whatever page or terminal showed it; the store then
 * asks under its lock whether it is still so. */
#include "desk/draft.h"

#include "base/error.h"
#include "desk/about.h"
#include "desk/code.h"
#include "desk/marks.h"
#include "reply/similarity.h"

static bool check_seen(const DraftView *view, const Consent *consent, GError **error)
{
    if (consent->code != NULL && code_is(view->code, consent->code))
        return true;
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT,
                "draft %" G_GINT64_FORMAT " is not what you saw, its code is another; look at it "
                "again",
                view->draft->id);
    return false;
}

/* Nobody knows whether it has arrived already. */
static bool check_twice(const DraftView *view, const Consent *consent, GError **error)
{
    if (view->draft->state != DRAFT_UNCERTAIN || g_strcmp0(consent->confirm, "all") == 0)
        return true;
    g_set_error_literal(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT,
                        "it may have arrived already: confirm all, that it goes once more");
    return false;
}

/* ── recipients ── */

static int compare(gconstpointer a, gconstpointer b)
{
    return g_strcmp0(*(char *const *)a, *(char *const *)b);
}

/* Sorted, without doubles, with commas between. */
static char *as_list(GPtrArray *addresses)
{
    g_autoptr(GStrvBuilder) list = g_strv_builder_new();
    g_ptr_array_sort(addresses, compare);
    for (guint i = 0; i < addresses->len; i++) {
        if (i == 0 || !g_str_equal(addresses->pdata[i], addresses->pdata[i - 1]))
            g_strv_builder_add(list, addresses->pdata[i]);
    }
    g_auto(GStrv) words = g_strv_builder_end(list);
    return g_strjoinv(", ", words);
}

static char *recipients_of(const Draft *draft)
{
    const GPtrArray *const lists[] = { draft->to, draft->cc };
    g_autoptr(GPtrArray) all = g_ptr_array_new();
    for (guint i = 0; i < G_N_ELEMENTS(lists); i++) {
        for (guint k = 0; k < lists[i]->len; k++)
            g_ptr_array_add(all, ((const MailAddress *)lists[i]->pdata[k])->address);
    }
    return as_list(all);
}

static char *named_by(const char *text)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) words = g_strsplit(text, ",", -1);
    for (char **word = words; *word != NULL; word++) {
        if (g_strstrip(*word)[0] != '\0')
            g_ptr_array_add(all, address_fold(*word));
    }
    return as_list(all);
}

static bool check_recipients(const DraftView *view, const Consent *consent, GError **error)
{
    g_autofree char *recipients = recipients_of(view->draft);
    g_autofree char *named = consent->to != NULL ? named_by(consent->to) : NULL;
    if (recipients[0] == '\0')
        g_set_error_literal(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT, "it goes to nobody");
    else if (named != NULL && !g_str_equal(named, recipients))
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT, "it goes to %s, not to %s", recipients,
                    named);
    else if (named == NULL && !view->proven)
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT,
                    "nothing proves who wrote that mail: name whom you answer (%s)", recipients);
    else
        return true;
    return false;
}

/* ── */

static bool check_consent(const DraftView *view, const Consent *consent, GError **error)
{
    return check_seen(view, consent, error) && marks_allow(view->marks, consent->confirm, error) &&
           check_twice(view, consent, error) && check_recipients(view, consent, error);
}

/* Of a draft that is decided already the store tells by whom; nothing of it was agreed to. */
bool desk_draft_approve(const Desk *desk, gint64 id, const Consent *consent, GError **error)
{
    g_autoptr(DraftView) view = desk_draft_view(desk, id, error);
    const Mailbox *mailbox = view != NULL ? desk_mailbox(desk, view->draft->mailbox, error) : NULL;
    if (mailbox == NULL)
        return false;
    const Draft *draft = view->draft;
    bool open = draft_may_be_approved(draft->state);
    if (open && !check_consent(view, consent, error))
        return false;
    g_autofree char *message_id = mailbox_new_message_id(mailbox);
    const DraftApproval approval = { .version = open ? draft->version : 0,
                                     .state = draft->state,
                                     .by = desk->actor.name,
                                     .reply = &view->reply.reply,
                                     .digest = view->digest,
                                     .message_id = message_id,
                                     .confirmed = consent->confirm != NULL,
                                     .similarity = reply_similarity(draft->written, draft->text) };
    return store_draft_approve(desk->store, id, &approval, desk->now, error);
}
