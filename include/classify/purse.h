/* The purse: what calls to models have cost today, and what they may still cost.
 *
 * A day is a UTC day.  A call concerns four payers at once: the house, its model, its mailbox, its
 * sender.  It is made only if it stays within the budget of each, so what it may cost at most is
 * held back before, and settled when its price is known: calls made side by side can't overdraw.
 * Money is in nano-USD, times in epoch seconds.  Any thread. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef enum { PURSE_HOUSE, PURSE_LLM, PURSE_MAILBOX, PURSE_SENDER, PURSE_KINDS } PurseKind;
const char *purse_kind_name(PurseKind kind); /* "house", "llm", "mailbox", "sender" */

/* Payers of a kind that are remembered.  When there are more, the one that spent least gives its
 * place and its sum to the newcomer: nobody gets rid of a debt by sending under other names. */
#define PURSE_PAYERS_MAX 4096

typedef struct Purse Purse;
Purse *purse_new(void);
void purse_free(Purse *purse);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Purse, purse_free)

/* Who pays for a call. */
typedef struct {
    const char *name;
    gint64 budget;    /* a day; 0: without limit */
    gint64 strangers; /* of that, what all strangers together may spend; 0: all of it */
} PursePayer;

/* One of whose `budget` strangers may spend `share` percent. */
PursePayer purse_payer(const char *name, gint64 budget, gint64 share);

/* Money held back for a call that is under way. */
typedef struct {
    gint64 amount, day;
    bool stranger;
} PurseHold;

/* Whose budget refused a call, whether it was only the part for strangers that is spent, and
 * whether it is the first refusal of the kind that day. */
typedef struct {
    PurseKind kind;
    bool strangers, first;
} PurseRefusal;

/* Holds `amount` back for the mail of a stranger, or of a contact.  A call that costs nothing is
 * always let through.  false: *refusal says why, and nothing is held. */
bool purse_hold(Purse *purse, const PursePayer payers[PURSE_KINDS], gint64 amount, bool stranger,
                gint64 now, PurseHold *hold, PurseRefusal *refusal);
/* Ends the hold: the call has cost `cost`.  One of a day that is over costs today nothing. */
void purse_settle(Purse *purse, const PursePayer payers[PURSE_KINDS], const PurseHold *hold,
                  gint64 cost);

/* Adds what was spent before a start, `strangers` of it by strangers. */
void purse_remember(Purse *purse, PurseKind kind, const char *name, gint64 cost, gint64 strangers,
                    gint64 now);
/* Of today, with what is held back. */
gint64 purse_spent(Purse *purse, PurseKind kind, const char *name, gint64 now);

#define PURSE_DAY 86400
