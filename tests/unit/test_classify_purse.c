/* The purse: what is let through below, at and above each budget, what a day is, and that nobody
 * gets rid of a debt. */
#include "classify/purse.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MIDNIGHT (G_GINT64_CONSTANT(20000) * PURSE_DAY)
#define NOON     (MIDNIGHT + PURSE_DAY / 2)

/* Budgets of house, llm, mailbox and sender; what no test is about has no limit. */
typedef struct {
    PursePayer payers[PURSE_KINDS];
} Payers;

static Payers payers(gint64 house, gint64 llm, gint64 mailbox, gint64 sender)
{
    return (Payers){ {
        [PURSE_HOUSE] = { .name = "", .budget = house },
        [PURSE_LLM] = { .name = "haiku", .budget = llm },
        [PURSE_MAILBOX] = { .name = "support", .budget = mailbox },
        [PURSE_SENDER] = { .name = "ann@example.org", .budget = sender },
    } };
}

static Payers sender(const char *name, gint64 budget)
{
    Payers all = payers(0, 0, 0, budget);
    all.payers[PURSE_SENDER].name = name;
    return all;
}

/* A whole call; was it let through? */
static bool spend(Purse *purse, Payers of, gint64 cost, gint64 now)
{
    PurseHold hold;
    PurseRefusal refusal;
    if (!purse_hold(purse, of.payers, cost, false, now, &hold, &refusal))
        return false;
    purse_settle(purse, of.payers, &hold, cost);
    return true;
}

static void each_budget_is_kept_to_the_last_nano(void **state)
{
    (void)state;
    for (PurseKind kind = 0; kind < PURSE_KINDS; kind++) {
        g_autoptr(Purse) purse = purse_new();
        Payers of = payers(0, 0, 0, 0);
        PurseHold hold;
        PurseRefusal refusal = { .kind = PURSE_KINDS };
        of.payers[kind].budget = 100;
        assert_false(purse_hold(purse, of.payers, 101, false, NOON, &hold, &refusal));
        assert_int_equal(refusal.kind, kind);
        assert_true(spend(purse, of, 60, NOON));
        assert_false(spend(purse, of, 41, NOON));
        assert_true(spend(purse, of, 39, NOON));
        assert_true(spend(purse, of, 1, NOON));
        assert_false(spend(purse, of, 1, NOON));
        assert_int_equal(purse_spent(purse, kind, of.payers[kind].name, NOON), 100);
    }
}

static void a_refused_call_costs_nobody_anything(void **state)
{
    (void)state;
    g_autoptr(Purse) purse = purse_new();
    assert_false(spend(purse, payers(0, 0, 0, 99), 100, NOON));
    for (PurseKind kind = 0; kind < PURSE_KINDS; kind++)
        assert_int_equal(purse_spent(purse, kind, payers(0, 0, 0, 0).payers[kind].name, NOON), 0);
}

static void what_costs_nothing_is_always_let_through(void **state)
{
    (void)state;
    g_autoptr(Purse) purse = purse_new();
    assert_true(spend(purse, payers(100, 0, 0, 0), 100, NOON));
    assert_false(spend(purse, payers(100, 0, 0, 0), 1, NOON));
    assert_true(spend(purse, payers(100, 0, 0, 0), 0, NOON));
}

static void money_held_back_counts_until_it_is_settled(void **state)
{
    (void)state;
    g_autoptr(Purse) purse = purse_new();
    const Payers of = payers(100, 0, 0, 0);
    PurseHold first, second;
    PurseRefusal refusal;
    assert_true(purse_hold(purse, of.payers, 50, false, NOON, &first, &refusal));
    assert_true(purse_hold(purse, of.payers, 50, false, NOON, &second, &refusal));
    assert_false(spend(purse, of, 1, NOON));
    purse_settle(purse, of.payers, &first, 10);
    assert_int_equal(purse_spent(purse, PURSE_HOUSE, "", NOON), 60);
    assert_false(spend(purse, of, 41, NOON));
    assert_true(spend(purse, of, 40, NOON));
    purse_settle(purse, of.payers, &second, 70); /* dearer than it looked */
    assert_int_equal(purse_spent(purse, PURSE_HOUSE, "", NOON), 120);
}

static void the_first_refusal_of_a_budget_is_told_once_a_day(void **state)
{
    static const struct {
        const char *name;
        gint64 now;
        bool first;
    } rows[] = {
        { "a", NOON, true },
        { "a", NOON + 1, false },
        { "b", NOON + 1, true },
        { "a", MIDNIGHT + PURSE_DAY - 1, false },
        { "a", MIDNIGHT + PURSE_DAY, true },
        { "a", MIDNIGHT + PURSE_DAY + 1, false },
    };
    (void)state;
    g_autoptr(Purse) purse = purse_new();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        PurseHold hold;
        PurseRefusal refusal;
        assert_false(purse_hold(purse, sender(rows[i].name, 1).payers, 2, false, rows[i].now, &hold,
                                &refusal));
        assert_int_equal(refusal.first, rows[i].first);
    }
}

static void a_day_ends_at_midnight_utc(void **state)
{
    (void)state;
    g_autoptr(Purse) purse = purse_new();
    const Payers of = payers(100, 0, 0, 0);
    assert_true(spend(purse, of, 100, MIDNIGHT));
    assert_false(spend(purse, of, 1, MIDNIGHT + PURSE_DAY - 1));
    assert_true(spend(purse, of, 100, MIDNIGHT + PURSE_DAY));
    /* A message that began before midnight. */
    assert_false(spend(purse, of, 1, MIDNIGHT + PURSE_DAY - 1));
    assert_false(spend(purse, of, 1, MIDNIGHT + PURSE_DAY));
    /* A clock that was set back. */
    assert_true(spend(purse, of, 100, MIDNIGHT - PURSE_DAY));
}

static void a_call_of_yesterday_costs_today_nothing(void **state)
{
    (void)state;
    g_autoptr(Purse) purse = purse_new();
    const Payers of = payers(100, 0, 0, 0);
    PurseHold hold;
    PurseRefusal refusal;
    assert_true(purse_hold(purse, of.payers, 100, false, NOON, &hold, &refusal));
    assert_int_equal(purse_spent(purse, PURSE_HOUSE, "", NOON + PURSE_DAY), 0);
    purse_settle(purse, of.payers, &hold, 100);
    assert_int_equal(purse_spent(purse, PURSE_HOUSE, "", NOON + PURSE_DAY), 0);
}

static void what_was_spent_before_counts(void **state)
{
    (void)state;
    g_autoptr(Purse) purse = purse_new();
    purse_remember(purse, PURSE_SENDER, "ann@example.org", 60, 0, MIDNIGHT);
    assert_false(spend(purse, payers(0, 0, 0, 100), 41, NOON));
    assert_true(spend(purse, payers(0, 0, 0, 100), 40, NOON));
}

static void strangers_may_spend_their_share_and_no_more(void **state)
{
    static const struct {
        gint64 share, amount;
        bool stranger, let_through, only_their_part;
    } rows[] = {
        { 50, 49, true, true, false },   { 50, 50, true, true, false },
        { 50, 51, true, false, true },   { 50, 51, false, true, false },
        { 50, 100, false, true, false }, { 50, 101, true, false, false },
        { 100, 100, true, true, false }, { 1, 1, true, true, false },
        { 1, 2, true, false, true },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        for (PurseKind kind = PURSE_HOUSE; kind <= PURSE_MAILBOX; kind++) {
            g_autoptr(Purse) purse = purse_new();
            Payers of = payers(0, 0, 0, 0);
            PurseHold hold;
            PurseRefusal refusal = { .kind = PURSE_KINDS };
            of.payers[kind] = purse_payer(of.payers[kind].name, 100, rows[i].share);
            if (purse_hold(purse, of.payers, rows[i].amount, rows[i].stranger, NOON, &hold,
                           &refusal) != rows[i].let_through ||
                refusal.strangers != rows[i].only_their_part)
                fail_msg("row %zu, %s", i, purse_kind_name(kind));
        }
    }
}

static void what_strangers_left_is_for_contacts(void **state)
{
    (void)state;
    g_autoptr(Purse) purse = purse_new();
    Payers of = payers(0, 0, 0, 0);
    PurseHold hold;
    PurseRefusal refusal;
    of.payers[PURSE_HOUSE] = purse_payer("", 100, 50);
    purse_remember(purse, PURSE_HOUSE, "", 20, 10, MIDNIGHT);
    assert_true(purse_hold(purse, of.payers, 40, true, NOON, &hold, &refusal));
    assert_false(purse_hold(purse, of.payers, 1, true, NOON, &hold, &refusal));
    assert_true(refusal.strangers && refusal.first);
    assert_true(purse_hold(purse, of.payers, 30, false, NOON, &hold, &refusal));
    purse_settle(purse, of.payers, &hold, 30);
    assert_false(purse_hold(purse, of.payers, 1, true, NOON, &hold, &refusal));
    assert_false(refusal.first);
}

static void a_share_is_of_each_budget_there_is(void **state)
{
    (void)state;
    assert_int_equal(purse_payer("", 0, 50).strangers, 0);
    assert_int_equal(purse_payer("", 1000, 100).strangers, 0);
    assert_int_equal(purse_payer("", 1000, 1).strangers, 10);
    assert_int_equal(purse_payer("", 10, 1).strangers, 1); /* 0 would be without limit */
    assert_int_equal(purse_payer("", G_MAXINT64, 99).strangers, G_MAXINT64 / 100 * 99);
}

static void one_senders_debt_is_nobody_elses(void **state)
{
    (void)state;
    g_autoptr(Purse) purse = purse_new();
    assert_true(spend(purse, sender("198.51.100.0/24", 100), 100, NOON));
    assert_false(spend(purse, sender("198.51.100.0/24", 100), 1, NOON));
    assert_true(spend(purse, sender("tom@example.org", 100), 100, NOON));
}

/* Each of them spends once. */
static void flood(Purse *purse, guint count, gint64 cost)
{
    for (guint i = 0; i < count; i++) {
        g_autofree char *name = g_strdup_printf("flood-%u", i);
        assert_true(spend(purse, sender(name, 0), cost, NOON));
    }
}

static void nobody_gets_rid_of_a_debt_under_other_names(void **state)
{
    (void)state;
    g_autoptr(Purse) purse = purse_new();
    assert_true(spend(purse, sender("eve", 0), 100, NOON));
    flood(purse, PURSE_PAYERS_MAX, 10);
    assert_false(spend(purse, sender("eve", 100), 1, NOON));
    flood(purse, 3 * PURSE_PAYERS_MAX, 10);
    assert_false(spend(purse, sender("eve", 100), 1, NOON));
    assert_true(purse_spent(purse, PURSE_SENDER, "flood-1", NOON) <= 50);
}

static void a_newcomer_is_charged_no_more_than_who_spent_least(void **state)
{
    (void)state;
    g_autoptr(Purse) purse = purse_new();
    flood(purse, PURSE_PAYERS_MAX - 1, 10);
    assert_true(spend(purse, sender("ann", 0), 3, NOON));
    assert_true(spend(purse, sender("new", 0), 1, NOON));
    assert_int_equal(purse_spent(purse, PURSE_SENDER, "new", NOON), 3 + 1);
    assert_int_equal(purse_spent(purse, PURSE_SENDER, "ann", NOON), 0);
}

static void sums_end_at_the_highest_number(void **state)
{
    (void)state;
    g_autoptr(Purse) purse = purse_new();
    assert_true(spend(purse, payers(0, 0, 0, 0), G_MAXINT64, NOON));
    assert_true(spend(purse, payers(0, 0, 0, 0), G_MAXINT64, NOON));
    assert_int_equal(purse_spent(purse, PURSE_HOUSE, "", NOON), G_MAXINT64);
    assert_false(spend(purse, payers(1, 0, 0, 0), 1, NOON));
}

#define THREADS 8
#define CALLS   1000

static void *spend_much(void *data)
{
    guint let_through = 0;
    for (int i = 0; i < CALLS; i++)
        let_through += spend(data, payers(2500, 0, 0, 0), 1, NOON);
    return GUINT_TO_POINTER(let_through);
}

static void many_at_once_cant_overdraw(void **state)
{
    (void)state;
    g_autoptr(Purse) purse = purse_new();
    pthread_t threads[THREADS];
    guint sum = 0;
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, spend_much, purse), 0);
    for (int i = 0; i < THREADS; i++) {
        void *let_through;
        pthread_join(threads[i], &let_through);
        sum += GPOINTER_TO_UINT(let_through);
    }
    assert_int_equal(sum, 2500);
    assert_int_equal(purse_spent(purse, PURSE_HOUSE, "", NOON), 2500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_budget_is_kept_to_the_last_nano),
        cmocka_unit_test(a_refused_call_costs_nobody_anything),
        cmocka_unit_test(what_costs_nothing_is_always_let_through),
        cmocka_unit_test(money_held_back_counts_until_it_is_settled),
        cmocka_unit_test(the_first_refusal_of_a_budget_is_told_once_a_day),
        cmocka_unit_test(a_day_ends_at_midnight_utc),
        cmocka_unit_test(a_call_of_yesterday_costs_today_nothing),
        cmocka_unit_test(what_was_spent_before_counts),
        cmocka_unit_test(strangers_may_spend_their_share_and_no_more),
        cmocka_unit_test(what_strangers_left_is_for_contacts),
        cmocka_unit_test(a_share_is_of_each_budget_there_is),
        cmocka_unit_test(one_senders_debt_is_nobody_elses),
        cmocka_unit_test(nobody_gets_rid_of_a_debt_under_other_names),
        cmocka_unit_test(a_newcomer_is_charged_no_more_than_who_spent_least),
        cmocka_unit_test(sums_end_at_the_highest_number),
        cmocka_unit_test(many_at_once_cant_overdraw),
    };
    return cmocka_run_group_tests_name("classify: purse", tests, NULL, NULL);
}
