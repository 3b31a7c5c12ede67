/* DMARC: which record counts, what it says, and what is in line with the From domain. */
#include "auth/dmarc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dns_zone.h"

/* "policy", with "+dkim", "+spf" for strict; "none" where it is no record. */
static char *as_text(const DmarcRecord *record)
{
    if (record->result != DMARC_PASS)
        return g_strdup_printf("(%s)", dmarc_result_name(record->result));
    return g_strconcat(dmarc_policy_name(record->policy), record->strict_dkim ? "+dkim" : "",
                       record->strict_spf ? "+spf" : "", NULL);
}

static void records_are_read_as_far_as_they_can_be(void **state)
{
    (void)state;
    /* The text, and what it says at the From domain and at the organization of a subdomain. */
    static const char *const rows[][3] = {
        { "v=DMARC1; p=reject", "reject", "reject" },
        { "v=DMARC1;p=quarantine;sp=none", "quarantine", "none" },
        { "v = DMARC1 ; p = REJECT ; adkim = s ; aspf = S", "reject+dkim+spf", "reject+dkim+spf" },
        { "v=DMARC1; p=none; adkim=r; aspf=x; pct=0", "none", "none" },
        { "v=DMARC1; p=reject;; fo=1; ; rua=mailto:d@example.com;", "reject", "reject" },
        { "v=DMARC1; p=reject; p=none", "reject", "reject" },
        { "v=DMARC1; adkim=s; p=reject", "reject+dkim", "reject+dkim" },
        { "v=DMARC1; p=oops; rua=mailto:d@example.com", "none", "none" },
        { "v=DMARC1; rua=mailto:d@example.com", "none", "none" },
        { "v=DMARC1; p=reject; sp=oops; rua=mailto:d@example.com", "none", "none" },
        { "v=DMARC1; p=oops", "(none)", "(none)" },
        { "v=DMARC1; p=reject; sp=oops", "(none)", "(none)" },
        { "v=DMARC1", "(none)", "(none)" },
        { "v=DMARC1; rua=nonsense", "(none)", "(none)" },
        { "v=DMARC12; p=reject", "(none)", "(none)" },
        { "v=dmarc1; p=reject", "(none)", "(none)" },
        { "V=DMARC1; p=reject", "(none)", "(none)" },
        { " v=DMARC1; p=reject", "(none)", "(none)" },
        { "p=reject; v=DMARC1", "(none)", "(none)" },
        { "v=spf1 -all", "(none)", "(none)" },
        { "", "(none)", "(none)" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        for (int own = 1; own >= 0; own--) {
            DmarcRecord record = { .result = DMARC_NONE };
            bool is = dmarc_read(rows[i][0], own, &record);
            g_autofree char *text = as_text(&record);
            assert_string_equal(text, rows[i][own ? 1 : 2]);
            assert_int_equal(is, record.result == DMARC_PASS);
        }
    }
}

static void the_from_domain_is_asked_before_its_organization(void **state)
{
    (void)state;
    static const DnsRow zone[] = {
        { DNS_TXT, "_dmarc.example.com", "v=DMARC1; p=reject; sp=quarantine" },
        { DNS_TXT, "_dmarc.own.example.com", "v=DMARC1; p=none" },
        { DNS_TXT, "_dmarc.other.example.com", "some text" },
        { DNS_TXT, "_dmarc.two.example.com", "v=DMARC1; p=none" },
        { DNS_TXT, "_dmarc.two.example.com", "v=DMARC1; p=reject" },
        { DNS_TXT, "_dmarc.mixed.example.com", "v=spf1 -all" },
        { DNS_TXT, "_dmarc.mixed.example.com", "v=DMARC1; p=none; adkim=s" },
        { DNS_TXT, "_dmarc.bad.example.com", "v=DMARC1; p=oops" },
        { DNS_TXT, "_dmarc.slow.example.com", "FAILED" },
        { DNS_TXT, "_dmarc.example.net", "FAILED" },
        { DNS_TXT, "_dmarc.known.example.net", "v=DMARC1; p=reject" },
        { DNS_TXT, "_dmarc.co.uk", "v=DMARC1; p=reject" },
        { DNS_TXT, "_dmarc.uk", "v=DMARC1; p=reject" },
    };
    static const char *const rows[][2] = {
        { "example.com", "reject" },
        { "sub.example.com", "quarantine" },
        { "a.b.c.example.com", "quarantine" },
        { "own.example.com", "none" },
        { "sub.own.example.com", "quarantine" }, /* RFC 7489 looks at no domain between */
        { "other.example.com", "quarantine" },
        { "two.example.com", "(none)" },
        { "mixed.example.com", "none+dkim" },
        { "bad.example.com", "(none)" },
        { "slow.example.com", "(temperror)" },
        { "example.net", "(temperror)" },
        { "sub.example.net", "(temperror)" },
        { "known.example.net", "reject" },
        { "shop.co.uk", "(none)" },
        { "a.shop.co.uk", "(none)" },
        { "co.uk", "reject" },
        { "nothing.example", "(none)" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(DnsAnswers) answers = dns_answers_new();
        DmarcRecord record;
        assert_false(dmarc_find(answers, rows[i][0], &record));
        assert_in_range(zone_give(zone, G_N_ELEMENTS(zone), answers), 1, 2);
        assert_true(dmarc_find(answers, rows[i][0], &record));
        g_autofree char *text = as_text(&record);
        assert_string_equal(text, rows[i][1]);
    }
}

static void an_aligned_pass_is_a_pass(void **state)
{
    (void)state;
    static const struct {
        const char *record, *from, *dkim, *spf;
        bool undecided;
        DmarcResult result;
    } rows[] = {
        { "v=DMARC1; p=reject", "example.com", "example.com", NULL, false, DMARC_PASS },
        { "v=DMARC1; p=reject", "example.com", NULL, "example.com", false, DMARC_PASS },
        { "v=DMARC1; p=reject", "example.com", NULL, NULL, false, DMARC_FAIL },
        { "v=DMARC1; p=reject", "example.com", NULL, NULL, true, DMARC_TEMPERROR },
        { "v=DMARC1; p=none", "example.com", "other.example", "other.example", false, DMARC_FAIL },
        { "v=DMARC1; p=none", "example.com", "other.example", NULL, true, DMARC_TEMPERROR },
        { "v=DMARC1; p=none", "example.com", "example.com", NULL, true, DMARC_PASS },
        { "v=DMARC1; p=none", "example.com", "mail.example.com", NULL, false, DMARC_PASS },
        { "v=DMARC1; p=none", "a.example.com", "b.example.com", NULL, false, DMARC_PASS },
        { "v=DMARC1; p=none", "a.example.com", "example.com", NULL, false, DMARC_PASS },
        { "v=DMARC1; p=none", "example.com", NULL, "bounces.example.com", false, DMARC_PASS },
        { "v=DMARC1; p=none; adkim=s", "example.com", "mail.example.com", NULL, false, DMARC_FAIL },
        { "v=DMARC1; p=none; adkim=s", "example.com", "Example.com", NULL, false, DMARC_PASS },
        { "v=DMARC1; p=none; aspf=s", "example.com", NULL, "mail.example.com", false, DMARC_FAIL },
        { "v=DMARC1; p=none; aspf=s", "example.com", "mail.example.com", NULL, false, DMARC_PASS },
        { "v=DMARC1; p=none; adkim=s", "example.com", NULL, "mail.example.com", false, DMARC_PASS },
        { "v=DMARC1; p=none", "hospital.nhs.uk", "evil.nhs.uk", NULL, false, DMARC_FAIL },
        { "v=DMARC1; p=none", "ann.github.io", "eve.github.io", NULL, false, DMARC_FAIL },
        { "v=DMARC1; p=none", "example.co.uk", "co.uk", NULL, false, DMARC_FAIL },
        { "v=DMARC1; p=none", "example.com", "example.com.evil.example", NULL, false, DMARC_FAIL },
        { "v=DMARC1; p=none", "example.com", "notexample.com", NULL, false, DMARC_FAIL },
        { "v=DMARC1; p=none", "example.com", "com", "", false, DMARC_FAIL },
        { "no record", "example.com", "example.com", "example.com", false, DMARC_NONE },
        { "FAILED", "example.com", "example.com", "example.com", false, DMARC_TEMPERROR },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *name = g_strconcat("_dmarc.", rows[i].from, NULL);
        const DnsRow zone[] = { { DNS_TXT, name, rows[i].record } };
        const char *const signers[] = { rows[i].dkim, NULL };
        const DmarcPasses passes = { signers, rows[i].spf, rows[i].undecided };
        g_autoptr(DnsAnswers) answers = dns_answers_new();
        DmarcRecord record;
        while (!dmarc_find(answers, rows[i].from, &record))
            assert_int_not_equal(zone_give(zone, 1, answers), 0);
        DmarcResult result = dmarc_evaluate(&record, rows[i].from, &passes);
        if (result != rows[i].result)
            print_error("row %zu: %s\n", i, dmarc_result_name(result));
        assert_int_equal(result, rows[i].result);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_read_as_far_as_they_can_be),
        cmocka_unit_test(the_from_domain_is_asked_before_its_organization),
        cmocka_unit_test(an_aligned_pass_is_a_pass),
    };
    return cmocka_run_group_tests_name("auth: DMARC", tests, NULL, NULL);
}
