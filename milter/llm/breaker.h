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

/* Answers in a row that can't be used, and from how many accounts at least, before the
 * administrator is notified: a few may be the work of one sender, whose mail makes a model answer
 * nonsense. */
#define BREAKER_INVALID_ANSWERS  20
#define BREAKER_INVALID_ACCOUNTS 10

typedef struct {
    guint failures;    /* of the latest answers: a bit each, the last one the lowest */
    guint busy;        /* the same of those that ask for patience */
    bool busy_told;    /* the alarm is out */
    gint64 open_until; /* 0: closed */
    gint64 open_for;   /* the next time */
    gint64 paused_until;
    bool probing; /* one call is out to see whether it is back */
    double retries;
    guint invalid;                            /* answers in a row that can't be used */
    guint accounts[BREAKER_INVALID_ACCOUNTS]; /* whose mail they were about, by hash */
    guint account_count;
    bool invalid_notified;
} Breaker;

void breaker_init(Breaker *breaker);

typedef enum { BREAKER_ADMITS, BREAKER_PROBES, BREAKER_REFUSES } BreakerAdmission;
/* May a call be made?  If so, breaker_note() must follow.  BREAKER_REFUSES: *wait is how long. */
BreakerAdmission breaker_admit(Breaker *breaker, gint64 now, gint64 *wait);

/* BREAKER_BUSY: still asked, but it seldom answers.  BREAKER_CLOSED ends that too. BREAKER_INVALID:
 * it answers, but nothing that can be used; BREAKER_VALID ends that. */
typedef enum {
    BREAKER_SAME,
    BREAKER_OPENED,
    BREAKER_BUSY,
    BREAKER_CLOSED,
    BREAKER_INVALID,
    BREAKER_VALID
} BreakerChange;
BreakerChange breaker_note(Breaker *breaker, BreakerAdmission admission, const LlmAnswer *answer,
                           gint64 now);

/* Notes whether an answer that arrived could be used.  Once BREAKER_INVALID_ANSWERS in a row from
 * BREAKER_INVALID_ACCOUNTS accounts could not, each further one pauses the model for `pause`
 * microseconds (0: no pause).  Opens nothing: the server is alive. */
BreakerChange breaker_note_checked(Breaker *breaker, bool usable, guint account, gint64 pause,
                                   gint64 now);

/* Takes one retry out of the budget; false if it is empty. */
bool breaker_may_retry(Breaker *breaker);
