/* Did a program write this mail, may it be answered (RFC 3834), need it be triaged?
 *
 * One table, in the order of what tells most: the first row with a kind names it, the facts of all
 * rows that fit add up.  Leaving a mail out of triage needs a plain statement (the null sender,
 * auto-replied, a report about delivery, our own mail) or two signs that agree; a guess by subject
 * or address only forbids the answer.  What a person wrote into a form is a person's mail, whatever
 * the form's program says of itself.  Everything but our own mail is the sender's own claim, which
 * can only be to his disadvantage.  Pure; any thread. */
#include "mail/parts.h"

#include "base/domain.h"
#include "base/text.h"
#include "mail/automatic_fit.h"
#include "mail/automatic_words.h"
#include "mail/bounce.h"
#include "mail/own_list.h"
#include "mail/reaction.h"

#include <string.h>

#define WHY_VALUE_MAX 100
#define START_MAX     2000 /* bytes of a text in which a notice says what it is */
#define WORDS_MAX     300

typedef struct {
    const HeaderView *view;
    const Message *message;
    const MailTrust *trust;
    bool own_list;
    bool answers;          /* it says which mail it answers */
    bool bounce;           /* by subject, text and sender, two of them */
    AnswerSubject subject; /* what absence notices have */
    bool notice;           /* its text is one of them */
} Mail;

typedef struct {
    const char *header;
    const char *(*value)(const Mail *mail, const char *header); /* NULL: there is none */
    bool (*fits)(const char *value, const char *words);
    const char *words; /* lower case, between '|' */
    AutomaticKind kind;
    bool must_not_reply;
    bool skip;
} Row;

static const char *field(const Mail *mail, const char *header)
{
    return header_find(mail->view, header);
}

static const char *list_field(const Mail *mail, const char *header)
{
    return mail->own_list ? NULL : header_find(mail->view, header);
}

/* A field that Microsoft 365 writes on what a mailbox rule of its user sends. */
static const char *rule_field(const Mail *mail, const char *header)
{
    const char *source = header_find(mail->view, header);

    return source && fit_begins(source, "mailbox rules agent") ? source : NULL;
}

/* Microsoft 365 calls what a rule redirects auto-generated, though a person wrote it. */
static bool is_redirected(const Mail *mail)
{
    const char *submitted = header_find(mail->view, "Auto-Submitted");

    return submitted && fit_word(submitted, "auto-generated") &&
           rule_field(mail, "X-MS-Exchange-Generated-Message-Source");
}

static const char *submitted_field(const Mail *mail, const char *header)
{
    return is_redirected(mail) ? NULL : header_find(mail->view, header);
}

/* Exchange calls its absence notices auto-generated. */
static const char *submitted_answer_field(const Mail *mail, const char *header)
{
    return mail->answers ? submitted_field(mail, header) : NULL;
}

/* An answer that a rule of the user sends for them: Exchange writes no Auto-Submitted on it. */
static const char *rule_answer_field(const Mail *mail, const char *header)
{
    const char *suppress = header_find(mail->view, "X-Auto-Response-Suppress");

    return mail->answers && suppress && fit_listed(suppress, "all")
               ? header_find(mail->view, header)
               : NULL;
}

/* The subject of a complaint that Microsoft's Junk Mail Reporting Program passes on. */
static const char *complaint_subject(const Mail *mail, const char *header)
{
    (void)header;
    return mail->view->complaint ? mail->message->subject : NULL;
}

static const char *feedback_part(const Mail *mail, const char *header)
{
    (void)header;
    return mail->view->feedback_report ? "message/feedback-report" : NULL;
}

static const char *reaction(const Mail *mail, const char *header)
{
    (void)header;
    return reaction_is(mail->view, mail->message) ? mail->message->reply : NULL;
}

static const char *recall(const Mail *mail, const char *header)
{
    (void)header;
    return recall_is(mail->message) ? mail->message->subject : NULL;
}

/* A field that senders of bulk mail write, and the programs that people answer with as well. */
static const char *bulk_field(const Mail *mail, const char *header)
{
    return mail->answers || mail->own_list || mail->message->person_source != PERSON_FROM
               ? NULL
               : header_find(mail->view, header);
}

static const char *envelope_sender(const Mail *mail, const char *header)
{
    (void)header;
    return mail->view->envelope_sender;
}

static const char *report_type(const Mail *mail, const char *header)
{
    (void)header;
    return strcmp(mail->view->content_type, "multipart/report") == 0 ? mail->view->report_type
                                                                     : NULL;
}

static const char *from_address(const Mail *mail, const char *header)
{
    (void)header;
    return mail->view->from_address;
}

/* Whom an answer would reach: behind a form's no-reply address there may be a person. */
static const char *person_address(const Mail *mail, const char *header)
{
    (void)header;
    return mail->message->person->address;
}

static const char *bounce_subject(const Mail *mail, const char *header)
{
    (void)header;
    return mail->bounce ? mail->message->subject : NULL;
}

/* Does its header section say that it could be a notice? */
static bool has_hint(const Mail *mail)
{
    const char *submitted = header_find(mail->view, "Auto-Submitted");
    const char *suppress = header_find(mail->view, "X-Auto-Response-Suppress");
    const char *sender = mail->view->envelope_sender;

    return mail->answers || (sender && !*sender) || (submitted && fit_not_word(submitted, "no")) ||
           (suppress && !fit_word(suppress, "none"));
}

static const char *plain_notice(const Mail *mail, const char *header)
{
    (void)header;
    if (!has_hint(mail) || mail->subject == ANSWER_SUBJECT_NONE)
        return NULL;
    return mail->subject == ANSWER_SUBJECT_LABEL || mail->notice ? mail->message->subject : NULL;
}

static const char *likely_notice(const Mail *mail, const char *header)
{
    (void)header;
    return mail->subject == ANSWER_SUBJECT_LABEL && mail->notice ? mail->message->subject : NULL;
}

static const char *notice_subject(const Mail *mail, const char *header)
{
    (void)header;
    return mail->subject == ANSWER_SUBJECT_LABEL ? mail->message->subject : NULL;
}

/* The null sender of a mail that says it is a notice, or that answers one. */
static const char *notice_sender(const Mail *mail, const char *header)
{
    (void)header;
    return mail->notice || mail->answers ? mail->view->envelope_sender : NULL;
}

static const char *calendar_method(const Mail *mail, const char *header)
{
    (void)header;
    return mail->view->calendar_method;
}

static bool is_ours(const char *domain, const MailTrust *trust)
{
    for (char *const *own = trust->own_domains; own && *own; own++)
        if (g_ascii_strcasecmp(domain, *own) == 0)
            return true;
    return false;
}

/* X-Triage-Id, if the mail is one that we wrote: it has a Message-ID of ours, and its sender is
 * proven to be of that domain.  The header alone is on every mail that we ever marked. */
static const char *own_mark(const Mail *mail, const char *header)
{
    const char *domain = address_domain(mail->message->message_id);

    if (!mail->message->authentication.proven || !is_ours(domain, mail->trust) ||
        !domain_aligns(address_domain(mail->view->from_address), domain))
        return NULL;
    return header_find(mail->view, header);
}

/* clang-format off */
static const Row rows[] = {
    { "X-Triage-Id", own_mark, fit_there, "", AUTOMATIC_OWN, true, true },

    { "report-type", report_type, fit_word, "feedback-report",
      AUTOMATIC_FEEDBACK, true, false },
    { "Content-Type", feedback_part, fit_there, "", AUTOMATIC_FEEDBACK, true, false },
    { "Subject", complaint_subject, fit_begins, "complaint about message",
      AUTOMATIC_FEEDBACK, true, false },
    { "report-type", report_type, fit_word, "delivery-status",
      AUTOMATIC_BOUNCE, true, true },
    { "X-Failed-Recipients", field, fit_there, "", AUTOMATIC_BOUNCE, true, true },
    { "X-MS-Exchange-Message-Is-Ndr", field, fit_always, "", AUTOMATIC_BOUNCE, true, true },
    { "From", from_address, fit_local, "mailerdaemon|maildaemon", AUTOMATIC_BOUNCE, true, true },
    { "From", field, fit_server, "mailer-daemon|mail-daemon", AUTOMATIC_BOUNCE, true, true },
    { "Subject", bounce_subject, fit_always, "", AUTOMATIC_BOUNCE, true, true },

    { "report-type", report_type, fit_word, "disposition-notification",
      AUTOMATIC_AUTO_REPLY, true, true },
    { "Auto-Submitted", field, fit_word, "auto-replied", AUTOMATIC_AUTO_REPLY, true, true },
    { "X-Autoreply", field, fit_not_word, "no|false", AUTOMATIC_AUTO_REPLY, true, true },
    { "X-Auto-Reply", field, fit_not_word, "no|false", AUTOMATIC_AUTO_REPLY, true, true },
    { "X-Autorespond", field, fit_not_word, "no|false", AUTOMATIC_AUTO_REPLY, true, true },
    { "X-AutoReply-From", field, fit_there, "", AUTOMATIC_AUTO_REPLY, true, true },
    { "X-Mail-Autoreply", field, fit_not_word, "no|false", AUTOMATIC_AUTO_REPLY, true, true },
    { "X-Apple-Action", field, fit_word, "vacation", AUTOMATIC_AUTO_REPLY, true, true },
    { "X-Autogenerated", field, fit_word, "reply", AUTOMATIC_AUTO_REPLY, true, true },
    { "X-Vacation", field, fit_not_word, "no|false", AUTOMATIC_AUTO_REPLY, true, true },
    { "X-Boxtrapper", field, fit_there, "", AUTOMATIC_AUTO_REPLY, true, true },
    { "X-AskVersion", field, fit_there, "", AUTOMATIC_AUTO_REPLY, true, true },
    { "X-POST-MessageClass", field, fit_listed, "autoresponder", AUTOMATIC_AUTO_REPLY, true, true },
    { "Delivered-To", field, fit_word, "autoresponder", AUTOMATIC_AUTO_REPLY, true, true },
    { "Precedence", field, fit_word, "auto_reply|auto-reply|autoreply",
      AUTOMATIC_AUTO_REPLY, true, true },
    { "X-Precedence", field, fit_word, "auto_reply|auto-reply|autoreply",
      AUTOMATIC_AUTO_REPLY, true, true },
    { "Preference", field, fit_word, "auto_reply|auto-reply", AUTOMATIC_AUTO_REPLY, true, true },
    { "X-Mailer", field, fit_begins, "vacation|autoresponder|auto-responder|autoreply",
      AUTOMATIC_AUTO_REPLY, true, true },
    { "X-MS-Exchange-Inbox-Rules-Loop", rule_answer_field, fit_there, "",
      AUTOMATIC_AUTO_REPLY, true, true },
    { "reaction", reaction, fit_there, "", AUTOMATIC_AUTO_REPLY, true, true },
    { "Subject", recall, fit_there, "", AUTOMATIC_AUTO_REPLY, true, true },
    { "Auto-Submitted", submitted_answer_field, fit_not_word, "no",
      AUTOMATIC_AUTO_REPLY, true, false },
    { "Subject", plain_notice, fit_there, "", AUTOMATIC_AUTO_REPLY, true, true },
    { "Return-Path", notice_sender, fit_empty, "", AUTOMATIC_AUTO_REPLY, true, true },
    { "Subject", likely_notice, fit_there, "", AUTOMATIC_AUTO_REPLY, true, false },
    { "method", calendar_method, fit_word, "reply", AUTOMATIC_CALENDAR, true, true },
    { "method", calendar_method, fit_there, "", AUTOMATIC_CALENDAR, true, false },

    { "List-Id", list_field, fit_there, "", AUTOMATIC_LIST, true, false },
    { "List-Post", list_field, fit_there, "", AUTOMATIC_LIST, true, false },
    { "Mailing-List", list_field, fit_there, "", AUTOMATIC_LIST, true, false },
    { "X-Mailing-List", list_field, fit_there, "", AUTOMATIC_LIST, true, false },
    { "X-BeenThere", list_field, fit_there, "", AUTOMATIC_LIST, true, false },
    { "X-Mailman-Version", list_field, fit_there, "", AUTOMATIC_LIST, true, false },
    { "X-ML-Name", list_field, fit_there, "", AUTOMATIC_LIST, true, false },
    { "X-MLServer", list_field, fit_there, "", AUTOMATIC_LIST, true, false },
    { "List-Owner", list_field, fit_there, "", AUTOMATIC_LIST, true, false },
    { "List-Archive", list_field, fit_there, "", AUTOMATIC_LIST, true, false },

    { "Auto-Submitted", submitted_field, fit_not_word, "no",
      AUTOMATIC_AUTO_GENERATED, true, false },
    { "X-Autogenerated", field, fit_not_word, "no|false", AUTOMATIC_AUTO_GENERATED, true, false },
    { "X-FC-MachineGenerated", field, fit_word, "true|yes", AUTOMATIC_AUTO_GENERATED, true, false },
    { "X-Cron-Env", field, fit_there, "", AUTOMATIC_AUTO_GENERATED, true, false },
    { "Return-Path", envelope_sender, fit_empty, "", AUTOMATIC_BOUNCE, true, true },

    { "Precedence", field, fit_word, "bulk|junk", AUTOMATIC_BULK, true, false },
    { "Precedence", list_field, fit_word, "list", AUTOMATIC_BULK, true, false },
    { "X-Precedence", list_field, fit_word, "bulk|junk|list", AUTOMATIC_BULK, true, false },
    { "List-Unsubscribe", list_field, fit_there, "", AUTOMATIC_BULK, true, false },
    { "X-Campaign", bulk_field, fit_there, "", AUTOMATIC_BULK, true, false },
    { "X-Campaign-Id", bulk_field, fit_there, "", AUTOMATIC_BULK, true, false },
    { "X-CampaignId", bulk_field, fit_there, "", AUTOMATIC_BULK, true, false },

    /* DR, RN, NRN suppress receipts and say nothing about who wrote; None is a person's.  All is
     * what programs write; OOF Exchange itself writes on people's mail to groups. */
    { "X-Auto-Response-Suppress", field, fit_listed, "all", AUTOMATIC_AUTO_GENERATED, true, false },
    { "From", person_address, fit_no_reply, "", AUTOMATIC_AUTO_GENERATED, true, false },

    { "X-MS-Exchange-Generated-Message-Source", rule_field, fit_there, "",
      AUTOMATIC_NONE, true, false },
    { "X-Auto-Response-Suppress", field, fit_listed, "oof|autoreply", AUTOMATIC_NONE, true, false },
    { "Subject", notice_subject, fit_there, "", AUTOMATIC_NONE, true, false },
    { "X-Loop", field, fit_there, "", AUTOMATIC_NONE, true, false },
    { "From", person_address, fit_role, "postmaster|listserv|majordomo|root|nobody|bounce|bounces",
      AUTOMATIC_NONE, true, false },
    { "Return-Path", envelope_sender, fit_role, "postmaster|listserv|majordomo",
      AUTOMATIC_NONE, true, false },
};
/* clang-format on */

static const char *const kind_names[] = {
    [AUTOMATIC_NONE] = "none",
    [AUTOMATIC_AUTO_REPLY] = "auto-reply",
    [AUTOMATIC_AUTO_GENERATED] = "auto-generated",
    [AUTOMATIC_BOUNCE] = "bounce",
    [AUTOMATIC_LIST] = "list",
    [AUTOMATIC_BULK] = "bulk",
    [AUTOMATIC_FEEDBACK] = "feedback",
    [AUTOMATIC_OWN] = "own",
    [AUTOMATIC_CALENDAR] = "calendar",
};

const char *automatic_kind_name(AutomaticKind kind)
{
    return kind_names[kind];
}

static void look_at_words(Mail *mail)
{
    const Message *message = mail->message;
    g_autofree char *subject = words_fold(message->subject, WORDS_MAX);
    const char *sender = mail->view->envelope_sender;

    mail->answers = *message->in_reply_to || (message->references && message->references->len > 0);
    mail->bounce = bounce_is_likely(mail->view, message);
    mail->subject = words_answer_subject(subject);
    if (mail->subject != ANSWER_SUBJECT_NONE || (sender && !*sender)) {
        g_autofree char *start = words_fold(message->text, START_MAX);

        mail->notice = words_answer_text(start);
    }
}

static char *explain(const Row *row, const char *value)
{
    g_autofree char *line = text_line(*value ? value : "<>", WHY_VALUE_MAX);

    return g_strdup_printf("%s: %s", row->header, line);
}

static void add_worst(Automatic *automatic, const GPtrArray *deliveries)
{
    g_autofree char *worst = bounce_worst(deliveries);
    char *why = worst ? g_strdup_printf("%s, %s", automatic->why, worst) : NULL;

    if (!why)
        return;
    g_free(automatic->why);
    automatic->why = why;
}

/* A form's program may call its mail what it likes, a person has written it. */
static AutomaticKind kind_of(const Row *row, const Message *message)
{
    bool machine = row->kind == AUTOMATIC_AUTO_GENERATED || row->kind == AUTOMATIC_BULK;

    return machine && message->person_source == PERSON_FORM ? AUTOMATIC_NONE : row->kind;
}

void automatic_judge(const HeaderView *view, const Message *message, const MailTrust *trust,
                     Automatic *out)
{
    Mail mail = { view, message, trust, .own_list = own_list_brought(view, trust) };
    Automatic automatic = { .kind = AUTOMATIC_NONE };

    look_at_words(&mail);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const char *value = rows[i].value(&mail, rows[i].header);

        if (!value || !rows[i].fits(value, rows[i].words))
            continue;
        AutomaticKind kind = kind_of(&rows[i], message);
        if (!automatic.why || (automatic.kind == AUTOMATIC_NONE && kind != AUTOMATIC_NONE)) {
            g_free(automatic.why);
            automatic.kind = kind;
            automatic.why = explain(&rows[i], value);
        }
        automatic.must_not_reply |= rows[i].must_not_reply;
        automatic.skip |= rows[i].skip;
    }
    if (!automatic.why)
        automatic.why = g_strdup("");
    if (automatic.kind == AUTOMATIC_BOUNCE)
        add_worst(&automatic, message->deliveries);
    *out = automatic;
}
