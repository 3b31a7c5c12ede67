/* The purse: sums by payer, for one day at a time.
 *
 * Too many payers of a kind are counted as in the Space-Saving algorithm: no sum is ever too low,
 * and none is too high by more than all spent divided by PURSE_PAYERS_MAX.  Sums end at the highest
 * number rather than run over.  The clock is the caller's. */
#include "classify/purse.h"

#include <pthread.h>

typedef struct {
    gint64 spent, held;
    gint64 strangers;                /* of both together, what strangers' mail took */
    bool refused, strangers_refused; /* today */
} Account;

struct Purse {
    pthread_mutex_t lock; /* guards all */
    gint64 day;
    GHashTable *accounts[PURSE_KINDS]; /* name ─▶ Account* */
};

const char *purse_kind_name(PurseKind kind)
{
    static const char *const names[] = { "house", "llm", "mailbox", "sender" };
    return names[kind];
}

Purse *purse_new(void)
{
    Purse *purse = g_new0(Purse, 1);
    pthread_mutex_init(&purse->lock, NULL);
    for (PurseKind kind = 0; kind < PURSE_KINDS; kind++)
        purse->accounts[kind] = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return purse;
}

void purse_free(Purse *purse)
{
    if (purse == NULL)
        return;
    for (PurseKind kind = 0; kind < PURSE_KINDS; kind++)
        g_hash_table_unref(purse->accounts[kind]);
    pthread_mutex_destroy(&purse->lock);
    g_free(purse);
}

/* What follows is called with the lock held. */

static gint64 add(gint64 a, gint64 b)
{
    return a > G_MAXINT64 - b ? G_MAXINT64 : a + b;
}

static gint64 total(const Account *account)
{
    return add(account->spent, account->held);
}

/* A message that began before midnight doesn't bring yesterday back; a clock that was set does. */
static void begin_day(Purse *purse, gint64 now)
{
    gint64 day = now / PURSE_DAY;
    if (day == purse->day || day == purse->day - 1)
        return;
    purse->day = day;
    for (PurseKind kind = 0; kind < PURSE_KINDS; kind++)
        g_hash_table_remove_all(purse->accounts[kind]);
}

/* Forgets who spent least, and tells how much that was. */
static gint64 forget_least(GHashTable *accounts)
{
    GHashTableIter iter;
    gpointer name, account, least_name = NULL;
    gint64 least = G_MAXINT64;
    g_hash_table_iter_init(&iter, accounts);
    while (g_hash_table_iter_next(&iter, &name, &account)) {
        if (least_name != NULL && total(account) >= least)
            continue;
        least = total(account);
        least_name = name;
    }
    g_hash_table_remove(accounts, least_name);
    return least;
}

static Account *account_of(Purse *purse, PurseKind kind, const char *name)
{
    GHashTable *accounts = purse->accounts[kind];
    Account *account = g_hash_table_lookup(accounts, name);
    if (account != NULL)
        return account;
    account = g_new0(Account, 1);
    if (g_hash_table_size(accounts) >= PURSE_PAYERS_MAX)
        account->spent = forget_least(accounts);
    g_hash_table_insert(accounts, g_strdup(name), account);
    return account;
}

static bool has_room(Purse *purse, PurseKind kind, const PursePayer *payer, const PurseHold *hold,
                     PurseRefusal *refusal)
{
    if (payer->budget == 0)
        return true;
    Account *account = account_of(purse, kind, payer->name);
    bool fits = add(total(account), hold->amount) <= payer->budget;
    bool bounded = hold->stranger && payer->strangers > 0;
    if (fits && (!bounded || add(account->strangers, hold->amount) <= payer->strangers))
        return true;
    bool *refused = fits ? &account->strangers_refused : &account->refused;
    *refusal = (PurseRefusal){ kind, fits, !*refused };
    *refused = true;
    return false;
}

static bool hold_back(Purse *purse, const PursePayer *payers, const PurseHold *hold,
                      PurseRefusal *refusal)
{
    for (PurseKind kind = 0; kind < PURSE_KINDS; kind++) {
        if (!has_room(purse, kind, &payers[kind], hold, refusal))
            return false;
    }
    for (PurseKind kind = 0; kind < PURSE_KINDS; kind++) {
        Account *account = account_of(purse, kind, payers[kind].name);
        account->held = add(account->held, hold->amount);
        if (hold->stranger)
            account->strangers = add(account->strangers, hold->amount);
    }
    return true;
}

PursePayer purse_payer(const char *name, gint64 budget, gint64 share)
{
    /* Divided first: a budget in nano-USD times a hundred may not fit. */
    gint64 part = budget / 100 * share;
    return (PursePayer){ name, budget, budget == 0 || share >= 100 ? 0 : MAX(part, 1) };
}

/* What follows takes the lock. */

bool purse_hold(Purse *purse, const PursePayer payers[PURSE_KINDS], gint64 amount, bool stranger,
                gint64 now, PurseHold *hold, PurseRefusal *refusal)
{
    pthread_mutex_lock(&purse->lock);
    begin_day(purse, now);
    *hold = (PurseHold){ amount, purse->day, stranger };
    bool held = amount <= 0 || hold_back(purse, payers, hold, refusal);
    pthread_mutex_unlock(&purse->lock);
    return held;
}

void purse_settle(Purse *purse, const PursePayer payers[PURSE_KINDS], const PurseHold *hold,
                  gint64 cost)
{
    pthread_mutex_lock(&purse->lock);
    for (PurseKind kind = 0; kind < PURSE_KINDS && hold->day == purse->day; kind++) {
        Account *account = account_of(purse, kind, payers[kind].name);
        account->held -= MIN(account->held, hold->amount);
        account->spent = add(account->spent, MAX(cost, 0));
        if (!hold->stranger)
            continue;
        account->strangers -= MIN(account->strangers, hold->amount);
        account->strangers = add(account->strangers, MAX(cost, 0));
    }
    pthread_mutex_unlock(&purse->lock);
}

void purse_remember(Purse *purse, PurseKind kind, const char *name, gint64 cost, gint64 strangers,
                    gint64 now)
{
    pthread_mutex_lock(&purse->lock);
    begin_day(purse, now);
    Account *account = account_of(purse, kind, name);
    account->spent = add(account->spent, MAX(cost, 0));
    account->strangers = add(account->strangers, MAX(strangers, 0));
    pthread_mutex_unlock(&purse->lock);
}

gint64 purse_spent(Purse *purse, PurseKind kind, const char *name, gint64 now)
{
    pthread_mutex_lock(&purse->lock);
    begin_day(purse, now);
    const Account *account = g_hash_table_lookup(purse->accounts[kind], name);
    gint64 spent = account != NULL ? total(account) : 0;
    pthread_mutex_unlock(&purse->lock);
    return spent;
}
