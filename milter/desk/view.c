/* A draft as a person sees it before they decide.
 *
 * What they see has a code, and an approval names it: the mail as it would go out, its marks and
 * the state of the draft and the thread.  Who it goes to is beyond doubt only where each of them
 * stands in the answered mail and that mail is proven to be its sender's; else the person has to
 * say whom they mean. */
#include "desk/draft.h"

#include "base/error.h"
#include "base/json.h"
#include "desk/about.h"
#include "desk/code.h"

#include <string.h>

static void add_folded(GPtrArray *into, const GPtrArray *addresses)
{
    for (guint i = 0; i < addresses->len; i++)
        g_ptr_array_add(into, ((const MailAddress *)addresses->pdata[i])->address);
}

static bool stands_in(const Message *message, const char *address)
{
    g_autoptr(GPtrArray) named = g_ptr_array_new();
    g_ptr_array_add(named, message->person->address);
    add_folded(named, message->to);
    add_folded(named, message->cc);
    return g_ptr_array_find_with_equal_func(named, address, g_str_equal, NULL);
}

static const Message *answered(const GPtrArray *mails, gint64 row)
{
    for (guint i = 0; i < mails->len; i++) {
        const StoredMail *mail = g_ptr_array_index(mails, i);
        if (mail->id == row)
            return mail->message;
    }
    return NULL;
}

static bool is_proven(const Draft *draft, const GPtrArray *mails)
{
    const Message *message = answered(mails, draft->message_row);
    g_autoptr(GPtrArray) recipients = g_ptr_array_new();
    if (message == NULL || !message_person_is_proven(message))
        return false;
    add_folded(recipients, draft->to);
    add_folded(recipients, draft->cc);
    for (guint i = 0; i < recipients->len; i++) {
        if (!stands_in(message, recipients->pdata[i]))
            return false;
    }
    return true;
}

/* The mail, its digest and its code. */
static bool add_mail(const Desk *desk, DraftView *view, GError **error)
{
    const Mailbox *mailbox = site_mailbox(desk->site, view->draft->mailbox);
    g_autofree char *secret = store_secret(desk->store, error);
    if (secret == NULL)
        return false;
    if (mailbox != NULL)
        draft_reply_fill(&view->reply, mailbox, view->draft, view->mails);
    view->digest =
        mailbox != NULL ? draft_approval_digest(view->draft, &view->reply.reply) : g_strdup("");
    bool open = mailbox != NULL && draft_may_be_approved(view->draft->state);
    view->code = open ? code_of_draft(view->draft, view->digest, secret) : g_strdup("");
    return true;
}

DraftView *desk_draft_view(const Desk *desk, gint64 id, GError **error)
{
    g_autoptr(DraftView) view = g_new0(DraftView, 1);
    view->draft = desk_draft(desk, id, error);
    if (view->draft == NULL)
        return NULL;
    view->mails = store_mails_of_ticket(desk->store, view->draft->ticket_id, DESK_MAILS_MAX, error);
    if (view->mails == NULL)
        return NULL;
    view->marks = json_parse(view->draft->marks, strlen(view->draft->marks), error);
    view->proven = is_proven(view->draft, view->mails);
    return view->marks != NULL && add_mail(desk, view, error) ? g_steal_pointer(&view) : NULL;
}

void draft_view_free(DraftView *view)
{
    if (view == NULL)
        return;
    draft_free(view->draft);
    g_clear_pointer(&view->mails, g_ptr_array_unref);
    cJSON_Delete(view->marks);
    draft_reply_clear(&view->reply);
    g_free(view->digest);
    g_free(view->code);
    g_free(view);
}

static gint64 waiting_draft_of(const Desk *desk, const char *ticket, GError **error)
{
    const DraftQuery query = { .state = draft_state_name(DRAFT_WAITING),
                               .ticket = ticket,
                               .limit = 2 };
    g_autoptr(Ticket) row = desk_ticket(desk, ticket, error);
    g_autoptr(GPtrArray) drafts = row != NULL ? store_drafts(desk->store, &query, error) : NULL;
    if (drafts == NULL)
        return 0;
    if (drafts->len == 1)
        return ((const Draft *)drafts->pdata[0])->id;
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT,
                drafts->len == 0 ? "no draft of %s waits; name it by its number"
                                 : "several drafts of %s wait; name one by its number",
                ticket);
    return 0;
}

gint64 desk_draft_id(const Desk *desk, const char *word, GError **error)
{
    gint64 id;
    if (g_ascii_string_to_signed(word, 10, 1, G_MAXINT64, &id, NULL))
        return id;
    return waiting_draft_of(desk, word, error);
}
