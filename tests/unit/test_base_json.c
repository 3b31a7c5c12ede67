/* The strict door to JSON: what passes, what is refused and where, and finding things behind it. */
#include "base/json.h"

#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void what_the_standard_allows_passes(void **state)
{
    (void)state;
    static const struct {
        const char *text, *printed;
    } rows[] = {
        { "{}", "{}" },
        { " [ 1 , -0.5e+3,\t2E2 ]\r\n", "[1,-500,200]" },
        { "null", "null" },
        { "\"a\\u00e9\\ud83d\\ude00\\/\\n\"", "\"aé😀/\\n\"" },
        { "{\"a\":{\"a\":[]},\"A\":true}", "{\"a\":{\"a\":[]},\"A\":true}" },
        { "\"\x7F\xE2\x80\xA8\"", "\"\x7F\xE2\x80\xA8\"" },
        { "[[],[{}],{\"x\":[0,-0]}]", "[[],[{}],{\"x\":[0,-0]}]" },
        { "\"\\\\u0000\"", "\"\\\\u0000\"" },
        { "1e-400", "0" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(cJSON) value = json_parse(rows[i].text, strlen(rows[i].text), &error);
        if (value == NULL)
            fail_msg("%s: %s", rows[i].text, error->message);
        g_autofree char *printed = json_print(value);
        assert_string_equal(printed, rows[i].printed);
    }
}

static void what_it_forbids_is_refused_at_its_byte(void **state)
{
    (void)state;
#define TEXT(text) text, sizeof(text) - 1
    static const struct {
        const char *text;
        gsize length;
        const char *at;
    } rows[] = {
        { TEXT(""), "byte 1:" },
        { TEXT(" "), "byte 2:" },
        { TEXT("\xEF\xBB\xBF{}"), "byte 1:" }, /* byte order mark */
        { TEXT("{} {}"), "byte 4:" },          /* two values */
        { TEXT("{}x"), "byte 3:" },
        { TEXT("{}\0"), "byte 3:" },
        { TEXT("01"), "byte 2:" },
        { TEXT("1."), "byte 3:" },
        { TEXT(".5"), "byte 1:" },
        { TEXT("+1"), "byte 1:" },
        { TEXT("-"), "byte 2:" },
        { TEXT("1e"), "byte 3:" },
        { TEXT("1e999"), "byte 6:" },
        { TEXT("NaN"), "byte 1:" },
        { TEXT("Infinity"), "byte 1:" },
        { TEXT("-Infinity"), "byte 2:" },
        { TEXT("0x1"), "byte 2:" },
        { TEXT("tru"), "byte 1:" },
        { TEXT("True"), "byte 1:" },
        { TEXT("nulll"), "byte 5:" },
        { TEXT("'a'"), "byte 1:" },
        { TEXT("\"a"), "byte 3:" },
        { TEXT("\"a\\\""), "byte 5:" },
        { TEXT("\"a\nb\""), "byte 3:" }, /* raw control characters */
        { TEXT("\"\x01\""), "byte 2:" },
        { TEXT("\"\\q\""), "byte 3:" },
        { TEXT("\"\\u12\""), "byte 4:" },
        { TEXT("\"\\uZZZZ\""), "byte 4:" },
        { TEXT("\"x\\u0000y\""), "byte 5:" },
        { TEXT("\"\\ud83d\""), "byte 8:" }, /* half a pair */
        { TEXT("\"\\ud83dx\\ude00\""), "byte 8:" },
        { TEXT("\"\\ud83d\\ud83d\""), "byte 8:" },
        { TEXT("\"\\ude00\""), "byte 8:" },
        { TEXT("\"\xFF\""), "byte 2:" },
        { TEXT("\"\xED\xA0\xBD\""), "byte 2:" },
        { TEXT("[1,]"), "byte 4:" },
        { TEXT("[,1]"), "byte 2:" },
        { TEXT("[1 2]"), "byte 4:" },
        { TEXT("[1}"), "byte 3:" },
        { TEXT("["), "byte 2:" },
        { TEXT("{\"a\":1,}"), "byte 8:" },
        { TEXT("{\"a\"}"), "byte 5:" },
        { TEXT("{a:1}"), "byte 2:" },
        { TEXT("{\"a\":}"), "byte 6:" },
        { TEXT("[1]//"), "byte 4:" },
        { TEXT("[\f1]"), "byte 2:" },
        { TEXT("{\"a\":1,\"b\":2,\"a\":3}"), "byte 20:" }, /* a name twice */
        { TEXT("[{\"a\":1,\"\\u0061\":1}]"), "byte 21:" },
        { TEXT("```json\n{}\n```"), "byte 1:" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(cJSON) value = json_parse(rows[i].text, rows[i].length, &error);
        if (value != NULL)
            fail_msg("passed: %s", rows[i].text);
        assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT));
        if (!g_str_has_prefix(error->message, rows[i].at))
            fail_msg("%s: %s, not %s", rows[i].text, error->message, rows[i].at);
    }
}

static void only_the_length_given_is_read(void **state)
{
    (void)state;
    g_autoptr(cJSON) value = json_parse("12345", 2, NULL);
    assert_non_null(value);
    assert_true(value->valuedouble == 12);
}

static void depth_has_a_limit(void **state)
{
    (void)state;
    for (int depth = JSON_DEPTH_MAX - 1; depth <= JSON_DEPTH_MAX + 1; depth++) {
        g_autoptr(GString) text = g_string_new(NULL);
        for (int i = 0; i < depth; i++)
            g_string_append(text, i % 2 ? "{\"a\":" : "[");
        g_string_append_c(text, '1');
        for (int i = depth - 1; i >= 0; i--)
            g_string_append_c(text, i % 2 ? '}' : ']');
        g_autoptr(cJSON) value = json_parse(text->str, text->len, NULL);
        assert_int_equal(value != NULL, depth <= JSON_DEPTH_MAX);
    }
}

/* Names that GLib's string hash can't tell apart, of the pairs "ab" and "bA". */
static void hostile_texts_take_no_longer(void **state)
{
    (void)state;
    g_autoptr(GString) names = g_string_new("{"), brackets = g_string_new(NULL);
    for (int i = 0; i < 1 << 15; i++) {
        g_string_append(names, i > 0 ? ",\"" : "\"");
        for (int bit = 0; bit < 15; bit++)
            g_string_append(names, i >> bit & 1 ? "ab" : "bA");
        g_string_append(names, "\":0");
        g_string_append(brackets, "[[[[[[[[");
    }
    g_string_append_c(names, '}');
    gint64 start = g_get_monotonic_time();
    g_autoptr(cJSON) value = json_parse(names->str, names->len, NULL);
    g_autoptr(cJSON) nested = json_parse(brackets->str, brackets->len, NULL);
    assert_true(g_get_monotonic_time() - start < 2 * G_TIME_SPAN_SECOND);
    assert_int_equal(cJSON_GetArraySize(value), 1 << 15);
    assert_null(nested);
}

static void values_are_found_by_path(void **state)
{
    (void)state;
    static const char text[] = "{\"choices\":[{\"message\":{\"content\":\"hi\"}},7],"
                               "\"usage\":{\"in\":12,\"half\":0.5,\"less\":-1,\"big\":1e300,"
                               "\"word\":\"9\",\"none\":null},\"0\":\"zero\"}";
    g_autoptr(cJSON) value = json_parse(text, strlen(text), NULL);
    assert_non_null(value);
    assert_string_equal(json_text_at(value, "choices.0.message.content"), "hi");
    assert_string_equal(json_text_at(value, "0"), "zero");
    assert_int_equal(json_count_at(value, "choices.1", -1), 7);
    assert_int_equal(json_count_at(value, "usage.in", -1), 12);
    assert_true(cJSON_IsNull(json_at(value, "usage.none")));

    static const char *const missing[] = { "choices.2",  "choices.x",   "choices.-1",
                                           "choices.",   "Usage",       "usage.in.x",
                                           "usage.None", "choices.0x0", "choices.99999999999" };
    for (gsize i = 0; i < G_N_ELEMENTS(missing); i++)
        assert_null(json_at(value, missing[i]));
    assert_null(json_text_at(value, "usage.in"));
    static const char *const uncounted[] = { "usage.half", "usage.less", "usage.big",
                                             "usage.word", "usage.none", "usage.gone" };
    for (gsize i = 0; i < G_N_ELEMENTS(uncounted); i++)
        assert_int_equal(json_count_at(value, uncounted[i], -7), -7);
}

static void printing_is_one_line_or_many(void **state)
{
    (void)state;
    g_autoptr(cJSON) value = json_parse("{\"a\":[1]}", 9, NULL);
    g_autofree char *line = json_print(value), *lines = json_print_pretty(value);
    assert_string_equal(line, "{\"a\":[1]}");
    assert_non_null(strchr(lines, '\n'));
    g_autoptr(cJSON) again = json_parse(lines, strlen(lines), NULL);
    assert_true(cJSON_Compare(value, again, true));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_standard_allows_passes),
        cmocka_unit_test(what_it_forbids_is_refused_at_its_byte),
        cmocka_unit_test(only_the_length_given_is_read),
        cmocka_unit_test(depth_has_a_limit),
        cmocka_unit_test(hostile_texts_take_no_longer),
        cmocka_unit_test(values_are_found_by_path),
        cmocka_unit_test(printing_is_one_line_or_many),
    };
    return cmocka_run_group_tests_name("base: json", tests, NULL, NULL);
}
