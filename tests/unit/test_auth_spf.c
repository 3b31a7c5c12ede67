/* SPF: records, macros, and what they say about a client. */
#include "auth/spf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dns_zone.h"

/* What one record of example.com means for a client. */
static SpfResult with_zone(const char *client, const char *sender, const DnsRow *zone, gsize rows,
                           guint *questions)
{
    g_autoptr(DnsAnswers) answers = dns_answers_new();
    const SpfQuery query = { .client = client, .helo = "helo.example.net", .sender = sender };
    SpfResult result;
    *questions = 0;
    for (guint rounds = 0; !spf_check(&query, answers, &result); rounds++) {
        assert_true(rounds < 50);
        *questions += zone_give(zone, rows, answers);
    }
    return result;
}

#define MORE_ROWS                                                                                  \
    { DNS_A, "example.com", "192.0.2.80" }, { DNS_AAAA, "example.com", "2001:db8::80" },           \
        { DNS_MX, "example.com", "10 mx.example.com" }, { DNS_A, "mx.example.com", "192.0.2.25" }, \
        { DNS_TXT, "partner.example", "v=spf1 ip4:198.51.100.0/24 -all" },                         \
        { DNS_TXT, "slow.example", "FAILED" }, { DNS_A, "slow.example", "FAILED" },                \
        { DNS_MX, "slow.example", "FAILED" }, { DNS_TXT, "two.example", "v=spf1 -all" },           \
        { DNS_TXT, "two.example", "v=spf1 +all" }, { DNS_TXT, "bad.example", "v=spf1 oops" },      \
        { DNS_PTR, "7.2.0.192.in-addr.arpa", "host.example.com" },                                 \
        { DNS_PTR, "8.2.0.192.in-addr.arpa", "host.example.com" },                                 \
        { DNS_A, "host.example.com", "192.0.2.7" }, { DNS_A, "ann.allowed.example", "127.0.0.2" }, \
        { DNS_A, "7.2.0.192.listed.example", "127.0.0.2" },                                        \
        { DNS_TXT, "loop.example", "v=spf1 include:loop.example -all" },                           \
        { DNS_TXT, "circle.example", "v=spf1 redirect=circle.example" },                           \
    {                                                                                              \
        DNS_TXT, "helo.example.net", "v=spf1 ip4:203.0.113.9 -all"                                 \
    }

static void a_record_says_what_a_client_may(void **state)
{
    (void)state;
    static const struct {
        const char *record, *client;
        SpfResult result;
    } rows[] = {
        { "v=spf1 ip4:192.0.2.0/24 -all", "192.0.2.1", SPF_PASS },
        { "v=spf1 ip4:192.0.2.0/24 -all", "192.0.3.1", SPF_FAIL },
        { "v=spf1 ip4:192.0.2.0/23 -all", "192.0.3.1", SPF_PASS },
        { "v=spf1 ip4:0.0.0.0/0 -all", "203.0.113.1", SPF_PASS },
        { "v=spf1 ip4:192.0.2.1 ~all", "192.0.2.2", SPF_SOFTFAIL },
        { "v=spf1 ip4:192.0.2.1 ?all", "192.0.2.2", SPF_NEUTRAL },
        { "v=spf1 ip4:192.0.2.1", "192.0.2.2", SPF_NEUTRAL },
        { "V=SPF1 IP4:192.0.2.1 -ALL", "192.0.2.1", SPF_PASS },
        { "v=spf1 ip4:192.0.2.1 -all", "::ffff:192.0.2.1", SPF_PASS },
        { "v=spf1 ip6:2001:db8::/32 -all", "2001:db8:1::9", SPF_PASS },
        { "v=spf1 ip6:2001:db8::/33 -all", "2001:db8:8000::9", SPF_FAIL },
        { "v=spf1 ip6:2001:db8::/32 -all", "192.0.2.1", SPF_FAIL },
        { "v=spf1 a -all", "192.0.2.80", SPF_PASS },
        { "v=spf1 a -all", "2001:db8::80", SPF_PASS },
        { "v=spf1 a/24//64 -all", "2001:db8::1234", SPF_PASS },
        { "v=spf1 a/24 -all", "192.0.2.1", SPF_PASS },
        { "v=spf1 a:nowhere.example -all", "192.0.2.80", SPF_FAIL },
        { "v=spf1 mx -all", "192.0.2.25", SPF_PASS },
        { "v=spf1 mx -all", "192.0.2.26", SPF_FAIL },
        { "v=spf1 include:partner.example -all", "198.51.100.9", SPF_PASS },
        { "v=spf1 include:partner.example ?all", "192.0.2.9", SPF_NEUTRAL },
        { "v=spf1 redirect=partner.example", "198.51.100.9", SPF_PASS },
        { "v=spf1 redirect=partner.example", "192.0.2.9", SPF_FAIL },
        { "v=spf1 redirect=nowhere.example", "192.0.2.9", SPF_PERMERROR },
        { "v=spf1 include:nowhere.example -all", "192.0.2.9", SPF_PERMERROR },
        { "v=spf1 include:bad.example -all", "192.0.2.9", SPF_PERMERROR },
        { "v=spf1 include:two.example -all", "192.0.2.9", SPF_PERMERROR },
        { "v=spf1 include:slow.example -all", "192.0.2.9", SPF_TEMPERROR },
        { "v=spf1 ip4:192.0.2.9 include:slow.example -all", "192.0.2.9", SPF_PASS },
        { "v=spf1 a:slow.example -all", "192.0.2.9", SPF_TEMPERROR },
        { "v=spf1 mx:slow.example -all", "192.0.2.9", SPF_TEMPERROR },
        { "v=spf1 exists:slow.example -all", "192.0.2.9", SPF_TEMPERROR },
        { "v=spf1 include:loop.example -all", "192.0.2.9", SPF_PERMERROR },
        { "v=spf1 redirect=circle.example", "192.0.2.9", SPF_PERMERROR },
        { "v=spf1 ptr -all", "192.0.2.7", SPF_PASS },
        { "v=spf1 ptr -all", "192.0.2.8", SPF_FAIL }, /* the name doesn't lead back */
        { "v=spf1 ptr:other.example -all", "192.0.2.7", SPF_FAIL },
        { "v=spf1 exists:%{l}.allowed.example -all", "192.0.2.9", SPF_PASS },
        { "v=spf1 exists:%{ir}.listed.example -all", "192.0.2.7", SPF_PASS },
        { "v=spf1 exists:%{p}.listed.example -all", "192.0.2.7", SPF_FAIL },
        { "v=spf1 a:%{d1r}.%{o1} -all", "192.0.2.80", SPF_PASS }, /* example . com */
        { "v=spf1 a:%{d2} -all", "192.0.2.80", SPF_PASS },
        { "v=spf1 a:nowhere.example a:no.example -all", "192.0.2.9", SPF_FAIL },
        { "v=spf1 a:nowhere.example a:no.example a:never.example -all", "192.0.2.9",
          SPF_PERMERROR },
        { "v=spf1 ip4:192.0.2.9 oops", "192.0.2.9", SPF_PERMERROR },
        { "v=spf1 ip4:192.0.2.9/33 -all", "192.0.2.9", SPF_PERMERROR },
        { "v=spf1 ip4:192.0.2.9/032 -all", "192.0.2.9", SPF_PERMERROR },
        { "v=spf1 ip4:192.0.2 -all", "192.0.2.9", SPF_PERMERROR },
        { "v=spf1 a:example.com/", "192.0.2.9", SPF_PERMERROR },
        { "v=spf1 a: -all", "192.0.2.9", SPF_PERMERROR },
        { "v=spf1 all:example.com", "192.0.2.9", SPF_PERMERROR },
        { "v=spf1 include -all", "192.0.2.9", SPF_PERMERROR },
        { "v=spf1 a:%{x}.example.com -all", "192.0.2.9", SPF_PERMERROR },
        { "v=spf1 a:%{d0}.example.com -all", "192.0.2.9", SPF_PERMERROR },
        { "v=spf1 a:%(d).example.com -all", "192.0.2.9", SPF_PERMERROR },
        { "v=spf1 redirect=a.example redirect=b.example", "192.0.2.9", SPF_PERMERROR },
        { "v=spf1 exp=a.example exp=b.example -all", "192.0.2.9", SPF_PERMERROR },
        { "v=spf1 exp=why.example -all", "192.0.2.9", SPF_FAIL },
        { "v=spf1 new=%{d}%% ip4:192.0.2.9 -all", "192.0.2.9", SPF_PASS },
        { "v=spf1 \xc3\xbc=x -all", "192.0.2.9", SPF_PERMERROR },
        { "v=spf10 +all", "192.0.2.9", SPF_NONE },
        { "spf1 +all", "192.0.2.9", SPF_NONE },
        { "v=spf1", "192.0.2.9", SPF_NEUTRAL },
        { "v=spf1  ip4:192.0.2.9  -all ", "192.0.2.9", SPF_PASS },
        { "v=spf1 +all", "nonsense", SPF_NONE },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const DnsRow zone[] = { { DNS_TXT, "example.com", rows[i].record }, MORE_ROWS };
        guint questions;
        SpfResult result =
            with_zone(rows[i].client, "ann@example.com", zone, G_N_ELEMENTS(zone), &questions);
        if (result != rows[i].result)
            print_error("%s for %s: %s\n", rows[i].record, rows[i].client, spf_result_name(result));
        assert_int_equal(result, rows[i].result);
    }
}

static void the_null_sender_is_the_helo_name(void **state)
{
    (void)state;
    static const struct {
        const char *sender;
        SpfResult result;
    } rows[] = {
        { "", SPF_PASS },
        { "bounces@helo.example.net", SPF_PASS },
        { "@helo.example.net", SPF_PASS },
        { "ann@other.example", SPF_NONE },
        { "ann@[203.0.113.9]", SPF_NONE },
        { "ann@localhost", SPF_NONE },
        { "ann@localhost.", SPF_NONE },
        { "ann@helo..example.net", SPF_NONE },
    };
    static const DnsRow zone[] = { MORE_ROWS };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        guint questions;
        assert_int_equal(
            with_zone("203.0.113.9", rows[i].sender, zone, G_N_ELEMENTS(zone), &questions),
            rows[i].result);
    }
}

/* "v=spf1", so many terms, and "+all". */
static SpfResult with_terms(guint count, const char *term, const DnsRow *zone, gsize rows)
{
    g_autoptr(GString) record = g_string_new("v=spf1");
    for (guint i = 0; i < count; i++)
        g_string_append_printf(record, " %s", term);
    g_string_append(record, " +all");
    g_autofree DnsRow *all = g_new(DnsRow, rows + 1);
    memcpy(all, zone, rows * sizeof *zone);
    all[rows] = (DnsRow){ DNS_TXT, "example.com", record->str };
    guint questions;
    return with_zone("192.0.2.9", "ann@example.com", all, rows + 1, &questions);
}

static void look_ups_and_sizes_are_limited(void **state)
{
    (void)state;
    static const DnsRow zone[] = { { DNS_A, "a.example", "192.0.2.1" } };
    assert_int_equal(with_terms(9, "a:a.example", zone, 1), SPF_PASS);
    assert_int_equal(with_terms(10, "a:a.example", zone, 1), SPF_PASS);
    assert_int_equal(with_terms(11, "a:a.example", zone, 1), SPF_PERMERROR);
    assert_int_equal(with_terms(2, "a:void.example", zone, 1), SPF_PASS);
    assert_int_equal(with_terms(3, "a:void.example", zone, 1), SPF_PERMERROR);
    /* 11 bytes and a blank each: "v=spf1" and " +all" make 8,192 with 681 terms and 9 bytes. */
    assert_int_equal(with_terms(681, "ip4:1.0.0.1", zone, 1), SPF_PASS);
    assert_int_equal(with_terms(682, "ip4:1.0.0.1", zone, 1), SPF_PERMERROR);
}

static SpfResult with_exchanges(guint count)
{
    g_autofree DnsRow *zone = g_new(DnsRow, count + 1);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    zone[count] = (DnsRow){ DNS_TXT, "example.com", "v=spf1 mx +all" };
    for (guint i = 0; i < count; i++) {
        g_ptr_array_add(names, g_strdup_printf("10 mx%u.example", i));
        zone[i] = (DnsRow){ DNS_MX, "example.com", g_ptr_array_index(names, i) };
    }
    guint questions;
    return with_zone("192.0.2.9", "ann@example.com", zone, count + 1, &questions);
}

static void hosts_of_one_mx_are_limited(void **state)
{
    (void)state;
    assert_int_equal(with_exchanges(9), SPF_PASS);
    assert_int_equal(with_exchanges(10), SPF_PASS);
    assert_int_equal(with_exchanges(11), SPF_PERMERROR);
}

/* The names of one client, of which the last one is in the domain and leads back. */
static SpfResult with_names(guint count)
{
    g_autofree DnsRow *zone = g_new(DnsRow, count + 2);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < count; i++) {
        g_ptr_array_add(names, g_strdup_printf("n%c.example.com", 'a' + i));
        zone[i] = (DnsRow){ DNS_PTR, "9.2.0.192.in-addr.arpa", g_ptr_array_index(names, i) };
    }
    zone[count] = (DnsRow){ DNS_A, g_ptr_array_index(names, count - 1), "192.0.2.9" };
    zone[count + 1] = (DnsRow){ DNS_TXT, "example.com", "v=spf1 ptr -all" };
    guint questions;
    return with_zone("192.0.2.9", "ann@example.com", zone, count + 2, &questions);
}

static void names_of_one_client_are_limited(void **state)
{
    (void)state;
    assert_int_equal(with_names(9), SPF_PASS);
    assert_int_equal(with_names(10), SPF_PASS);
    assert_int_equal(with_names(11), SPF_FAIL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_says_what_a_client_may),
        cmocka_unit_test(the_null_sender_is_the_helo_name),
        cmocka_unit_test(look_ups_and_sizes_are_limited),
        cmocka_unit_test(hosts_of_one_mx_are_limited),
        cmocka_unit_test(names_of_one_client_are_limited),
    };
    return cmocka_run_group_tests_name("auth: SPF", tests, NULL, NULL);
}
