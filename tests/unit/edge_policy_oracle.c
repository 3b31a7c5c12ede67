/* The evaluator against an oracle: random conditions over random facts, some of them unknown, are
 * said in our language and in SQL, and SQLite has to agree with us.
 *
 * In SQL every comparison is wrapped in coalesce(…, 0), which makes it two-valued as ours are.
 * Ordered values are ranks there.  HAS has no counterpart; its table is in
 * test_policy_expression.c. */
#include "policy_fixture.h"

#include "policy/expression.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>

#include <cmocka.h>

#define CASES     20000
#define SEED      20260815
#define DEPTH_MAX 4

typedef enum { TEXT, NUMBER, YES_NO, ENUM, RANK } Sort;

static const char *const match_tokens[] = { "none", "exact", "domain", "ambiguous", NULL };

/* The columns of the one row there is, two of each sort. */
static const struct {
    const char *name;
    Sort sort;
    const char *const *tokens;
} columns[] = {
    { "company", TEXT, NULL },           { "industry", TEXT, NULL },
    { "company_size", NUMBER, NULL },    { "lead_budget", NUMBER, NULL },
    { "earlier_contact", YES_NO, NULL }, { "follow_up", YES_NO, NULL },
    { "match", ENUM, match_tokens },     { "customer_tier", RANK, fixture_tiers },
};

typedef struct {
    GRand *random;
    GString *ours, *sql;
    char *values[G_N_ELEMENTS(columns)]; /* NULL: unknown */
} Case;

static guint pick(Case *test, guint count)
{
    return (guint)g_rand_int_range(test->random, 0, (gint32)count);
}

static void say(Case *test, const char *text)
{
    g_string_append(test->ours, text);
    g_string_append(test->sql, text);
}

/* Short texts of few letters, so that they often meet; with what LIKE takes for wildcards. */
static char *random_text(Case *test)
{
    static const char *const letters[] = { "a", "a", "b", "ä", "本", "%", "_" };
    GString *text = g_string_new(NULL);
    for (guint length = pick(test, 5); length > 0; length--)
        g_string_append(text, letters[pick(test, G_N_ELEMENTS(letters))]);
    return g_string_free(text, FALSE);
}

static char *random_value(Case *test, guint column)
{
    static const char *const numbers[] = { "0", "1", "2", "2.5", "1000", "1e3" };
    if (columns[column].sort == TEXT)
        return random_text(test);
    if (columns[column].sort == NUMBER)
        return g_strdup(numbers[pick(test, G_N_ELEMENTS(numbers))]);
    if (columns[column].sort == YES_NO)
        return g_strdup(pick(test, 2) == 1 ? "yes" : "no");
    return g_strdup(
        columns[column].tokens[pick(test, g_strv_length((char **)columns[column].tokens))]);
}

/* A value as SQL says it. */
static char *sql_value(guint column, const char *value)
{
    guint rank = 0;
    if (columns[column].sort == NUMBER)
        return g_strdup(value);
    if (columns[column].sort == YES_NO)
        return g_strdup(g_str_equal(value, "yes") ? "1" : "0");
    if (columns[column].sort != RANK)
        return g_strdup_printf("'%s'", value);
    while (!g_str_equal(columns[column].tokens[rank], value))
        rank++;
    return g_strdup_printf("%u", rank);
}

static void say_literal(Case *test, guint column)
{
    g_autofree char *value = random_value(test, column);
    g_autofree char *sql = sql_value(column, value);
    const char *quote = columns[column].sort == TEXT ? "'" : "";
    g_string_append_printf(test->ours, "%s%s%s", quote, value, quote);
    g_string_append(test->sql, sql);
}

static void say_operator(Case *test, guint column)
{
    static const char *const all[] = { " = ", " <> ", " != ", " < ", " <= ", " > ", " >= " };
    bool has_order = columns[column].sort == NUMBER || columns[column].sort == RANK;
    say(test, all[pick(test, has_order ? G_N_ELEMENTS(all) : 3)]);
    say_literal(test, column);
}

static void say_in(Case *test, guint column)
{
    say(test, pick(test, 2) == 1 ? " IN (" : " NOT IN (");
    for (guint count = pick(test, 3); count > 0; count--) {
        say_literal(test, column);
        say(test, ", ");
    }
    say_literal(test, column);
    say(test, ")");
}

static void say_between(Case *test, guint column)
{
    g_autofree char *left = random_value(test, column), *right = random_value(test, column);
    g_autofree char *low = sql_value(column, left), *high = sql_value(column, right);
    bool ordered = g_ascii_strtod(low, NULL) <= g_ascii_strtod(high, NULL);
    say(test, pick(test, 2) == 1 ? " BETWEEN " : " NOT BETWEEN ");
    g_string_append_printf(test->ours, "%s AND %s", ordered ? left : right, ordered ? right : left);
    g_string_append_printf(test->sql, "%s AND %s", ordered ? low : high, ordered ? high : low);
}

static void say_like(Case *test, guint column)
{
    say(test, pick(test, 2) == 1 ? " LIKE " : " NOT LIKE ");
    say_literal(test, column);
}

static void say_comparison(Case *test)
{
    guint column = pick(test, G_N_ELEMENTS(columns));
    Sort sort = columns[column].sort;
    g_string_append(test->ours, columns[column].name);
    g_string_append_printf(test->sql, "coalesce(\"%s\"", columns[column].name);
    if (sort == YES_NO && pick(test, 2) == 1)
        ; /* alone, in both */
    else if (sort == YES_NO || pick(test, 3) == 0)
        say_operator(test, column);
    else if (sort == TEXT && pick(test, 2) == 1)
        say_like(test, column);
    else if ((sort == NUMBER || sort == RANK) && pick(test, 2) == 1)
        say_between(test, column);
    else
        say_in(test, column);
    g_string_append(test->sql, ", 0)");
}

static void say_known(Case *test)
{
    guint column = pick(test, G_N_ELEMENTS(columns));
    g_string_append_printf(test->ours, "known(%s)", columns[column].name);
    g_string_append_printf(test->sql, "(\"%s\" IS NOT NULL)", columns[column].name);
}

static void say_expression(Case *test, guint depth)
{
    guint kind = depth == 0 ? 0 : pick(test, 8);
    if (kind == 7) {
        say_known(test);
    } else if (kind == 6) {
        say(test, "NOT ");
        say_expression(test, depth - 1);
    } else if (kind == 5) {
        say(test, "(");
        say_expression(test, depth - 1);
        say(test, ")");
    } else if (kind >= 2) {
        /* without parentheses: precedence is to agree too */
        say_expression(test, depth - 1);
        say(test, kind >= 4 ? " AND " : " OR ");
        say_expression(test, depth - 1);
    } else {
        say_comparison(test);
    }
}

static void fill_facts(Case *test, Fixture *fixture)
{
    for (guint i = 0; i < G_N_ELEMENTS(columns); i++) {
        g_free(test->values[i]);
        test->values[i] = pick(test, 4) == 0 ? NULL : random_value(test, i);
        if (test->values[i] != NULL)
            fixture_set(fixture, columns[i].name, test->values[i]);
    }
}

static void fill_row(Case *test, sqlite3 *db)
{
    static const char *const types[] = { "TEXT", "REAL", "INTEGER", "TEXT", "INTEGER" };
    g_autoptr(GString) sql = g_string_new("DROP TABLE IF EXISTS facts; CREATE TABLE facts (");
    for (guint i = 0; i < G_N_ELEMENTS(columns); i++)
        g_string_append_printf(sql, "%s\"%s\" %s", i > 0 ? ", " : "", columns[i].name,
                               types[columns[i].sort]);
    g_string_append(sql, "); INSERT INTO facts VALUES (");
    for (guint i = 0; i < G_N_ELEMENTS(columns); i++) {
        g_autofree char *value =
            test->values[i] != NULL ? sql_value(i, test->values[i]) : g_strdup("NULL");
        g_string_append_printf(sql, "%s%s", i > 0 ? ", " : "", value);
    }
    g_string_append(sql, ")");
    assert_int_equal(sqlite3_exec(db, sql->str, NULL, NULL, NULL), SQLITE_OK);
}

static bool oracle(Case *test, sqlite3 *db)
{
    g_autofree char *sql = g_strdup_printf("SELECT %s FROM facts", test->sql->str);
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    bool holds = sqlite3_column_int(statement, 0) != 0;
    sqlite3_finalize(statement);
    return holds;
}

static Expression *compile(Fixture *fixture, const char *text)
{
    g_autoptr(GPtrArray) tokens = lexer_tokens("c", 1, text, strlen(text), fixture->diags);
    Expression *expression =
        expression_compile(fixture->table, NULL, PHASE_CUSTOMER, tokens,
                           (Place){ .file = "c", .line = 1, .column = 1 }, fixture->diags);
    g_autofree char *said = diags_to_text(fixture->diags);
    if (expression == NULL)
        fail_msg("%s: %s", text, said);
    return expression;
}

static void both_agree_on_random_conditions(void **state)
{
    (void)state;
    Case test = { .random = g_rand_new_with_seed(SEED),
                  .ours = g_string_new(NULL),
                  .sql = g_string_new(NULL) };
    guint held = 0;
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    for (guint i = 0; i < CASES; i++) {
        g_autoptr(Fixture) fixture = fixture_new();
        fill_facts(&test, fixture);
        fill_row(&test, db);
        g_string_truncate(test.ours, 0);
        g_string_truncate(test.sql, 0);
        say_expression(&test, 1 + pick(&test, DEPTH_MAX));
        g_autoptr(Expression) expression = compile(fixture, test.ours->str);
        bool holds = expression_holds(expression, fixture->facts);
        if (holds != oracle(&test, db))
            fail_msg("case %u: %s is %d; SQL: %s", i, test.ours->str, holds, test.sql->str);
        held += holds;
    }
    /* a generator whose conditions nearly always or never hold would prove little */
    assert_in_range(held, CASES / 4, CASES * 3 / 4);
    sqlite3_close(db);
    for (guint i = 0; i < G_N_ELEMENTS(columns); i++)
        g_free(test.values[i]);
    g_string_free(test.ours, TRUE);
    g_string_free(test.sql, TRUE);
    g_rand_free(test.random);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(both_agree_on_random_conditions) };
    return cmocka_run_group_tests_name("policy: oracle", tests, NULL, NULL);
}
