/* SPF cases from elsewhere: the environment variable SPF_SUITE names a file with a case per line,
 * an object with name, client, helo, sender, results (any of them is right) and zone, in which
 * "TXT example.com" is a list of record data in hex, or "failed".  Skipped without it. */
#include "auth/spf.h"
#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void add_hex(DnsAnswer *answer, DnsType type, const char *hex)
{
    g_autoptr(GByteArray) rdata = g_byte_array_new();
    for (; *hex != '\0'; hex += 2) {
        guint8 byte = (guint8)(g_ascii_xdigit_value(hex[0]) << 4 | g_ascii_xdigit_value(hex[1]));
        g_byte_array_append(rdata, &byte, 1);
    }
    assert_true(dns_answer_add(answer, type, rdata->data, rdata->len));
}

static void answer_from(DnsAnswers *answers, const DnsQuestion *question, const cJSON *zone)
{
    g_autofree char *key = g_strconcat(dns_type_name(question->type), " ", question->name, NULL);
    const cJSON *records = cJSON_GetObjectItemCaseSensitive(zone, key);
    DnsAnswer *answer = dns_answer_new(records == NULL           ? DNS_NO_NAME
                                       : cJSON_IsString(records) ? DNS_FAILED
                                                                 : DNS_NO_DATA);
    const cJSON *hex;
    cJSON_ArrayForEach(hex, records) add_hex(answer, question->type, hex->valuestring);
    dns_answer_sort(answer);
    dns_answers_put(answers, question->type, question->name, answer);
}

static const char *text_at(const cJSON *test, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(test, key)->valuestring;
}

static SpfResult result_of(const cJSON *test)
{
    g_autoptr(DnsAnswers) answers = dns_answers_new();
    const cJSON *zone = cJSON_GetObjectItemCaseSensitive(test, "zone");
    const SpfQuery query = { .client = text_at(test, "client"),
                             .helo = text_at(test, "helo"),
                             .sender = text_at(test, "sender") };
    SpfResult result;
    for (guint rounds = 0; !spf_check(&query, answers, &result); rounds++) {
        assert_true(rounds < 100);
        for (guint i = 0; i < dns_answers_missing(answers)->len; i++)
            answer_from(answers, g_ptr_array_index(dns_answers_missing(answers), i), zone);
        dns_answers_forget_missing(answers);
    }
    return result;
}

static bool is_right(const cJSON *test)
{
    const char *name = spf_result_name(result_of(test));
    const cJSON *right;
    cJSON_ArrayForEach(right, cJSON_GetObjectItemCaseSensitive(test, "results"))
    {
        if (strcmp(right->valuestring, name) == 0)
            return true;
    }
    print_error("%s: %s\n", text_at(test, "name"), name);
    return false;
}

static void every_case_ends_as_the_suite_says(void **state)
{
    (void)state;
    const char *path = g_getenv("SPF_SUITE");
    if (path == NULL)
        skip();
    g_autofree char *text = NULL;
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(g_strchomp(text), "\n", -1);
    guint wrong = 0;
    for (char **line = lines; *line != NULL; line++) {
        cJSON *test = cJSON_Parse(*line);
        assert_non_null(test);
        wrong += !is_right(test);
        cJSON_Delete(test);
    }
    print_message("%u cases, %u wrong\n", g_strv_length(lines), wrong);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(every_case_ends_as_the_suite_says) };
    return cmocka_run_group_tests_name("auth: SPF suite", tests, NULL, NULL);
}
