/* A breaker: a model that fails again and again, or that nobody paid for, is left alone for a while
 * and then tried by a single call.
 *
 * What an outcome says about the server is a row.  An answer that we don't like is still one, and a
 * busy server isn't broken: it is paused for as long as it asks.  The budget for retries grows with
 * the calls that are made, so that an outage costs a tenth more requests, not three times as many.
 */
#include "llm/breaker.h"

typedef enum { ALIVE, BUSY, FAILING, CLOSED_TO_US } Sign;

static const Sign signs[] = {
    [LLM_RATE_LIMITED] = BUSY,   [LLM_QUOTA] = CLOSED_TO_US, [LLM_AUTH] = CLOSED_TO_US,
    [LLM_BAD_REQUEST] = FAILING, [LLM_SERVER] = FAILING,     [LLM_TRANSPORT] = FAILING,
    [LLM_DEADLINE] = FAILING,
};

static Sign sign_of(LlmOutcome outcome)
{
    return (gsize)outcome < G_N_ELEMENTS(signs) ? signs[outcome] : ALIVE;
}

void breaker_init(Breaker *breaker)
{
    *breaker = (Breaker){ .open_for = BREAKER_OPEN_FIRST, .retries = BREAKER_RETRIES_MAX };
}

BreakerAdmission breaker_admit(Breaker *breaker, gint64 now, gint64 *wait)
{
    *wait = MAX(breaker->open_until, breaker->paused_until) - now;
    if (*wait <= 0 && breaker->probing)
        *wait = BREAKER_PROBE_LOOK;
    if (*wait > 0)
        return BREAKER_REFUSES;
    breaker->retries = MIN(breaker->retries + BREAKER_RETRIES_EACH, BREAKER_RETRIES_MAX);
    breaker->probing = breaker->open_until != 0;
    return breaker->probing ? BREAKER_PROBES : BREAKER_ADMITS;
}

static void open_for_a_while(Breaker *breaker, gint64 now)
{
    breaker->open_until = now + breaker->open_for;
    breaker->open_for = MIN(breaker->open_for * 2, BREAKER_OPEN_MAX);
}

static void close_again(Breaker *breaker)
{
    breaker->open_until = 0;
    breaker->open_for = BREAKER_OPEN_FIRST;
    breaker->failures = breaker->busy = 0;
    breaker->busy_told = false;
}

static BreakerChange note_probe(Breaker *breaker, Sign sign, gint64 now)
{
    breaker->probing = false;
    if (sign == FAILING || sign == CLOSED_TO_US) {
        open_for_a_while(breaker, now);
        return BREAKER_SAME;
    }
    close_again(breaker);
    return BREAKER_CLOSED;
}

static guint latest(guint answers, bool is_one)
{
    return (answers << 1 | is_one) & ((1u << BREAKER_WINDOW) - 1);
}

/* Opens nothing: the server's word is kept.  But it is news when the baseline answers for long. */
static BreakerChange note_busy(Breaker *breaker, Sign sign, gint64 pause)
{
    breaker->busy = latest(breaker->busy, sign == BUSY);
    bool often = __builtin_popcount(breaker->busy) >= BREAKER_FAILURES;
    bool told = breaker->busy_told;
    breaker->busy_told = told ? breaker->busy != 0 : often || pause >= BREAKER_OPEN_FIRST;
    if (told == breaker->busy_told)
        return BREAKER_SAME;
    return told ? BREAKER_CLOSED : BREAKER_BUSY;
}

/* What comes back while it is open was asked before, and is no news. */
static BreakerChange note_call(Breaker *breaker, Sign sign, gint64 pause, gint64 now)
{
    if (breaker->open_until != 0)
        return BREAKER_SAME;
    breaker->failures = latest(breaker->failures, sign == FAILING);
    if (sign != CLOSED_TO_US && __builtin_popcount(breaker->failures) < BREAKER_FAILURES)
        return note_busy(breaker, sign, pause);
    open_for_a_while(breaker, now);
    return BREAKER_OPENED;
}

/* None if the server doesn't say how long: then the asker waits as it thinks fit. */
static gint64 pause_of(const LlmAnswer *answer)
{
    return CLAMP(answer->retry_after_ms, 0, BREAKER_OPEN_MAX / 1000) * 1000;
}

BreakerChange breaker_note(Breaker *breaker, BreakerAdmission admission, const LlmAnswer *answer,
                           gint64 now)
{
    Sign sign = sign_of(answer->outcome);
    bool unfair = answer->outcome == LLM_DEADLINE && answer->ms < BREAKER_FAIR_MS;
    gint64 pause = sign == BUSY ? pause_of(answer) : 0;
    if (sign == BUSY)
        breaker->paused_until = MAX(breaker->paused_until, now + pause);
    if (unfair && admission == BREAKER_PROBES)
        breaker->probing = false; /* the next one tries */
    if (unfair)
        return BREAKER_SAME;
    return admission == BREAKER_PROBES ? note_probe(breaker, sign, now)
                                       : note_call(breaker, sign, pause, now);
}

static void add_account(Breaker *breaker, guint account)
{
    for (guint i = 0; i < breaker->account_count; i++)
        if (breaker->accounts[i] == account)
            return;
    if (breaker->account_count < BREAKER_INVALID_ACCOUNTS)
        breaker->accounts[breaker->account_count++] = account;
}

BreakerChange breaker_note_checked(Breaker *breaker, bool usable, guint account, gint64 pause,
                                   gint64 now)
{
    bool notified = breaker->invalid_notified;
    if (usable) {
        breaker->invalid = breaker->account_count = 0;
        breaker->invalid_notified = false;
        return notified ? BREAKER_VALID : BREAKER_SAME;
    }
    breaker->invalid = MIN(breaker->invalid + 1, BREAKER_INVALID_ANSWERS);
    add_account(breaker, account);
    if (breaker->invalid < BREAKER_INVALID_ANSWERS ||
        breaker->account_count < BREAKER_INVALID_ACCOUNTS)
        return BREAKER_SAME;
    breaker->paused_until = MAX(breaker->paused_until, now + pause);
    breaker->invalid_notified = true;
    return notified ? BREAKER_SAME : BREAKER_INVALID;
}

bool breaker_may_retry(Breaker *breaker)
{
    if (breaker->retries < 1)
        return false;
    breaker->retries--;
    return true;
}
