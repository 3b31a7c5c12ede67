/* CLASSIFY: the chain of engines, within the deadline, and the baseline behind it. */
#pragma once

#include "classify/calibration.h"
#include "classify/purse.h"
#include "llm/llm.h"
#include "plan/mark.h"
#include "policy/policy.h"
#include "prompt/prompt.h"

/* One call to a model, for the store. */
typedef struct {
    char *engine, *model, *detail, *request_id;
    LlmOutcome outcome;
    gint64 input_tokens, cached_tokens, output_tokens, ms;
    gint64 cost;     /* nano-USD, -1 unknown */
    cJSON *redacted; /* redaction_counts() of what it was sent; NULL: nothing was replaced */
} ClassifyCall;

/* A call that goes on although its mail has gone, and what it may cost. */
typedef struct ClassifyPending ClassifyPending;
/* Ends the call; NULL is fine. */
void classify_give_up(ClassifyPending *pending);

typedef struct {
    Status status; /* LLM, CACHE or FALLBACK */
    char *engine;  /* the model's configured name, "baseline" */
    /* A token, why the baseline answered; "" if it didn't: no-engine, timeout, refused, filtered,
     * invalid-answer, rate-limited, quota, auth, bad-request, too-large, server,
     * transport, breaker-open, budget, or what classify_baseline() was given, such as busy. */
    char *why;
    Verdict *verdict; /* never NULL */
    bool quotes_failed;
    GPtrArray *calls;         /* ClassifyCall* */
    ClassifyPending *pending; /* NULL: no call goes on; else it needs `engines` and who pays */
} Classification;

typedef struct {
    LlmDispatcher *dispatcher;      /* NULL: no model is asked (why = no-engine) */
    const LlmModel *const *engines; /* in this order; NULL-terminated */
    const Prompt *prompt;
    const PromptInput *input;
    const Presumption *baseline;
    Purse *purse;             /* NULL: nobody counts what it costs */
    const PursePayer *payers; /* PURSE_KINDS of them; that of PURSE_LLM is each engine itself */
    bool stranger;            /* the mail is of nobody who is a proven contact */
    gint64 strangers_share;   /* of each engine's budget, in percent */
    bool budget_ends_chain;   /* a spent budget leaves the mail to the baseline */
    const Calibration *calibration; /* NULL: nothing was counted */
    gint64 now;                     /* epoch seconds */
    gint64 deadline;                /* monotonic microseconds */
    gint64 late_until; /* until when a call goes on that the deadline finds unanswered */
    void (*tick)(void *);
    void *tick_data;
} ClassifyInput;

/* Never NULL.  Thread-safe. */
Classification *classify(const ClassifyInput *input);
/* Now that there is time: the answer of the call that went on (NULL: there is none), or else of the
 * chain, asked anew.  Takes `pending`.  Never NULL. */
Classification *classify_late(const ClassifyInput *input, ClassifyPending *pending);
/* Why a model wasn't asked that could have been: too many mails wait already. */
#define CLASSIFY_BUSY "busy"
/* Could another try, when there is time, give what this one didn't? */
bool classify_is_provisional(const Classification *classification);
/* What is asked, as a name: hex digest over everything that could make the answer another: mailbox,
 * prompt, policy, engines, fields, what the sender wrote and what may be known of them.  Who wrote
 * it is not part of it, nor when: the same words of two strangers are one question.  Pure; caller
 * frees. */
char *classify_question(const Prompt *prompt, const LlmModel *const *engines,
                        const PromptInput *input, const char *policy_hash);

/* What would leave the house: the first request to an engine, made as classify() makes it. */
typedef struct {
    PromptText *text;
    LlmHttpRequest *http; /* of its headers, one may hold the key */
} ClassifyPreview;
/* NULL: the prompt is beyond the template limits.  Pure. */
ClassifyPreview *classify_preview(const Prompt *prompt, const PromptInput *input,
                                  const LlmModel *model);
void classify_preview_free(ClassifyPreview *preview);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ClassifyPreview, classify_preview_free)

/* Questions that are being asked right now: living state. */
typedef struct Twins Twins;
Twins *twins_new(void);
void twins_free(Twins *twins);
/* classify(), but whoever comes with a question that is being asked waits for its answer, at most
 * until the own deadline, and gets it as STATUS_CACHE, or the reason there was none.  Never NULL.
 */
Classification *twins_classify(Twins *twins, const char *question, const ClassifyInput *input);

/* What was replaced in the last of the calls (ClassifyCall*): "cards=2 iban=1", never a value; NULL
 * if nothing was.  Caller frees. */
char *classify_redacted(const GPtrArray *calls);

/* Takes the verdict. */
Classification *classification_new(Status status, const char *engine, Verdict *verdict,
                                   bool quotes_failed);
/* The baseline at once, with a reason. */
Classification *classify_baseline(const Presumption *baseline, const char *why);
void classification_free(Classification *classification);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Classification, classification_free)

/* Pure: a model's text ─▶ verdict, by llm.h's outcomes LLM_OK, LLM_EMPTY, LLM_INVALID_JSON,
 * LLM_SCHEMA_MISMATCH. *why (caller frees) is the checker's sentence. `fenced`: one ```json pair is
 * taken off first.  The confidence is left for classify_set_confidence(). */
LlmOutcome classify_read_answer(const VerdictQuestion *question, const char *text, bool fenced,
                                Verdict **verdict, bool *quotes_failed, char **why);
/* How sure the verdict is: what the provider computed (NAN: nothing), else its certainty (low,
 * medium, high) by the table of its model and prompt, or by the fixed one (NULL). */
void classify_set_confidence(Verdict *verdict, double provider, const CertaintyTable *calibrated);
