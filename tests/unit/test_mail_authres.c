/* Authentication-Results: how they are read, and what they prove. */
#include "mail/authres.h"
#include "mail/parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "mail_view.h"

/* A field as "server|name=value,name=value|…". */
static char *as_text(const char *value)
{
    g_autoptr(AuthField) field = auth_field_parse(value);
    GString *text = g_string_new(field ? field->server : "none");

    for (guint i = 0; field && i < field->results->len; i++) {
        const AuthResult *result = g_ptr_array_index(field->results, i);

        for (guint k = 0; k < result->pairs->len; k++) {
            const AuthPair *pair = g_ptr_array_index(result->pairs, k);

            g_string_append_printf(text, "%c%s=%s", k ? ',' : '|', pair->name, pair->value);
        }
    }
    return g_string_free(text, FALSE);
}

static void fields_are_read_with_comments_quotes_and_versions(void **state)
{
    static const char *const rows[][2] = {
        { "mx.example.com; spf=pass smtp.mailfrom=ann@example.org",
          "mx.example.com|spf=pass,smtp.mailfrom=ann@example.org" },
        { "mx.example.com 1; none", "mx.example.com" },
        { "mx.example.com", "mx.example.com" },
        { "mx.example.com 2; dkim=pass header.d=example.org", "none" },
        { "spf=pass smtp.mailfrom=example.org; dkim=pass", "none" },
        { "", "none" },
        { " (who) mx.example.com (1 (nested \\) ; x=y)) ; (a) DKIM (b) / 1 = (c) pass (d)"
          " reason (e) = \"good; \\\"signature\\\"\" header (f) . D = example.org;",
          "mx.example.com|dkim=pass,reason=good; \"signature\",header.d=example.org" },
        { "\"mx.example.com\"; dkim=pass header.b=a/b+c== header.i=\"a b\"@example.org",
          "mx.example.com|dkim=pass,header.b=a/b+c==,header.i=a b@example.org" },
        { "mx; dkim=fail (x; dkim=pass header.d=example.org", "mx|dkim=fail" },
        { "mx; spf=fail reason=\"; dmarc=pass header.from=example.org",
          "mx|spf=fail,reason=; dmarc=pass header.from=example.org" },
        { "mx; spf=pass; broken; dmarc=pass", "mx|spf=pass" },
        { "mx;dmarc=pass action=none header.from=example.org;compauth=pass",
          "mx|dmarc=pass,action=none,header.from=example.org|compauth=pass" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = as_text(rows[i][0]);

        assert_string_equal(text, rows[i][1]);
    }
}

static guint results_of(guint count)
{
    g_autoptr(GString) value = g_string_new("mx");

    for (guint i = 0; i < count; i++)
        g_string_append(value, "; spf=pass");
    g_autoptr(AuthField) field = auth_field_parse(value->str);
    return field->results->len;
}

static void at_most_fifty_results_are_read(void **state)
{
    (void)state;
    assert_int_equal(results_of(49), 49);
    assert_int_equal(results_of(50), 50);
    assert_int_equal(results_of(51), 50);
}

static guint pairs_of(guint count)
{
    g_autoptr(GString) value = g_string_new("mx; ");

    for (guint i = 0; i < count; i++)
        g_string_append(value, " a=b");
    g_autoptr(AuthField) field = auth_field_parse(value->str);
    return field->results->len ? ((AuthResult *)field->results->pdata[0])->pairs->len : 0;
}

static void a_result_has_at_most_twenty_values(void **state)
{
    (void)state;
    assert_int_equal(pairs_of(19), 19);
    assert_int_equal(pairs_of(20), 20);
    assert_int_equal(pairs_of(21), 0);
}

static void received_names_its_writer(void **state)
{
    static const char *const rows[][2] = {
        { "from a.example (b [192.0.2.1]) by MX.example.com (Postfix) with ESMTP id 1; Mon",
          "mx.example.com" },
        { "by mx.example.com id 1; Mon", "mx.example.com" },
        { "from by (by evil.example) by mx.example.com; Mon", "mx.example.com" },
        { "from a.example (by evil.example)", "" },
        { "from a.example; by evil.example", "" },
        { "by", "" },
        { "", "" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *by = auth_received_by(rows[i][0]);

        assert_string_equal(by, rows[i][1]);
    }
}

static char *servers[] = { (char *)"MX.example.com", NULL };
static char *hops[] = { (char *)"gate.example.com", (char *)"192.0.2.9", NULL };
static char *sealers[] = { (char *)"Lists.example.net", NULL };
static const MailTrust trust = { .authserv_ids = servers,
                                 .trusted_hops = hops,
                                 .arc_sealers = sealers };

typedef struct {
    const char *lines[6];
    const char *reason;
    const char *reply_to;
    const char *from; /* NULL: ann@example.org */
    guint more_from;
} Case;

static Authentication judged(const Case *row)
{
    g_autoptr(MailAddress) from = address_new(row->from ? row->from : "ann@example.org", "");
    g_autoptr(MailAddress) reply_to = row->reply_to ? address_new(row->reply_to, "") : NULL;
    GPtrArray *fields = mail_fields(row->lines);
    Message message = { .from = from, .reply_to = reply_to, .from_count = 1 + row->more_from };
    HeaderView view = { .fields = fields, .from_address = from->address };
    Authentication out = { 0 };

    authentication_judge(&view, &message, &trust, &out);
    mail_fields_free(fields);
    return out;
}

static void clear(Authentication *out)
{
    g_ptr_array_unref(out->results);
    g_free(out->dmarc);
    g_free(out->dkim);
    g_free(out->spf);
    g_free(out->why);
}

static void check(const Case *cases, gsize count)
{
    for (gsize i = 0; i < count; i++) {
        Authentication out = judged(&cases[i]);

        assert_string_equal(out.reason, cases[i].reason);
        assert_int_equal(out.proven, g_str_equal(out.reason, "dmarc") ||
                                         g_str_equal(out.reason, "dkim") ||
                                         g_str_equal(out.reason, "arc"));
        clear(&out);
    }
}
#define CHECK(cases) check(cases, G_N_ELEMENTS(cases))

#define RESULTS   "Authentication-Results: mx.example.com; "
#define DMARC     RESULTS "dmarc=pass header.from=example.org"
#define DKIM      RESULTS "dkim=pass header.d=example.org"
#define STRANGERS "Received: from a.example by b.example; Mon"

static void an_aligned_pass_proves_the_sender(void **state)
{
    static const Case cases[] = {
        { { DMARC }, .reason = "dmarc" },
        { { DKIM }, .reason = "dkim" },
        { { RESULTS "dkim=pass header.i=@mail.example.org" }, .reason = "dkim" },
        { { DKIM }, .reason = "dkim", .from = "ann@mail.example.org" },
        { { RESULTS "dkim=fail header.d=example.org; dkim=PASS header.d=Example.Org" },
          .reason = "dkim" },
        { { RESULTS "dmarc=none header.from=example.org; dkim=pass header.d=example.org" },
          .reason = "dkim" },
        { { "AUTHENTICATION-RESULTS: Mx.Example.Com; dmarc=pass header.from=example.org" },
          .reason = "dmarc" },
        { { DMARC }, .reason = "dmarc", .reply_to = "office@mail.example.org" },
    };

    (void)state;
    CHECK(cases);
}

static void anything_else_does_not(void **state)
{
    static const Case cases[] = {
        { { NULL }, .reason = "no-trusted-result" },
        { { "Authentication-Results: evil.example; dmarc=pass header.from=example.org" },
          .reason = "no-trusted-result" },
        { { RESULTS "dmarc=pass header.from=evil.example" }, .reason = "not-aligned" },
        { { DMARC }, .from = "ann@mail.example.org", .reason = "not-aligned" },
        { { RESULTS "dkim=pass header.d=example.org(.evil.example" }, .reason = "malformed" },
        { { RESULTS "dkim=pass header.d=example.org(x)" }, .reason = "no-pass" },
        { { DMARC " reason=\"x" }, .reason = "malformed" },
        { { DMARC " (x" }, .reason = "malformed" },
        { { RESULTS "dmarc=pass" }, .reason = "not-aligned" },
        { { RESULTS "dkim=pass header.d=evil.example" }, .reason = "not-aligned" },
        { { RESULTS "dkim=pass header.d=evil.example header.i=@example.org" },
          .reason = "not-aligned" },
        { { RESULTS "dkim=pass header.d=other.example.org" },
          .from = "ann@mail.example.org",
          .reason = "not-aligned" },
        { { RESULTS "dkim=pass header.d=nhs.uk" },
          .from = "ann@hospital.nhs.uk",
          .reason = "not-aligned" },
        { { RESULTS "dkim=pass header.d=github.io" },
          .from = "ann@ann.github.io",
          .reason = "not-aligned" },
        { { RESULTS "dmarc=pass header.from=hospital.nhs.uk" },
          .from = "ann@hospital.nhs.uk",
          .reply_to = "ann@evil.nhs.uk",
          .reason = "reply-to" },
        { { RESULTS "dkim=fail header.d=example.org" }, .reason = "no-pass" },
        { { RESULTS "spf=pass smtp.mailfrom=example.org" }, .reason = "no-pass" },
        { { RESULTS "dmarc=fail header.from=example.org; dkim=pass header.d=example.org" },
          .reason = "dmarc-fail" },
        { { RESULTS "dmarc=fail (dmarc=pass header.from=example.org)" }, .reason = "dmarc-fail" },
        { { DMARC }, .reason = "two-from", .more_from = 1 },
        { { DMARC, "From: ann@example.org", "From: broken" }, .reason = "two-from" },
        { { DMARC }, .reason = "reply-to", .reply_to = "eve@evil.example" },
        { { DMARC, "Reply-To: a@example.org", "Reply-To: b@evil.example" }, .reason = "reply-to" },
    };

    (void)state;
    CHECK(cases);
}

static void results_count_above_the_first_foreign_received(void **state)
{
    static const Case cases[] = {
        { { DMARC, STRANGERS }, .reason = "dmarc" },
        { { STRANGERS, DMARC }, .reason = "no-trusted-result" },
        { { "Received: from x by GATE.example.com; Mon", DMARC, STRANGERS }, .reason = "dmarc" },
        { { "Received: by [192.0.2.9]; Mon", DMARC }, .reason = "dmarc" },
        { { "Received: from x by mx.example.com; Mon", DMARC }, .reason = "dmarc" },
        { { "Received: from gate.example.com by b.example; Mon", DMARC },
          .reason = "no-trusted-result" },
        { { "Received: from x by gate.example.com; Mon", STRANGERS, DMARC },
          .reason = "no-trusted-result" },
    };

    (void)state;
    CHECK(cases);
}

static void a_forged_field_below_a_genuine_one_is_not_asked(void **state)
{
    static const Case cases[] = {
        { { RESULTS "dmarc=fail header.from=example.org", DMARC }, .reason = "dmarc-fail" },
        { { RESULTS "dkim=fail header.d=example.org", DKIM }, .reason = "no-pass" },
        { { RESULTS "spf=fail", DMARC }, .reason = "dmarc" },
    };

    (void)state;
    CHECK(cases);
}

#define FAILED             RESULTS "dmarc=fail header.from=example.org; arc=pass"
#define SEAL(i)            "ARC-Seal: i=" i "; a=rsa-sha256; cv=none; d=lists.example.net; b=x"
#define SEALED(i, results) "ARC-Authentication-Results: i=" i "; mx.lists.example.net; " results
#define PASSED             "dmarc=pass header.from=example.org"

static void a_trusted_seal_keeps_what_a_forwarder_found(void **state)
{
    static const Case cases[] = {
        { { FAILED, SEAL("1"), SEALED("1", PASSED) }, .reason = "arc" },
        { { RESULTS "arc=pass", SEAL("1"), SEALED("1", "dkim=pass header.d=example.org") },
          .reason = "arc" },
        { { FAILED, "ARC-Seal: i = 2 ; d=lists.example.net; cv=pass", SEALED(" 2 ", PASSED) },
          .reason = "arc" },
        { { FAILED, "ARC-Seal: i=50; d=lists.example.net; cv=pass", SEALED("50", PASSED) },
          .reason = "arc" },
        { { DMARC, SEAL("1"), SEALED("1", "dmarc=fail") }, .reason = "dmarc" },
    };

    (void)state;
    CHECK(cases);
}

static void any_doubt_about_a_seal_breaks_it(void **state)
{
    static const Case cases[] = {
        { { RESULTS "dmarc=fail", SEAL("1"), SEALED("1", PASSED) }, .reason = "dmarc-fail" },
        { { RESULTS "dmarc=fail; arc=fail", SEAL("1"), SEALED("1", PASSED) },
          .reason = "dmarc-fail" },
        { { FAILED " (x", SEAL("1"), SEALED("1", PASSED) }, .reason = "dmarc-fail" },
        { { FAILED, "ARC-Seal: i=1; cv=none; d=evil.example", SEALED("1", PASSED) },
          .reason = "dmarc-fail" },
        { { FAILED, "ARC-Seal: i=1; cv=pass; d=lists.example.net", SEALED("1", PASSED) },
          .reason = "dmarc-fail" },
        { { FAILED, "ARC-Seal: i=2; cv=none; d=lists.example.net", SEALED("2", PASSED) },
          .reason = "dmarc-fail" },
        { { FAILED, "ARC-Seal: i=51; cv=pass; d=lists.example.net", SEALED("51", PASSED) },
          .reason = "dmarc-fail" },
        { { FAILED, "ARC-Seal: i=0; cv=none; d=lists.example.net", SEALED("0", PASSED) },
          .reason = "dmarc-fail" },
        { { FAILED, SEAL("1"), SEAL("1"), SEALED("1", PASSED) }, .reason = "dmarc-fail" },
        { { FAILED, SEAL("1"), SEALED("1", PASSED), SEALED("1", PASSED) }, .reason = "dmarc-fail" },
        { { FAILED, SEAL("1"), SEALED("2", PASSED) }, .reason = "dmarc-fail" },
        { { FAILED, "ARC-Seal: i=1; i=1; cv=none; d=lists.example.net", SEALED("1", PASSED) },
          .reason = "dmarc-fail" },
        { { FAILED, SEAL("1"), "ARC-Seal: nonsense", SEALED("1", PASSED) },
          .reason = "dmarc-fail" },
        { { FAILED, SEAL("1"), SEALED("1", "dmarc=fail; dkim=pass header.d=example.org") },
          .reason = "dmarc-fail" },
        { { FAILED, SEAL("1"), SEALED("1", PASSED " (x") }, .reason = "dmarc-fail" },
        { { FAILED, SEAL("1"), SEALED("1", PASSED) },
          .reason = "reply-to",
          .reply_to = "eve@evil.example" },
    };

    (void)state;
    CHECK(cases);
}

static void the_results_are_told(void **state)
{
    const Case row = { { RESULTS "dkim=fail header.d=a.example; dkim=pass header.d=example.org",
                         RESULTS "spf=softfail smtp.mailfrom=ann@example.org",
                         "Authentication-Results: evil.example; dmarc=pass" },
                       .reason = "dkim" };
    Authentication out = judged(&row);

    (void)state;
    assert_string_equal(out.dmarc, "none");
    assert_string_equal(out.dkim, "pass");
    assert_string_equal(out.spf, "softfail");
    assert_string_equal(out.why, "DKIM pass for example.org by mx.example.com");
    assert_int_equal(out.results->len, 3);
    assert_string_equal(out.results->pdata[0], "mx.example.com dkim=fail header.d=a.example");
    assert_string_equal(out.results->pdata[2],
                        "mx.example.com spf=softfail smtp.mailfrom=ann@example.org");
    clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_are_read_with_comments_quotes_and_versions),
        cmocka_unit_test(at_most_fifty_results_are_read),
        cmocka_unit_test(a_result_has_at_most_twenty_values),
        cmocka_unit_test(received_names_its_writer),
        cmocka_unit_test(an_aligned_pass_proves_the_sender),
        cmocka_unit_test(anything_else_does_not),
        cmocka_unit_test(results_count_above_the_first_foreign_received),
        cmocka_unit_test(a_forged_field_below_a_genuine_one_is_not_asked),
        cmocka_unit_test(a_trusted_seal_keeps_what_a_forwarder_found),
        cmocka_unit_test(any_doubt_about_a_seal_breaks_it),
        cmocka_unit_test(the_results_are_told),
    };

    return cmocka_run_group_tests_name("mail: authres", tests, NULL, NULL);
}
