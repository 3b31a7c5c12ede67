/* Settings: values of every type, what is said of wrong ones, defaults, and the way back to text.
 */
#include "base/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

typedef struct {
    char *model;
    char **engines;
    int mode;
    bool review;
    gint64 deadline_ms, size, count, budget, price, file_mode;
    double share;
} Box;

static const char *const modes[] = { "observe", "tag", "full", NULL };

static const Setting rows[] = {
    { .name = "model",
      .type = SETTING_TYPE_TEXT,
      .offset = offsetof(Box, model),
      .max = 8,
      .required = true,
      .help = "Which model." },
    SETTING_LIST("engines", Box, engines, "haiku, local", 6, "Engines."),
    SETTING_CHOICE("mode", Box, mode, "tag", modes, "Mode."),
    SETTING_YES_NO("review", Box, review, "yes", "Review."),
    SETTING_DURATION("deadline", Box, deadline_ms, "8s", 100, 120000, "Deadline."),
    SETTING_SIZE("size", Box, size, "64k", 1, 1048576, "Size."),
    SETTING_COUNT("count", Box, count, "25", 0, 1000, "Count."),
    SETTING_NUMBER("share", Box, share, "0.5", -1, 1, "Share."),
    SETTING_MONEY("budget", Box, budget, 1e6, 1e15, "Budget."),
    SETTING_ROW(SETTING_TYPE_PRICE, "price", Box, price, "0.5", 0, 1e7, NULL, "Price."),
    SETTING_OCTAL("file_mode", Box, file_mode, "0660", "Mode of the file."),
    { .name = NULL },
};

static const SettingsTable table = { .block = "box", .size = sizeof(Box), .rows = rows };

/* What is said of `text`; the box is as it was read. */
static char *read_box(Box *box, const char *text)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(ConfTree) tree = conf_read_text("f", 1, text, strlen(text), diags);
    memset(box, 0, sizeof *box);
    settings_read(&table, box, tree->items, (Place){ "f", 99, 1 }, diags);
    return diags_to_text(diags);
}

static void assert_said(const char *text, const char *expected)
{
    Box box;
    g_autofree char *whole = g_strconcat("model = m\n", text, NULL);
    g_autofree char *said = read_box(&box, whole);
    assert_string_equal(said, expected);
    settings_clear(&table, &box);
}

static void defaults_stand_where_nothing_is_given(void **state)
{
    (void)state;
    Box box;
    g_autofree char *said = read_box(&box, "model = m");
    assert_string_equal(said, "");
    assert_string_equal(box.model, "m");
    assert_string_equal(box.engines[0], "haiku");
    assert_string_equal(box.engines[1], "local");
    assert_null(box.engines[2]);
    assert_int_equal(box.mode, 1);
    assert_true(box.review);
    assert_int_equal(box.deadline_ms, 8000);
    assert_int_equal(box.size, 65536);
    assert_int_equal(box.count, 25);
    assert_true(box.share == 0.5);
    assert_int_equal(box.file_mode, 0660);
    settings_clear(&table, &box);
    assert_null(box.model);
    assert_null(box.engines);
}

static void what_is_given_is_read(void **state)
{
    (void)state;
    Box box;
    g_autofree char *said = read_box(&box, "model = 'a b'; engines = x; mode = full; review = no\n"
                                           "deadline = 1.5s; size = 1M; count = 0; share = -0.25\n"
                                           "file_mode = 0640\nblock { x = y }\nclause one two");
    assert_string_equal(said, "");
    assert_string_equal(box.model, "a b");
    assert_string_equal(box.engines[0], "x");
    assert_null(box.engines[1]);
    assert_int_equal(box.mode, 2);
    assert_false(box.review);
    assert_int_equal(box.deadline_ms, 1500);
    assert_int_equal(box.size, 1048576);
    assert_int_equal(box.count, 0);
    assert_true(box.share == -0.25);
    assert_int_equal(box.file_mode, 0640);
    settings_clear(&table, &box);
}

static void what_is_wrong_is_said_with_the_remedy(void **state)
{
    (void)state;
    static const struct {
        const char *text, *said;
    } cases[] = {
        { "deadlin = 8s", "unknown setting 'deadlin'; did you mean 'deadline'?" },
        { "colour = red", "unknown setting 'colour'; there are: model, engines, mode, review, "
                          "deadline, size, count, share, budget, price, file_mode" },
        { "engines = a, ''", "'engines' holds an empty text; give a value, or leave it out" },
        { "model = x", "'model' already given at f:1" },
        { "deadline 8s", "'deadline' needs '=' directly behind it" },
        { "deadline x = 8s", "'deadline' needs '=' directly behind it" },
        { "deadline { }", "'deadline' is a setting, not a block; write deadline = …" },
        { "mode = tagg", "'mode' must be one of observe, tag, full, not 'tagg'; did you mean "
                         "'tag'?" },
        { "mode = zzz", "'mode' must be one of observe, tag, full, not 'zzz'" },
        { "review = maybe", "'review' must be one of no, yes, not 'maybe'" },
        { "deadline = 5h", "'deadline' must be between 100ms and 2min, not 5h" },
        { "deadline = 99ms", "'deadline' must be between 100ms and 2min, not 99ms" },
        { "deadline = 0", "'deadline' must be between 100ms and 2min, not 0" },
        { "deadline = 8", "'deadline' needs a unit: ms, s, min, h or d, as in 8s, not 8" },
        { "deadline = 8sec",
          "'deadline' has an unknown unit 'sec' in 8sec; there is ms, s, min, h or d, as in 8s" },
        { "deadline = soon", "'deadline' must be a duration, not 'soon'" },
        { "deadline = 200.5ms",
          "'deadline' must be a duration without a fraction of its smallest unit, not 200.5ms" },
        { "size = 2M", "'size' must be between 1 and 1M, not 2M" },
        { "size = 1K",
          "'size' has an unknown unit 'K' in 1K; there is k, M, G or none, as in 64k" },
        { "count = -1", "'count' must be between 0 and 1000, not -1" },
        { "count = 1e2", "'count' has an unknown unit 'e2' in 1e2; there is no unit" },
        { "count = 0x10", "'count' has an unknown unit 'x10' in 0x10; there is no unit" },
        { "count = ''", "'count' must be a whole number, not ''" },
        { "share = 1.", "'share' must be a number, not '1.'" },
        { "share = inf", "'share' must be a number, not 'inf'" },
        { "share = 1.01", "'share' must be between -1 and 1, not 1.01" },
        { "budget = 20 USD", "'budget' has an unknown unit 'USD' in 20 USD; there is USD/day, as "
                             "in 20 USD/day" },
        { "budget = 20", "'budget' needs a unit: USD/day, as in 20 USD/day, not 20" },
        { "budget = much", "'budget' must be an amount of money, not 'much'" },
        { "budget = 0", "'budget' must be between 0.001 USD/day and 1000000 USD/day, not 0" },
        { "budget = 1000000.01 USD/day", "'budget' must be between 0.001 USD/day and 1000000 "
                                         "USD/day, not 1000000.01 USD/day" },
        { "budget = 0.0010000001 USD/day",
          "'budget' must be an amount of money without a fraction of its smallest unit, not "
          "0.0010000001 USD/day" },
        { "price = 0.0001", "'price' must be a price in whole thousandths of a USD without a "
                            "fraction of its smallest unit, not "
                            "0.0001" },
        { "price = 1 USD", "'price' has an unknown unit 'USD' in 1 USD; there is no unit: USD per "
                           "million tokens" },
        { "price = 10001", "'price' must be between 0 and 10000, not 10001" },
        { "file_mode = 0680",
          "'file_mode' must be a file mode in octal digits, as in 0660, not '0680'" },
        { "file_mode = 01000", "'file_mode' must be between 0 and 0777, not 01000" },
        { "count = 1, 2",
          "'count' takes one value, not 2; put it in quotes if the comma belongs to "
          "it" },
        { "engines = a, seventh", "'engines' may have at most 6 bytes, not 7" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Box box;
        g_autofree char *text = g_strconcat("model = m\n", cases[i].text, NULL);
        g_autofree char *said = read_box(&box, text);
        g_auto(GStrv) parts = g_strsplit(said, ": ", 2);
        g_autofree char *expected = g_strconcat(cases[i].said, "\n", NULL);
        assert_string_equal(parts[1], expected);
        assert_true(g_str_has_prefix(said, "f:2:"));
        assert_int_equal(box.deadline_ms, 8000); /* a bad value leaves the default */
        assert_int_equal(box.mode, 1);
        assert_string_equal(box.engines[0], "haiku");
        settings_clear(&table, &box);
    }
}

static void places_are_of_the_value_that_is_wrong(void **state)
{
    (void)state;
    assert_said("engines = a,  seventh", "f:2:15: 'engines' may have at most 6 bytes, not 7\n");
    assert_said("  tmode = tag", "f:2:3: unknown setting 'tmode'; did you mean 'mode'?\n");
}

static void what_must_be_given_is_missed_at_the_block(void **state)
{
    (void)state;
    Box box;
    g_autofree char *said = read_box(&box, "count = 1");
    assert_string_equal(said, "f:99:1: 'model' is missing: Which model.\n");
    assert_null(box.model);
    settings_clear(&table, &box);
}

static void lengths_count_bytes(void **state)
{
    (void)state;
    Box box;
    g_autofree char *seven = read_box(&box, "model = 1234567");
    settings_clear(&table, &box);
    g_autofree char *eight = read_box(&box, "model = 123456ä");
    settings_clear(&table, &box);
    g_autofree char *nine = read_box(&box, "model = 1234567ä");
    settings_clear(&table, &box);
    assert_string_equal(seven, "");
    assert_string_equal(eight, "");
    assert_string_equal(nine, "f:1:9: 'model' may have at most 8 bytes, not 9\n");
}

static void numbers_are_parsed_with_their_units(void **state)
{
    (void)state;
    static const Setting duration = { .name = "d", .type = SETTING_TYPE_DURATION, .max = 1e12 };
    static const Setting size = { .name = "s", .type = SETTING_TYPE_SIZE, .max = 1e12 };
    static const Setting money = { .name = "m", .type = SETTING_TYPE_MONEY, .max = 1e16 };
    static const Setting price = { .name = "p", .type = SETTING_TYPE_PRICE, .max = 1e12 };
    static const struct {
        const Setting *row;
        const char *text;
        double number;
        const char *back;
    } cases[] = {
        { &duration, "500ms", 500, "500ms" },
        { &duration, "8s", 8000, "8s" },
        { &duration, "5min", 300000, "5min" },
        { &duration, "2h", 7200000, "2h" },
        { &duration, "90d", 7776000000.0, "90d" },
        { &duration, "0", 0, "0ms" },
        { &duration, "24h", 86400000, "1d" },
        { &duration, "90 s", 90000, "90s" },
        { &size, "0", 0, "0" },
        { &size, "64k", 65536, "64k" },
        { &size, "10M", 10485760, "10M" },
        { &size, "1G", 1073741824, "1G" },
        { &size, "1000", 1000, "1000" },
        { &money, "20 USD/day", 2e10, "20 USD/day" },
        { &money, "0.29USD/day", 29e7, "0.29 USD/day" },
        { &money, "1234567.89 USD/day", 1234567.89e9, "1234567.89 USD/day" },
        { &price, "0", 0, "0" },
        { &price, "0.29", 290, "0.29" },
        { &price, "75.001", 75001, "75.001" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *why = NULL;
        double number = -1;
        gint64 stored;
        assert_true(settings_parse_number(cases[i].row, cases[i].text, &number, &why));
        assert_true(number == cases[i].number);
        stored = (gint64)number;
        g_autofree char *back = settings_value_text(cases[i].row, &stored);
        assert_string_equal(back, cases[i].back);
    }
}

static void numbers_beyond_exactness_are_refused(void **state)
{
    (void)state;
    static const Setting size = { .name = "s", .type = SETTING_TYPE_SIZE, .max = 1e30 };
    g_autofree char *why = NULL;
    double number = -1;
    assert_true(settings_parse_number(&size, "9007199254740992", &number, &why));
    assert_false(settings_parse_number(&size, "9007199254740994", &number, &why));
    assert_non_null(why);
}

static void values_are_written_as_they_are_read(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "model = m",
        "model = 'a b'; engines = 'x y', z",
        "model = '#1'; engines = 'a,b', \"'\"",
        "model = \"q\\\"\\\\\"; mode = observe; review = no",
        "model = \"\\n\\t\"; share = -0.125",
        "model = m; budget = 20 USD/day; price = 0.125",
        "model = ';'; deadline = 90s; size = 3k; count = 7; file_mode = 0600",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        Box box, again;
        g_autoptr(GString) dump = g_string_new(NULL), second = g_string_new(NULL);
        g_autofree char *said = read_box(&box, texts[i]);
        for (const Setting *row = rows; row->name != NULL; row++) {
            g_autofree char *value = settings_value_text(row, &box);
            if (*value)
                g_string_append_printf(dump, "%s = %s\n", row->name, value);
        }
        g_autofree char *said_again = read_box(&again, dump->str);
        for (const Setting *row = rows; row->name != NULL; row++) {
            g_autofree char *value = settings_value_text(row, &again);
            if (*value)
                g_string_append_printf(second, "%s = %s\n", row->name, value);
        }
        assert_string_equal(said, "");
        assert_string_equal(said_again, "");
        assert_string_equal(box.model, again.model);
        assert_true(
            g_strv_equal((const char *const *)box.engines, (const char *const *)again.engines));
        assert_string_equal(dump->str, second->str);
        settings_clear(&table, &box);
        settings_clear(&table, &again);
    }
}

static void settings_are_told_from_blocks_and_clauses(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool taken;
    } cases[] = {
        { "mode = tag", true },  { "colour = red", true }, { "mode", true },
        { "mode { }", true },    { "mode x = y", true },   { "colour", false },
        { "colour { }", false }, { "colour red", false },  { "when mode = 1", false },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Diags) diags = diags_new();
        g_autoptr(ConfTree) tree =
            conf_read_text("f", 1, cases[i].text, strlen(cases[i].text), diags);
        assert_int_equal(settings_take(&table, tree->items->pdata[0]), cases[i].taken);
    }
}

static void what_has_no_value_is_written_empty(void **state)
{
    (void)state;
    static const Setting budget = { .name = "budget",
                                    .type = SETTING_TYPE_MONEY,
                                    .offset = offsetof(Box, budget) };
    const Box box = { .model = NULL };
    g_autofree char *text = settings_value_text(&rows[0], &box);
    g_autofree char *money = settings_value_text(&budget, &box);
    assert_string_equal(text, "");
    assert_string_equal(money, "");
}

static void ranges_are_said_in_the_units_of_a_file(void **state)
{
    (void)state;
    static const char *const said[] = { "at most 8 bytes",
                                        "at most 6 bytes each",
                                        "one of observe, tag, full",
                                        "yes or no",
                                        "100ms to 2min",
                                        "1 to 1M",
                                        "0 to 1000",
                                        "-1 to 1",
                                        "0.001 USD/day to 1000000 USD/day",
                                        "0 to 10000",
                                        "0 to 0777" };
    for (gsize i = 0; i < G_N_ELEMENTS(said); i++) {
        g_autofree char *range = settings_range_text(&rows[i]);
        assert_string_equal(range, said[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_stand_where_nothing_is_given),
        cmocka_unit_test(what_is_given_is_read),
        cmocka_unit_test(what_is_wrong_is_said_with_the_remedy),
        cmocka_unit_test(places_are_of_the_value_that_is_wrong),
        cmocka_unit_test(what_must_be_given_is_missed_at_the_block),
        cmocka_unit_test(lengths_count_bytes),
        cmocka_unit_test(numbers_are_parsed_with_their_units),
        cmocka_unit_test(numbers_beyond_exactness_are_refused),
        cmocka_unit_test(values_are_written_as_they_are_read),
        cmocka_unit_test(settings_are_told_from_blocks_and_clauses),
        cmocka_unit_test(what_has_no_value_is_written_empty),
        cmocka_unit_test(ranges_are_said_in_the_units_of_a_file),
    };
    return cmocka_run_group_tests_name("base: settings", tests, NULL, NULL);
}
