/* Private to llm/: may this model be asked now?  A value per model; all functions are pure, times
 * are monotonic microseconds. */
#pragma once

#include "llm/llm.h"

/* Opens after so many failures among the last answers. */
#define BREAKER_WINDOW   10
#define BREAKER_FAILURES 5
/* How long it stays open before one call may try again; doubled each time that fails. */
#define BREAKER_OPEN_FIRST (30 * G_USEC_PER_SEC)
#define BREAKER_OPEN_MAX   (600 * G_USEC_PER_SEC)
/* How soon it is worth while to look for a probe's result. */
#define BREAKER_PROBE_LOOK (1 * G_USEC_PER_SEC)
/* A call that was given less time than this and got no answer says nothing about the server, and
 * only gives back the place of a probe. */
#define BREAKER_FAIR_MS 1000
/* Retries that may be made before any answer, and how many each further call is good for. */
#define BREAKER_RETRIES_MAX  10
#define BREAKER_RETRIES_EACH 0.1

typedef struct {
    guint failures;    /* of the latest answers: a bit each, the last one the lowest */
    guint busy;        /* the same of those that ask for patience */
    bool busy_told;    /* the alarm is out */
    gint64 open_until; /* 0: closed */
    gint64 open_for;   /* the next time */
    gint64 paused_until;
    bool probing; /* one call is out to see whether it is back */
    double retries;
} Breaker;

void breaker_init(Breaker *breaker);

typedef enum { BREAKER_ADMITS, BREAKER_PROBES, BREAKER_REFUSES } BreakerAdmission;
/* May a call be made?  If so, breaker_note() must follow.  BREAKER_REFUSES: *wait is how long. */
BreakerAdmission breaker_admit(Breaker *breaker, gint64 now, gint64 *wait);

/* BREAKER_BUSY: still asked, but it seldom answers.  BREAKER_CLOSED ends that too. */
typedef enum { BREAKER_SAME, BREAKER_OPENED, BREAKER_BUSY, BREAKER_CLOSED } BreakerChange;
BreakerChange breaker_note(Breaker *breaker, BreakerAdmission admission, const LlmAnswer *answer,
                           gint64 now);

/* Takes one retry out of the budget; false if it is empty. */
bool breaker_may_retry(Breaker *breaker);
