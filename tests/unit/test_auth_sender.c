/* DKIM, SPF, DMARC and ARC put together: what proves a sender, and what a failing DNS leaves open.
 */
#include "auth/sender.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "auth_sign.h"
#include "dns_zone.h"

#define NOW  1764576000
#define MAIL "From: Ann <ann@example.org>\r\nSubject: Order\r\n\r\nIt has not arrived.\r\n"

static EVP_PKEY *key;
static char *record; /* of the key */

static int make_key(void **state)
{
    (void)state;
    key = EVP_RSA_gen(1024);
    g_autofree char *public = sign_public(key);
    record = g_strconcat("v=DKIM1; p=", public, NULL);
    return 0;
}

static int free_key(void **state)
{
    (void)state;
    EVP_PKEY_free(key);
    g_free(record);
    return 0;
}

/* MAIL with a signature of that domain on top, and "" for none. */
static char *signed_by(const char *domain)
{
    if (domain[0] == '\0')
        return g_strdup(MAIL);
    g_autofree char *tags = g_strdup_printf(
        "v=1; a=rsa-sha256; c=relaxed/relaxed; d=%s; s=k; h=from:subject; bh=%%h", domain);
    return sign_mail(key, MAIL, "DKIM-Signature", tags, "from:subject", true);
}

typedef struct {
    const char *from, *client, *sender;
    char *const *sealers;
} Envelope;

static const Envelope usual = { "example.org", "192.0.2.1", "ann@example.org", NULL };

static SenderResult *result_of(const char *text, const Envelope *envelope, const DnsRow *zone,
                               gsize rows)
{
    g_auto(AuthMail) mail = auth_mail_of(text);
    const SenderInput input = {
        .fields = (const DkimField *)(void *)mail.fields->data,
        .count = mail.fields->len,
        .from = envelope->from,
        .spf = { .client = envelope->client, .helo = "helo.example", .sender = envelope->sender },
        .sealers = envelope->sealers
    };
    g_autoptr(SenderCheck) check = sender_check_new(&input);
    g_autoptr(DnsAnswers) answers = dns_answers_new();
    for (guint rounds = 0; !sender_check_ask(answers, check); rounds++) {
        assert_true(rounds < 20);
        assert_int_not_equal(zone_give(zone, rows, answers), 0);
    }
    sender_check_body(check, mail.body, mail.body_length);
    return sender_check_end(check, answers, NOW);
}

static void what_proves_a_sender(void **state)
{
    (void)state;
    /* The signer, the records of its key, of DMARC and of SPF; what comes out. */
    static const struct {
        const char *signer, *key, *dmarc, *spf;
        const char *reason, *dkim, *spf_result, *dmarc_result;
    } rows[] = {
        { "example.org", "KEY", "v=DMARC1; p=none", "", "dmarc", "pass", "none", "pass" },
        { "mail.example.org", "KEY", "v=DMARC1; p=none", "", "dmarc", "pass", "none", "pass" },
        { "mail.example.org", "KEY", "v=DMARC1; p=none; adkim=s", "", "dmarc-fail", "pass", "none",
          "fail" },
        { "", "", "v=DMARC1; p=none", "v=spf1 ip4:192.0.2.1 -all", "dmarc", "none", "pass",
          "pass" },
        { "", "", "v=DMARC1; p=none", "v=spf1 -all", "dmarc-fail", "none", "fail", "fail" },
        { "", "", "v=DMARC1; p=none", "FAILED", "temperror", "none", "temperror", "temperror" },
        { "example.org", "KEY", "v=DMARC1; p=none", "FAILED", "dmarc", "pass", "temperror",
          "pass" },
        { "example.org", "FAILED", "v=DMARC1; p=none", "", "temperror", "temperror", "none",
          "temperror" },
        { "example.org", "FAILED", "v=DMARC1; p=none", "v=spf1 +all", "dmarc", "temperror", "pass",
          "pass" },
        { "example.org", "", "v=DMARC1; p=none", "", "dmarc-fail", "permerror", "none", "fail" },
        { "example.org", "KEY", "", "", "dkim", "pass", "none", "none" },
        { "mail.example.org", "KEY", "", "", "dkim", "pass", "none", "none" },
        { "other.example", "KEY", "", "", "not-aligned", "pass", "none", "none" },
        { "other.example", "KEY", "v=DMARC1; p=none", "", "dmarc-fail", "pass", "none", "fail" },
        { "", "", "", "v=spf1 +all", "no-pass", "none", "pass", "none" },
        { "", "", "", "FAILED", "no-pass", "none", "temperror", "none" },
        { "example.org", "FAILED", "", "", "temperror", "temperror", "none", "none" },
        { "example.org", "", "", "", "no-pass", "permerror", "none", "none" },
        /* Whatever the record says, the From domain's own signature would pass. */
        { "example.org", "KEY", "FAILED", "", "dkim", "pass", "none", "temperror" },
        { "mail.example.org", "KEY", "FAILED", "", "temperror", "pass", "none", "temperror" },
        { "", "", "FAILED", "v=spf1 +all", "temperror", "none", "pass", "temperror" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *name = g_strconcat("k._domainkey.", rows[i].signer, NULL);
        const DnsRow zone[] = {
            { DNS_TXT, name, strcmp(rows[i].key, "KEY") == 0 ? record : rows[i].key },
            { DNS_TXT, "_dmarc.example.org", rows[i].dmarc },
            { DNS_TXT, "example.org", rows[i].spf },
        };
        g_autofree char *mail = signed_by(rows[i].signer);
        g_autoptr(SenderResult) result = result_of(mail, &usual, zone, G_N_ELEMENTS(zone));
        if (strcmp(result->reason, rows[i].reason) != 0)
            print_error("row %zu\n", i);
        assert_string_equal(result->reason, rows[i].reason);
        assert_string_equal(result->dkim, rows[i].dkim);
        assert_string_equal(result->spf, rows[i].spf_result);
        assert_string_equal(result->dmarc, rows[i].dmarc_result);
        assert_int_equal(result->conclusive, strcmp(rows[i].reason, "temperror") != 0);
        assert_int_equal(result->proven, strcmp(rows[i].reason, "dmarc") == 0 ||
                                             strcmp(rows[i].reason, "dkim") == 0);
    }
}

static void neighbours_vouch_only_by_a_record(void **state)
{
    (void)state;
    const Envelope envelope = { "a.example.org", "", "", NULL };
    const DnsRow without[] = { { DNS_TXT, "k._domainkey.b.example.org", record } };
    const DnsRow with[] = { without[0], { DNS_TXT, "_dmarc.example.org", "v=DMARC1; p=none" } };
    g_autofree char *mail = signed_by("b.example.org");
    g_autoptr(SenderResult) alone = result_of(mail, &envelope, without, 1);
    assert_string_equal(alone->reason, "not-aligned");
    g_autoptr(SenderResult) allowed = result_of(mail, &envelope, with, 2);
    assert_string_equal(allowed->reason, "dmarc");
}

/* Whoever has a domain of his own can make look-ups in it fail. */
static void failures_of_other_domains_leave_nothing_open(void **state)
{
    static const struct {
        const char *signer, *failing;
    } rows[] = { { "", "evil.example" }, { "evil.example", "k._domainkey.evil.example" } };
    const Envelope envelope = { "example.org", "192.0.2.1", "eve@evil.example", NULL };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const DnsRow zone[] = { { DNS_TXT, "_dmarc.example.org", "v=DMARC1; p=reject" },
                                { DNS_TXT, rows[i].failing, "FAILED" } };
        g_autofree char *mail = signed_by(rows[i].signer);
        g_autoptr(SenderResult) result = result_of(mail, &envelope, zone, G_N_ELEMENTS(zone));
        if (!result->conclusive || strcmp(result->reason, "dmarc-fail") != 0)
            fail_msg("%s: %s", rows[i].failing, result->reason);
    }
}

/* Where the client's address isn't that of who sent it, SPF could have passed. */
static void without_a_client_an_aligned_sender_leaves_it_open(void **state)
{
    static const struct {
        const char *sender;
        bool conclusive;
    } rows[] = { { "ann@example.org", false }, { "eve@evil.example", true } };
    const DnsRow zone[] = { { DNS_TXT, "_dmarc.example.org", "v=DMARC1; p=reject" } };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const Envelope envelope = { "example.org", "", rows[i].sender, NULL };
        g_autofree char *mail = signed_by("");
        g_autoptr(SenderResult) result = result_of(mail, &envelope, zone, G_N_ELEMENTS(zone));
        assert_false(result->proven);
        assert_int_equal(result->conclusive, rows[i].conclusive);
    }
}

static void a_changed_body_is_seen(void **state)
{
    (void)state;
    const DnsRow zone[] = { { DNS_TXT, "k._domainkey.example.org", record } };
    g_autofree char *mail = signed_by("example.org");
    g_autofree char *changed = g_strconcat(mail, "-- \r\na footer\r\n", NULL);
    g_autoptr(SenderResult) result = result_of(changed, &usual, zone, 1);
    assert_string_equal(result->reason, "no-pass");
    assert_string_equal(result->dkim, "fail");
}

static void a_sealer_counts_where_it_is_believed(void **state)
{
    (void)state;
    char *believed[] = { (char *)"Hop1.example", NULL };
    char *other[] = { (char *)"hop2.example", NULL };
    const DnsRow zone[] = { { DNS_TXT, "arc._domainkey.hop1.example", record } };
    g_autofree char *mail = sign_set(key, MAIL, 1, "none", "", "");
    Envelope envelope = { "example.org", "", "", believed };
    g_autoptr(SenderResult) sealed = result_of(mail, &envelope, zone, 1);
    assert_string_equal(sealed->sealer, "hop1.example");
    assert_non_null(strstr(sealed->sealed, "spf=pass"));
    envelope.sealers = other;
    g_autoptr(SenderResult) unsealed = result_of(mail, &envelope, zone, 1);
    assert_null(unsealed->sealer);
    g_autofree char *changed = g_strconcat(mail, "more\r\n", NULL);
    envelope.sealers = believed;
    g_autoptr(SenderResult) broken = result_of(changed, &envelope, zone, 1);
    assert_null(broken->sealer);
}

static void values_in_our_field_are_quoted(void **state)
{
    (void)state;
    const Envelope envelope = { "example.org", "192.0.2.1", "a\";dkim=pass\\\n@example.org", NULL };
    g_autoptr(SenderResult) result = result_of(MAIL, &envelope, NULL, 0);
    g_autofree char *field = sender_result_field(result, "triage.example.com");
    assert_string_equal(field, "triage.example.com;\n\tspf=none "
                               "smtp.mailfrom=\"a\\\";dkim=pass\\\\?@example.org\";\n\tdmarc=none "
                               "header.from=\"example.org\"");
}

static void a_long_value_is_left_out(void **state)
{
    (void)state;
    for (gsize length = 127; length <= 129; length++) {
        g_autofree char *sender = g_strnfill(length, 'a');
        const Envelope envelope = { "example.org", "192.0.2.1", sender, NULL };
        g_autoptr(SenderResult) result = result_of(MAIL, &envelope, NULL, 0);
        bool shown = strstr(g_ptr_array_index(result->lines, 0), "smtp.mailfrom") != NULL;
        assert_int_equal(shown, length <= 128);
    }
}

static void only_a_signature_that_may_hold_wants_the_body(void **state)
{
    (void)state;
    static const struct {
        const char *fields;
        bool wanted;
    } rows[] = {
        { "", false },
        { "DKIM-Signature: v=1; a=rsa-sha256; d=a.example; s=k; h=from; bh=Zm9v; b=Zm9v\r\n",
          true },
        { "DKIM-Signature: v=1; a=rsa-sha1; d=a.example; s=k; h=from; bh=Zm9v; b=Zm9v\r\n", false },
        { "DKIM-Signature: nonsense\r\n", false },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = g_strconcat(rows[i].fields, MAIL, NULL);
        g_auto(AuthMail) mail = auth_mail_of(text);
        const SenderInput input = { .fields = (const DkimField *)(void *)mail.fields->data,
                                    .count = mail.fields->len,
                                    .from = "example.org",
                                    .spf = { "", "", "" } };
        g_autoptr(SenderCheck) check = sender_check_new(&input);
        assert_int_equal(sender_check_wants_body(check), rows[i].wanted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_proves_a_sender),
        cmocka_unit_test(neighbours_vouch_only_by_a_record),
        cmocka_unit_test(failures_of_other_domains_leave_nothing_open),
        cmocka_unit_test(without_a_client_an_aligned_sender_leaves_it_open),
        cmocka_unit_test(a_changed_body_is_seen),
        cmocka_unit_test(a_sealer_counts_where_it_is_believed),
        cmocka_unit_test(values_in_our_field_are_quoted),
        cmocka_unit_test(a_long_value_is_left_out),
        cmocka_unit_test(only_a_signature_that_may_hold_wants_the_body),
    };
    return cmocka_run_group_tests_name("auth: the sender", tests, make_key, free_key);
}
