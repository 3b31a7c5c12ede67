/* Money in the store: what each call cost, who paid, and what a purse learns from it at a start. */
#include "store_case.h"

#define USD_OF(nanos) ((double)(nanos) / 1e9)

static void record_paid(StoreCase *c, const char *mailbox, const char *payer, gint64 cost,
                        gint64 now)
{
    static guint number;
    g_autofree char *id = g_strdup_printf("m%u@example.org", ++number);
    receipt_free(case_record(c, &(Given){ .from = "ann@example.org",
                                          .message_id = id,
                                          .mailbox = mailbox,
                                          .payer = payer,
                                          .ticket = PLAN_TICKET_NEW,
                                          .cost = cost,
                                          .now = now }));
}

/* The day of NOON begins eight hours before it. */
#define MIDNIGHT (NOON - 8 * HOUR)

static int setup_paid(void **state)
{
    case_setup(state);
    record_paid(*state, "support", "ann@example.org", 1000000, NOON);
    record_paid(*state, "support", "192.0.2.0/24", 30, MIDNIGHT);
    record_paid(*state, "sales", "192.0.2.0/24", 4, NOON + HOUR);
    record_paid(*state, "sales", "192.0.2.0/24", -1, NOON + HOUR);
    record_paid(*state, "sales", "192.0.2.0/24", 500, MIDNIGHT - 1);
    return 0;
}

static void a_purse_starts_with_what_was_spent_since_midnight(void **state)
{
    static const struct {
        PurseKind kind;
        const char *name;
        gint64 spent;
    } rows[] = {
        { PURSE_HOUSE, "", 1000034 },
        { PURSE_LLM, "haiku", 1000034 },
        { PURSE_MAILBOX, "support", 1000030 },
        { PURSE_MAILBOX, "sales", 4 },
        { PURSE_SENDER, "ann@example.org", 1000000 },
        { PURSE_SENDER, "192.0.2.0/24", 34 },
        { PURSE_SENDER, "", 0 },
    };
    StoreCase *c = *state;
    g_autoptr(Purse) purse = purse_new();
    assert_true(store_spent(c->store, NOON, purse, NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_int_equal(purse_spent(purse, rows[i].kind, rows[i].name, NOON), rows[i].spent);
}

static void a_purse_starts_with_what_strangers_spent(void **state)
{
    StoreCase *c = *state;
    g_autoptr(sqlite3) db = sqlite_open(c->path, SQLITE_FOR_WRITING, 5000, NULL);
    assert_true(sqlite_run(db,
                           "UPDATE decision SET proven = 1, match = 'exact'"
                           " WHERE payer = 'ann@example.org'",
                           NULL));
    g_autoptr(Purse) purse = purse_new();
    assert_true(store_spent(c->store, NOON, purse, NULL));
    PursePayer payers[PURSE_KINDS] = {
        { "", 0, 0 }, { "haiku", 0, 0 }, { "support", 0, 0 }, { "192.0.2.0/24", 0, 0 }
    };
    PurseHold hold;
    PurseRefusal refusal;
    payers[PURSE_HOUSE] = (PursePayer){ "", 2000000, 36 };
    assert_false(purse_hold(purse, payers, 3, true, NOON, &hold, &refusal));
    assert_true(refusal.strangers);
    assert_true(purse_hold(purse, payers, 2, true, NOON, &hold, &refusal));
    payers[PURSE_MAILBOX] = (PursePayer){ "sales", 2000000, 6 };
    payers[PURSE_HOUSE] = (PursePayer){ "", 2000000, 0 };
    assert_false(purse_hold(purse, payers, 3, true, NOON, &hold, &refusal));
    assert_int_equal(refusal.kind, PURSE_MAILBOX);
    assert_true(purse_hold(purse, payers, 2, true, NOON, &hold, &refusal));
}

static void a_day_without_calls_leaves_the_purse_untouched(void **state)
{
    StoreCase *c = *state;
    g_autoptr(Purse) purse = purse_new();
    assert_true(store_spent(c->store, NOON + DAY, purse, NULL));
    assert_int_equal(purse_spent(purse, PURSE_HOUSE, "", NOON + DAY), 0);
}

static void assert_number(const cJSON *json, const char *path, const char *name, double expected)
{
    const cJSON *at = json_at(json, path);
    const cJSON *number = name != NULL ? cJSON_GetObjectItemCaseSensitive(at, name) : at;
    if (!cJSON_IsNumber(number))
        fail_msg("%s has no number %s", path, name != NULL ? name : "");
    if (number->valuedouble != expected)
        fail_msg("%s %s is %.12g", path, name != NULL ? name : "", number->valuedouble);
}

static void stats_add_it_up_by_whom_it_is_spent_on(void **state)
{
    static const struct {
        const char *path, *name;
        double nanos;
    } rows[] = {
        { "money.total_usd", NULL, 1000534 },
        { "money.per_decision_usd", NULL, 1000534 / 5.0 },
        { "money.by_engine_usd", "haiku", 1000534 },
        { "money.by_purpose_usd", "triage", 1000504 },
        { "money.by_purpose_usd", "draft", 30 },
        { "money.by_mailbox_usd", "support", 1000030 },
        { "money.by_mailbox_usd", "sales", 504 },
        { "money.by_sender_usd", "192.0.2.0/24", 534 },
        { "money.by_day_usd", "2027-01-15", 1000034 },
        { "money.by_day_usd", "2027-01-14", 500 },
        { "calls.cost_usd", "haiku-1", 1000534 },
    };
    StoreCase *c = *state;
    g_autoptr(sqlite3) db = sqlite_open(c->path, SQLITE_FOR_WRITING, 5000, NULL);
    assert_true(sqlite_run(db, "UPDATE call SET purpose = 'draft' WHERE cost = 30", NULL));
    g_autoptr(cJSON) stats = store_stats(c->store, 0, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_number(stats, rows[i].path, rows[i].name, USD_OF(rows[i].nanos));
    assert_number(stats, "calls.by_purpose", "triage", 4);
    assert_number(stats, "calls.by_purpose", "draft", 1);
    assert_number(stats, "calls.without_price", "haiku-1", 1);
    assert_number(stats, "calls.asked", "haiku-1", 5);
}

/* One call of so many milliseconds each. */
static void set_latencies(StoreCase *c, const int *ms, gsize count)
{
    g_autoptr(GString) sql = g_string_new("DELETE FROM call;");
    for (gsize i = 0; i < count; i++)
        g_string_append_printf(sql,
                               "INSERT INTO call (decision, engine, model, outcome, detail,"
                               " request_id, input_tokens, cached_tokens, output_tokens, ms, at)"
                               " SELECT id, 'haiku', 'm', '%s', '', '', 1, 0, 1, %d, 1"
                               " FROM decision LIMIT 1;",
                               ms[i] < 0 ? "no-budget" : "ok", MAX(ms[i], 0));
    g_autoptr(sqlite3) db = sqlite_open(c->path, SQLITE_FOR_WRITING, 5000, NULL);
    assert_true(sqlite_run(db, sql->str, NULL));
}

static void latencies_are_those_of_calls_that_were_made(void **state)
{
    static const struct {
        int ms[21];
        gsize count;
        double p50, p95;
    } rows[] = {
        { { 7 }, 1, 7, 7 },
        { { 9, 3 }, 2, 3, 9 },
        { { 5, -1, 1, -1, 3 }, 5, 3, 5 },
        { { 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1 }, 20, 10, 19 },
        { { 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1 },
          21,
          11,
          20 },
    };
    StoreCase *c = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        set_latencies(c, rows[i].ms, rows[i].count);
        g_autoptr(cJSON) stats = store_stats(c->store, 0, NULL);
        assert_number(stats, "calls.p50_ms", "m", rows[i].p50);
        assert_number(stats, "calls.p95_ms", "m", rows[i].p95);
    }
}

static void a_ticket_shows_what_each_call_and_the_decision_cost(void **state)
{
    StoreCase *c = *state;
    g_autoptr(cJSON) known = store_ticket_json(c->store, "SUP-1001", NULL);
    g_autoptr(cJSON) unknown = store_ticket_json(c->store, "SUP-1004", NULL);
    assert_number(known, "decisions.0.cost_usd", NULL, USD_OF(1000000));
    assert_number(known, "decisions.0.calls.0.cost_usd", NULL, USD_OF(1000000));
    assert_number(unknown, "decisions.0.cost_usd", NULL, 0);
    assert_true(cJSON_IsNull(json_at(unknown, "decisions.0.calls.0.cost_usd")));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_paid, case_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_purse_starts_with_what_was_spent_since_midnight),
        TEST(a_purse_starts_with_what_strangers_spent),
        TEST(a_day_without_calls_leaves_the_purse_untouched),
        TEST(stats_add_it_up_by_whom_it_is_spent_on),
        TEST(latencies_are_those_of_calls_that_were_made),
        TEST(a_ticket_shows_what_each_call_and_the_decision_cost),
    };
    return cmocka_run_group_tests_name("store: spent", tests, NULL, NULL);
}
