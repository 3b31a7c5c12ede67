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

    if (field && (field->quoted || field->broken))
        g_string_append(text, field->quoted ? " (quoted)" : " (broken)");

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
          "mx.example.com (quoted)|dkim=pass,header.b=a/b+c==,header.i=a b@example.org" },
        { "mx; dkim=fail (x; dkim=pass header.d=example.org", "mx (broken)|dkim=fail" },
        { "mx; spf=fail reason=\"; dmarc=pass header.from=example.org",
          "mx (broken)|spf=fail,reason=; dmarc=pass header.from=example.org" },
        { "mx; spf=pass; broken; dmarc=pass", "mx (broken)|spf=pass" },
        { "mx;dmarc=pass action=none header.from=example.org;compauth=pass",
          "mx|dmarc=pass,action=none,header.from=example.org|compauth=pass" },
        { "mx; dkim=pass header.b=a/b+c== x-bits=2048;x-csa=none",
          "mx|dkim=pass,header.b=a/b+c==,x-bits=2048|x-csa=none" },
        { "mx; dmarc=pass(p=reject dis=none) header.from=example.org; spf=pass "
          "smtp.mailfrom=a@b(x)",
          "mx|dmarc=pass,header.from=example.org|spf=pass,smtp.mailfrom=a@b" },
        { "mx;none;dkim=none", "mx|dkim=none" },
        { "mx; spf=pass;", "mx|spf=pass" },
        { "mx; spf=pass;;", "mx (broken)|spf=pass" },
        { "mx; spf=pass;;;", "mx (broken)|spf=pass" },
        { "mx;; spf=pass", "mx (broken)" },
        { "mx; spf=", "mx (broken)" },
        { "mx; spf", "mx (broken)" },
        { "mx; none spf=pass", "mx (broken)" },
        { "mx; spf=pass x", "mx (broken)" },
        { "mx; dkim=pass header.d=example.org x@evil.example", "mx (broken)" },
        { "mx; dkim=pass header.d=example.org(x)", "mx (broken)" },
        { "mx; dkim=pass header.d=\"example.org\"(x)", "mx (broken)" },
        { "mx\\.example.com; spf=pass", "mx\\.example.com|spf=pass" },
        { "\"mx\\.example.com\"; spf=pass", "mx.example.com (quoted)|spf=pass" },
        { "(who) mx; spf=pass", "mx|spf=pass" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = as_text(rows[i][0]);

        assert_string_equal(text, rows[i][1]);
    }
}

static guint results_of(guint count, bool *broken)
{
    g_autoptr(GString) value = g_string_new("mx");

    for (guint i = 0; i < count; i++)
        g_string_append(value, "; spf=pass");
    g_autoptr(AuthField) field = auth_field_parse(value->str);
    *broken = field->broken;
    return field->results->len;
}

static void at_most_fifty_results_are_read(void **state)
{
    (void)state;
    static const struct {
        guint given, read;
        bool broken;
    } rows[] = { { 49, 49, false }, { 50, 50, false }, { 51, 50, true } };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        bool broken;

        assert_int_equal(results_of(rows[i].given, &broken), rows[i].read);
        assert_int_equal(broken, rows[i].broken);
    }
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
static const MailTrust of_server = { .authserv_ids = servers,
                                     .trusted_hops = hops,
                                     .arc_sealers = sealers };

typedef struct {
    const char *lines[12];
    const char *reason;
    const char *path; /* of MAIL FROM; NULL: unknown */
    const char *from; /* NULL: ann@example.org */
    guint more_from;
} Case;

static Authentication judged_by(const MailTrust *trust, const Case *row)
{
    g_autoptr(MailAddress) from = address_new(row->from ? row->from : "ann@example.org", "");
    GPtrArray *fields = mail_fields(row->lines);
    Message message = { .from = from, .from_count = 1 + row->more_from };
    HeaderView view = { .fields = fields,
                        .from_address = from->address,
                        .envelope_path = row->path };
    Authentication out = { 0 };

    authentication_judge(&view, &message, trust, &out);
    mail_fields_free(fields);
    return out;
}

static void check_by(const MailTrust *trust, const Case *cases, gsize count)
{
    for (gsize i = 0; i < count; i++) {
        Authentication out = judged_by(trust, &cases[i]);

        if (strcmp(out.reason, cases[i].reason) != 0)
            fail_msg("row %zu: %s, expected %s", i, out.reason, cases[i].reason);
        assert_int_equal(out.proven, g_str_equal(out.reason, "dmarc") ||
                                         g_str_equal(out.reason, "dkim") ||
                                         g_str_equal(out.reason, "arc"));
        authentication_clear(&out);
    }
}
#define CHECK(cases) check_by(&of_server, cases, G_N_ELEMENTS(cases))

#define RESULTS    "Authentication-Results: mx.example.com; "
#define DMARC      RESULTS "dmarc=pass header.from=example.org"
#define DKIM       RESULTS "dkim=pass header.d=example.org"
#define SIGNED(d)  "DKIM-Signature: v=1; a=rsa-sha256; d=" d "; s=s1; h=from; bh=Zm9v; b=AbCd/e+F=="
#define WITH(tags) "DKIM-Signature: v=1; a=rsa-sha256; h=from; bh=Zm9v; " tags
#define STRANGERS  "Received: from a.example by b.example; Mon"

static void an_aligned_pass_proves_the_sender(void **state)
{
    static const Case cases[] = {
        { { DMARC }, .reason = "dmarc" },
        { { DKIM, SIGNED("example.org") }, .reason = "dkim" },
        { { RESULTS "dkim=pass header.i=@mail.example.org", SIGNED("mail.example.org") },
          .reason = "dkim" },
        { { DKIM, SIGNED("example.org") }, .reason = "dkim", .from = "ann@mail.example.org" },
        { { RESULTS "dkim=fail header.d=example.org; dkim=PASS header.d=Example.Org",
            SIGNED("example.org"), SIGNED("example.org") },
          .reason = "dkim" },
        { { RESULTS "dmarc=none header.from=example.org; dkim=pass header.d=example.org",
            SIGNED("example.org") },
          .reason = "dkim" },
        { { "AUTHENTICATION-RESULTS: Mx.Example.Com; dmarc=pass header.from=example.org" },
          .reason = "dmarc" },
        { { DMARC, "Reply-To: office@mail.example.org" }, .reason = "dmarc" },
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
        { { RESULTS "dkim=pass header.d=example.org(x)" }, .reason = "malformed" },
        { { DMARC " reason=\"x" }, .reason = "malformed" },
        { { DMARC " (x" }, .reason = "malformed" },
        { { RESULTS "dmarc=pass" }, .reason = "not-aligned" },
        { { RESULTS "dkim=pass header.d=evil.example", SIGNED("evil.example") },
          .reason = "not-aligned" },
        { { RESULTS "dkim=pass header.d=evil.example header.i=@example.org",
            SIGNED("evil.example") },
          .reason = "dkim-mismatch" },
        { { RESULTS "dkim=pass header.d=other.example.org", SIGNED("other.example.org") },
          .from = "ann@mail.example.org",
          .reason = "not-aligned" },
        { { RESULTS "dkim=pass header.d=nhs.uk", SIGNED("nhs.uk") },
          .from = "ann@hospital.nhs.uk",
          .reason = "not-aligned" },
        { { RESULTS "dkim=pass header.d=github.io", SIGNED("github.io") },
          .from = "ann@ann.github.io",
          .reason = "not-aligned" },
        { { RESULTS "dmarc=pass header.from=hospital.nhs.uk", "Reply-To: ann@evil.nhs.uk" },
          .from = "ann@hospital.nhs.uk",
          .reason = "reply-to" },
        { { RESULTS "dkim=fail header.d=example.org" }, .reason = "no-pass" },
        { { RESULTS "spf=pass smtp.mailfrom=example.org" }, .reason = "no-pass" },
        { { RESULTS "dmarc=fail header.from=example.org; dkim=pass header.d=example.org",
            SIGNED("example.org") },
          .reason = "dmarc-fail" },
        { { RESULTS "dmarc=fail (dmarc=pass header.from=example.org)" }, .reason = "dmarc-fail" },
        { { DMARC }, .reason = "two-from", .more_from = 1 },
        { { DMARC, "From: ann@example.org", "From: broken" }, .reason = "two-from" },
        { { DMARC, "Reply-To: eve@evil.example" }, .reason = "reply-to" },
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
        { { RESULTS "dkim=fail header.d=example.org", DKIM, SIGNED("example.org") },
          .reason = "no-pass" },
        { { RESULTS "spf=fail", DMARC }, .reason = "no-pass" },
        { { RESULTS "none", DMARC }, .reason = "no-pass" },
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
        { { RESULTS "arc=pass", SEAL("1"), SEALED("1", "dkim=pass header.d=example.org"),
            SIGNED("example.org") },
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
        { { FAILED " (x", SEAL("1"), SEALED("1", PASSED) }, .reason = "malformed" },
        { { FAILED "; arc=pass", SEAL("1"), SEALED("1", PASSED) }, .reason = "malformed" },
        { { FAILED, SEAL("1"), SEALED("1", PASSED "; " PASSED) }, .reason = "dmarc-fail" },
        { { FAILED, SEAL("1"), SEALED("1", PASSED "; spf=pass smtp.helo=\"a;b\"") },
          .reason = "dmarc-fail" },
        { { FAILED, SEAL("1"), SEALED("1", PASSED "; dkim=pass header.d=evil.example") },
          .reason = "dmarc-fail" },
        { { RESULTS "arc=pass", SEAL("1"), SEALED("1", "dkim=pass header.d=example.org") },
          .reason = "no-pass" },
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
        { { FAILED, SEAL("1"), SEALED("1", "dmarc=fail; dkim=pass header.d=example.org"),
            SIGNED("example.org") },
          .reason = "dmarc-fail" },
        { { FAILED, SEAL("1"), SEALED("1", PASSED " (x") }, .reason = "dmarc-fail" },
        { { FAILED, SEAL("1"), SEALED("1", PASSED), "Reply-To: eve@evil.example" },
          .reason = "reply-to" },
    };

    (void)state;
    CHECK(cases);
}

static void a_dkim_pass_is_about_a_signature_of_the_mail(void **state)
{
    static const Case cases[] = {
        { { RESULTS "dkim=pass header.d=example.org header.i=@example.org header.a=rsa-sha256 "
                    "header.s=s1 header.b=AbCd/e",
            SIGNED("example.org") },
          .reason = "dkim" },
        { { RESULTS "dkim=pass header.d=example.org header.b=AbCd/e+F",
            "DKIM-Signature: v=1; a=rsa-sha256; d=Example.ORG ; s=s1; h=from; bh=Zm9v; "
            "b=Ab Cd/e +F==;" },
          .reason = "dkim" },
        { { RESULTS "dkim=pass header.i=ann@mail.example.org", SIGNED("example.org") },
          .reason = "dkim" },
        { { RESULTS "dkim=pass header.d=example.org; dkim=pass header.d=bulk.example; dkim=none",
            SIGNED("bulk.example"), SIGNED("example.org") },
          .reason = "dkim" },
        { { DKIM "; dkim=fail header.d=lists.example.net", SIGNED("lists.example.net"),
            SIGNED("example.org") },
          .reason = "dkim" },
        { { RESULTS "dkim=fail header.d=example.org header.b=Zz; dkim=pass header.d=example.org "
                    "header.b=AbCd",
            SIGNED("example.org"), SIGNED("example.org") },
          .reason = "dkim" },

        { { DKIM }, .reason = "dkim-mismatch" },
        { { DKIM, SIGNED("evil.example") }, .reason = "dkim-mismatch" },
        { { RESULTS "dkim=pass header.i=@example.org", SIGNED("evil.example") },
          .reason = "dkim-mismatch" },
        { { RESULTS "dkim=pass header.i=@badexample.org", SIGNED("example.org") },
          .reason = "dkim-mismatch" },
        { { DKIM " header.i=@other.example", SIGNED("example.org") }, .reason = "dkim-mismatch" },
        { { DKIM " header.b=Abcd", SIGNED("example.org") }, .reason = "dkim-mismatch" },
        { { DKIM " header.b=\"\"", SIGNED("example.org") }, .reason = "dkim-mismatch" },
        { { DKIM " header.s=s2", SIGNED("example.org") }, .reason = "dkim-mismatch" },
        { { DKIM " header.d=example.org", SIGNED("example.org") }, .reason = "malformed" },
        { { DKIM "; dkim=fail header.d=example.org", SIGNED("example.org") },
          .reason = "dkim-mismatch" },
        { { DKIM " header.b=AbCd; dkim=fail header.d=example.org header.b=AbCd",
            SIGNED("example.org"), WITH("d=example.org; s=s2; b=Zz") },
          .reason = "dkim-mismatch" },
        { { DKIM "; dkim=fail; dkim=neutral", SIGNED("example.org"), SIGNED("b.example") },
          .reason = "dkim-mismatch" },
        { { DMARC "; dkim=pass header.d=example.org", SIGNED("evil.example") },
          .reason = "dkim-mismatch" },
        { { DMARC, STRANGERS, DKIM }, .reason = "dkim-mismatch" },
        { { DMARC, "Authentication-Results: \"mx.example\\.com\"; dkim=pass header.d=example.org" },
          .reason = "dkim-mismatch" },
    };

    (void)state;
    CHECK(cases);
}

static void only_a_whole_signature_counts(void **state)
{
    static const Case cases[] = {
        { { DKIM, WITH("d=example.org; s=s1; b=A") }, .reason = "dkim" },
        { { DKIM, WITH("s=s1; b=A") }, .reason = "dkim-mismatch" },
        { { DKIM, WITH("d=example.org; b=A") }, .reason = "dkim-mismatch" },
        { { DKIM, WITH("d=example.org; s=s1; b=") }, .reason = "dkim-mismatch" },
        { { DKIM, WITH("d=example.org; s=s1; b=A; d=example.org") }, .reason = "dkim-mismatch" },
        { { DKIM, WITH("d=evil.example; D=example.org; s=s1; b=A") }, .reason = "dkim-mismatch" },
        { { DKIM, WITH("d=example.org; s=s1; b=A; v=1") }, .reason = "dkim-mismatch" },
        { { DKIM, WITH("d=example.org; s=s1; b=A; nonsense") }, .reason = "dkim-mismatch" },
        { { DKIM, "DKIM-Signature: v=2; a=rsa-sha256; d=example.org; s=s1; h=from; bh=Zm9v; b=A" },
          .reason = "dkim-mismatch" },
        { { DKIM, "DKIM-Signature: " }, .reason = "dkim-mismatch" },
    };

    (void)state;
    CHECK(cases);
}

static void copied_values_that_may_end_a_value_prove_nothing(void **state)
{
    static const Case cases[] = {
        { { DMARC, WITH("d=example.org; s=s1; b=A; i=a=3Bdkim=3Dpass@example.org") },
          .reason = "malformed" },
        { { DMARC, WITH("d=example.org; s=s1; b=A; i=a=20b@example.org") }, .reason = "malformed" },
        { { DMARC, WITH("d=example.org; s=s1; b=A; i=a=28b@example.org") }, .reason = "malformed" },
        { { DMARC, WITH("d=example.org; s=s1; b=A; i=a=29b@example.org") }, .reason = "malformed" },
        { { DMARC, WITH("d=example.org; s=s1; b=A; i=a=22b@example.org") }, .reason = "malformed" },
        { { DMARC, WITH("d=example.org; s=s1; b=A; i=a=0db@example.org") }, .reason = "malformed" },
        { { DMARC, WITH("d=example.org; s=s1; b=A; i=a=00b@example.org") }, .reason = "malformed" },
        { { DMARC, WITH("d=example.org; s=s1; b=A; i=a=C3=A4@example.org") },
          .reason = "malformed" },
        { { DMARC, WITH("d=example.org; s=s1; b=A; i=a b@example.org") }, .reason = "malformed" },
        { { DMARC, WITH("d=exam ple.org; s=s1; b=A") }, .reason = "malformed" },
        { { DMARC, WITH("d=ex\xc3\xa4mple.org; s=s1; b=A") }, .reason = "malformed" },
        { { DMARC, WITH("d=example.org(x; s=s1; b=A") }, .reason = "malformed" },
        { { DMARC, WITH("d=example.org; s=s\"1; b=A") }, .reason = "malformed" },
        { { DMARC, WITH("d=example.org; s=s1; b=A; s=(") }, .reason = "malformed" },
        { { DMARC, STRANGERS, WITH("d=evil.example; s=(; b=A") }, .reason = "malformed" },
        { { DMARC, WITH("d=example.org; s=s1; b=A; i=x=3Dexample.com+y_z@mail.example.org") },
          .reason = "dmarc" },
        { { DMARC, WITH("d=example.org; s=s1; b=A; i=x=y@example.org") }, .reason = "dmarc" },
        { { DMARC "; spf=pass smtp.helo=\"a b\"" }, .reason = "malformed" },
        { { DMARC "; spf=pass smtp.helo=\"a;b\"" }, .reason = "malformed" },
        { { DMARC "; spf=pass smtp.mailfrom=\"a(b@example.org\"" }, .reason = "malformed" },
        { { DMARC "; spf=pass smtp.helo=[IPv6:2001:db8::1]" }, .reason = "dmarc" },
        { { DMARC "; spf=pass smtp.helo=localhost smtp.mailfrom=<>" }, .reason = "dmarc" },
    };

    (void)state;
    CHECK(cases);
}

static void an_envelope_sender_that_may_end_a_value_proves_nothing(void **state)
{
    static const struct {
        const char *path;
        bool plain;
    } rows[] = {
        { "<ann@example.org>", true },
        { "ann@example.org", true },
        { "<>", true },
        { "", true },
        { "<SRS0=HHH=TT=example.org=ann@relay.example>", true },
        { "<prvs=0123456789=ann@example.org>", true },
        { "<bounce-42-support=example.com@lists.example.net>", true },
        { "<ann+tag_x@[192.0.2.1]>", true },
        { "<ann@[IPv6:2001:db8::1]>", true },
        { "<ann@localhost>", true },
        { "<@relay.example:ann@example.org>", true },
        { "<\"x); dmarc=pass header.from=example.org; y=(\"@evil.example>", false },
        { "<\"ann\"@example.org>", false },
        { "<a;b@example.org>", false },
        { "<a(b@example.org>", false },
        { "<a)b@example.org>", false },
        { "<a b@example.org>", false },
        { "<a\tb@example.org>", false },
        { "<a\x7f@example.org>", false },
        { "<\xc3\xa4@example.org>", false },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const Case row = { { DMARC },
                           .path = rows[i].path,
                           .reason = rows[i].plain ? "dmarc" : "malformed" };

        check_by(&of_server, &row, 1);
    }
}

static void an_envelope_sender_of_over_320_bytes_proves_nothing(void **state)
{
    (void)state;
    for (gsize length = 319; length <= 321; length++) {
        g_autofree char *path = g_strnfill(length, 'a');
        const Case row = { { DMARC },
                           .path = path,
                           .reason = length > 320 ? "malformed" : "dmarc" };

        check_by(&of_server, &row, 1);
    }
}

static void a_field_that_contradicts_itself_proves_nothing(void **state)
{
    static const Case cases[] = {
        { { DMARC "; dmarc=fail header.from=example.org" }, .reason = "malformed" },
        { { RESULTS "dmarc=fail header.from=example.org; " PASSED }, .reason = "malformed" },
        { { DMARC "; " PASSED }, .reason = "malformed" },
        { { DMARC " header.from=evil.example" }, .reason = "malformed" },
        { { DKIM "; dmarc=none; dmarc=none", SIGNED("example.org") }, .reason = "malformed" },
        { { DMARC "; nonsense" }, .reason = "malformed" },
        { { DMARC ";;" }, .reason = "malformed" },
        { { DMARC " x" }, .reason = "malformed" },
        { { DMARC "; spf=pass; spf=fail" }, .reason = "dmarc" },
        { { DMARC " action=none x-bits=2; bimi=skipped (x); none;" }, .reason = "dmarc" },
    };

    (void)state;
    CHECK(cases);
}

static void without_methods_the_topmost_field_counts_alone(void **state)
{
    static const Case cases[] = {
        { { RESULTS "dkim=none", DMARC }, .reason = "no-pass" },
        { { RESULTS "dkim=none", RESULTS "arc=pass", SEAL("1"), SEALED("1", PASSED) },
          .reason = "no-pass" },
        { { "Authentication-Results: evil.example; dmarc=fail", DMARC }, .reason = "dmarc" },
        { { "Authentication-Results: \"mx.example.com\"; dmarc=fail", DMARC }, .reason = "dmarc" },
        { { "Authentication-Results: \"mx\\.example.com\"; " PASSED },
          .reason = "no-trusted-result" },
        { { "Authentication-Results : mx.example.com; " PASSED }, .reason = "no-trusted-result" },
    };

    (void)state;
    CHECK(cases);
}

static void with_methods_the_topmost_field_of_each_counts(void **state)
{
    static char *methods[] = { (char *)"dkim", (char *)"dmarc", NULL };
    static TrustedServer named = { (char *)"mx.example.com", methods };
    static const Case cases[] = {
        { { DMARC, RESULTS "dkim=none" }, .reason = "dmarc" },
        { { RESULTS "dkim=none", DMARC }, .reason = "dmarc" },
        { { RESULTS "dmarc=none", DKIM, SIGNED("example.org") }, .reason = "dkim" },
        { { RESULTS "spf=pass", RESULTS "dmarc=none", DKIM, SIGNED("example.org") },
          .reason = "dkim" },
        { { RESULTS "dmarc=fail", RESULTS "dkim=none", DMARC }, .reason = "dmarc-fail" },
        { { RESULTS "dmarc=fail", DKIM, SIGNED("example.org") }, .reason = "dmarc-fail" },
        { { RESULTS "dmarc=none", RESULTS "dkim=none", DKIM }, .reason = "dkim-mismatch" },
        { { RESULTS "dkim=pass (", DMARC }, .reason = "malformed" },
        { { RESULTS "dmarc=none", RESULTS "arc=pass", SEAL("1"), SEALED("1", PASSED) },
          .reason = "no-pass" },
        { { "Received: from x by mx.example.com; Mon", DMARC }, .reason = "dmarc" },
        { { "Authentication-Results: b.example.com; " PASSED }, .reason = "no-pass" },
        { { "Authentication-Results: b.example.com; dkim=none", DMARC }, .reason = "dmarc" },
        { { "Authentication-Results: b.example.com; dkim=none",
            "Authentication-Results: b.example.com; " PASSED },
          .reason = "no-pass" },
    };
    g_autoptr(GPtrArray) named_ones = g_ptr_array_new();
    static char *others[] = { (char *)"c.example.com", NULL };
    MailTrust trust = { .authserv_ids = others, .arc_sealers = sealers, .servers = named_ones };
    static char *spf[] = { (char *)"spf", NULL };
    static TrustedServer second = { (char *)"b.example.com", spf };

    (void)state;
    g_ptr_array_add(named_ones, &named);
    g_ptr_array_add(named_ones, &second);
    check_by(&trust, cases, G_N_ELEMENTS(cases));
}

static void a_dmarc_pass_rests_on_results_that_count(void **state)
{
    static char *methods[] = { (char *)"dkim", (char *)"dmarc", NULL };
    static char *with_spf[] = { (char *)"dkim", (char *)"dmarc", (char *)"spf", NULL };
    static const Case cases[] = {
        { { DMARC, DKIM, SIGNED("example.org"), RESULTS "spf=pass smtp.mailfrom=example.org" },
          .reason = "dmarc" },
        { { DMARC, RESULTS "dkim=none" }, .reason = "dmarc" },
        { { DMARC, RESULTS "spf=pass smtp.mailfrom=example.org", RESULTS "dkim=none" },
          .reason = "dmarc" },
        { { DMARC, RESULTS "dkim=none", RESULTS "spf=pass smtp.mailfrom=relay.example" },
          .reason = "dmarc" },
        { { DMARC, RESULTS "dkim=none", RESULTS "spf=fail smtp.mailfrom=example.org" },
          .reason = "dmarc" },
        { { DMARC, RESULTS "dkim=none", STRANGERS, RESULTS "dmarc=pass header.from=example.org" },
          .reason = "dmarc" },
        { { DMARC, RESULTS "dkim=fail header.d=example.org", DKIM, SIGNED("example.org") },
          .reason = "unconfirmed" },
        { { DMARC, RESULTS "dkim=fail header.d=example.org", STRANGERS, DKIM,
            SIGNED("example.org") },
          .reason = "unconfirmed" },
        { { DMARC, RESULTS "dkim=none", RESULTS "spf=pass smtp.mailfrom=ann@mail.example.org" },
          .reason = "unconfirmed" },
        { { DMARC, RESULTS "dkim=none", STRANGERS, RESULTS "spf=pass smtp.mail=example.org" },
          .reason = "unconfirmed" },
        { { DMARC, RESULTS "dkim=none",
            "Authentication-Results : mx.example.com; spf=pass smtp.mailfrom=example.org" },
          .reason = "unconfirmed" },
    };
    static const Case spf_is_named = { { DMARC, RESULTS "dkim=none",
                                         RESULTS "spf=pass smtp.mailfrom=example.org" },
                                       .reason = "dmarc" };
    TrustedServer named = { (char *)"mx.example.com", methods };
    g_autoptr(GPtrArray) servers_named = g_ptr_array_new();
    const MailTrust trust = { .servers = servers_named };

    (void)state;
    g_ptr_array_add(servers_named, &named);
    check_by(&trust, cases, G_N_ELEMENTS(cases));
    named.methods = with_spf;
    check_by(&trust, &spf_is_named, 1);
}

static void answers_stay_with_the_sender(void **state)
{
    static const Case cases[] = {
        { { DMARC, "Reply-To: Ann <ann@example.org>, office@mail.example.org" },
          .reason = "dmarc" },
        { { DMARC, "Reply-To: Ann @ Home (@ann) <ann@example.org>" }, .reason = "dmarc" },
        { { DMARC, "Reply-To: \"ann@work\" <ann@example.org>" }, .reason = "dmarc" },
        { { DMARC, "Reply-To: \"ann@example.org\" <ann@example.org>" }, .reason = "dmarc" },
        { { DMARC, "Reply-To: undisclosed:;" }, .reason = "dmarc" },
        { { DMARC, "Reply-To: ann@example.org, eve@evil.example" }, .reason = "reply-to" },
        { { DMARC, "Reply-To: us: ann@example.org, eve@evil.example;" }, .reason = "reply-to" },
        { { DMARC, "Reply-To: us: eve@evil.example;, ann@example.org" }, .reason = "reply-to" },
        { { DMARC, "Reply-To: \"eve@evil.example\" <ann@example.org>" }, .reason = "reply-to" },
        { { DMARC, "Reply-To: \"<eve@evil.example>, x\" <ann@example.org>" },
          .reason = "reply-to" },
        { { DMARC, "Reply-To: ann@example.org (eve@evil.example)" }, .reason = "reply-to" },
        { { DMARC, "Reply-To: =?utf-8?q?eve=40evil=2Eexample?= <ann@example.org>" },
          .reason = "reply-to" },
        { { DMARC, "Reply-To: eve@evil.example\\" }, .reason = "reply-to" },
    };

    (void)state;
    CHECK(cases);
}

static void the_results_are_told(void **state)
{
    const Case row = { { RESULTS "dkim=fail header.d=a.example; dkim=pass header.d=example.org; "
                                 "spf=softfail smtp.mailfrom=ann@example.org",
                         SIGNED("a.example"), SIGNED("example.org"),
                         "Authentication-Results: evil.example; dmarc=pass" },
                       .reason = "dkim" };
    Authentication out = judged_by(&of_server, &row);

    (void)state;
    assert_string_equal(out.dmarc, "none");
    assert_string_equal(out.dkim, "pass");
    assert_string_equal(out.spf, "softfail");
    assert_string_equal(out.why, "DKIM pass for example.org by mx.example.com");
    assert_int_equal(out.results->len, 3);
    assert_string_equal(out.results->pdata[0], "mx.example.com dkim=fail header.d=a.example");
    assert_string_equal(out.results->pdata[2],
                        "mx.example.com spf=softfail smtp.mailfrom=ann@example.org");
    authentication_clear(&out);
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
        cmocka_unit_test(a_dkim_pass_is_about_a_signature_of_the_mail),
        cmocka_unit_test(only_a_whole_signature_counts),
        cmocka_unit_test(copied_values_that_may_end_a_value_prove_nothing),
        cmocka_unit_test(an_envelope_sender_that_may_end_a_value_proves_nothing),
        cmocka_unit_test(an_envelope_sender_of_over_320_bytes_proves_nothing),
        cmocka_unit_test(a_field_that_contradicts_itself_proves_nothing),
        cmocka_unit_test(without_methods_the_topmost_field_counts_alone),
        cmocka_unit_test(with_methods_the_topmost_field_of_each_counts),
        cmocka_unit_test(a_dmarc_pass_rests_on_results_that_count),
        cmocka_unit_test(answers_stay_with_the_sender),
        cmocka_unit_test(the_results_are_told),
    };

    return cmocka_run_group_tests_name("mail: authres", tests, NULL, NULL);
}
