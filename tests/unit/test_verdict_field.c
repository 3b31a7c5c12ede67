/* The field table: what a row may say, what is refused and how, and the rows that are shipped. */
#include "verdict/field_read.h"
#include "verdict_fixture.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

static void every_type_is_read_with_its_limits(void **state)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(FieldTable) table = fields_from_text("field a \"Label of a\" { x; y \"why\" }\n"
                                                   "field b ordered for ticket { low; high }\n"
                                                   "field c text 40 for lead \"C\"\n"
                                                   "field d list 1-5 of 10-200 quotes \"D\"\n"
                                                   "field e number -1.5-1\n"
                                                   "field f whole 1-720\n"
                                                   "field g yes_no\n"
                                                   "field h text 10 team\n",
                                                   diags);
    static const struct {
        const char *name;
        FieldType type;
        FieldUse use;
        double min, max;
        gsize min_length, max_length;
        guint min_items, max_items;
        bool whole, team, quotes;
    } rows[] = {
        { "a", FIELD_ENUM, FIELD_FOR_BOTH, 0, 0, 0, 0, 0, 0, false, false, false },
        { "b", FIELD_ORDERED, FIELD_FOR_TICKET, 0, 0, 0, 0, 0, 0, false, false, false },
        { "c", FIELD_TEXT, FIELD_FOR_LEAD, 0, 0, 0, 40, 0, 0, false, false, false },
        { "d", FIELD_LIST, FIELD_FOR_BOTH, 0, 0, 10, 200, 1, 5, false, false, true },
        { "e", FIELD_NUMBER, FIELD_FOR_BOTH, -1.5, 1, 0, 0, 0, 0, false, false, false },
        { "f", FIELD_NUMBER, FIELD_FOR_BOTH, 1, 720, 0, 0, 0, 0, true, false, false },
        { "g", FIELD_YES_NO, FIELD_FOR_BOTH, 0, 0, 0, 0, 0, 0, false, false, false },
        { "h", FIELD_TEXT, FIELD_FOR_BOTH, 0, 0, 0, 10, 0, 0, false, true, false },
    };

    (void)state;
    assert_int_equal(diags_count(diags), 0);
    assert_int_equal(field_table_size(table), G_N_ELEMENTS(rows));
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        const Field *field = field_at(table, i);

        assert_string_equal(field->name, rows[i].name);
        assert_ptr_equal(field_find(table, rows[i].name), field);
        assert_int_equal(field->index, i);
        assert_int_equal(field->place.line, i + 1);
        assert_int_equal(field->type, rows[i].type);
        assert_int_equal(field->use, rows[i].use);
        assert_true(field->min == rows[i].min && field->max == rows[i].max);
        assert_int_equal(field->min_length, rows[i].min_length);
        assert_int_equal(field->max_length, rows[i].max_length);
        assert_int_equal(field->min_items, rows[i].min_items);
        assert_int_equal(field->max_items, rows[i].max_items);
        assert_int_equal(field->whole, rows[i].whole);
        assert_int_equal(field->team, rows[i].team);
        assert_int_equal(field->quotes, rows[i].quotes);
    }
    assert_string_equal(field_at(table, 0)->label, "Label of a");
    assert_string_equal(field_at(table, 1)->label, "b");
}

static void choices_have_labels_and_may_be_retired(void **state)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(FieldTable) table =
        fields_from_text("field kind { support \"Hilfe für Kunden\" makes ticket; old \"Old\" "
                         "makes nothing retired }",
                         diags);
    const Field *kind = field_find(table, "kind");
    const FieldChoice *support, *old;

    (void)state;
    assert_int_equal(diags_count(diags), 0);
    support = kind->choices->pdata[0];
    old = kind->choices->pdata[1];
    assert_string_equal(support->label, "Hilfe für Kunden");
    assert_string_equal(support->makes, "ticket");
    assert_false(support->retired);
    assert_string_equal(old->makes, "nothing");
    assert_true(old->retired);
    assert_int_equal(field_choice(kind, "SUPPORT"), 0);
    assert_int_equal(field_choice(kind, "old"), 1);
    assert_int_equal(field_choice(kind, "suppor"), -1);
    assert_null(field_find(table, "Kind"));
}

static void each_fault_names_place_and_mending(void **state)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        { "field a txt 4", "f:1:9: unknown word 'txt'; did you mean 'text'?" },
        { "field a text", "'text' needs its longest length" },
        { "field a text 0", "'text' needs its longest length" },
        { "field a text 4001", "'text' needs its longest length" },
        { "field a text x", "f:1:14: 'text' needs" },
        { "field a", "needs a type, or its values in {}" },
        { "field a ordered", "needs its values in {}, lowest first" },
        { "field a = 1", "a field has no '='" },
        { "field", "a field needs a name" },
        { "field Größe yes_no", "a field needs a name" },
        { "field 1a yes_no", "a field needs a name" },
        { "field confidence number 0-1", "reckoned, never asked" },
        { "field a yes_no\nfield a yes_no", "f:2:1: field 'a' stands already in f, line 1" },
        { "field a yes_no text 3", "f:1:16: field 'a' is 'yes_no' already" },
        { "field a yes_no for both", "f:1:20: 'for' needs 'ticket' or 'lead'" },
        { "field a number 1", "'number' needs numbers like 0-1" },
        { "field a number 1-0", "the smaller first" },
        { "field a number 0-1e400", "'number' needs" },
        { "field a number 0-nan", "'number' needs" },
        { "field a whole 0.5-1", "'whole' needs whole numbers" },
        { "field a list 1-51 of 1-2", "'1-51' is out of range" },
        { "field a list 0-0 of 1-2", "'0-0' is out of range" },
        { "field a list 1-2 1-2", "expected 'of'" },
        { "field a list 1-2 of", "an item's length in characters" },
        { "field a list 1-2 of 1-4001", "'1-4001' is out of range" },
        { "field a list 1-2 of 1-2 team", "'team' goes with 'text' only" },
        { "field a yes_no quotes", "'quotes' goes with 'text' or 'list' only" },
        { "field a text 3 { x }", "is 'text' and has no values" },
        { "field a { }", "needs a value that is not retired" },
        { "field a { x retired }", "needs a value that is not retired" },
        { "field a { x; X }", "f:1:14: 'X' is a value of 'a' already" },
        { "field a { x = 1 }", "a value is a word and its description" },
        { "field a { x { y } }", "a value is a word and its description" },
        { "field a { ä }", "'ä' can't be a value" },
        { "field a { x retird }", "did you mean 'retired'?" },
        { "field a { x makes ticket }", "only the values of 'kind' make something" },
        { "field kind { x }", "'x' must say what it makes" },
        { "field kind { x makes money }", "needs 'ticket', 'lead' or 'nothing'" },
        { "field kind { x makes }", "needs 'ticket', 'lead' or 'nothing'" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Diags) diags = diags_new();
        g_autoptr(FieldTable) table = fields_from_text(rows[i].text, diags);
        g_autofree char *text = diags_to_text(diags);

        if (!strstr(text, rows[i].want))
            fail_msg("%s: want '%s', got '%s'", rows[i].text, rows[i].want, text);
        assert_int_equal(field_table_size(table), strchr(rows[i].text, '\n') ? 1 : 0);
    }
}

static void a_fault_leaves_the_other_fields_alone(void **state)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(FieldTable) table =
        fields_from_text("field a yes_no\nfield b\nother = 1\nfield c yes_no", diags);

    (void)state;
    assert_int_equal(diags_count(diags), 1);
    assert_int_equal(field_table_size(table), 2);
    assert_string_equal(field_names(table)[0], "a");
    assert_string_equal(field_names(table)[1], "c");
    assert_null(field_names(table)[2]);
}

/* How many faults a table with `count` fields, or one field with `count` values, has. */
static guint faults_of(guint fields, guint choices, gsize token, guint *size)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(FieldTable) table = NULL;
    g_autofree char *long_token = g_strnfill(token, 'x');

    for (guint i = 0; i < fields; i++)
        g_string_append_printf(text, "field f%u yes_no\n", i);
    if (choices > 0)
        g_string_append(text, "field c {\n");
    for (guint i = 0; i < choices; i++)
        g_string_append_printf(text, "c%u\n", i);
    g_string_append(text, choices > 0 ? "}\n" : "");
    if (token > 0)
        g_string_append_printf(text, "field t { %s }", long_token);
    table = fields_from_text(text->str, diags);
    *size = field_table_size(table);
    return diags_count(diags);
}

static void tables_have_limits(void **state)
{
    static const struct {
        guint fields, choices;
        gsize token;
        guint faults, size;
    } rows[] = {
        { FIELDS_MAX - 1, 0, 0, 0, FIELDS_MAX - 1 }, { FIELDS_MAX, 0, 0, 0, FIELDS_MAX },
        { FIELDS_MAX + 1, 0, 0, 1, FIELDS_MAX },     { 0, FIELD_CHOICES_MAX - 1, 0, 0, 1 },
        { 0, FIELD_CHOICES_MAX, 0, 0, 1 },           { 0, FIELD_CHOICES_MAX + 1, 0, 1, 0 },
        { 0, 0, FIELD_TOKEN_MAX - 1, 0, 1 },         { 0, 0, FIELD_TOKEN_MAX, 0, 1 },
        { 0, 0, FIELD_TOKEN_MAX + 1, 1, 0 },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        guint size;

        assert_int_equal(faults_of(rows[i].fields, rows[i].choices, rows[i].token, &size),
                         rows[i].faults);
        assert_int_equal(size, rows[i].size);
    }
}

static void check_tokens(const FieldTable *table, const char *name, const char *tokens)
{
    const Field *field = field_find(table, name);
    g_autoptr(GString) got = g_string_new(NULL);

    assert_non_null(field);
    for (guint i = 0; i < field->choices->len; i++) {
        const FieldChoice *choice = field->choices->pdata[i];

        g_string_append_printf(got, "%s%s%s%s", i > 0 ? " " : "", choice->token,
                               choice->makes ? ":" : "", choice->makes ? choice->makes : "");
        assert_string_not_equal(choice->token, choice->label);
    }
    assert_string_equal(got->str, tokens);
}

static void the_shipped_fields_are_the_documented_ones(void **state)
{
    static const struct {
        const char *name, *tokens;
    } rows[] = {
        { "kind", "support:ticket sales:lead other:nothing" },
        { "certainty", "low medium high" },
        { "category", "technical billing feature_request bug general" },
        { "priority", "low medium high critical" },
        { "customer_sentiment", "positive neutral negative frustrated" },
        { "urgency_level", "immediate short_term long_term exploratory" },
        { "recommended_action", "senior_sales mid_sales technical_presales nurture" },
    };
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(FieldTable) table = fields_shipped(diags);
    g_autofree char *faults = diags_to_text(diags);
    const Field *field;

    (void)state;
    assert_string_equal(faults, "");
    assert_int_equal(field_table_size(table), 17);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        check_tokens(table, rows[i].name, rows[i].tokens);
    assert_int_equal(field_find(table, "priority")->type, FIELD_ORDERED);
    field = field_find(table, "estimated_resolution_time");
    assert_true(field->whole && field->min == 1 && field->max == 720);
    field = field_find(table, "key_issues");
    assert_true(field->min_items == 1 && field->max_items == 5 && field->min_length == 10);
    field = field_find(table, "intent_score");
    assert_true(!field->whole && field->min == 0 && field->max == 1);
    assert_int_equal(field->use, FIELD_FOR_LEAD);
    assert_true(field_find(table, "evidence")->quotes);
    assert_true(field_find(table, "suggested_assignee")->team);
    assert_true(field_find(table, "evidence")->index < field_find(table, "priority")->index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_is_read_with_its_limits),
        cmocka_unit_test(choices_have_labels_and_may_be_retired),
        cmocka_unit_test(each_fault_names_place_and_mending),
        cmocka_unit_test(a_fault_leaves_the_other_fields_alone),
        cmocka_unit_test(tables_have_limits),
        cmocka_unit_test(the_shipped_fields_are_the_documented_ones),
    };

    return cmocka_run_group_tests_name("verdict: fields", tests, NULL, NULL);
}
