/* CLASSIFY for one judgement.
 *
 * What need not be asked is not asked: an answer to the very same question, given not long ago, is
 * taken from the store, and of twins that come at the same time one is asked for all.  Only then
 * does a message take one of the places of those that wait for a model. */
#include "pipeline/ask.h"

#include "base/log.h"
#include "pipeline/payer.h"
#include "store/answer.h"

void asking_open(Asking *asking, Judgement *judgement, Site *site, const Submission *submission,
                 const Message *message)
{
    const Mailbox *mailbox = judgement->mailbox;
    asking->fence = g_uuid_string_random();
    judgement->context = context_build(judgement->customer, judgement->thread, message,
                                       mailbox->active_prompt->context_budget, submission->now);
    asking->question = (VerdictQuestion){ .fields = site->field_table,
                                          .asks = mailbox->active_prompt->asks,
                                          .team = (const char *const *)mailbox->team };
    asking->input = (PromptInput){ .mailbox = mailbox->name,
                                   .message = message,
                                   .customer = judgement->customer,
                                   .context = judgement->context,
                                   .question = &asking->question,
                                   .fence = asking->fence,
                                   .max_mail_bytes = mailbox->max_mail_bytes };
}

void asking_clear(Asking *asking)
{
    g_free(asking->fence);
}

/* An answer that was given before; without one, or where the store can't be read, a model is asked.
 */
static Classification *remember(const Judgement *judgement, Site *site, Services *services,
                                gint64 now)
{
    g_autoptr(GError) error = NULL;
    if (site->cache_for_ms == 0)
        return NULL;
    Classification *known =
        store_answer(services_store(services), judgement->question, now - site->cache_for_ms / 1000,
                     site->field_table, &error);
    if (error != NULL)
        log_error(LOG_LEVEL_WARNING, "answers-unreadable", error);
    return known;
}

static gint64 late_until(const Site *site)
{
    return g_get_monotonic_time() + site->late_deadline_ms * G_TIME_SPAN_MILLISECOND;
}

/* How long one message may take, and what is known of it already. */
typedef struct {
    gint64 deadline, late_until; /* monotonic microseconds */
    ClassifyPending *pending;    /* NULL: none */
} Patience;

static Classification *ask(const Asking *asking, Judgement *judgement, Site *site,
                           Services *services, const Submission *submission, Patience patience)
{
    const Mailbox *mailbox = judgement->mailbox;
    const PursePayer payers[PURSE_KINDS] = {
        [PURSE_HOUSE] = purse_payer("", site->budget, site->strangers_share),
        [PURSE_MAILBOX] = purse_payer(mailbox->name, mailbox->budget, site->strangers_share),
        [PURSE_SENDER] = { .name = judgement->payer, .budget = site->sender_budget },
    };
    g_autoptr(Calibration) calibration = services_calibration(services);
    const ClassifyInput input = { .dispatcher = services_dispatcher(services),
                                  .engines = mailbox->models,
                                  .prompt = mailbox->active_prompt,
                                  .input = &asking->input,
                                  .baseline = judgement->presumption,
                                  .purse = services_purse(services),
                                  .payers = payers,
                                  .stranger =
                                      payer_is_stranger(asking->input.message, judgement->customer),
                                  .strangers_share = site->strangers_share,
                                  .budget_ends_chain = mailbox->over_budget == OVER_BUDGET_BASELINE,
                                  .calibration = calibration,
                                  .now = submission->now,
                                  .deadline = patience.deadline,
                                  .late_until = patience.late_until,
                                  .tick = submission->tick,
                                  .tick_data = submission->tick_data };
    if (patience.pending != NULL)
        return classify_late(&input, patience.pending);
    return twins_classify(services_twins(services), judgement->question, &input);
}

static void set_question(Judgement *judgement, const Asking *asking)
{
    const Mailbox *mailbox = judgement->mailbox;
    judgement->question = classify_question(mailbox->active_prompt, mailbox->models, &asking->input,
                                            policy_hash(mailbox->policy));
}

static bool can_ask(const Mailbox *mailbox)
{
    return mailbox->models[0] != NULL && mailbox->active_prompt != NULL;
}

Classification *pipeline_ask(Judgement *judgement, Site *site, Services *services,
                             const Submission *submission, const Message *message, gint64 deadline)
{
    g_auto(Asking) asking = { 0 };
    if (!can_ask(judgement->mailbox))
        return classify_baseline(judgement->presumption, "no-engine");
    asking_open(&asking, judgement, site, submission, message);
    set_question(judgement, &asking);
    Classification *classification = remember(judgement, site, services, submission->now);
    if (classification != NULL)
        return classification;
    if (!services_take_place(services, site->max_waiting))
        return classify_baseline(judgement->presumption, CLASSIFY_BUSY);
    bool kept = judgement->mailbox->keep == KEEP_TEXT;
    const Patience patience = { .deadline = deadline, .late_until = kept ? late_until(site) : 0 };
    classification = ask(&asking, judgement, site, services, submission, patience);
    services_give_place(services);
    return classification;
}

Classification *pipeline_ask_late(Judgement *judgement, Site *site, Services *services,
                                  const Submission *submission, const Message *message,
                                  ClassifyPending *pending)
{
    g_auto(Asking) asking = { 0 };
    if (!can_ask(judgement->mailbox)) {
        classify_give_up(pending);
        return classify_baseline(judgement->presumption, "no-engine");
    }
    asking_open(&asking, judgement, site, submission, message);
    set_question(judgement, &asking);
    Classification *known =
        pending == NULL ? remember(judgement, site, services, submission->now) : NULL;
    const Patience patience = { .deadline = late_until(site), .pending = pending };
    return known != NULL ? known : ask(&asking, judgement, site, services, submission, patience);
}
