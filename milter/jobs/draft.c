/* Drafts a reply to a mail that has gone: a model writes it, or a template where none answers, and
 * it waits for a person.
 *
 * What was decided may have changed since the mail came, so the newest revision is asked whether
 * there is to be a draft at all.  Nothing is drafted for machines, nor for a thread that has moved
 * on: its newer mail has a job of its own. */
#include "desk/draft.h"
#include "base/error.h"
#include "base/json.h"
#include "base/log.h"
#include "classify/reply.h"
#include "jobs/draft_material.h"
#include "pipeline/payer.h"
#include "reply/subject.h"
#include "store/call.h"

/* How long one draft may take, whatever engines are asked. */
#define DRAFT_SECONDS 120
#define TEMPLATE      "template"

/* ── is there anything to draft? ── */

/* Has anybody written since, they or we? */
static bool has_moved_on(const Material *material)
{
    for (guint i = 0; i < material->thread->len; i++) {
        const StoredMail *mail = g_ptr_array_index(material->thread, i);
        if (mail->id > material->mail->id && (mail->outgoing || !mail->message->automatic.skip))
            return true;
    }
    return false;
}

/* Automatic::must_not_reply forbids what is sent without a person; a draft waits for one. */
static bool is_settled(const Material *material)
{
    const StoredMail *mail = material->mail;
    const Message *message = mail->message;
    return material->mailbox == NULL || material->mailbox->drafts == DRAFTS_NONE || !mail->kept ||
           mail->ticket_id == 0 || material->current->plan->draft[0] == '\0' ||
           message->automatic.kind != AUTOMATIC_NONE || message->encrypted ||
           message->person->address[0] == '\0' || material->thread->len == 0 ||
           has_moved_on(material);
}

/* ── the words ── */

typedef struct {
    char *text;
    const char *engine, *language;
    char *prompt; /* "reply-support@1", or the template's name */
    ReplyAnswer *answer;
} Words;

static void words_clear(Words *words)
{
    g_free(words->text);
    g_free(words->prompt);
    reply_answer_free(words->answer);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Words, words_clear)

static const char *brand_name(const Mailbox *mailbox)
{
    return mailbox->identity->name[0] != '\0' ? mailbox->identity->name : "";
}

/* As the verdict says, else as the mail's own words show. */
static const char *language_of(const Material *material)
{
    const char *language = verdict_token(material->current->verdict, "language");
    return language[0] != '\0' ? language : material->mail->message->language;
}

static GPtrArray *earlier_mails(const Material *material)
{
    GPtrArray *earlier = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < material->thread->len; i++) {
        const StoredMail *mail = g_ptr_array_index(material->thread, i);
        if (mail->id == material->mail->id || !mail->kept)
            continue;
        PromptMail *shown = g_new(PromptMail, 1);
        *shown = (PromptMail){ mail->outgoing, mail->created, mail->message->reply };
        g_ptr_array_add(earlier, shown);
    }
    return earlier;
}

static ReplyAnswer *ask(const Material *material)
{
    const JobWork *work = material->work;
    const Mailbox *mailbox = material->mailbox;
    const Site *site = work->site;
    g_autofree char *fence = g_uuid_string_random();
    g_autofree char *payer =
        payer_of(material->mail->message, material->mail->envelope, material->customer,
                 (const char *const *)site->freemail_domains);
    g_autoptr(GPtrArray) earlier = earlier_mails(material);
    const VerdictQuestion question = { .fields = site->field_table,
                                       .team = (const char *const *)mailbox->team };
    const PromptReply reply = { .brand = brand_name(mailbox),
                                .language = language_of(material),
                                .words_min = material->prompt->words_min,
                                .words_max = material->prompt->words_max,
                                .thread = earlier,
                                .passages = material->passages,
                                .examples = (const char *const *)material->examples->pdata };
    const PromptInput input = { .mailbox = mailbox->name,
                                .message = material->mail->message,
                                .customer = material->customer,
                                .context = material->context,
                                .question = &question,
                                .reply = &reply,
                                .fence = fence,
                                .max_mail_bytes = mailbox->max_mail_bytes };
    const PursePayer payers[PURSE_KINDS] = {
        [PURSE_HOUSE] = purse_payer("", site->budget, site->strangers_share),
        [PURSE_MAILBOX] = purse_payer(mailbox->name, mailbox->budget, site->strangers_share),
        [PURSE_SENDER] = { .name = payer, .budget = site->sender_budget },
    };
    const ClassifyInput wanted = {
        .dispatcher = services_dispatcher(work->services),
        .engines = mailbox->models,
        .prompt = material->prompt,
        .input = &input,
        .purse = services_purse(work->services),
        .payers = payers,
        .stranger = payer_is_stranger(material->mail->message, material->customer),
        .strangers_share = site->strangers_share,
        .budget_ends_chain = mailbox->over_budget == OVER_BUDGET_BASELINE,
        .now = work->now,
        .deadline = g_get_monotonic_time() + DRAFT_SECONDS * G_USEC_PER_SEC
    };
    return reply_ask(&wanted);
}

static bool fill_template(const Material *material, const char *name, Words *words, GError **error)
{
    const ReplyTemplates *set = material->work->site->reply_templates;
    const ReplyTemplate *template = set != NULL ? reply_template(set, name) : NULL;
    if (template == NULL) {
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_NOT_FOUND, "there is no reply template '%s'",
                    name);
        return false;
    }
    g_autofree char *answer_within = material_answer_within(material);
    const ReplyView view = { .brand = brand_name(material->mailbox),
                             .mailbox = material->mailbox->identity->address,
                             .ticket = material->mail->ticket,
                             .person_name = material->mail->message->person->name,
                             .subject = material->mail->message->subject,
                             .answer_within = answer_within };
    words->text = reply_template_render(template, &view, error);
    words->engine = TEMPLATE;
    words->language = reply_template_language(template);
    words->prompt = g_strdup(name);
    return words->text != NULL;
}

/* What no model wrote, a template may; without one, who can come again does. */
static bool do_without_model(const Material *material, Words *words, GError **error)
{
    const ReplyAnswer *answer = words->answer;
    const char *template = material->current->plan->draft_template;
    if (template[0] != '\0')
        return fill_template(material, template, words, error);
    g_set_error(error, TRIAGE_ERROR,
                answer->provisional ? TRIAGE_ERROR_BUSY : TRIAGE_ERROR_NOT_FOUND,
                "no model wrote a reply: %s", answer->why);
    return false;
}

static bool write_words(Material *material, Words *words, GError **error)
{
    if (material->prompt == NULL)
        return fill_template(material, material->current->plan->draft, words, error);
    if (!material_gather(material, error))
        return false;
    words->answer = ask(material);
    if (words->answer->text == NULL)
        return do_without_model(material, words, error);
    words->text = g_steal_pointer(&words->answer->text);
    words->engine = words->answer->engine;
    words->language = language_of(material);
    words->prompt = g_strdup(material->prompt->id);
    return true;
}

/* ── the draft ── */

static char *marks_of(const Material *material, const DraftNew *new)
{
    bool by_model = !g_str_equal(new->engine, TEMPLATE);
    const Draft draft = { .mailbox = material->mailbox->name,
                          .to = (GPtrArray *)new->to,
                          .cc = (GPtrArray *)new->cc,
                          .sources = (char *)new->sources,
                          .language = (char *)new->language };
    return desk_draft_marks(material->work->site, &draft, material->thread, new->text,
                            by_model ? (guint)material->prompt->words_min : 1,
                            by_model ? (guint)material->prompt->words_max : DRAFT_TEXT_MAX);
}

static bool add(const Material *material, const Words *words, GError **error)
{
    const JobWork *work = material->work;
    const Message *message = material->mail->message;
    g_autoptr(GPtrArray) to = g_ptr_array_new_with_free_func((GDestroyNotify)address_free);
    g_autoptr(GPtrArray) cc = g_ptr_array_new();
    g_autofree char *subject = reply_subject(message->subject, material->mail->ticket);
    g_autofree char *sources = material_sources(material);
    g_ptr_array_add(to, address_new(message->person->address, message->person->name));
    DraftNew new = { .ticket_id = material->mail->ticket_id,
                     .message_row = material->mail->id,
                     .thread = material_thread_state(material),
                     .mailbox = material->mailbox->name,
                     .to = to,
                     .cc = cc,
                     .subject = subject,
                     .text = words->text,
                     .sources = sources,
                     .engine = words->engine,
                     .prompt = words->prompt,
                     .topic = material_topic(material),
                     .language = words->language,
                     .decision = work->job->decision_id,
                     .calls = words->answer != NULL ? words->answer->calls : NULL };
    g_autofree char *marks = marks_of(material, &new);
    new.marks = marks;
    gint64 id = store_draft_add(services_store(work->services), &new, work->job, work->now, error);
    if (id == 0)
        return false;
    g_autofree char *redacted = new.calls != NULL ? classify_redacted(new.calls) : NULL;
    g_autoptr(LogLine) line = log_line_new("drafted");
    log_number(line, "draft", id);
    log_text(line, "ticket", material->mail->ticket);
    log_text(line, "mailbox", material->mailbox->name);
    log_text(line, "engine", words->engine);
    log_text(line, "prompt", words->prompt);
    log_text(line, "redacted", redacted);
    log_write(LOG_LEVEL_INFO, line);
    return true;
}

JobEnd job_draft(const JobWork *work, GError **error)
{
    g_auto(Material) material = { 0 };
    g_auto(Words) words = { 0 };
    g_autoptr(GError) trouble = NULL;
    if (!material_open(&material, work, error))
        return JOB_FAILED;
    if (is_settled(&material))
        return JOB_DONE;
    bool written = write_words(&material, &words, &trouble);
    if (written && add(&material, &words, &trouble))
        return JOB_ENDED;
    if (words.answer != NULL)
        job_record_cost(work, CALL_FOR_DRAFT, words.answer->calls);
    if (written && g_error_matches(trouble, TRIAGE_ERROR, TRIAGE_ERROR_INPUT))
        return JOB_DONE; /* the thread has moved on, or a person has */
    g_propagate_error(error, g_steal_pointer(&trouble));
    return JOB_FAILED;
}
