/* Query plans: nothing that is asked or written for each mail reads a whole table. */
#include "store_case.h"

#include "store/answer.h"
#include "store/parts.h"

#define MAILS 20

/* What a query computes itself and bounds. */
static bool is_bounded(const char *step)
{
    static const char *const bounded[] = { "VIRTUAL TABLE", "CONSTANT ROW", "SCAN named",
                                           "SCAN latest", "SCAN asked" };
    for (gsize i = 0; i < G_N_ELEMENTS(bounded); i++) {
        if (strstr(step, bounded[i]) != NULL)
            return true;
    }
    return false;
}

/* The steps of a statement's plan, a line each. */
static char *plan_of(sqlite3 *db, const char *sql)
{
    g_autofree char *explain = g_strconcat("EXPLAIN QUERY PLAN ", sql, NULL);
    g_autoptr(sqlite3_stmt) plan = sqlite_prepare(db, explain, NULL);
    GString *steps = g_string_new(NULL);
    while (plan != NULL && sqlite_step(plan, NULL) == SQLITE_ROW) {
        g_autofree char *step = sqlite_text(plan, 3, 1024);
        g_string_append_printf(steps, "%s\n", step);
    }
    return g_string_free(steps, FALSE);
}

/* Plans of the statements that a connection has prepared and that hold `part`. */
static GPtrArray *plans_of(Connection *connection, const char *part)
{
    GPtrArray *plans = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GList) kept = g_hash_table_get_keys(connection->statements);
    for (GList *sql = kept; sql != NULL; sql = sql->next) {
        if (strstr(sql->data, part) != NULL)
            g_ptr_array_add(plans, plan_of(connection->db, sql->data));
    }
    return plans;
}

static GPtrArray *plans_of_reader(StoreCase *c, const char *part)
{
    g_auto(Reader) reader = pool_take(c->store->pool, NULL);
    return plans_of(reader.connection, part);
}

static bool take_plans(Connection *connection, gpointer work, GError **error)
{
    (void)error;
    *(GPtrArray **)work = plans_of(connection, "");
    return true;
}

static GPtrArray *plans_of_writer(StoreCase *c)
{
    GPtrArray *plans = NULL;
    assert_true(writer_write(c->store->writer, take_plans, &plans, NULL,
                             g_get_monotonic_time() + STORE_PATIENCE, NULL));
    return plans;
}

static void expect_no_scans(const GPtrArray *plans)
{
    assert_true(plans->len > 0);
    for (guint i = 0; i < plans->len; i++) {
        g_auto(GStrv) steps = g_strsplit(plans->pdata[i], "\n", -1);
        for (char **step = steps; *step != NULL; step++) {
            if (g_str_has_prefix(*step, "SCAN ") && !is_bounded(*step))
                fail_msg("a whole table is read:\n%s", (char *)plans->pdata[i]);
        }
    }
}

/* What the pipeline does for one mail, each with its own question. */
static void triage(StoreCase *c, int number)
{
    g_autofree char *id = g_strdup_printf("%d@example.org", number);
    g_autofree char *question = g_strdup_printf("q%d", number);
    const Given given = { .from = "ann@example.org",
                          .message_id = id,
                          .in_reply_to = "1@example.org",
                          .question = question,
                          .ticket = PLAN_TICKET_NEW };
    recalled_free(case_recall(c, &given, "SUP-1001", 3600 * 1000));
    classification_free(store_answer(c->store, question, NOON - 3600, c->fields, NULL));
    g_autoptr(Receipt) receipt = case_record(c, &given);
    g_autoptr(StoredDecision) stored =
        store_decision(c->store, receipt->decision_id, c->fields, NULL);
    assert_non_null(stored);
    store_marked(c->store, receipt->decision_id, number % 2 == 0 ? MARKED : MARK_FAILED);
}

static void no_mail_costs_a_scan(void **state)
{
    StoreCase *c = *state;
    for (int i = 1; i <= MAILS; i++)
        triage(c, i);
    g_autoptr(GPtrArray) reading = plans_of_reader(c, ""), writing = plans_of_writer(c);
    expect_no_scans(reading);
    expect_no_scans(writing);
}

static void a_question_is_found_by_its_index_among_answers_of_models(void **state)
{
    StoreCase *c = *state;
    triage(c, 1);
    g_autoptr(GPtrArray) plans = plans_of_reader(c, "question = ?1");
    g_autofree char *index =
        case_text(c, "SELECT sql FROM sqlite_schema WHERE name = 'decision_question'");
    assert_int_equal(plans->len, 1);
    assert_non_null(
        strstr(plans->pdata[0],
               "SEARCH decision USING INDEX decision_question (question=? AND created>?)"));
    assert_non_null(strstr(index, "WHERE question <> '' AND status <> 'cache'"));
}

static bool has_answer(StoreCase *c)
{
    g_autoptr(Classification) answer = store_answer(c->store, "q1", NOON - 3600, c->fields, NULL);
    return answer != NULL;
}

/* Later decisions of the same question without an answer, as they are while no model can be
 * reached.
 */
static void add_unanswered(StoreCase *c, int from, int to)
{
    g_autoptr(sqlite3) db = sqlite_open(c->path, SQLITE_FOR_WRITING, 5000, NULL);
    g_autofree char *sql = g_strdup_printf(
        "WITH RECURSIVE n (i) AS (SELECT %d UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
        "INSERT INTO decision (id, mailbox, identity, standing, marked, message, status, why,"
        " engine, proven, proven_reason, customer, match, manifest, quotes_failed, ms, created,"
        " question) SELECT printf('N%%015d', i), mailbox, identity || i, 1, marked, message,"
        " 'fallback', why, engine, proven, proven_reason, customer, match, manifest,"
        " quotes_failed, ms, created + 1, question FROM n, decision WHERE status = 'llm'",
        from, to);
    assert_true(sqlite_run(db, sql, NULL));
}

static void an_answer_is_searched_among_the_newest_decisions_but_not_among_copies(void **state)
{
    StoreCase *c = *state;
    triage(c, 1);
    add_unanswered(c, 1, 63);
    assert_true(has_answer(c));
    add_unanswered(c, 64, 64);
    assert_false(has_answer(c));
    g_autoptr(sqlite3) db = sqlite_open(c->path, SQLITE_FOR_WRITING, 5000, NULL);
    assert_true(
        sqlite_run(db, "UPDATE decision SET status = 'cache' WHERE status = 'fallback'", NULL));
    assert_true(has_answer(c));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, case_setup, case_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(no_mail_costs_a_scan),
        TEST(a_question_is_found_by_its_index_among_answers_of_models),
        TEST(an_answer_is_searched_among_the_newest_decisions_but_not_among_copies),
    };
    return cmocka_run_group_tests_name("store: plans", tests, NULL, NULL);
}
