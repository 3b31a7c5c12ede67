/* A model's text is a verdict or it is nothing: the traps, and ten thousand spoiled answers. */
#include "base/text.h"
#include "classify/classify.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const char fields_text[] =
    "field summary text 60\n"
    "field evidence list 0-3 of 3-60 quotes\n"
    "field kind { support \"help\" makes ticket; sales \"buying\" makes lead }\n"
    "field priority ordered { low; medium; high; critical }\n"
    "field score number 0-1\n"
    "field hours whole 1-720\n"
    "field engineering yes_no\n"
    "field suggested_assignee text 40 team\n"
    "field certainty ordered { low; medium; high }\n";

static const char *const team[] = { "anna", "ben", NULL };
static VerdictQuestion question;

static int set_up(void **state)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(ConfTree) tree = conf_read_text("fields", 1, fields_text, strlen(fields_text), diags);
    (void)state;
    question.fields = field_table_load(tree->items, diags);
    question.asks = FIELD_FOR_BOTH;
    question.team = team;
    question.mail_text = text_fold("Our server is down since nine.");
    return diags_count(diags) == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    field_table_unref(question.fields);
    g_free((char *)question.mail_text);
    return 0;
}

#define ANSWER(summary, kind, score, more)                                                         \
    "{\"summary\":" summary ",\"evidence\":[\"server is down\"],\"kind\":" kind                    \
    ",\"priority\":\"high\",\"score\":" score ",\"hours\":8,\"engineering\":true,"                 \
    "\"suggested_assignee\":\"anna\",\"certainty\":\"high\"" more "}"
#define UNKNOWN_KIND ANSWER("\"x\"", "\"urgent\"", "1", "")
#define GOOD         ANSWER("\"Server down\"", "\"support\"", "0.5", "")

static LlmOutcome read_answer(const char *text, bool fenced, Verdict **verdict, char **why)
{
    bool quotes_failed;
    LlmOutcome outcome =
        classify_read_answer(&question, text, fenced, verdict, &quotes_failed, why);
    assert_true((*verdict != NULL) == (outcome == LLM_OK));
    assert_true((*why == NULL) == (outcome == LLM_OK));
    assert_false(quotes_failed && outcome != LLM_OK);
    return outcome;
}

static void a_good_answer_becomes_a_verdict(void **state)
{
    g_autoptr(Verdict) verdict = NULL;
    g_autofree char *why = NULL;
    (void)state;
    assert_int_equal(read_answer("\n " GOOD " \r\n", false, &verdict, &why), LLM_OK);
    assert_string_equal(verdict_token(verdict, "kind"), "support");
    assert_string_equal(verdict_token(verdict, "priority"), "high");
    assert_string_equal(verdict_token(verdict, "suggested_assignee"), "anna");
}

/* However a model writes them: as they are, or escaped. */
static void marks_of_the_mail_are_no_part_of_an_answer(void **state)
{
    static const char *const marks[] = { PROMPT_MARK, "\\ue000", "\\uE000" };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(marks); i++) {
        g_autoptr(Verdict) verdict = NULL;
        g_autofree char *why = NULL;
        bool quotes_failed;
        g_auto(GStrv) words = g_strsplit(GOOD, " ", -1);
        g_autofree char *text = g_strjoinv(marks[i], words);
        assert_int_equal(
            classify_read_answer(&question, text, false, &verdict, &quotes_failed, &why), LLM_OK);
        assert_false(quotes_failed);
        assert_string_equal(verdict_token(verdict, "summary"), "Server down");
        assert_string_equal(verdict_get(verdict, "evidence")->list->pdata[0], "server is down");
    }
}

static void traps_are_refused_each_by_its_outcome(void **state)
{
    static const struct {
        const char *text;
        LlmOutcome outcome;
    } rows[] = {
        { "", LLM_EMPTY },
        { " \r\n\t", LLM_EMPTY },
        { ANSWER("\"x\"", "\"support\"", "1e999", ""), LLM_INVALID_JSON },
        { ANSWER("\"x\"", "\"support\"", "384953e111111", ""), LLM_INVALID_JSON },
        { ANSWER("\"x\"", "\"support\"", "NaN", ""), LLM_INVALID_JSON },
        { ANSWER("\"x\"", "\"support\"", "Infinity", ""), LLM_INVALID_JSON },
        { ANSWER("\"x\"", "\"support\"", "-", ""), LLM_INVALID_JSON },
        { ANSWER("\"x\"", "\"support\"", ".5", ""), LLM_INVALID_JSON },
        { ANSWER("\"x\"", "\"support\"", "+1", ""), LLM_INVALID_JSON },
        { ANSWER("\"x\"", "\"support\"", "01", ""), LLM_INVALID_JSON },
        { ANSWER("\"x\"", "\"support\"", "1.", ""), LLM_INVALID_JSON },
        { ANSWER("\"x\\u0000y\"", "\"support\"", "1", ""), LLM_INVALID_JSON },
        { ANSWER("\"x\\\\u0000y\"", "\"support\"", "1", ""), LLM_OK },
        { ANSWER("\"\\ud83d\"", "\"support\"", "1", ""), LLM_INVALID_JSON },
        { ANSWER("\"\\ude00\"", "\"support\"", "1", ""), LLM_INVALID_JSON },
        { ANSWER("\"\\ud83d\\ude00\"", "\"support\"", "1", ""), LLM_OK },
        { ANSWER("\"\\uZZZZ\"", "\"support\"", "1", ""), LLM_INVALID_JSON },
        { ANSWER("\"a\nb\"", "\"support\"", "1", ""), LLM_INVALID_JSON },
        { ANSWER("\"a\x01\"", "\"support\"", "1", ""), LLM_INVALID_JSON },
        { ANSWER("\"\xff\"", "\"support\"", "1", ""), LLM_INVALID_JSON },
        { ANSWER("\"\xed\xa0\xbd\"", "\"support\"", "1", ""), LLM_INVALID_JSON },
        { ANSWER("\"x\"", "\"support\"", "1", ",\"kind\":\"sales\""), LLM_INVALID_JSON },
        { ANSWER("\"x\"", "\"support\"", "1", ",\"Kind\":\"sales\""), LLM_SCHEMA_MISMATCH },
        { ANSWER("\"x\"", "\"support\"", "1", ","), LLM_INVALID_JSON },
        { ANSWER("\"x\"", "\"support\"", "1", "/* so */"), LLM_INVALID_JSON },
        { ANSWER("'x'", "\"support\"", "1", ""), LLM_INVALID_JSON },
        { "\xef\xbb\xbf" GOOD, LLM_INVALID_JSON },
        { GOOD "\nI hope this helps!", LLM_INVALID_JSON },
        { "Here you are: " GOOD, LLM_INVALID_JSON },
        { GOOD GOOD, LLM_INVALID_JSON },
        { GOOD "}", LLM_INVALID_JSON },
        { "{\"summary\":\"Server", LLM_INVALID_JSON },
        { "```json\n" GOOD "\n```", LLM_INVALID_JSON },
        { "[" GOOD "]", LLM_SCHEMA_MISMATCH },
        { "\"support\"", LLM_SCHEMA_MISMATCH },
        { "null", LLM_SCHEMA_MISMATCH },
        { "{}", LLM_SCHEMA_MISMATCH },
        { ANSWER("\"x\"", "\"SUPPORT\"", "1", ""), LLM_OK },
        { ANSWER("\"x\"", "\"supports\"", "1", ""), LLM_SCHEMA_MISMATCH },
        { ANSWER("\"x\"", "\"\"", "1", ""), LLM_SCHEMA_MISMATCH },
        { ANSWER("\"x\"", "null", "1", ""), LLM_SCHEMA_MISMATCH },
        { ANSWER("\"x\"", "0", "1", ""), LLM_SCHEMA_MISMATCH },
        { ANSWER("\"x\"", "\"support\"", "\"0.9\"", ""), LLM_SCHEMA_MISMATCH },
        { ANSWER("\"x\"", "\"support\"", "95", ""), LLM_SCHEMA_MISMATCH },
        { ANSWER("\"x\"", "\"support\"", "1.0000001", ""), LLM_SCHEMA_MISMATCH },
        { ANSWER("\"x\"", "\"support\"", "-0.1", ""), LLM_SCHEMA_MISMATCH },
        { ANSWER("7", "\"support\"", "1", ""), LLM_SCHEMA_MISMATCH },
        { ANSWER("\"x\"", "\"support\"", "1", ",\"confidence\":1"), LLM_SCHEMA_MISMATCH },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Verdict) verdict = NULL;
        g_autofree char *why = NULL;
        LlmOutcome outcome = read_answer(rows[i].text, false, &verdict, &why);
        if (outcome != rows[i].outcome)
            fail_msg("row %zu: %s (%s): %s", i, llm_outcome_name(outcome), why, rows[i].text);
    }
}

static void nesting_without_end_is_refused(void **state)
{
    g_autofree char *open = g_strnfill(2000, '[');
    g_autofree char *close = g_strnfill(2000, ']');
    g_autofree char *text = g_strconcat(open, close, NULL);
    g_autoptr(Verdict) verdict = NULL;
    g_autofree char *why = NULL;
    (void)state;
    assert_int_equal(read_answer(text, false, &verdict, &why), LLM_INVALID_JSON);
}

static void one_fence_is_taken_off_where_it_is_allowed(void **state)
{
    static const struct {
        const char *text;
        LlmOutcome outcome;
    } rows[] = {
        { "```json\n" GOOD "\n```", LLM_OK },
        { "\n```json " GOOD "```  \n", LLM_OK },
        { GOOD, LLM_OK },
        { "```json\n```", LLM_EMPTY },
        { "```\n" GOOD "\n```", LLM_INVALID_JSON },
        { "```jsonc\n" GOOD "\n```", LLM_INVALID_JSON },
        { "```json\n" GOOD, LLM_INVALID_JSON },
        { GOOD "\n```", LLM_INVALID_JSON },
        { "Sure!\n```json\n" GOOD "\n```", LLM_INVALID_JSON },
        { "```json\n" GOOD "\n```\nDone.", LLM_INVALID_JSON },
        { "```json\n```json\n" GOOD "\n```\n```", LLM_INVALID_JSON },
        { "```json", LLM_INVALID_JSON },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Verdict) verdict = NULL;
        g_autofree char *why = NULL;
        assert_int_equal(read_answer(rows[i].text, true, &verdict, &why), rows[i].outcome);
    }
}

static void the_checkers_sentence_names_what_is_wrong(void **state)
{
    static const struct {
        const char *text, *says;
    } rows[] = {
        { UNKNOWN_KIND, "kind: 'urgent' is not one of support, sales" },
        { "{} {}", "byte " },
        { "", "the answer is empty" },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Verdict) verdict = NULL;
        g_autofree char *why = NULL;
        read_answer(rows[i].text, false, &verdict, &why);
        assert_true(g_str_has_prefix(why, rows[i].says));
    }
}

static void quotes_that_do_not_stand_in_the_mail_are_told(void **state)
{
    static const char text[] =
        "{\"summary\":\"x\",\"evidence\":[\"SERVER is\\ndown\",\"wire the money\"],"
        "\"kind\":\"support\",\"priority\":\"high\",\"score\":1,\"hours\":8,\"engineering\":true,"
        "\"suggested_assignee\":\"none\",\"certainty\":\"low\"}";
    g_autoptr(Verdict) verdict = NULL;
    g_autofree char *why = NULL;
    bool quotes_failed = false;
    (void)state;
    assert_int_equal(classify_read_answer(&question, text, false, &verdict, &quotes_failed, &why),
                     LLM_OK);
    assert_true(quotes_failed);
    assert_int_equal(verdict_get(verdict, "evidence")->list->len, 1);
}

static void certainty_gives_confidence_by_the_table(void **state)
{
    static const struct {
        const char *certainty;
        double confidence;
    } rows[] = {
        { "high", 0.85 },
        { "medium", 0.65 },
        { "low", 0.40 },
        { NULL, 0.50 },
    };
    const Field *field = field_find(question.fields, "certainty");
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Verdict) verdict = verdict_new(question.fields);
        if (rows[i].certainty)
            assert_true(verdict_set_text(verdict, field, rows[i].certainty, NULL));
        classify_set_confidence(verdict, NAN, NULL);
        assert_true(verdict->confidence == rows[i].confidence);
        assert_string_equal(verdict->confidence_source, "table");
    }
}

static void a_counted_table_stands_above_the_fixed_one(void **state)
{
    static const CertaintyTable counted = { { 0.2, 0.3, 0.4, 0.5 } };
    g_autoptr(Verdict) verdict = verdict_new(question.fields);
    (void)state;
    assert_true(verdict_set_text(verdict, field_find(question.fields, "certainty"), "high", NULL));
    classify_set_confidence(verdict, NAN, &counted);
    assert_true(verdict->confidence == 0.4);
    assert_string_equal(verdict->confidence_source, "calibrated");
    classify_set_confidence(verdict, 0.93, &counted);
    assert_true(verdict->confidence == 0.93);
    assert_string_equal(verdict->confidence_source, "provider");
}

static void a_providers_probability_stands_above_what_a_model_says(void **state)
{
    g_autoptr(Verdict) verdict = verdict_new(question.fields);
    (void)state;
    assert_true(verdict_set_text(verdict, field_find(question.fields, "certainty"), "low", NULL));
    classify_set_confidence(verdict, 0.93, NULL);
    assert_true(verdict->confidence == 0.93);
    assert_string_equal(verdict->confidence_source, "provider");
    classify_set_confidence(verdict, 0, NULL);
    assert_true(verdict->confidence == 0);
}

/* ── spoiled answers ── */

static void insert_scrap(GString *text, GRand *rand, gssize at)
{
    static const char *const scraps[] = {
        "{",       "}",        "[",          "]",
        "\"",      ",",        ":",          "\\",
        "\\u0000", "1e99",     "-1",         "721",
        "0.5",     "null",     "\"anna\"",   "true",
        "low",     "critical", "eve",        "```",
        "\xff",    "\x01",     "\n",         "\xf0\x9f",
        "Kind",    "e",        "\"sales\"",  "\t",
        "\xc3",    "\\\"}",    "\"urgent\"", "\"kind\":\"admin\",",
    };
    g_string_insert(text, at, scraps[g_rand_int_range(rand, 0, G_N_ELEMENTS(scraps))]);
}

static void spoil(GString *text, GRand *rand)
{
    gint32 at = g_rand_int_range(rand, 0, (gint32)text->len);
    gint32 left = (gint32)text->len - at, wish = g_rand_int_range(rand, 1, 12);
    gssize span = MIN(wish, left);
    switch (g_rand_int_range(rand, 0, 4)) {
    case 0:
        text->str[at] = (char)g_rand_int_range(rand, 1, 256);
        break;
    case 1:
        g_string_erase(text, at, span);
        break;
    case 2: {
        g_autofree char *copy = g_strndup(text->str + at, (gsize)span);
        g_string_insert(text, g_rand_int_range(rand, 0, (gint32)text->len), copy);
        break;
    }
    default:
        insert_scrap(text, rand, at);
    }
}

static bool is_one_of(const char *text, const char *const *allowed)
{
    return g_strv_contains(allowed, text);
}

static void assert_only_known_values(const Verdict *verdict)
{
    static const char *const kinds[] = { "support", "sales", NULL };
    static const char *const priorities[] = { "low", "medium", "high", "critical", NULL };
    static const char *const nobody_or_team[] = { "anna", "ben", "", NULL };
    double score = verdict_get(verdict, "score")->number;
    double hours = verdict_get(verdict, "hours")->number;
    const char *summary = verdict_token(verdict, "summary");
    const GPtrArray *quotes = verdict_get(verdict, "evidence")->list;
    assert_true(is_one_of(verdict_token(verdict, "kind"), kinds));
    assert_true(is_one_of(verdict_token(verdict, "priority"), priorities));
    assert_true(is_one_of(verdict_token(verdict, "suggested_assignee"), nobody_or_team));
    assert_true(score >= 0 && score <= 1);
    assert_true(hours >= 1 && hours <= 720 && floor(hours) == hours);
    assert_true(g_utf8_validate(summary, -1, NULL) && g_utf8_strlen(summary, -1) <= 60);
    assert_true(quotes->len <= 3);
    for (guint i = 0; i < quotes->len; i++) {
        g_autofree char *folded = text_fold(quotes->pdata[i]);
        assert_non_null(strstr(question.mail_text, folded));
    }
}

static void ten_thousand_spoiled_answers_bring_no_unknown_value(void **state)
{
    GRand *rand = g_rand_new_with_seed(20261123);
    guint accepted = 0;
    (void)state;
    for (int i = 0; i < 10000; i++) {
        g_autoptr(GString) text = g_string_new(GOOD);
        g_autoptr(Verdict) verdict = NULL;
        g_autofree char *why = NULL;
        for (int times = g_rand_int_range(rand, 1, 4); times > 0; times--)
            spoil(text, rand);
        if (read_answer(text->str, i % 2, &verdict, &why) == LLM_OK) {
            assert_only_known_values(verdict);
            accepted++;
        } else {
            assert_true(*why && g_utf8_validate(why, -1, NULL));
        }
    }
    g_rand_free(rand);
    assert_in_range(accepted, 100, 5000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_answer_becomes_a_verdict),
        cmocka_unit_test(marks_of_the_mail_are_no_part_of_an_answer),
        cmocka_unit_test(traps_are_refused_each_by_its_outcome),
        cmocka_unit_test(nesting_without_end_is_refused),
        cmocka_unit_test(one_fence_is_taken_off_where_it_is_allowed),
        cmocka_unit_test(the_checkers_sentence_names_what_is_wrong),
        cmocka_unit_test(quotes_that_do_not_stand_in_the_mail_are_told),
        cmocka_unit_test(certainty_gives_confidence_by_the_table),
        cmocka_unit_test(a_counted_table_stands_above_the_fixed_one),
        cmocka_unit_test(a_providers_probability_stands_above_what_a_model_says),
        cmocka_unit_test(ten_thousand_spoiled_answers_bring_no_unknown_value),
    };
    return cmocka_run_group_tests_name("classify: answer", tests, set_up, tear_down);
}
