/* The question as a JSON Schema: what is asked, and only keywords that every provider takes. */
#include "base/json.h"
#include "verdict_fixture.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

static const char *const team[] = { "Ann", "Bob", NULL };

static char *schema_of(FieldTable *table, FieldUse asks, const char *const *members)
{
    const VerdictQuestion question = { .fields = table, .asks = asks, .team = members };
    g_autoptr(cJSON) schema = verdict_schema(&question);

    return json_print(schema);
}

static void each_type_has_its_form(void **state)
{
    static const struct {
        const char *field, *want; /* of the one property */
    } rows[] = {
        { "field x \"X\" { a \"The first\"; b; c retired }",
          "{\"type\":\"string\",\"description\":\"X; a: The first\",\"enum\":[\"a\",\"b\"]}" },
        { "field x ordered { low; high }",
          "{\"type\":\"string\",\"description\":\"x\",\"enum\":[\"low\",\"high\"]}" },
        { "field x number 0-1 \"X\"",
          "{\"type\":\"number\",\"description\":\"X; a number from 0 to 1\"}" },
        { "field x whole 1-720 \"X\"",
          "{\"type\":\"integer\",\"description\":\"X; a whole number from 1 to 720\"}" },
        { "field x yes_no \"X\"", "{\"type\":\"boolean\",\"description\":\"X\"}" },
        { "field x text 9 \"X\"",
          "{\"type\":\"string\",\"description\":\"X; a text of at most 9 characters\"}" },
        { "field x list 1-5 of 10-20 \"X\"",
          "{\"type\":\"array\",\"description\":\"X; 1 to 5 texts of 10 to 20 characters\","
          "\"items\":{\"type\":\"string\"}}" },
        { "field x list 2-2 of 0-20 \"X\"",
          "{\"type\":\"array\",\"description\":\"X; 2 texts of at most 20 characters\","
          "\"items\":{\"type\":\"string\"}}" },
        { "field x text 9 team \"X\"",
          "{\"type\":\"string\",\"description\":\"X; none if nobody does\","
          "\"enum\":[\"Ann\",\"Bob\",\"none\"]}" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Diags) diags = diags_new();
        g_autoptr(FieldTable) table = fields_from_text(rows[i].field, diags);
        g_autofree char *got = schema_of(table, FIELD_FOR_BOTH, team);
        g_autofree char *want =
            g_strdup_printf("{\"type\":\"object\",\"properties\":{\"x\":%s},\"required\":[\"x\"],"
                            "\"additionalProperties\":false}",
                            rows[i].want);

        assert_int_equal(diags_count(diags), 0);
        assert_string_equal(got, want);
    }
}

static void check_required(FieldUse asks, const char *const *members, const char *want)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(FieldTable) table = fields_from_text("field a yes_no\n"
                                                   "field t yes_no for ticket\n"
                                                   "field l yes_no for lead\n"
                                                   "field m text 9 team for ticket\n",
                                                   diags);
    g_autofree char *text = schema_of(table, asks, members);
    g_autoptr(cJSON) schema = json_parse(text, strlen(text), NULL);
    g_autofree char *got = json_print(json_at(schema, "required"));

    assert_string_equal(got, want);
    assert_int_equal(cJSON_GetArraySize(json_at(schema, "properties")),
                     cJSON_GetArraySize(json_at(schema, "required")));
}

static void only_what_is_asked_is_in_it(void **state)
{
    static const char *const nobody[] = { NULL };

    (void)state;
    check_required(FIELD_FOR_TICKET, team, "[\"a\",\"t\",\"m\"]");
    check_required(FIELD_FOR_LEAD, team, "[\"a\",\"l\"]");
    check_required(FIELD_FOR_BOTH, team, "[\"a\",\"t\",\"l\",\"m\"]");
    check_required(FIELD_FOR_BOTH, nobody, "[\"a\",\"t\",\"l\"]");
    check_required(FIELD_FOR_BOTH, NULL, "[\"a\",\"t\",\"l\"]");
}

static void a_question_of_choices_asks_for_nothing_else(void **state)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(FieldTable) table = fields_from_text("field text text 9\n"
                                                   "field list list 0-3 of 1-9\n"
                                                   "field number number 0-1\n"
                                                   "field yes yes_no\n"
                                                   "field one { a }\n"
                                                   "field left { a; b retired }\n"
                                                   "field two { a; b }\n"
                                                   "field order ordered { a; b; c }\n"
                                                   "field lead ordered for lead { a; b }\n"
                                                   "field member text 9 team\n",
                                                   diags);
    const VerdictQuestion question = {
        .fields = table, .asks = FIELD_FOR_TICKET, .team = team, .choices_only = true
    };
    g_autoptr(cJSON) schema = verdict_schema(&question);
    g_autofree char *got = json_print(json_at(schema, "required"));

    (void)state;
    assert_int_equal(diags_count(diags), 0);
    assert_string_equal(got, "[\"yes\",\"two\",\"order\",\"member\"]");
}

/* Every key of a schema object, its subschemas included, is one that all providers know. */
static void check_keywords(const cJSON *schema)
{
    static const char *const known[] = {
        "type",     "description",          "enum", "items", "properties",
        "required", "additionalProperties", NULL,
    };
    const cJSON *keyword, *property;

    cJSON_ArrayForEach(keyword, schema) if (!g_strv_contains(known, keyword->string))
        fail_msg("'%s' is not in the common subset", keyword->string);
    cJSON_ArrayForEach(property, json_at(schema, "properties")) check_keywords(property);
    if (json_at(schema, "items"))
        check_keywords(json_at(schema, "items"));
}

static void the_shipped_question_stays_in_the_common_subset(void **state)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(FieldTable) table = fields_shipped(diags);
    g_autofree char *text = schema_of(table, FIELD_FOR_BOTH, team);
    g_autoptr(cJSON) schema = json_parse(text, strlen(text), NULL);

    (void)state;
    check_keywords(schema);
    assert_int_equal(cJSON_GetArraySize(json_at(schema, "required")), field_table_size(table));
    assert_string_equal(json_text_at(schema, "properties.priority.type"), "string");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_type_has_its_form),
        cmocka_unit_test(only_what_is_asked_is_in_it),
        cmocka_unit_test(a_question_of_choices_asks_for_nothing_else),
        cmocka_unit_test(the_shipped_question_stays_in_the_common_subset),
    };

    return cmocka_run_group_tests_name("verdict: schema", tests, NULL, NULL);
}
