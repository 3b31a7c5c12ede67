/* The table of answers, and records as they come from the wire. */
#include "auth/dns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dns_zone.h"

static void each_question_is_noted_once_in_one_form(void **state)
{
    (void)state;
    g_autoptr(DnsAnswers) answers = dns_answers_new();
    assert_null(dns_ask(answers, DNS_TXT, "Example.COM."));
    assert_null(dns_ask(answers, DNS_TXT, "example.com"));
    assert_null(dns_ask(answers, DNS_A, "example.com"));
    const GPtrArray *missing = dns_answers_missing(answers);
    assert_int_equal(missing->len, 2);
    const DnsQuestion *first = g_ptr_array_index(missing, 0);
    assert_int_equal(first->type, DNS_TXT);
    assert_string_equal(first->name, "example.com");

    dns_answers_put(answers, DNS_TXT, "EXAMPLE.com", dns_answer_new(DNS_NO_DATA));
    dns_answers_put(answers, DNS_TXT, "example.com", dns_answer_new(DNS_FAILED));
    dns_answers_forget_missing(answers);
    assert_int_equal(dns_ask(answers, DNS_TXT, "example.com")->outcome, DNS_NO_DATA);
    assert_int_equal(missing->len, 0);
    assert_null(dns_ask(answers, DNS_A, "example.com"));
    assert_int_equal(missing->len, 1);
}

/* A label of that many bytes, and a name of that many. */
static char *long_name(gsize label, gsize whole)
{
    GString *name = g_string_new(NULL);
    while (name->len < whole) {
        if (name->len > 0)
            g_string_append_c(name, '.');
        for (gsize i = 0; i < label && name->len < whole; i++)
            g_string_append_c(name, 'a');
    }
    return g_string_free(name, FALSE);
}

static void what_cannot_be_a_name_is_not_asked_for(void **state)
{
    (void)state;
    static const char *const names[] = {
        "", ".", "a..b", ".example.com", "example.com..", "ü.example", "a\\b.example", "a\n.example"
    };
    g_autoptr(DnsAnswers) answers = dns_answers_new();
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        assert_int_equal(dns_ask(answers, DNS_A, names[i])->outcome, DNS_NO_NAME);
    g_autofree char *label64 = long_name(64, 64), *label63 = long_name(63, 63);
    g_autofree char *name254 = long_name(49, 254), *name253 = long_name(49, 253);
    assert_int_equal(dns_ask(answers, DNS_A, label64)->outcome, DNS_NO_NAME);
    assert_int_equal(dns_ask(answers, DNS_A, name254)->outcome, DNS_NO_NAME);
    assert_int_equal(dns_answers_missing(answers)->len, 0);
    assert_null(dns_ask(answers, DNS_A, label63));
    assert_null(dns_ask(answers, DNS_A, name253));
}

typedef struct {
    DnsType type;
    const char *rdata;
    gsize length;
    DnsOutcome outcome;
    const char *bytes; /* of the record; NULL: none was kept */
} WireRow;

#define WIRE(text) (text), sizeof(text) - 1

static void records_are_read_or_refused(void **state)
{
    (void)state;
    static const WireRow rows[] = {
        { DNS_A, WIRE("\300\0\2\1"), DNS_FOUND, "\300" },
        { DNS_A, WIRE("\300\0\2"), DNS_FAILED, NULL },
        { DNS_AAAA, WIRE("\300\0\2\1"), DNS_FAILED, NULL },
        { DNS_TXT, WIRE("\3abc\2de"), DNS_FOUND, "abcde" },
        { DNS_TXT, WIRE("\0"), DNS_FOUND, "" },
        { DNS_TXT, WIRE(""), DNS_FOUND, "" },
        { DNS_TXT, WIRE("\4abc"), DNS_FAILED, NULL },
        { DNS_MX, WIRE("\0\12\2MX\7example\0"), DNS_FOUND, "mx.example" },
        { DNS_MX, WIRE("\0\0\0"), DNS_FOUND, "" },
        { DNS_MX, WIRE("\0\12"), DNS_FAILED, NULL },
        { DNS_MX, WIRE("\0\12\2MX\7example"), DNS_FAILED, NULL },
        { DNS_MX, WIRE("\0\12\2MX\300\14"), DNS_FAILED, NULL },
        { DNS_PTR, WIRE("\4host\7example\0"), DNS_FOUND, "host.example" },
        { DNS_PTR, WIRE("\4host\7example\0x"), DNS_FAILED, NULL },
        { DNS_PTR, WIRE("\4h.st\7example\0"), DNS_NO_DATA, NULL },
        { DNS_PTR, WIRE("\4h\0st\7example\0"), DNS_NO_DATA, NULL },
        { DNS_PTR, WIRE(""), DNS_FAILED, NULL },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(DnsAnswer) answer = dns_answer_new(DNS_NO_DATA);
        bool added = dns_answer_add(answer, rows[i].type, rows[i].rdata, rows[i].length);
        assert_int_equal(answer->outcome, rows[i].outcome);
        assert_int_equal(added, rows[i].outcome != DNS_FAILED);
        assert_int_equal(answer->records->len, rows[i].bytes != NULL);
        if (rows[i].bytes != NULL)
            assert_string_equal(((DnsRecord *)g_ptr_array_index(answer->records, 0))->bytes,
                                rows[i].bytes);
    }
}

static DnsOutcome outcome_of(guint records, gsize length)
{
    g_autoptr(DnsAnswer) answer = dns_answer_new(DNS_NO_DATA);
    g_autofree char *rdata = g_malloc0(length);
    bool added = true;
    for (guint i = 0; i < records && added; i++)
        added = dns_answer_add(answer, DNS_TXT, rdata, length);
    assert_int_equal(added, answer->outcome == DNS_FOUND);
    assert_int_equal(answer->records->len, added ? records : 0);
    return answer->outcome;
}

static void an_answer_beyond_the_limits_is_none(void **state)
{
    (void)state;
    assert_int_equal(outcome_of(99, 10), DNS_FOUND);
    assert_int_equal(outcome_of(100, 10), DNS_FOUND);
    assert_int_equal(outcome_of(101, 10), DNS_FAILED);
    assert_int_equal(outcome_of(1, 65535), DNS_FOUND);
    assert_int_equal(outcome_of(2, 32768), DNS_FOUND);
    assert_int_equal(outcome_of(3, 21846), DNS_FAILED);
}

static void mx_records_stand_by_preference(void **state)
{
    (void)state;
    static const DnsRow zone[] = { { DNS_MX, "example.com", "20 b.example" },
                                   { DNS_MX, "example.com", "10 c.example" },
                                   { DNS_MX, "example.com", "20 a.example" } };
    const DnsQuestion question = { DNS_MX, (char *)"example.com" };
    g_autoptr(DnsAnswer) answer = zone_answer(zone, G_N_ELEMENTS(zone), &question);
    static const char *const order[] = { "c.example", "a.example", "b.example" };
    for (guint i = 0; i < 3; i++)
        assert_string_equal(((DnsRecord *)g_ptr_array_index(answer->records, i))->bytes, order[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_question_is_noted_once_in_one_form),
        cmocka_unit_test(what_cannot_be_a_name_is_not_asked_for),
        cmocka_unit_test(records_are_read_or_refused),
        cmocka_unit_test(an_answer_beyond_the_limits_is_none),
        cmocka_unit_test(mx_records_stand_by_preference),
    };
    return cmocka_run_group_tests_name("auth: answers of the DNS", tests, NULL, NULL);
}
