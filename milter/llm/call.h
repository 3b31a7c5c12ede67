/* Private to llm/: one HTTP call in flight. */
#pragma once

#include "llm/llm.h"

#include <curl/curl.h>
#include <pthread.h>

typedef struct {
    guint refs; /* of the asker, the inbox (each posting) and the running set; under the lock */
    LlmHttpRequest *http;
    CURL *easy; /* the dispatcher's from the first posting on */
    struct curl_slist *lines;
    gint64 began, deadline; /* monotonic microseconds */

    /* Written by the dispatcher's thread, read by the asker once `done` is seen. */
    GString *body;
    GHashTable *headers; /* lower-case name ─▶ value */
    gsize body_max;
    bool body_too_long;
    CURLcode result;
    long status;

    /* Under the dispatcher's lock. */
    bool running, abandoned, done;
    gint64 ended; /* monotonic microseconds, once it is done */
    pthread_cond_t changed;
} LlmCall;

/* NULL if curl has no memory.  `http` becomes the call's own. */
LlmCall *llm_call_new(LlmHttpRequest *http, gsize body_max, gint64 deadline);
void llm_call_free(LlmCall *call);
/* What became of a call that is done. */
LlmAnswer *llm_call_answer(const LlmCall *call, const LlmModel *model);
