/* RECALL to DECIDE for one message in one mailbox: the thinking half of the way.
 *
 * Each step reads what the steps before it put into the Judgement and adds its own; a step that
 * fails names why in `failed`, and what is behind it is left out.  A CRM that can't be read is no
 * failure: the sender is then a stranger, and the log says so.  Nothing is written anywhere:
 * `triagectl classify` calls this too. */
#include "base/error.h"
#include "base/log.h"
#include "pipeline/ask.h"
#include "pipeline/gate.h"
#include "pipeline/late_calls.h"
#include "pipeline/payer.h"
#include "pipeline/pipeline.h"
#include "store/revise.h"

#include <string.h>

void judgement_free(Judgement *judgement)
{
    if (judgement == NULL)
        return;
    g_free(judgement->identity);
    g_free(judgement->payer);
    g_free(judgement->question);
    thread_free(judgement->thread);
    customer_free(judgement->customer);
    context_free(judgement->context);
    facts_free(judgement->facts);
    presumption_free(judgement->presumption);
    classification_free(judgement->classification);
    verdict_free(judgement->verdict);
    plan_free(judgement->plan);
    stored_decision_free(judgement->stored);
    receipt_free(judgement->receipt);
    g_clear_pointer(&judgement->told, g_ptr_array_unref);
    g_clear_error(&judgement->error);
    g_free(judgement);
}

/* The customer first: whether a mail follows up a ticket can hang on whose contact the sender is.
 */
static void find_customer(Judgement *judgement, Services *services, const Submission *submission,
                          const Message *message)
{
    Crm *crm = services_crm(services);
    g_autoptr(GError) error = NULL;
    if (crm != NULL && message->person->address[0] != '\0')
        judgement->customer = crm_find(crm, message->person->address, submission->now, &error);
    judgement->crm_unreadable = error != NULL;
    if (judgement->crm_unreadable)
        log_error(LOG_LEVEL_WARNING, "crm-unreadable", error);
    if (judgement->customer == NULL)
        judgement->customer = customer_new();
}

static Recalled *look_up(Judgement *judgement, Site *site, Services *services,
                         const Submission *submission, const Message *message)
{
    const Mailbox *mailbox = judgement->mailbox;
    g_autoptr(GPtrArray) tokens = thread_tokens(message, mailbox->ticket_prefix);
    judgement->identity = thread_identity(mailbox->name, message, submission->envelope->sender,
                                          submission->envelope->recipients);
    judgement->reply =
        mailbox_bounced_draft(mailbox, submission->envelope->recipients, services_secret(services));
    const RecallKey key = { .mailbox = mailbox->name,
                            .identity = judgement->identity,
                            .message = message,
                            .tokens = tokens,
                            .reply = judgement->reply,
                            .now = submission->now,
                            .duplicate_window_ms =
                                thread_duplicate_window(message, site->duplicate_window_ms) };
    return store_recall(services_store(services), &key, &judgement->error);
}

/* The id that whoever began the ticket has now, if the ticket's own has gone from the CRM:
 * customers are merged there, and moved to other ids.  Where the old one still stands it counts,
 * whoever the address belongs to by now. */
static void follow_merger(ThreadCandidate *candidate, Crm *crm, gint64 now)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Customer) old = crm_get(crm, candidate->customer_id, now, &error);
    if (old != NULL || !g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_NOT_FOUND))
        return;
    g_autoptr(Customer) moved = crm_find(crm, candidate->sender, now, NULL);
    if (moved == NULL || (moved->match != MATCH_EXACT && moved->match != MATCH_DOMAIN))
        return;
    g_free(candidate->customer_id);
    candidate->customer_id = g_strdup(moved->id);
}

/* Which ticket it follows up, and what else we have with the sender. */
static void take_thread(Judgement *judgement, Services *services, gint64 now,
                        const Message *message, Recalled *recalled)
{
    const Customer *customer = judgement->customer;
    bool is_contact = customer->match == MATCH_EXACT &&
                      g_str_equal(message->person->address, message->from->address);
    for (guint i = 0; is_contact && i < recalled->candidates->len; i++) {
        ThreadCandidate *candidate = g_ptr_array_index(recalled->candidates, i);
        if (candidate->customer_id[0] != '\0' && !g_str_equal(candidate->customer_id, customer->id))
            follow_merger(candidate, services_crm(services), now);
    }
    thread_follow_up(judgement->thread, message, recalled->candidates,
                     is_contact ? customer->id : "",
                     (const char *const *)judgement->mailbox->agents);
    g_ptr_array_extend_and_steal(judgement->thread->tickets, g_steal_pointer(&recalled->tickets));
}

/* The ticket that this very mail has already is no earlier one of its sender. */
static void leave_out_ticket(GPtrArray *tickets, const char *name)
{
    for (guint i = tickets->len; i-- > 0;) {
        if (g_str_equal(((const ThreadTicket *)tickets->pdata[i])->name, name))
            g_ptr_array_remove_index(tickets, i);
    }
}

/* It has come before: the decision stands, unless its sender is proven only now. */
static bool take_decision(Judgement *judgement, const Site *site, Services *services,
                          const Message *message, Recalled *recalled)
{
    g_autoptr(StoredDecision) stored = store_decision(
        services_store(services), recalled->decision_id, site->field_table, &judgement->error);
    if (stored == NULL)
        return false;
    if (message->authentication.proven && !recalled->proven) {
        judgement->told = g_ptr_array_ref(stored->plan->notify);
        leave_out_ticket(recalled->tickets, stored->ticket);
        return true;
    }
    judgement->copy = recalled->copy;
    judgement->stored = g_steal_pointer(&stored);
    return true;
}

static bool recall(Judgement *judgement, Site *site, Services *services,
                   const Submission *submission, const Message *message)
{
    g_autoptr(Recalled) recalled = look_up(judgement, site, services, submission, message);
    if (recalled == NULL)
        return false;
    if (recalled->decision_id[0] != '\0' &&
        !take_decision(judgement, site, services, message, recalled))
        return false;
    if (judgement->stored == NULL)
        take_thread(judgement, services, submission->now, message, recalled);
    return true;
}

static void presume(Judgement *judgement, Site *site, const Submission *submission,
                    const Message *message)
{
    judgement->facts = facts_new(site->fact_table);
    facts_add_mail(judgement->facts, judgement->mailbox->name, submission->envelope, message);
    facts_add_customer(judgement->facts, judgement->thread, judgement->customer);
    judgement->presumption = policy_presume(judgement->mailbox->policy, judgement->facts);
}

/* Does a message of this kind make a ticket or a lead?  One whose kind nobody knows does. */
static bool makes_ticket(const Verdict *verdict)
{
    const Field *kind = field_find(verdict->fields, "kind");
    const Value *value = verdict_get(verdict, "kind");
    if (kind == NULL || value == NULL)
        return true;
    const FieldChoice *choice = g_ptr_array_index(kind->choices, value->choice);
    return g_strcmp0(choice->makes, "nothing") != 0;
}

static PlanTicket ticket_for(const Judgement *judgement, const Gate *gate)
{
    if (judgement->mailbox->mode != MODE_FULL)
        return PLAN_TICKET_NONE;
    if (judgement->thread->ticket_id != 0)
        return PLAN_TICKET_FOLLOW_UP;
    bool makes = gate->review != NULL || makes_ticket(judgement->verdict);
    return gate->ticket && makes ? PLAN_TICKET_NEW : PLAN_TICKET_NONE;
}

/* `final` are the fields of `current` that stay as they are. */
static void decide(Judgement *judgement, const Gate *gate, const Verdict *current, char **final)
{
    const Presumption *baseline = judgement->presumption;
    const Classification *answer = judgement->classification;
    bool judged_by_model = answer->status == STATUS_LLM || answer->status == STATUS_CACHE;
    judgement->verdict =
        policy_revise(current, answer->verdict, baseline->floors, (const char *const *) final);
    const Judged judged = { .verdict = judgement->verdict,
                            .baseline = baseline->verdict,
                            .model = judged_by_model ? answer->verdict : NULL,
                            .engine = status_name(answer->status),
                            .quotes_failed = answer->quotes_failed };
    facts_add_verdict(judgement->facts, &judged);
    judgement->plan = policy_decide(judgement->mailbox->policy, judgement->facts,
                                    ticket_for(judgement, gate), judgement->customer->owner);
    if (judgement->mailbox->mode != MODE_FULL)
        judgement->plan->ticket = PLAN_TICKET_NONE;
    if (gate->review != NULL)
        plan_review(judgement->plan, gate->review);
}

/* Between stages, because none of them but the model and the store has a clock of its own. */
static bool is_in_time(Judgement *judgement, gint64 deadline, const char *stage)
{
    if (g_get_monotonic_time() < deadline)
        return true;
    judgement->failed = "deadline";
    g_set_error(&judgement->error, TRIAGE_ERROR, TRIAGE_ERROR_DEADLINE,
                "the deadline had passed after %s", stage);
    return false;
}

Judgement *pipeline_decide(Site *site, Services *services, const Mailbox *mailbox,
                           const Submission *submission, const Message *message, gint64 deadline)
{
    Judgement *judgement = g_new0(Judgement, 1);
    judgement->mailbox = mailbox;
    judgement->thread = thread_new();

    if (!is_in_time(judgement, deadline, "reading the message"))
        return judgement;
    find_customer(judgement, services, submission, message);
    judgement->payer = payer_of(message, submission->envelope, judgement->customer,
                                (const char *const *)site->freemail_domains);
    if (!is_in_time(judgement, deadline, "looking up the customer"))
        return judgement;
    if (!recall(judgement, site, services, submission, message)) {
        judgement->failed = "store";
        return judgement;
    }
    if (judgement->stored != NULL || !is_in_time(judgement, deadline, "looking up earlier mail"))
        return judgement;
    presume(judgement, site, submission, message);
    if (!is_in_time(judgement, deadline, "the baseline"))
        return judgement;
    Gate gate = gate_judge(message, judgement->customer);
    if (gate.ask) {
        judgement->classification =
            pipeline_ask(judgement, site, services, submission, message,
                         deadline - site->store_wait_ms * G_TIME_SPAN_MILLISECOND);
    } else {
        judgement->classification = classify_baseline(judgement->presumption, gate.why);
        judgement->classification->status = gate.status;
    }
    decide(judgement, &gate, judgement->presumption->verdict, NULL);
    return judgement;
}

/* Whether it followed up a ticket was settled when it came. */
static bool recall_late(Judgement *judgement, Site *site, Services *services,
                        const Submission *submission, const StoredMail *mail)
{
    bool had_ticket = mail->ticket_id != 0 && !mail->first;
    g_autoptr(Recalled) recalled = look_up(judgement, site, services, submission, mail->message);
    if (recalled == NULL)
        return false;
    take_thread(judgement, services, submission->now, mail->message, recalled);
    judgement->thread->ticket_id = had_ticket ? mail->ticket_id : 0;
    g_free(judgement->thread->ticket_name);
    judgement->thread->ticket_name = g_strdup(had_ticket ? mail->ticket : "");
    judgement->thread->unproven_follow_up = had_ticket && !mail->message->authentication.proven;
    return true;
}

static void judge_late(Judgement *judgement, Site *site, Services *services,
                       const Submission *submission, const StoredMail *mail,
                       const CurrentRevision *current)
{
    const Message *message = mail->message;
    const Gate gate = gate_judge(message, judgement->customer);
    g_auto(LateCall) call = late_calls_take(services_late_calls(services), mail->decision_id);
    presume(judgement, site, submission, message);
    judgement->classification = pipeline_ask_late(judgement, site, services, submission, message,
                                                  g_steal_pointer(&call.pending));
    decide(judgement, &gate, current->verdict, current->final);
}

Judgement *pipeline_decide_late(Site *site, Services *services, const Mailbox *mailbox,
                                const StoredMail *mail, gint64 now, GError **error)
{
    g_autoptr(CurrentRevision) current = store_current_revision(
        services_store(services), mail->decision_id, site->field_table, error);
    if (current == NULL)
        return NULL;
    const Submission submission = { .envelope = mail->envelope, .now = now };
    g_autoptr(Judgement) judgement = g_new0(Judgement, 1);
    judgement->mailbox = mailbox;
    judgement->revises = current->id;
    judgement->told = g_ptr_array_ref(current->plan->notify);
    judgement->thread = thread_new();
    find_customer(judgement, services, &submission, mail->message);
    judgement->payer = payer_of(mail->message, mail->envelope, judgement->customer,
                                (const char *const *)site->freemail_domains);
    if (!recall_late(judgement, site, services, &submission, mail)) {
        g_propagate_error(error, g_steal_pointer(&judgement->error));
        return NULL;
    }
    judge_late(judgement, site, services, &submission, mail, current);
    return g_steal_pointer(&judgement);
}

ClassifyPreview *pipeline_preview(Site *site, Services *services, const Mailbox *mailbox,
                                  const LlmModel *engine, const Submission *submission,
                                  const Message *message, const char **unasked, GError **error)
{
    g_autoptr(Judgement) judgement = g_new0(Judgement, 1);
    judgement->mailbox = mailbox;
    judgement->thread = thread_new();
    find_customer(judgement, services, submission, message);
    g_autoptr(Recalled) recalled = look_up(judgement, site, services, submission, message);
    if (recalled == NULL) {
        g_propagate_error(error, g_steal_pointer(&judgement->error));
        return NULL;
    }
    take_thread(judgement, services, submission->now, message, recalled);
    const Gate gate = gate_judge(message, judgement->customer);
    *unasked = gate.ask ? NULL : gate.why;
    g_auto(Asking) asking = { 0 };
    asking_open(&asking, judgement, site, submission, message);
    ClassifyPreview *preview = classify_preview(mailbox->active_prompt, &asking.input, engine);
    if (preview == NULL)
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_CONFIG,
                    "prompt %s makes more of this mail than a template may",
                    mailbox->active_prompt->id);
    return preview;
}
