/* Private to llm/: what the dispatcher's thread waits for. */
#pragma once

#include <curl/curl.h>
#include <glib.h>
#include <stdbool.h>

typedef struct {
    CURLM *multi;
    int epoll, wakeup;
    gint64 due; /* when curl wants to be called in any case, monotonic microseconds; -1: never */
} LlmLoop;

/* Stays where it is.  false: no memory or descriptors; to be cleared all the same. */
bool llm_loop_init(LlmLoop *loop);
void llm_loop_clear(LlmLoop *loop);
/* Any thread: the turn that is going on, or the next one, doesn't wait. */
void llm_loop_wake(LlmLoop *loop);
/* Waits until something can be done, and has curl do it. */
void llm_loop_turn(LlmLoop *loop);
