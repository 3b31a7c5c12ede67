/* Models over HTTP.  A provider's wire format is one file and one row (pure: values ─▶ request,
 * response ─▶ answer); the dispatcher, one curl_multi thread, is the only part that touches the
 * network. */
#pragma once

#include "base/json.h"
#include "llm/price.h"
#include "prompt/privacy.h"

#include <stdbool.h>

typedef enum {
    LLM_OK,
    LLM_TRUNCATED,
    LLM_REFUSED,
    LLM_FILTERED,
    LLM_EMPTY,
    LLM_INVALID_JSON,
    LLM_SCHEMA_MISMATCH,
    LLM_RATE_LIMITED,
    LLM_QUOTA,
    LLM_AUTH,
    LLM_BAD_REQUEST,
    LLM_TOO_LARGE,
    LLM_SERVER,
    LLM_TRANSPORT,
    LLM_DEADLINE,
    LLM_BREAKER_OPEN, /* not asked: it failed too often, or asked for a pause */
    LLM_NO_BUDGET     /* not asked: it could have cost more than is left for today */
} LlmOutcome;

typedef struct {
    const char *system, *user;
    const cJSON *schema;
    const char *schema_name; /* [a-zA-Z0-9_-]{1,64} */
    gint64 max_tokens;
    double temperature;     /* NAN: not sent; never sent where a provider refuses it */
    const char *effort;     /* NULL: not sent */
    const char *correction; /* the checker's message about `rejected`, NULL at the first try */
    const char *rejected;
} LlmRequest;

/* What a text was written of, and how probable each piece is. */
typedef struct LlmTokens LlmTokens;

typedef struct {
    LlmOutcome outcome;
    char *text;   /* LLM_OK: the model's one text */
    char *detail; /* else: one line for the log, never mail text */
    gint64 input_tokens, cached_tokens, output_tokens; /* -1 unknown */
    double confidence;     /* LLM_OK: the provider's own probability, NAN if it gives none */
    LlmTokens *tokens;     /* LLM_OK, with logprobs: what llm_confidence() looks at; or NULL */
    gint64 retry_after_ms; /* -1 if not said */
    bool no_retry;         /* the server says that asking again is no use */
    char *request_id;      /* "" */
    gint64 ms;
} LlmAnswer;

/* With many calls on one connection, libcurl 7.88 doesn't hand out all answers that have come: of
 * 90 at once on a busy machine it lost a fifth and more, of 50 none.  HTTP/1.1 loses none. */
#define LLM_HTTP2_CALLS 50

/* One configured model: `llm NAME { … }`.  Part of the snapshot. */
typedef struct {
    char *name;
    int api; /* index into llm_api_names */
    char *model, *url, *key_file, *ca_file;
    char *key;        /* read from key_file, "" if none */
    bool fenced_json; /* accept one ```json pair: only servers without schema support */
    bool logprobs;    /* ask how probable each token is: only where the api can say */
    bool http2;       /* if it is offered; only with at most LLM_HTTP2_CALLS at once */
    gint64 attempt_timeout_ms, max_response_bytes;
    gint64 pause_after_invalid_ms; /* see llm_note_checked(); 0: no pause */
    gint64 budget;                 /* nano-USD a day, 0: without limit */
    bool priced;                   /* else nobody knows what it costs */
    LlmPrice price;
    PromptPrivacy privacy;
} LlmModel;

/* anthropic, openai, openai-responses, openai-decisions, azure, gemini, mistral, ollama,
 * llama-server, vllm, lmstudio, openai-compatible, systemone; NULL-terminated.  An array, not a
 * function, so that the settings table can hold it. */
extern const char *const llm_api_names[];

/* Does it write nothing, but choose among given values, with probabilities?  Then the schema asks
 * for nothing else, and there are neither limits nor wishes nor corrections. */
bool llm_model_chooses(const LlmModel *model);

/* Can servers of this api be asked for log-probabilities? */
bool llm_api_gives_logprobs(int api);
/* Those that can, "openai, azure, …"; caller frees. */
char *llm_logprobs_apis(void);

/* Makes url the endpoint's whole address (by the api's default if there is none), reads the key,
 * accepts fenced JSON where the api's row does; may be called again.  false and
 * TRIAGE_ERROR_CONFIG: no url where an api has no usual one, one that is another api's, plain http
 * to another host than loopback, key file unreadable or readable by others, no key where the api
 * needs one, a ca_file without certificates. */
bool llm_model_complete(LlmModel *model, GError **error);

typedef struct {
    char *url;
    char **headers; /* "name: value", NULL-terminated; may hold the key: never logged */
    char *body;
} LlmHttpRequest;

/* Pure: the wire form.  Strings of the request must be valid UTF-8.  Caller frees. */
LlmHttpRequest *llm_build(const LlmModel *model, const LlmRequest *request);
void llm_http_request_free(LlmHttpRequest *http);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LlmHttpRequest, llm_http_request_free)

/* Pure: what a complete HTTP response means.  `headers`: lower-case name ─▶ value. `now`: epoch
 * seconds, for Retry-After dates. */
LlmAnswer *llm_read(const LlmModel *model, long status, GHashTable *headers, const char *body,
                    gsize length, gint64 now);
LlmAnswer *llm_answer_new(LlmOutcome outcome, const char *detail);
void llm_answer_free(LlmAnswer *answer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LlmAnswer, llm_answer_free)

/* Pure: how probable a good answer is, as the provider computed it, 0 … 1; NAN if it said nothing
 * sound.  Of a text it is the least of its choices: of the members to which `schema`, the
 * request's, gives values, or yes and no. */
double llm_confidence(const LlmAnswer *answer, const cJSON *schema);

const char *llm_outcome_name(LlmOutcome outcome); /* "rate-limited" */
/* Can the same question, asked again, be answered?  Never after a refusal or a filter. */
bool llm_outcome_may_retry(LlmOutcome outcome);

/* The dispatcher: living state, survives reloads. */
typedef struct LlmDispatcher LlmDispatcher;
LlmDispatcher *llm_dispatcher_new(GError **error);
/* Calls in flight, and those that come, end as LLM_TRANSPORT. */
void llm_dispatcher_stop(LlmDispatcher *dispatcher);
/* The same; waits for the askers to leave, pending calls among them. */
void llm_dispatcher_free(LlmDispatcher *dispatcher);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LlmDispatcher, llm_dispatcher_free)

/* Models of the same api, url, name and key share what is known of their health. */
#define LLM_MODELS_MAX 256

/* One attempt, unless the model is left alone: waits until it is answered or `deadline`
 * (g_get_monotonic_time() microseconds) has come.  Any thread.  `tick` (may be NULL) is called
 * about every `LLM_TICK_MS` while waiting, on the caller's thread.  Never NULL. */
#define LLM_TICK_MS 1000
LlmAnswer *llm_ask(LlmDispatcher *dispatcher, const LlmModel *model, const LlmRequest *request,
                   gint64 deadline, void (*tick)(void *), void *tick_data);

/* A call that goes on although its asker has gone. */
typedef struct LlmPending LlmPending;

/* llm_ask(), but a call that `deadline` finds unanswered goes on until `late` (monotonic
 * microseconds): then *pending is what to collect it by, else NULL.  Such a call counts for the
 * model's health when it ends: as an answer if one comes, as a failure if `late` passes. */
LlmAnswer *llm_ask_late(LlmDispatcher *dispatcher, const LlmModel *model, const LlmRequest *request,
                        gint64 deadline, gint64 late, void (*tick)(void *), void *tick_data,
                        LlmPending **pending);
/* Waits for its answer, and frees it.  Never NULL. */
LlmAnswer *llm_collect(LlmPending *pending);
/* Ends the call, and frees it; NULL is fine. */
void llm_give_up(LlmPending *pending);

/* Notes what the caller's checks made of an answer that arrived: `answer`'s outcome is LLM_OK, or
 * says why it can't be used.  Twenty unusable ones in a row about mail of at least ten accounts
 * (`account` names who sent it) are logged once as an error, and pause the model if its settings
 * say so. */
void llm_note_checked(LlmDispatcher *dispatcher, const LlmModel *model, const LlmAnswer *answer,
                      const char *account);

/* May a call that failed be made again?  A tenth of all calls may. */
bool llm_may_retry(LlmDispatcher *dispatcher, const LlmModel *model);
