/* Keeps a copy of a reply in the mailbox's folder of sent mail, once: what is there already is not
 * added.  And where nobody knows whether a reply was taken, a mail server that files what it sends
 * by itself tells it there. */
#include "jobs/kinds.h"

#include "base/error.h"
#include "desk/draft_mail.h"
#include "jobs/imap.h"
#include "pipeline/pipeline.h"

static JobEnd add_copy(const JobWork *work, const Mailbox *mailbox, const ImapFolder *folder,
                       const Draft *draft, GError **error)
{
    g_auto(DraftReply) reply = { 0 };
    ReplyMail mail = { 0 };
    bool added = draft_reply_read(&reply, services_store(work->services), mailbox, draft, error) &&
                 reply_compose(&reply.reply, &mail, error) &&
                 imap_append(folder, mail.bytes, mail.length, error);
    reply_mail_clear(&mail);
    return added ? JOB_DONE : JOB_FAILED;
}

/* The last look decides nothing: it stays for a person. */
static JobEnd look_again(const JobWork *work, GError **error)
{
    if (work->job->attempts >= job_kind(work->job->kind)->attempts)
        return JOB_DONE;
    g_set_error_literal(error, TRIAGE_ERROR, TRIAGE_ERROR_BUSY,
                        "the folder of sent mail doesn't have it");
    return JOB_FAILED;
}

static JobEnd settle(const JobWork *work, const Mailbox *mailbox, const Draft *draft,
                     GError **error)
{
    g_autoptr(GPtrArray) then = mailbox_sent_wishes(mailbox, work->site);
    return store_draft_seen(services_store(work->services), draft->message_id, then, work->now,
                            error)
               ? JOB_ENDED
               : JOB_FAILED;
}

JobEnd job_sent_copy(const JobWork *work, GError **error)
{
    const Mailbox *mailbox = site_mailbox(work->site, work->job->mailbox);
    g_autoptr(Draft) draft =
        store_draft(services_store(work->services), work->job->draft_id, error);
    if (draft == NULL)
        return JOB_FAILED;
    bool uncertain = draft->state == DRAFT_UNCERTAIN, has;
    if (mailbox == NULL || mailbox->sent_folder == NULL ||
        (!uncertain && draft->state != DRAFT_SENT))
        return JOB_DONE;
    const ImapFolder folder = { .url = mailbox->sent_folder,
                                .user = mailbox->sent_user,
                                .key = mailbox->sent_key,
                                .ca_file = mailbox->sent_ca_file };
    if (!imap_has(&folder, draft->message_id, &has, error))
        return JOB_FAILED;
    if (uncertain)
        return has ? settle(work, mailbox, draft, error) : look_again(work, error);
    return has ? JOB_DONE : add_copy(work, mailbox, &folder, draft, error);
}
