/* Tells the customer's timeline: what came, what it was judged to be, and what was answered.
 *
 * A contact's own row says who and what about; one that was matched by the company's domain alone
 * says that there was something, and so does one whose mail isn't kept. */
#include "jobs/kinds.h"

#include "crm/log.h"
#include "store/draft.h"
#include "store/mail.h"
#include "store/revise.h"

#include <math.h>

#define MAILS_MAX 50

/* How a tone counts in a CRM. */
static const struct {
    const char *token;
    double sentiment;
} tones[] = {
    { "positive", 0.7 },
    { "neutral", 0 },
    { "negative", -0.5 },
    { "frustrated", -0.9 },
};

static double sentiment_of(const Verdict *verdict)
{
    const char *token = verdict_token(verdict, "customer_sentiment");
    for (gsize i = 0; i < G_N_ELEMENTS(tones); i++) {
        if (g_str_equal(tones[i].token, token))
            return tones[i].sentiment;
    }
    return NAN;
}

static const char *first_of(const char *one, const char *other)
{
    return one[0] != '\0' ? one : other;
}

static bool is_told(const StoredMail *mail)
{
    return mail->proven && mail->customer[0] != '\0';
}

static bool is_reply_told(const StoredMail *mail)
{
    return is_told(mail) && message_person_is_proven(mail->message);
}

static JobEnd add(const JobWork *work, const CrmLogEntry *entry, GError **error)
{
    return crm_log_add(site_sqlite_path(work->site->crm), entry, error) ? JOB_DONE : JOB_FAILED;
}

static JobEnd log_mail(const JobWork *work, GError **error)
{
    Store *store = services_store(work->services);
    const char *decision = work->job->decision_id;
    g_autoptr(StoredMail) mail = store_mail_of_decision(store, decision, error);
    g_autoptr(CurrentRevision) current =
        mail != NULL ? store_current_revision(store, decision, work->site->field_table, error)
                     : NULL;
    if (current == NULL)
        return JOB_FAILED;
    if (!is_told(mail))
        return JOB_DONE;
    const char *kind = verdict_token(current->verdict, "kind");
    CrmLogEntry entry = { .company_id = mail->customer,
                          .id = decision,
                          .at = mail->created,
                          .type = "email",
                          .category = kind,
                          .summary = "",
                          .contact = "",
                          .sentiment = NAN };
    if (mail->kept) {
        entry.category = first_of(verdict_token(current->verdict, "category"), kind);
        entry.sentiment = sentiment_of(current->verdict);
    }
    if (mail->kept && mail->contact) {
        entry.summary =
            first_of(verdict_token(current->verdict, "summary"), mail->message->subject);
        entry.contact = mail->message->person->address;
    }
    return add(work, &entry, error);
}

/* What was answered to `mail`. */
static JobEnd add_reply(const JobWork *work, const StoredMail *mail, CrmLogEntry entry,
                        GError **error)
{
    entry.company_id = mail->customer;
    entry.type = "reply";
    entry.category = "";
    entry.summary = mail->contact ? entry.summary : "";
    entry.contact = mail->contact ? mail->message->person->address : "";
    entry.sentiment = NAN;
    return add(work, &entry, error);
}

/* NULL: gone by now. */
static const StoredMail *answered(const GPtrArray *mails, const Draft *draft)
{
    for (guint i = 0; i < mails->len; i++) {
        const StoredMail *mail = g_ptr_array_index(mails, i);
        if (mail->id == draft->message_row)
            return mail;
    }
    return NULL;
}

static JobEnd log_answer(const JobWork *work, GError **error)
{
    Store *store = services_store(work->services);
    g_autoptr(Draft) draft = store_draft(store, work->job->draft_id, error);
    g_autoptr(GPtrArray) mails =
        draft != NULL ? store_mails_of_ticket(store, draft->ticket_id, MAILS_MAX, error) : NULL;
    if (mails == NULL)
        return JOB_FAILED;
    const StoredMail *mail = answered(mails, draft);
    if (draft->state != DRAFT_SENT || mail == NULL || !is_reply_told(mail))
        return JOB_DONE;
    g_autofree char *id = g_strdup_printf("reply-%" G_GINT64_FORMAT, draft->id);
    const CrmLogEntry entry = { .id = id, .at = draft->approved_at, .summary = draft->text };
    return add_reply(work, mail, entry, error);
}

/* The mail that came last before this one, if it can be told of. */
static const StoredMail *told_before(const GPtrArray *mails, guint at)
{
    while (at-- > 0) {
        const StoredMail *mail = g_ptr_array_index(mails, at);
        if (!mail->outgoing && is_reply_told(mail))
            return mail;
    }
    return NULL;
}

/* An answer that a person wrote elsewhere, and that was seen on its way out: it was recorded
 * together with this job. */
static JobEnd log_own_mail(const JobWork *work, GError **error)
{
    g_autoptr(GPtrArray) mails = store_mails_of_ticket(services_store(work->services),
                                                       work->job->ticket_id, MAILS_MAX, error);
    for (guint i = 0; mails != NULL && i < mails->len; i++) {
        const StoredMail *answer = g_ptr_array_index(mails, i), *mail = told_before(mails, i);
        if (!answer->outgoing || answer->created != work->job->created || mail == NULL)
            continue;
        g_autofree char *id = g_strdup_printf("answer-%" G_GINT64_FORMAT, answer->id);
        const CrmLogEntry entry = { .id = id,
                                    .at = answer->created,
                                    .summary = answer->message->reply };
        if (add_reply(work, mail, entry, error) == JOB_FAILED)
            return JOB_FAILED;
    }
    return mails != NULL ? JOB_DONE : JOB_FAILED;
}

JobEnd job_log(const JobWork *work, GError **error)
{
    const Mailbox *mailbox = site_mailbox(work->site, work->job->mailbox);
    if (mailbox == NULL || !site_tells_timeline(work->site, mailbox))
        return JOB_DONE;
    if (work->job->draft_id != 0)
        return log_answer(work, error);
    return (work->job->decision_id[0] != '\0' ? log_mail : log_own_mail)(work, error);
}
