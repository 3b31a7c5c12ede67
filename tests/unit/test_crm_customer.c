/* The customer as a value, and what an import's cells may hold. */
#include "crm/columns.h"
#include "crm/customer.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void a_new_customer_is_unknown_in_every_part(void **state)
{
    g_autoptr(Customer) customer = customer_new();

    (void)state;
    assert_int_equal(customer->match, MATCH_NONE);
    assert_string_equal(customer->id, "");
    assert_string_equal(customer->usage, "");
    assert_int_equal(customer->company_size, -1);
    assert_true(customer->lead_budget == -1 && customer->health_score == -1);
    assert_true(isnan(customer->history_sentiment));
    assert_int_equal(customer->issues->len + customer->interactions->len, 0);
    customer_free(NULL);
}

static void matches_and_trends_have_the_names_policies_use(void **state)
{
    (void)state;
    assert_string_equal(customer_match_name(MATCH_NONE), "none");
    assert_string_equal(customer_match_name(MATCH_EXACT), "exact");
    assert_string_equal(customer_match_name(MATCH_DOMAIN), "domain");
    assert_string_equal(customer_match_name(MATCH_AMBIGUOUS), "ambiguous");
    assert_string_equal(spending_trend_name(TREND_NEW), "new_customer");
    assert_string_equal(spending_trend_name(TREND_UNKNOWN), "unknown");
}

static void spending_changes_beyond_fifteen_percent(void **state)
{
    static const struct {
        double recent, before;
        bool any_older;
        SpendingTrend want;
    } rows[] = {
        { 115, 100, true, TREND_STABLE },    { 115.1, 100, true, TREND_INCREASING },
        { 85, 100, true, TREND_STABLE },     { 84.9, 100, true, TREND_DECREASING },
        { 0, 100, false, TREND_DECREASING }, { 100, 0, false, TREND_NEW },
        { 100, 0, true, TREND_INCREASING },  { 0, 0, true, TREND_STABLE },
        { 0, 0, false, TREND_UNKNOWN },      { -5, 0, false, TREND_UNKNOWN },
        { 10, -5, false, TREND_INCREASING }, { -50, 100, true, TREND_DECREASING },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_int_equal(spending_trend(rows[i].recent, rows[i].before, rows[i].any_older),
                         rows[i].want);
}

static const char *const tiers[] = { "free", "standard", "enterprise", NULL };
static const ColumnContext context = { tiers, 1700000000 };

/* The value, "!why" if the cell is refused, "-" for none. */
static char *value_of(ColumnType type, const char *cell, bool required)
{
    Column column = { "x", type, required, 0, 10 };
    g_autofree char *why = NULL;
    char *value = column_value(&column, cell, &context, &why);

    if (value)
        return value;
    return why ? g_strconcat("!", why, NULL) : g_strdup("-");
}

static void cells_become_values_or_are_refused(void **state)
{
    static const struct {
        ColumnType type;
        const char *cell, *want;
    } rows[] = {
        { COLUMN_TEXT, " Birch ", "Birch" },
        { COLUMN_TEXT, "0123456789", "0123456789" },
        { COLUMN_TEXT, "0123456789x", "!is longer than 10 bytes" },
        { COLUMN_TEXT, "caf\xE9", "!is not UTF-8; export the file as UTF-8" },
        { COLUMN_TOKEN, "NW-1.a_b", "NW-1.a_b" },
        { COLUMN_TOKEN, "a b", "!is no id; expected up to 10 letters, digits, '.', '_', '-'" },
        { COLUMN_ADDRESS, "<Ann@EXAMPLE.com>", "ann@example.com" },
        { COLUMN_ADDRESS, "ann", "!is no address; expected one like ann@example.com" },
        { COLUMN_DOMAIN, "M\xC3\xBCller.Example", "xn--mller-kva.example" },
        { COLUMN_DOMAIN, "a@b.example", "!is no domain; expected one like example.com" },
        { COLUMN_NUMBER, "7.5", "7.5" },
        { COLUMN_NUMBER, "10", "10" },
        { COLUMN_NUMBER, "0x4", "4" },
        { COLUMN_NUMBER, "10.1", "!is no number from 0 to 10; expected one like 12.5" },
        { COLUMN_NUMBER, "nan", "!is no number from 0 to 10; expected one like 12.5" },
        { COLUMN_NUMBER, "7,5", "!is no number from 0 to 10; expected one like 12.5" },
        { COLUMN_COUNT, "10", "10" },
        { COLUMN_COUNT, "11", "!is no whole number from 0 to 10" },
        { COLUMN_COUNT, "1e3", "!is no whole number from 0 to 10" },
        { COLUMN_DATE, "1970-01-02", "86400" },
        { COLUMN_DATE, "1970-01-02T00:00:01Z", "86401" },
        { COLUMN_DATE, "1970-01-02 01:00:00+01:00", "86400" },
        { COLUMN_DATE, "1969-12-31",
          "!is no date; expected ISO 8601 such as 2026-01-31 or "
          "2026-01-31T14:05:00Z" },
        { COLUMN_DATE, "31.01.2026",
          "!is no date; expected ISO 8601 such as 2026-01-31 or "
          "2026-01-31T14:05:00Z" },
        { COLUMN_UPDATED, "", "1700000000" },
        { COLUMN_TIER, "Enterprise", "enterprise" },
        { COLUMN_TIER, "enterprize", "!is unknown; did you mean 'enterprise'?" },
        { COLUMN_TIER, "x", "!is unknown; expected one of free, standard, enterprise" },
        { COLUMN_SEVERITY, "critical", "4" },
        { COLUMN_SEVERITY, "LOW", "1" },
        { COLUMN_STATUS, "waiting", "waiting" },
        { COLUMN_STATUS, "closd", "!is unknown; did you mean 'closed'?" },
        { COLUMN_TIER, "", "-" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *got = value_of(rows[i].type, rows[i].cell, false);

        assert_string_equal(got, rows[i].want);
    }
}

static void an_empty_cell_is_refused_only_where_a_value_is_required(void **state)
{
    g_autofree char *required = value_of(COLUMN_TEXT, "  ", true);
    g_autofree char *optional = value_of(COLUMN_TEXT, "  ", false);

    (void)state;
    assert_string_equal(required, "!is missing");
    assert_string_equal(optional, "-");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_customer_is_unknown_in_every_part),
        cmocka_unit_test(matches_and_trends_have_the_names_policies_use),
        cmocka_unit_test(spending_changes_beyond_fifteen_percent),
        cmocka_unit_test(cells_become_values_or_are_refused),
        cmocka_unit_test(an_empty_cell_is_refused_only_where_a_value_is_required),
    };

    return cmocka_run_group_tests_name("crm: customer", tests, NULL, NULL);
}
