/* One engine: its attempts, and what is worth another one.
 *
 * An answer that was cut, empty or wrong is asked for once more, with a larger limit or with the
 * checker's sentence; a question that was too long, with less of the mail.  A busy server is asked
 * again after a short wait, if the wait fits and the server doesn't say that it is no use.  Nothing
 * else is tried twice: above all never a refusal.  No attempt outlives the deadline.
 */
#include "classify/engine.h"

#include "base/log.h"
#include "base/text.h"
#include "classify/pending.h"
#include "classify/reply.h"

#include <string.h>

/* The same as the providers' own libraries do: two more, from half a second on. */
#define BUSY_RETRIES     2
#define BACKOFF_FIRST_MS 500
/* A server that asks for a longer pause is left to the next message. */
#define BACKOFF_MAX_MS 2000
/* What must be left behind a wait for the attempt to have a chance. */
#define ATTEMPT_MIN_MS 250

/* How much less of the mail is left where it was too long; below MAIL_LEAST_MIN it isn't the mail.
 */
#define MAIL_SHORTER   4
#define MAIL_LEAST_MIN 1000

#define TOKENS_MAX   16384
#define REJECTED_MAX 8192
#define SENTENCE_MAX 500

/* What is tried after an outcome. */
typedef enum { AGAIN_NOT, AGAIN_LONGER, AGAIN_SHORTER, AGAIN_CORRECTED, AGAIN_LATER } Again;

static const Again again_after[] = {
    [LLM_TRUNCATED] = AGAIN_LONGER,       [LLM_EMPTY] = AGAIN_CORRECTED,
    [LLM_INVALID_JSON] = AGAIN_CORRECTED, [LLM_SCHEMA_MISMATCH] = AGAIN_CORRECTED,
    [LLM_RATE_LIMITED] = AGAIN_LATER,     [LLM_SERVER] = AGAIN_LATER,
    [LLM_TRANSPORT] = AGAIN_LATER,        [LLM_TOO_LARGE] = AGAIN_SHORTER,
    [LLM_NO_BUDGET] = AGAIN_NOT,
};

/* How far one engine has got. */
typedef struct {
    const ClassifyInput *input;
    const LlmModel *model;
    gint64 max_mail_bytes; /* that it is shown */
    PromptText *text;      /* as this model may see it; NULL: beyond the template limits */
    VerdictQuestion asked; /* what this model can be asked of it */
    cJSON *schema;
    gint64 max_tokens;
    char *rejected, *correction; /* of the answer before, if the checker refused it */
    bool second;                 /* the one more try is used up */
    guint busy;                  /* how often the server was */
    gint64 retry_after_ms;
    bool no_retry; /* what the server said to the last call */
} Engine;

static gint64 left_ms(const ClassifyInput *input)
{
    return (input->deadline - g_get_monotonic_time()) / 1000;
}

/* One alarm for each budget and day. */
static LlmAnswer *refuse(const Bill *bill, const PurseRefusal *refusal)
{
    const PursePayer *payer = &bill->payers[refusal->kind];
    if (refusal->first) {
        gint64 spent = refusal->strangers ? payer->strangers : payer->budget;
        g_autofree char *limit = text_number((double)spent / USD);
        g_autoptr(LogLine) line = log_line_new("budget-spent");
        log_text(line, "budget", purse_kind_name(refusal->kind));
        log_text(line, "of", payer->name[0] != '\0' ? payer->name : NULL);
        log_text(line, "part", refusal->strangers ? "strangers" : NULL);
        log_text(line, "usd_a_day", limit);
        log_write(LOG_LEVEL_WARNING, line);
    }
    return llm_answer_new(LLM_NO_BUDGET, purse_kind_name(refusal->kind));
}

static LlmRequest request_of(const Engine *engine)
{
    return (LlmRequest){
        .system = engine->text->system,
        .user = engine->text->user,
        .schema = engine->schema,
        .schema_name = engine->input->prompt->replies ? "reply" : "triage",
        .max_tokens = engine->max_tokens,
        .temperature = engine->input->prompt->temperature,
        .effort = engine->input->prompt->effort,
        .correction = engine->correction,
        .rejected = engine->rejected,
    };
}

/* *cost is in nano-USD, -1 unknown; of a call that goes on nothing until it is collected. */
static LlmAnswer *attempt(const Engine *engine, gint64 *cost, ClassifyPending **pending)
{
    const ClassifyInput *input = engine->input;
    const LlmRequest request = request_of(engine);
    Bill bill;
    PurseRefusal refusal;
    *cost = 0;
    if (!bill_open(&bill, input, engine->model, &request, &refusal))
        return refuse(&bill, &refusal);
    gint64 until = g_get_monotonic_time() + engine->model->attempt_timeout_ms * 1000;
    LlmPending *call;
    LlmAnswer *answer =
        llm_ask_late(input->dispatcher, engine->model, &request, MIN(until, input->deadline),
                     MIN(until, input->late_until), input->tick, input->tick_data, &call);
    if (call != NULL)
        *pending = pending_new(call, &bill);
    else
        *cost = bill_close(&bill, answer);
    return answer;
}

/* "priority: 'urgent' is not one of …" ─▶ "priority": the rest repeats the model, which may repeat
 * the mail. */
static char *sentence_head(const char *sentence)
{
    g_autofree char *head = g_strndup(sentence, strcspn(sentence, ":"));
    return g_strdup(text_is_token(head, FIELD_TOKEN_MAX) ? head : "");
}

/* Keeps what the next try has to know. */
static void keep_rejected(Engine *engine, const char *text, const char *why)
{
    g_free(engine->rejected);
    g_free(engine->correction);
    engine->rejected = g_strndup(text, text_fit(text, REJECTED_MAX));
    engine->correction = text_line(why, SENTENCE_MAX);
}

static LlmOutcome read_verdict(const Engine *engine, const LlmAnswer *answer, EngineResult *result,
                               char **why)
{
    LlmOutcome outcome =
        classify_read_answer(&engine->asked, answer->text, engine->model->fenced_json,
                             &result->verdict, &result->quotes_failed, why);
    if (outcome == LLM_OK)
        classify_set_confidence(result->verdict, llm_confidence(answer, engine->schema),
                                calibration_table(engine->input->calibration, engine->model->model,
                                                  engine->input->prompt->id));
    return outcome;
}

/* Placeholders that the engine was given become what they stand for: a reply goes to the very
 * person whose mail they were taken out of. */
static LlmOutcome read_reply(const Engine *engine, const LlmAnswer *answer, EngineResult *result,
                             char **why)
{
    g_autofree char *words = NULL;
    LlmOutcome outcome = classify_read_reply(answer->text, engine->model->fenced_json, &words, why);
    if (outcome == LLM_OK) {
        prompt_unmark(words);
        result->reply = redaction_restore(engine->text->redaction, words);
    }
    return outcome;
}

/* Turns an answer that arrived into one that counts, or into the checker's refusal. */
static void check_answer(Engine *engine, LlmAnswer *answer, EngineResult *result)
{
    g_autofree char *why = NULL;
    answer->outcome = engine->input->prompt->replies ? read_reply(engine, answer, result, &why)
                                                     : read_verdict(engine, answer, result, &why);
    if (answer->outcome == LLM_OK)
        return;
    keep_rejected(engine, answer->text, why);
    g_free(answer->detail);
    answer->detail = sentence_head(why);
}

static ClassifyCall *call_of(const Engine *engine, const LlmAnswer *answer, gint64 cost)
{
    const LlmModel *model = engine->model;
    ClassifyCall *call = g_new0(ClassifyCall, 1);
    call->engine = g_strdup(model->name);
    call->model = g_strdup(model->model);
    call->detail = g_strdup(answer->detail);
    call->request_id = g_strdup(answer->request_id);
    call->outcome = answer->outcome;
    call->input_tokens = answer->input_tokens;
    call->cached_tokens = answer->cached_tokens;
    call->output_tokens = answer->output_tokens;
    call->ms = answer->ms;
    call->cost = cost;
    call->redacted = engine->text != NULL ? redaction_counts(engine->text->redaction) : NULL;
    return call;
}

static bool prepare_second(Engine *engine)
{
    bool first = !engine->second;
    engine->second = true;
    return first;
}

static bool prepare_longer(Engine *engine)
{
    gint64 before = engine->max_tokens;
    engine->max_tokens = MIN(before * 2, TOKENS_MAX);
    return engine->max_tokens > before && prepare_second(engine);
}

/* What stands in for the mail in a check of quotes is what this model was shown of it. */
static void render(Engine *engine)
{
    const ClassifyInput *input = engine->input;
    PromptInput shown = *input->input;
    shown.max_mail_bytes = engine->max_mail_bytes;
    prompt_text_free(engine->text);
    engine->text = prompt_render(input->prompt, &shown, &engine->model->privacy, NULL);
    engine->asked.mail_text = engine->text ? engine->text->quotable : "";
}

static bool prepare_shorter(Engine *engine)
{
    gint64 shown = (gint64)strlen(engine->text->quotable);
    engine->max_mail_bytes = MIN(engine->max_mail_bytes, shown) / MAIL_SHORTER;
    if (engine->max_mail_bytes < MAIL_LEAST_MIN || !prepare_second(engine))
        return false;
    render(engine);
    return engine->text != NULL;
}

static gint64 backoff_ms(const Engine *engine)
{
    if (engine->retry_after_ms >= 0)
        return engine->retry_after_ms;
    return (gint64)((BACKOFF_FIRST_MS << engine->busy) * (1 - g_random_double() / 4));
}

/* Sleeps in pieces no longer than a tick. */
static void wait_ticking(const ClassifyInput *input, gint64 ms)
{
    while (ms > 0) {
        gint64 piece = MIN(ms, LLM_TICK_MS);
        g_usleep((gulong)piece * 1000);
        ms -= piece;
        if (input->tick && piece == LLM_TICK_MS)
            input->tick(input->tick_data);
    }
}

static bool prepare_later(Engine *engine)
{
    const ClassifyInput *input = engine->input;
    gint64 wait = backoff_ms(engine);
    if (engine->busy++ >= BUSY_RETRIES || wait > BACKOFF_MAX_MS ||
        wait + ATTEMPT_MIN_MS > left_ms(input) || !llm_may_retry(input->dispatcher, engine->model))
        return false;
    wait_ticking(input, wait);
    return true;
}

static bool prepare_again(Engine *engine, LlmOutcome outcome)
{
    g_assert((gsize)outcome < G_N_ELEMENTS(again_after));
    bool may_retry = llm_outcome_may_retry(outcome) && !engine->no_retry;
    switch (may_retry ? again_after[outcome] : AGAIN_NOT) {
    case AGAIN_LONGER:
        return prepare_longer(engine);
    case AGAIN_SHORTER:
        return prepare_shorter(engine);
    case AGAIN_CORRECTED:
        return prepare_second(engine);
    case AGAIN_LATER:
        return prepare_later(engine);
    default:
        return false;
    }
}

/* What an answer that has arrived comes to. */
static LlmOutcome take_answer(Engine *engine, LlmAnswer *answer, gint64 cost, EngineResult *result)
{
    const ClassifyInput *input = engine->input;
    if (answer->outcome == LLM_OK)
        check_answer(engine, answer, result);
    if (engine_is_answer(answer->outcome))
        llm_note_checked(input->dispatcher, engine->model, answer,
                         input->payers != NULL ? input->payers[PURSE_SENDER].name : "");
    engine->retry_after_ms = answer->retry_after_ms;
    engine->no_retry = answer->no_retry;
    g_ptr_array_add(result->calls, call_of(engine, answer, cost));
    return answer->outcome;
}

static LlmOutcome ask_once(Engine *engine, EngineResult *result)
{
    gint64 cost;
    g_autoptr(LlmAnswer) answer = attempt(engine, &cost, &result->pending);
    return take_answer(engine, answer, cost, result);
}

static void engine_open(Engine *engine, const ClassifyInput *input, const LlmModel *model)
{
    *engine = (Engine){ .input = input,
                        .model = model,
                        .max_mail_bytes = input->input->max_mail_bytes,
                        .asked = *input->input->question,
                        .max_tokens = MIN(input->prompt->max_tokens, TOKENS_MAX) };
    render(engine);
    /* One that only chooses would choose the same again. */
    engine->asked.choices_only = engine->second = llm_model_chooses(model);
    engine->schema =
        input->prompt->replies ? classify_reply_schema() : verdict_schema(&engine->asked);
}

static void engine_close(Engine *engine)
{
    prompt_text_free(engine->text);
    cJSON_Delete(engine->schema);
    g_free(engine->rejected);
    g_free(engine->correction);
}

LlmOutcome engine_ask(const ClassifyInput *input, const LlmModel *model, EngineResult *result)
{
    Engine engine;
    engine_open(&engine, input, model);
    LlmOutcome outcome = LLM_TOO_LARGE;
    if (engine.text != NULL)
        do
            outcome = ask_once(&engine, result);
        while (outcome != LLM_OK && prepare_again(&engine, outcome));
    engine_close(&engine);
    return outcome;
}

LlmOutcome engine_collect(const ClassifyInput *input, ClassifyPending *pending,
                          EngineResult *result)
{
    Engine engine;
    gint64 cost;
    g_autoptr(LlmAnswer) answer = pending_collect(pending, &cost);
    engine_open(&engine, input, pending->bill.model);
    LlmOutcome outcome = take_answer(&engine, answer, cost, result);
    engine_close(&engine);
    pending_free(pending);
    return outcome;
}

ClassifyPreview *classify_preview(const Prompt *prompt, const PromptInput *input,
                                  const LlmModel *model)
{
    const ClassifyInput wanted = { .prompt = prompt, .input = input };
    g_autoptr(ClassifyPreview) preview = g_new0(ClassifyPreview, 1);
    Engine engine;
    engine_open(&engine, &wanted, model);
    if (engine.text != NULL) {
        const LlmRequest request = request_of(&engine);
        preview->http = llm_build(model, &request);
    }
    preview->text = g_steal_pointer(&engine.text);
    engine_close(&engine);
    return preview->http != NULL ? g_steal_pointer(&preview) : NULL;
}

void classify_preview_free(ClassifyPreview *preview)
{
    if (preview == NULL)
        return;
    prompt_text_free(preview->text);
    llm_http_request_free(preview->http);
    g_free(preview);
}
