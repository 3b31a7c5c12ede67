/* Verdicts as values: setting out of text, copying, JSON there and back. */
#include "base/error.h"
#include "base/json.h"
#include "verdict_fixture.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

static const char fields_text[] = "field kind { support makes ticket; old makes nothing retired }\n"
                                  "field priority ordered { low; medium; high }\n"
                                  "field score number 0-1\n"
                                  "field hours whole 1-720\n"
                                  "field engineering yes_no\n"
                                  "field summary text 5\n"
                                  "field issues list 1-3 of 2-5\n"
                                  "field assignee text 20 team\n";

static int make_table(void **state)
{
    g_autoptr(Diags) diags = diags_new();

    *state = fields_from_text(fields_text, diags);
    return diags_count(diags) == 0 ? 0 : -1;
}

static int free_table(void **state)
{
    field_table_unref(*state);
    return 0;
}

static char *json_of(const Verdict *verdict)
{
    g_autoptr(cJSON) json = verdict_to_json(verdict);

    return json_print(json);
}

static Verdict *verdict_of(FieldTable *table, const char *text)
{
    g_autoptr(cJSON) json = json_parse(text, strlen(text), NULL);

    assert_non_null(json);
    return verdict_from_json(table, json);
}

static void a_new_verdict_knows_nothing(void **state)
{
    g_autoptr(Verdict) verdict = verdict_new(*state);
    g_autofree char *json = json_of(verdict);

    assert_string_equal(json, "{}");
    assert_null(verdict_get(verdict, "priority"));
    assert_null(verdict_get(verdict, "unheard_of"));
    assert_string_equal(verdict_token(verdict, "priority"), "");
    assert_string_equal(verdict_token(verdict, "unheard_of"), "");
    assert_true(verdict->confidence == -1);
    assert_string_equal(verdict->confidence_source, "");
}

static void text_is_taken_or_refused_with_what_is_allowed(void **state)
{
    static const struct {
        const char *field, *text, *want; /* the JSON, or the error */
    } rows[] = {
        { "priority", "HIGH", "{\"priority\":\"high\"}" },
        { "priority", "urgent", "priority: 'urgent' is not one of low, medium, high" },
        { "kind", "old", "kind: 'old' is retired, choose one of support" },
        { "score", "0", "{\"score\":0}" },
        { "score", "1", "{\"score\":1}" },
        { "score", "0.25", "{\"score\":0.25}" },
        { "score", "1.01", "score: 1.01 is not a number from 0 to 1" },
        { "score", "-0.01", "score: -0.01 is not a number from 0 to 1" },
        { "score", "", "score: '' is not a number from 0 to 1" },
        { "score", "nan", "score: 'nan' is not a number from 0 to 1" },
        { "score", "0x1", "score: '0x1' is not a number from 0 to 1" },
        { "score", "1e999", "score: inf is not a number from 0 to 1" },
        { "hours", "1", "{\"hours\":1}" },
        { "hours", "720", "{\"hours\":720}" },
        { "hours", "0", "hours: 0 is not a whole number from 1 to 720" },
        { "hours", "721", "hours: 721 is not a whole number from 1 to 720" },
        { "hours", "1.5", "hours: 1.5 is not a whole number from 1 to 720" },
        { "engineering", "Yes", "{\"engineering\":true}" },
        { "engineering", "no", "{\"engineering\":false}" },
        { "engineering", "true", "engineering: 'true' is not yes or no" },
        { "summary", "ab\r\n\tc", "{\"summary\":\"ab c\"}" },
        { "summary", "äöüß€", "{\"summary\":\"äöüß€\"}" },
        { "summary", "abcdef",
          "summary: a text of 6 characters; allowed: a text of at most 5 characters" },
        { "issues", "ab;  cde\n\n", "{\"issues\":[\"ab\",\"cde\"]}" },
        { "issues", "", "issues: 0 texts; allowed: 1 to 3 texts of 2 to 5 characters" },
        { "issues", "ab;ab;ab", "{\"issues\":[\"ab\",\"ab\",\"ab\"]}" },
        { "issues", "ab;ab;ab;ab", "issues: 4 texts; allowed: 1 to 3 texts of 2 to 5 characters" },
        { "issues", "a",
          "issues: a text of 1 characters; allowed: 1 to 3 texts of 2 to 5 characters" },
        { "issues", "abcdef",
          "issues: a text of 6 characters; allowed: 1 to 3 texts of 2 to 5 characters" },
        { "assignee", "Ann", "{\"assignee\":\"Ann\"}" },
        { "assignee", "None", "{}" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Verdict) verdict = verdict_new(*state);
        g_autoptr(GError) error = NULL;
        g_autofree char *json = NULL;
        bool set =
            verdict_set_text(verdict, field_find(*state, rows[i].field), rows[i].text, &error);

        json = json_of(verdict);
        assert_string_equal(set ? json : error->message, rows[i].want);
        if (!set) {
            assert_string_equal(json, "{}");
            assert_int_equal(error->code, TRIAGE_ERROR_INPUT);
        }
    }
}

static void a_refused_text_leaves_the_old_value(void **state)
{
    g_autoptr(Verdict) verdict = verdict_new(*state);
    const Field *summary = field_find(*state, "summary");

    assert_true(verdict_set_text(verdict, summary, "old", NULL));
    assert_false(verdict_set_text(verdict, summary, "too long", NULL));
    assert_string_equal(verdict_token(verdict, "summary"), "old");
    assert_true(verdict_set_text(verdict, summary, "new", NULL));
    assert_string_equal(verdict_token(verdict, "summary"), "new");
    verdict_unset(verdict, summary);
    assert_false(verdict_has(verdict, summary));
}

static void a_copy_shares_nothing(void **state)
{
    static const char text[] =
        "{\"kind\":\"support\",\"priority\":\"low\",\"score\":0.5,\"hours\":2,"
        "\"engineering\":true,\"summary\":\"s\",\"issues\":[\"ab\",\"cd\"]}";
    g_autoptr(Verdict) verdict = verdict_of(*state, text), copy = NULL;
    g_autofree char *json = NULL;

    verdict->confidence = 0.75;
    verdict->confidence_source = "table";
    copy = verdict_copy(verdict);
    verdict_set_text(verdict, field_find(*state, "summary"), "other", NULL);
    verdict_unset(verdict, field_find(*state, "issues"));
    json = json_of(copy);
    assert_string_equal(json, text);
    assert_true(copy->confidence == 0.75);
    assert_string_equal(copy->confidence_source, "table");
}

static void stored_rows_are_read_leniently_but_by_type(void **state)
{
    static const struct {
        const char *stored, *want;
    } rows[] = {
        { "{\"kind\":\"old\"}", "{\"kind\":\"old\"}" },
        { "{\"kind\":\"gone\",\"summary\":\"s\"}", "{\"summary\":\"s\"}" },
        { "{\"unheard_of\":1,\"score\":7}", "{\"score\":7}" },
        { "{\"summary\":\"longer than five\"}", "{\"summary\":\"longer than five\"}" },
        { "{\"issues\":[\"a\",1]}", "{\"issues\":[\"a\"]}" },
        { "{\"kind\":1,\"priority\":true,\"score\":\"1\",\"engineering\":1,\"summary\":[],"
          "\"issues\":\"x\"}",
          "{}" },
        { "[]", "{}" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Verdict) verdict = verdict_of(*state, rows[i].stored);
        g_autofree char *json = json_of(verdict);

        assert_string_equal(json, rows[i].want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_verdict_knows_nothing),
        cmocka_unit_test(text_is_taken_or_refused_with_what_is_allowed),
        cmocka_unit_test(a_refused_text_leaves_the_old_value),
        cmocka_unit_test(a_copy_shares_nothing),
        cmocka_unit_test(stored_rows_are_read_leniently_but_by_type),
    };

    return cmocka_run_group_tests_name("verdict: values", tests, make_table, free_table);
}
