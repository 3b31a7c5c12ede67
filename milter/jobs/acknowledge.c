/* Tells who wrote that the mail has come: the only mail that nobody approves.
 *
 * So it says nothing that anybody wrote: it is a template of the house's, without a word of the
 * mail it answers.  It goes to nobody who isn't proven, answers no program (RFC 3834), is sent
 * under the null sender, so that nobody answers it, and is counted before it is sent. */
#include "jobs/kinds.h"

#include "base/error.h"
#include "base/log.h"
#include "jobs/submit.h"
#include "store/acknowledgement.h"
#include "store/mail.h"

#include <string.h>

/* ── who may get one ── */

static bool names_mailbox(const Mailbox *mailbox, const GPtrArray *addresses)
{
    for (guint i = 0; i < addresses->len; i++) {
        const MailAddress *named = g_ptr_array_index(addresses, i);
        g_autofree char *plain = address_without_tag(named->address);
        if (g_strv_contains((const char *const *)mailbox->address, plain))
            return true;
    }
    return false;
}

/* A person's own mail that began a ticket, from their own address. */
static bool may_be_acknowledged(const Site *site, const Mailbox *mailbox, const StoredMail *mail)
{
    const Message *message = mail->message;
    const Automatic *automatic = &message->automatic;
    return mail->first && mail->kept && !mail->outgoing && automatic->kind == AUTOMATIC_NONE &&
           !automatic->must_not_reply && !message->spam && message_person_is_proven(message) &&
           g_str_equal(mail->envelope->sender, message->from->address) &&
           site_mailbox_of_author(site, message->from->address) == NULL &&
           (names_mailbox(mailbox, message->to) || names_mailbox(mailbox, message->cc));
}

/* ── what it says ── */

static char *house_name(const Mailbox *mailbox)
{
    const MailAddress *identity = mailbox->identity;
    return g_strdup(identity->name[0] != '\0' ? identity->name : identity->address);
}

static bool compose(const JobWork *work, const Mailbox *mailbox, const Message *message,
                    ReplyMail *mail, GError **error)
{
    const ReplyTemplate *template =
        reply_template(work->site->reply_templates, mailbox->acknowledge);
    g_autofree char *house = house_name(mailbox);
    const ReplyView view = { .brand = house,
                             .mailbox = mailbox->identity->address,
                             .ticket = work->job->ticket };
    g_autofree char *text = reply_template_render(template, &view, error);
    if (text == NULL)
        return false;
    g_autofree char *subject = g_strdup_printf("%s [%s]", house, work->job->ticket);
    g_autofree char *id = mailbox_new_message_id(mailbox);
    g_autoptr(GPtrArray) to = g_ptr_array_new_with_free_func((GDestroyNotify)address_free);
    g_ptr_array_add(to, address_new(message->from->address, ""));
    const Reply reply = { .from = mailbox->identity,
                          .to = to,
                          .subject = subject,
                          .message_id = id,
                          .in_reply_to = message->message_id,
                          .references = message->references,
                          .date = work->now,
                          .text = text,
                          .automatic = true };
    return reply_compose(&reply, mail, error);
}

/* ── the job ── */

static void log_acknowledged(const JobWork *work, const SmtpResult *result)
{
    bool taken = result->outcome == SMTP_TAKEN;
    g_autoptr(LogLine) line = log_line_new(taken ? "acknowledged" : "not-acknowledged");
    log_text(line, "ticket", work->job->ticket);
    log_text(line, "mailbox", work->job->mailbox);
    log_text(line, "why", result->why);
    log_write(LOG_LEVEL_INFO, line);
}

/* Only what surely didn't go is taken back and tried again. */
static JobEnd hand_over(const JobWork *work, const char *address, const ReplyMail *mail,
                        GError **error)
{
    g_autoptr(GPtrArray) recipients = g_ptr_array_new();
    g_ptr_array_add(recipients, (gpointer)address);
    const SmtpBreak breaks = job_breaks(work);
    SmtpResult result = submit(work->site, work->services, "", recipients, mail, &breaks);
    g_autofree char *why = result.why;
    log_acknowledged(work, &result);
    if (result.outcome != SMTP_LATER)
        return JOB_DONE;
    if (store_acknowledge_not(services_store(work->services), address, work->now, error))
        g_set_error_literal(error, TRIAGE_ERROR, TRIAGE_ERROR_BUSY, why);
    return JOB_FAILED;
}

static JobEnd acknowledge(const JobWork *work, const Mailbox *mailbox, const Message *message,
                          GError **error)
{
    const char *address = message->from->address;
    ReplyMail mail = { 0 };
    bool may;
    if (!store_acknowledge(services_store(work->services), address,
                           work->site->acknowledge_per_hour, work->now, &may, error))
        return JOB_FAILED;
    if (!may)
        return JOB_DONE;
    JobEnd end = compose(work, mailbox, message, &mail, error)
                     ? hand_over(work, address, &mail, error)
                     : JOB_FAILED;
    reply_mail_clear(&mail);
    return end;
}

JobEnd job_acknowledge(const JobWork *work, GError **error)
{
    const Mailbox *mailbox = site_mailbox(work->site, work->job->mailbox);
    g_autoptr(StoredMail) mail =
        store_mail_of_decision(services_store(work->services), work->job->decision_id, error);
    if (mail == NULL)
        return JOB_FAILED;
    if (mailbox == NULL || mailbox->acknowledge == NULL || work->job->ticket_id == 0 ||
        !may_be_acknowledged(work->site, mailbox, mail))
        return JOB_DONE;
    return acknowledge(work, mailbox, mail->message, error);
}
