/* From a draft to its mail: the brand's identity and signature, the thread it stands in, and below
 * the text what it answers.  Nothing of it depends on when it is composed, so that a copy is a
 * copy.
 */
#include "desk/draft_mail.h"

#include "desk/draft.h"

static const StoredMail *answered(const GPtrArray *mails, gint64 row)
{
    for (guint i = 0; i < mails->len; i++) {
        const StoredMail *mail = g_ptr_array_index(mails, i);
        if (mail->id == row)
            return mail;
    }
    return NULL;
}

/* The draft's if the house speaks it, else the house's own. */
static const char *language_of(const Mailbox *mailbox, const Draft *draft)
{
    const Brand *brand = mailbox->look;
    if (brand == NULL || brand->languages == NULL || brand->languages[0] == NULL ||
        g_strv_contains((const char *const *)brand->languages, draft->language))
        return draft->language;
    return brand->languages[0];
}

static char *who_wrote(const Message *message)
{
    const MailAddress *person = message->person;
    if (person->name[0] == '\0')
        return g_strdup(person->address);
    return g_strdup_printf("%s <%s>", person->name, person->address);
}

static char *when_written(const StoredMail *mail)
{
    gint64 at = mail->message->date != 0 ? mail->message->date : mail->created;
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(at);
    return time != NULL ? g_date_time_format(time, "%Y-%m-%d %H:%M UTC") : g_strdup("");
}

static void take_answered(DraftReply *reply, const StoredMail *mail)
{
    const Message *message = mail->message;
    reply->who = who_wrote(message);
    reply->when = when_written(mail);
    reply->reply.in_reply_to = message->message_id;
    reply->reply.references = message->references;
    reply->reply.quote =
        (ReplyQuote){ .who = reply->who, .when = reply->when, .text = message->reply };
}

void draft_reply_fill(DraftReply *reply, const Mailbox *mailbox, const Draft *draft,
                      GPtrArray *mails)
{
    const StoredMail *original = answered(mails, draft->message_row);
    *reply = (DraftReply){ .reply = { .from = mailbox->identity,
                                      .to = draft->to,
                                      .cc = draft->cc,
                                      .subject = draft->subject,
                                      .message_id = draft->message_id,
                                      .date = draft->approved_at,
                                      .text = draft->text,
                                      .signature =
                                          mailbox->look != NULL ? mailbox->look->signature : NULL,
                                      .language = language_of(mailbox, draft) },
                           .mails = g_ptr_array_ref(mails) };
    if (original != NULL)
        take_answered(reply, original);
}

bool draft_reply_read(DraftReply *reply, Store *store, const Mailbox *mailbox, const Draft *draft,
                      GError **error)
{
    g_autoptr(GPtrArray) mails =
        store_mails_of_ticket(store, draft->ticket_id, DESK_MAILS_MAX, error);
    if (mails != NULL)
        draft_reply_fill(reply, mailbox, draft, mails);
    return mails != NULL;
}

void draft_reply_clear(DraftReply *reply)
{
    g_clear_pointer(&reply->mails, g_ptr_array_unref);
    g_clear_pointer(&reply->who, g_free);
    g_clear_pointer(&reply->when, g_free);
}

GPtrArray *draft_mail_recipients(const Draft *draft)
{
    const GPtrArray *const lists[] = { draft->to, draft->cc };
    GPtrArray *recipients = g_ptr_array_new();
    for (guint i = 0; i < G_N_ELEMENTS(lists); i++) {
        for (guint k = 0; lists[i] != NULL && k < lists[i]->len; k++) {
            char *address = ((const MailAddress *)lists[i]->pdata[k])->address;
            if (!g_ptr_array_find_with_equal_func(recipients, address, g_str_equal, NULL))
                g_ptr_array_add(recipients, address);
        }
    }
    return recipients;
}
