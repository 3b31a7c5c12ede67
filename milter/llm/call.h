/* Private to llm/: one HTTP call in flight. */
#pragma once

#include "llm/breaker.h"
#include "llm/llm.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>

typedef struct {
    atomic_uint refs; /* of the asker, the inbox (each posting) and the running set */
    LlmHttpRequest *http;
    /* What reading the answer and noting it takes, copied: a reload may free the asker's model
     * while the call goes on. */
    LlmModel model;
    BreakerAdmission admission;
    CURL *easy; /* the dispatcher's from the first posting on */
    struct curl_slist *lines;
    gint64 began, deadline; /* monotonic microseconds */

    /* Written by the dispatcher's thread, read by the asker once the call is done. */
    GString *body;
    GHashTable *headers; /* lower-case name ─▶ value */
    gsize body_max, header_bytes;
    bool too_long;
    long status;

    pthread_mutex_t lock;
    pthread_cond_t changed;
    CURLcode result;
    bool done, abandoned;
    bool left;    /* its asker has left it to go on: the dispatcher notes how it ends */
    gint64 ended; /* monotonic microseconds, once it is done */
} LlmCall;

/* NULL if curl has no memory.  `http` becomes the call's own. */
LlmCall *llm_call_new(const LlmModel *model, BreakerAdmission admission, LlmHttpRequest *http,
                      gint64 deadline);
LlmCall *llm_call_ref(LlmCall *call);
void llm_call_unref(LlmCall *call);

/* The dispatcher's side: it is done, whoever waits for it goes on.  true: its asker has left it, so
 * the dispatcher must note how it ended. */
bool llm_call_settle(LlmCall *call, CURLcode result);
bool llm_call_is_abandoned(LlmCall *call);

/* The asker's side: waits until it is done (true) or `until` has come. */
bool llm_call_wait(LlmCall *call, gint64 until);
/* Leaves it to go on, unless it is done (false). */
bool llm_call_leave(LlmCall *call);
/* Gives it up, unless it is done (false). */
bool llm_call_abandon(LlmCall *call);
/* What became of a call that is done, and how long it took. */
LlmAnswer *llm_call_answer(const LlmCall *call);
