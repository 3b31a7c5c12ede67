/* Tells somebody of a mail, or of a ticket that nobody has answered in time.
 *
 * A server that doesn't say whether it took what it was told is told again, with the same key; so
 * is a person, with the same Message-ID: on call, twice is better than never. */
#include "jobs/kinds.h"

#include "base/error.h"
#include "base/log.h"
#include "jobs/notice.h"
#include "jobs/submit.h"
#include "jobs/webhook.h"
#include "reply/compose.h"
#include "store/mail.h"
#include "store/revise.h"
#include "store/ticket.h"

#include <string.h>

/* All that a notice is made of. */
typedef struct {
    const JobWork *work;
    const Notify *notify;
    gint64 overdue_since; /* 0: it has just come */
    char *once;           /* the same for each attempt, and for nothing else */
    Ticket *ticket;       /* NULL: the mail has none */
    CurrentRevision *revision;
    char *subject;
    char **tags;
} Telling;

static void telling_clear(Telling *telling)
{
    g_free(telling->once);
    g_clear_pointer(&telling->ticket, ticket_free);
    g_clear_pointer(&telling->revision, current_revision_free);
    g_free(telling->subject);
    g_strfreev(telling->tags);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Telling, telling_clear)

/* ── what is told ── */

/* "oncall", "oncall 1792833600": whom, and since when it is overdue.  Rows of jobs are numbered
 * anew once they are gone, so that a job's number would not do as a key. */
static bool read_argument(Telling *telling, GError **error)
{
    const Job *job = telling->work->job;
    g_auto(GStrv) words = g_strsplit(job->argument, " ", 2);
    const char *name = words[0] != NULL ? words[0] : "";
    telling->notify = site_notify(telling->work->site, name);
    telling->overdue_since =
        words[0] != NULL && words[1] != NULL ? g_ascii_strtoll(words[1], NULL, 10) : 0;
    telling->once = g_strdup_printf("%s-%s", job->decision_id, job->argument);
    g_strdelimit(telling->once, " ", '-');
    if (telling->notify == NULL)
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_CONFIG, "'notify %s' is no longer configured",
                    name);
    return telling->notify != NULL;
}

static char **tags_of(const Telling *telling)
{
    if (telling->ticket != NULL)
        return g_strsplit(telling->ticket->tags, ", ", -1);
    const GPtrArray *tags = telling->revision->plan->tags;
    char **list = g_new0(char *, tags->len + 1);
    for (guint i = 0; i < tags->len; i++)
        list[i] = g_strdup(tags->pdata[i]);
    return list;
}

static char *subject_of(const Telling *telling, GError **error)
{
    if (telling->ticket != NULL)
        return g_strdup(telling->ticket->subject);
    g_autoptr(StoredMail) mail = store_mail_of_decision(services_store(telling->work->services),
                                                        telling->work->job->decision_id, error);
    return mail != NULL ? g_strdup(mail->message->subject) : NULL;
}

static bool gather(Telling *telling, GError **error)
{
    const JobWork *work = telling->work;
    Store *store = services_store(work->services);
    if (!read_argument(telling, error))
        return false;
    telling->revision =
        store_current_revision(store, work->job->decision_id, work->site->field_table, error);
    if (telling->revision == NULL)
        return false;
    if (work->job->ticket[0] != '\0') {
        telling->ticket = store_ticket(store, work->job->ticket, error);
        if (telling->ticket == NULL)
            return false;
    }
    telling->tags = tags_of(telling);
    telling->subject = subject_of(telling, error);
    return telling->subject != NULL;
}

static const char *event_of(const Telling *telling)
{
    if (telling->overdue_since != 0)
        return "overdue";
    return telling->ticket != NULL ? "ticket" : "mail";
}

static Notice notice_of(const Telling *telling)
{
    const Ticket *ticket = telling->ticket;
    const Verdict *verdict = telling->revision->verdict;
    bool texts = telling->notify->texts;
    return (Notice){
        .event = event_of(telling),
        .ticket = ticket != NULL ? ticket->name : "",
        .mailbox = telling->work->job->mailbox,
        .queue = ticket != NULL ? ticket->queue : telling->revision->plan->queue,
        .priority = ticket != NULL ? ticket->priority : verdict_token(verdict, "priority"),
        .category = verdict_token(verdict, "category"),
        .tags = telling->tags,
        .due = ticket != NULL ? ticket->due : 0,
        .subject = texts ? telling->subject : NULL,
        .summary = texts ? verdict_token(verdict, "summary") : NULL,
    };
}

/* ── telling ── */

static bool tell_server(const Telling *telling, const Notice *notice, GError **error)
{
    const Notify *notify = telling->notify;
    g_autofree char *json = notice_json(notice);
    const Webhook webhook = { .url = notify->url,
                              .key = notify->key,
                              .ca_file = notify->ca_file,
                              .timeout_ms = notify->timeout_ms };
    return webhook_post(&webhook, telling->once, json, error);
}

static bool hand_over(const Telling *telling, const ReplyMail *mail, const MailAddress *from,
                      GError **error)
{
    const JobWork *work = telling->work;
    g_autoptr(GPtrArray) recipients = g_ptr_array_new();
    g_ptr_array_add(recipients, telling->notify->address);
    const SmtpBreak breaks = job_breaks(work);
    SmtpResult result =
        submit(work->site, work->services, from->address, recipients, mail, &breaks);
    if (result.outcome != SMTP_TAKEN)
        g_set_error_literal(error, TRIAGE_ERROR,
                            result.outcome == SMTP_NEVER ? TRIAGE_ERROR_INPUT : TRIAGE_ERROR_BUSY,
                            result.why);
    g_free(result.why);
    return result.outcome == SMTP_TAKEN;
}

static bool tell_person(const Telling *telling, const Notice *notice, GError **error)
{
    const Mailbox *mailbox = site_mailbox(telling->work->site, notice->mailbox);
    if (mailbox == NULL) {
        g_set_error_literal(error, TRIAGE_ERROR, TRIAGE_ERROR_CONFIG,
                            "its mailbox is no longer configured");
        return false;
    }
    const MailAddress *from = mailbox->identity;
    g_autoptr(GPtrArray) to = g_ptr_array_new_with_free_func((GDestroyNotify)address_free);
    g_ptr_array_add(to, address_new(telling->notify->address, ""));
    g_autofree char *subject = notice_subject(notice), *text = notice_text(notice);
    g_autofree char *message_id =
        g_strdup_printf("%s@%s", telling->once, address_domain(from->address));
    const ReplyHeader headers[] = { { "X-Triage-Notification", notice->event }, { NULL, NULL } };
    const Reply reply = { .from = from,
                          .to = to,
                          .subject = subject,
                          .message_id = message_id,
                          .date = telling->work->job->created,
                          .text = text,
                          .automatic = true,
                          .headers = headers };
    ReplyMail mail = { 0 };
    bool told = reply_compose(&reply, &mail, error) && hand_over(telling, &mail, from, error);
    reply_mail_clear(&mail);
    return told;
}

static void log_told(const Telling *telling, const Notice *notice)
{
    g_autoptr(LogLine) line = log_line_new("told");
    log_text(line, "notify", telling->notify->name);
    log_text(line, "event", notice->event);
    log_text(line, "decision", telling->work->job->decision_id);
    log_text(line, "ticket", notice->ticket[0] != '\0' ? notice->ticket : NULL);
    log_number(line, "attempts", telling->work->job->attempts);
    log_write(LOG_LEVEL_INFO, line);
}

/* Meanwhile, so that there is nothing to tell any more. */
static bool is_answered(const Telling *telling)
{
    return telling->overdue_since != 0 &&
           (telling->ticket == NULL || telling->ticket->due != telling->overdue_since);
}

JobEnd job_notify(const JobWork *work, GError **error)
{
    g_auto(Telling) telling = { .work = work };
    if (!gather(&telling, error))
        return JOB_FAILED;
    if (is_answered(&telling))
        return JOB_DONE;
    const Notice notice = notice_of(&telling);
    if (!(telling.notify->url != NULL ? tell_server : tell_person)(&telling, &notice, error))
        return JOB_FAILED;
    log_told(&telling, &notice);
    return JOB_DONE;
}
