/* Answers of models against the question: what passes, and the sentence that is sent back. */
#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "verdict_fixture.h"

#include <math.h>

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

static const char *const team[] = { "Ann", "bob@example.com", NULL };

static int make_table(void **state)
{
    g_autoptr(Diags) diags = diags_new();

    *state = fields_from_text("field p ordered { low; high; old retired }\n"
                              "field n number 0-1\n"
                              "field h whole 1-720\n"
                              "field y yes_no\n"
                              "field s text 5\n"
                              "field k list 1-2 of 3-5\n"
                              "field e list 0-2 of 1-30 quotes\n"
                              "field a text 20 team\n"
                              "field lead_only yes_no for lead\n",
                              diags);
    return diags_count(diags) == 0 ? 0 : -1;
}

static int free_table(void **state)
{
    field_table_unref(*state);
    return 0;
}

/* The checked answer as JSON, or the error. */
static char *check(FieldTable *table, const char *text, bool *quotes_failed)
{
    g_autofree char *mail = text_fold("Hello,\nthe  Printer\nis on FIRE.");
    const VerdictQuestion question = {
        .fields = table, .asks = FIELD_FOR_TICKET, .team = team, .mail_text = mail
    };
    g_autoptr(GError) error = NULL;
    g_autoptr(cJSON) answer = json_parse(text, strlen(text), &error), json = NULL;
    g_autoptr(Verdict) verdict = NULL;

    assert_non_null(answer);
    verdict = verdict_check(&question, answer, quotes_failed, &error);
    if (!verdict) {
        assert_int_equal(error->code, TRIAGE_ERROR_INPUT);
        return g_strdup(error->message);
    }
    assert_null(error);
    json = verdict_to_json(verdict);
    return json_print(json);
}

/* The good answer with one key's value replaced. */
static char *answer_with(const char *key, const char *value)
{
    static const char *const good[][2] = {
        { "p", "\"low\"" }, { "n", "0.5" },       { "h", "2" },  { "y", "true" },
        { "s", "\"abc\"" }, { "k", "[\"abc\"]" }, { "e", "[]" }, { "a", "\"Ann\"" },
    };
    GString *answer = g_string_new("{");

    for (gsize i = 0; i < G_N_ELEMENTS(good); i++)
        g_string_append_printf(answer, "%s\"%s\":%s", i > 0 ? "," : "", good[i][0],
                               strcmp(good[i][0], key) == 0 ? value : good[i][1]);
    g_string_append_c(answer, '}');
    return g_string_free(answer, FALSE);
}

static void values_are_held_to_their_field(void **state)
{
    static const struct {
        const char *key, *value;
        const char *want; /* NULL: taken as it is; "=…": as this value; else the error */
    } rows[] = {
        { "p", "\"high\"", NULL },
        { "p", "\"HIGH\"", "=\"high\"" },
        { "p", "\"urgent\"", "p: 'urgent' is not one of low, high" },
        { "p", "\"old\"", "p: 'old' is retired, choose one of low, high" },
        { "p", "1", "p: must be a string: one of low, high" },
        { "p", "null", "p: must be a string: one of low, high" },
        { "n", "0", NULL },
        { "n", "1", NULL },
        { "n", "-0", "=0" },
        { "n", "-0.001", "n: -0.001 is not a number from 0 to 1" },
        { "n", "1.001", "n: 1.001 is not a number from 0 to 1" },
        { "n", "95", "n: 95 is not a number from 0 to 1" },
        { "n", "\"0.5\"", "n: must be a JSON number: a number from 0 to 1" },
        { "h", "1", NULL },
        { "h", "720", NULL },
        { "h", "720.0", "=720" },
        { "h", "0", "h: 0 is not a whole number from 1 to 720" },
        { "h", "721", "h: 721 is not a whole number from 1 to 720" },
        { "h", "1.5", "h: 1.5 is not a whole number from 1 to 720" },
        { "y", "false", NULL },
        { "y", "\"yes\"", "y: must be true or false" },
        { "y", "0", "y: must be true or false" },
        { "s", "\"\"", NULL },
        { "s", "\"äöü€ß\"", NULL },
        { "s", "\" a\\r\\nb\\u001b\"", "=\"a b\"" },
        { "s", "\"abcdef\"", "s: a text of 6 characters; allowed: a text of at most 5 characters" },
        { "s", "[\"abc\"]", "s: must be a string: a text of at most 5 characters" },
        { "k", "[\"abc\",\"abcde\"]", NULL },
        { "k", "[]", "k: 0 texts; allowed: 1 to 2 texts of 3 to 5 characters" },
        { "k", "[\"abc\",\"abc\",\"abc\"]",
          "k: 3 texts; allowed: 1 to 2 texts of 3 to 5 characters" },
        { "k", "[\"ab\"]",
          "k: a text of 2 characters; allowed: 1 to 2 texts of 3 to 5 characters" },
        { "k", "[\"abcdef\"]",
          "k: a text of 6 characters; allowed: 1 to 2 texts of 3 to 5 characters" },
        { "k", "[\" ab \"]",
          "k: a text of 2 characters; allowed: 1 to 2 texts of 3 to 5 characters" },
        { "k", "\"abc\"", "k: must be an array of strings: 1 to 2 texts of 3 to 5 characters" },
        { "k", "[1]", "k: must be an array of strings: 1 to 2 texts of 3 to 5 characters" },
        { "k", "[[\"abc\"]]", "k: must be an array of strings: 1 to 2 texts of 3 to 5 characters" },
        { "a", "\"ann\"", "=\"Ann\"" },
        { "a", "\"bob@example.com\"", NULL },
        { "a", "\"eve@example.net\"",
          "a: 'eve@example.net' is not one of Ann, bob@example.com, none" },
        { "a", "7", "a: must be a string: one of Ann, bob@example.com, none" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *answer = answer_with(rows[i].key, rows[i].value);
        bool quotes_failed = true, taken = !rows[i].want || *rows[i].want == '=';
        g_autofree char *got = check(*state, answer, &quotes_failed);
        g_autofree char *want =
            taken ? answer_with(rows[i].key, rows[i].want ? rows[i].want + 1 : rows[i].value)
                  : g_strdup(rows[i].want);

        assert_string_equal(got, want);
        assert_false(quotes_failed);
    }
}

static void nobody_of_the_team_is_no_value(void **state)
{
    g_autofree char *answer = answer_with("a", "\"none\"");
    bool quotes_failed;
    g_autofree char *got = check(*state, answer, &quotes_failed);

    assert_null(strstr(got, "\"a\""));
    assert_non_null(strstr(got, "\"p\":\"low\""));
}

static void the_keys_must_be_exactly_those_asked(void **state)
{
    static const struct {
        const char *answer, *want;
    } rows[] = {
        { "[]", "the answer must be one JSON object" },
        { "\"low\"", "the answer must be one JSON object" },
        { "{}", "p: is missing; allowed: one of low, high" },
        { "{\"p\":\"low\",\"n\":1,\"h\":1,\"y\":true,\"s\":\"\",\"k\":[\"abc\"],\"e\":[]}",
          "a: is missing; allowed: one of Ann, bob@example.com, none" },
        { "{\"x\":1}", "'x' is not asked for; give only the keys of the schema" },
        { "{\"P\":\"low\"}", "'P' is not asked for; give only the keys of the schema" },
        { "{\"lead_only\":true}",
          "'lead_only' is not asked for; give only the keys of the schema" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        bool quotes_failed;
        g_autofree char *got = check(*state, rows[i].answer, &quotes_failed);

        assert_string_equal(got, rows[i].want);
    }
}

static void a_key_given_twice_is_refused(void **state)
{
    const VerdictQuestion question = { .fields = *state, .asks = FIELD_FOR_LEAD };
    g_autoptr(cJSON) answer = cJSON_CreateObject();
    g_autoptr(GError) error = NULL;
    bool quotes_failed;

    cJSON_AddStringToObject(answer, "p", "low");
    cJSON_AddStringToObject(answer, "p", "high");
    assert_null(verdict_check(&question, answer, &quotes_failed, &error));
    assert_string_equal(error->message, "'p' is given twice");
}

static void numbers_that_are_not_finite_are_refused(void **state)
{
    const VerdictQuestion question = { .fields = *state, .asks = FIELD_FOR_TICKET };
    static const double numbers[] = { (double)INFINITY, -(double)INFINITY, (double)NAN };

    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
        g_autoptr(cJSON) answer = cJSON_CreateObject();
        g_autoptr(GError) error = NULL;
        bool quotes_failed;

        cJSON_AddNumberToObject(answer, "h", numbers[i]);
        assert_null(verdict_check(&question, answer, &quotes_failed, &error));
        assert_non_null(strstr(error->message, "is not a whole number from 1 to 720"));
    }
}

static void quotes_that_dont_stand_in_the_mail_are_dropped(void **state)
{
    static const struct {
        const char *quotes, *left;
        bool failed;
    } rows[] = {
        { "[]", "[]", false },
        { "[\"the printer is on fire\"]", "[\"the printer is on fire\"]", false },
        { "[\"Printer is\",\"FIRE.\"]", "[\"Printer is\",\"FIRE.\"]", false },
        { "[\"printer is fine\",\"Hello\"]", "[\"Hello\"]", true },
        { "[\"nothing\",\"of this\"]", "[]", true },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *answer = answer_with("e", rows[i].quotes);
        g_autofree char *want = answer_with("e", rows[i].left);
        bool quotes_failed = !rows[i].failed;
        g_autofree char *got = check(*state, answer, &quotes_failed);

        assert_string_equal(got, want);
        assert_int_equal(quotes_failed, rows[i].failed);
    }
}

static void a_text_that_must_be_a_quote_is_unset_if_it_is_none(void **state)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(FieldTable) table = fields_from_text("field q text 20 quotes", diags);
    bool quotes_failed;
    g_autofree char *found = check(table, "{\"q\":\"is on fire\"}", &quotes_failed);
    g_autofree char *lost = check(table, "{\"q\":\"is lost\"}", &quotes_failed);

    (void)state;
    assert_string_equal(found, "{\"q\":\"is on fire\"}");
    assert_string_equal(lost, "{}");
    assert_true(quotes_failed);
}

static void errors_repeat_little_of_the_answer_and_nothing_raw(void **state)
{
    g_autofree char *flood = g_strnfill(5000, 'A');
    g_autofree char *value = g_strdup_printf("\"x\\r\\nBcc: y\\u001b[31m%s\"", flood);
    g_autofree char *key = g_strdup_printf("{\"k\\n%s\":1}", flood);
    const char *const answers[] = { answer_with("p", value), answer_with("a", value), key };

    for (gsize i = 0; i < G_N_ELEMENTS(answers); i++) {
        bool quotes_failed;
        g_autofree char *got = check(*state, answers[i], &quotes_failed);

        assert_true(strlen(got) < 160);
        assert_null(strpbrk(got, "\r\n\033"));
        assert_non_null(strstr(got, "AAAA"));
    }
    g_free((char *)answers[0]);
    g_free((char *)answers[1]);
}

static void a_long_list_of_tokens_is_named_in_part(void **state)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(GString) text = g_string_new("field c {\n");
    g_autoptr(FieldTable) table = NULL;
    g_autofree char *got = NULL;
    bool quotes_failed;

    (void)state;
    for (int i = 0; i < 22; i++)
        g_string_append_printf(text, "t%d\n", i);
    g_string_append(text, "}");
    table = fields_from_text(text->str, diags);
    got = check(table, "{\"c\":\"x\"}", &quotes_failed);
    assert_true(g_str_has_suffix(got, "t18, t19 and 2 more"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_held_to_their_field),
        cmocka_unit_test(nobody_of_the_team_is_no_value),
        cmocka_unit_test(the_keys_must_be_exactly_those_asked),
        cmocka_unit_test(a_key_given_twice_is_refused),
        cmocka_unit_test(numbers_that_are_not_finite_are_refused),
        cmocka_unit_test(quotes_that_dont_stand_in_the_mail_are_dropped),
        cmocka_unit_test(a_text_that_must_be_a_quote_is_unset_if_it_is_none),
        cmocka_unit_test(errors_repeat_little_of_the_answer_and_nothing_raw),
        cmocka_unit_test(a_long_list_of_tokens_is_named_in_part),
    };

    return cmocka_run_group_tests_name("verdict: answers", tests, make_table, free_table);
}
