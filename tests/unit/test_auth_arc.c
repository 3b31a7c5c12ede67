/* Chains of ARC sets: which hold, which don't, and where they break. */
#include "auth/signature.h"
#include "auth_sign.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define NOW  1700000000
#define MAIL "From: Ann <ann@example.org>\r\nSubject: Order\r\n\r\nHi.\r\n"

static EVP_PKEY *key;
static ZoneRow zone[ARC_INSTANCES_MAX + 2];

static int set_up(void **state)
{
    (void)state;
    key = EVP_RSA_gen(1024);
    g_autofree char *published = sign_public(key);
    for (guint i = 0; i < ARC_INSTANCES_MAX; i++)
        zone[i] = (ZoneRow){ g_strdup_printf("arc._domainkey.hop%u.example", i + 1),
                             g_strdup_printf("v=DKIM1; p=%s", published) };
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    EVP_PKEY_free(key);
    for (guint i = 0; i < ARC_INSTANCES_MAX; i++) {
        g_free((char *)zone[i].name);
        g_free((char *)zone[i].record);
    }
    return 0;
}

/* A mail with that many sets. */
static char *chain_of(guint count)
{
    char *mail = g_strdup(MAIL);

    for (guint i = 1; i <= count; i++) {
        char *next = sign_set(key, mail, i, i == 1 ? "none" : "pass", "", "");
        g_free(mail);
        mail = next;
    }
    return mail;
}

static ArcResult verify(const char *text, const ZoneRow *rows, gint64 now)
{
    static const char *const nothing = "";
    g_auto(AuthMail) mail = auth_mail_of(text ? text : nothing);
    g_autoptr(DkimBody) body = dkim_body_new();
    g_autoptr(ArcCheck) check =
        arc_check_new((const DkimField *)mail.fields->data, mail.fields->len, body);
    guint count = arc_check_query_count(check);
    ZoneAnswer *found[ARC_INSTANCES_MAX + 1];
    DkimAnswer answers[ARC_INSTANCES_MAX + 1];

    dkim_body_add(body, mail.body, mail.body_length);
    dkim_body_end(body);
    for (guint i = 0; i < count; i++) {
        found[i] = zone_ask(rows, arc_check_query(check, i));
        answers[i] = found[i]->answer;
    }
    ArcResult result = arc_check_verify(check, answers, now);
    for (guint i = 0; i < count; i++)
        zone_answer_free(found[i]);
    return result;
}

static void assert_result(const char *text, ArcOutcome outcome, guint instance, DkimReason reason)
{
    ArcResult result = verify(text, zone, NOW);

    if (result.outcome != outcome || result.instance != instance || result.reason != reason)
        fail_msg("%u at %u: %s\n%s", result.outcome, result.instance,
                 dkim_reason_text(result.reason), text);
}

static void a_message_without_sets_has_no_chain(void **state)
{
    (void)state;
    assert_result(MAIL, ARC_NONE, 0, DKIM_REASON_VALID);
}

static void chains_of_up_to_fifty_sets_hold(void **state)
{
    static const guint counts[] = { 1, 2, 3, ARC_INSTANCES_MAX };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(counts); i++) {
        g_autofree char *mail = chain_of(counts[i]);

        assert_result(mail, ARC_PASS, counts[i], DKIM_REASON_VALID);
    }
    g_autofree char *longer = chain_of(ARC_INSTANCES_MAX + 1);
    assert_result(longer, ARC_FAIL, 0, DKIM_REASON_MALFORMED);
}

static void the_newest_results_are_the_sealers(void **state)
{
    g_autofree char *text = chain_of(2);
    g_auto(AuthMail) mail = auth_mail_of(text);
    g_autoptr(DkimBody) body = dkim_body_new();
    g_autoptr(ArcCheck) check =
        arc_check_new((const DkimField *)mail.fields->data, mail.fields->len, body);

    (void)state;
    assert_string_equal(arc_check_sealer(check), "hop2.example");
    assert_string_equal(arc_check_results(check), " mx.hop2.example;\r\n spf=pass");
    assert_int_equal(arc_check_query_count(check), 3);
    assert_string_equal(arc_check_query(check, 0), "arc._domainkey.hop1.example");
    assert_string_equal(arc_check_query(check, 1), "arc._domainkey.hop2.example");
    assert_string_equal(arc_check_query(check, 2), "arc._domainkey.hop2.example");
}

static char *replaced(const char *text, const char *from, const char *to)
{
    g_auto(GStrv) halves = g_strsplit(text, from, 2);

    assert_int_equal(g_strv_length(halves), 2);
    return g_strjoinv(to, halves);
}

/* Rows: what is changed in a chain of three, and what is found. */
static void a_change_breaks_the_chain_where_it_was_made(void **state)
{
    static const struct {
        const char *from, *to;
        guint instance;
        DkimReason reason;
    } rows[] = {
        { "Hi.", "Ho.", 3, DKIM_REASON_BODY_HASH },
        { "Subject: Order", "Subject: order", 3, DKIM_REASON_SIGNATURE },
        { "From: Ann", "From: Ben <b@example.com>\r\nFrom: Ann", 3, DKIM_REASON_FROM_COUNT },
        { "i=2; mx.hop2.example;\r\n spf=pass", "i=2; mx.hop2.example;\r\n spf=fail", 2,
          DKIM_REASON_SIGNATURE },
        { "i=1; mx.hop1.example;\r\n spf=pass", "i=1; mx.hop1.example;\r\n spf=fail", 1,
          DKIM_REASON_SIGNATURE },
        { "i=3; mx.hop3.example;\r\n spf=pass", "i=3; mx.hop3.example;\r\n spf=fail", 3,
          DKIM_REASON_SIGNATURE },
        { "i=3; mx.hop3", "i=4; mx.hop3", 0, DKIM_REASON_MALFORMED },
        { "i=3; mx.hop3", "i=2; mx.hop3", 0, DKIM_REASON_MALFORMED },
        { "i=3; mx.hop3", "i=03; mx.hop3", 3, DKIM_REASON_SIGNATURE },
        { "i=3; mx.hop3", "i=003; mx.hop3", 0, DKIM_REASON_MALFORMED },
        { "i=3; mx.hop3", "i=; mx.hop3", 0, DKIM_REASON_MALFORMED },
        { "i=3; mx.hop3", "x=3; mx.hop3", 0, DKIM_REASON_MALFORMED },
        { "i=3; mx.hop3", "i=3 y=1; mx.hop3", 0, DKIM_REASON_MALFORMED },
        { "i=3; a=rsa-sha256; cv=pass", "i=2; a=rsa-sha256; cv=pass", 0, DKIM_REASON_MALFORMED },
        { "i=3; a=rsa-sha256; cv=pass", "i=0; a=rsa-sha256; cv=pass", 0, DKIM_REASON_MALFORMED },
        { "i=3; a=rsa-sha256; cv=pass", "a=rsa-sha256; cv=pass", 0, DKIM_REASON_MALFORMED },
        { "i=3; a=rsa-sha256; cv=pass", "i=3; a=rsa-sha256; cv=fail", 3, DKIM_REASON_CHAIN },
        { "i=3; a=rsa-sha256; cv=pass", "i=3; a=rsa-sha256; cv=none", 3, DKIM_REASON_MALFORMED },
        { "i=3; a=rsa-sha256; cv=pass", "i=3; a=rsa-sha256", 3, DKIM_REASON_MALFORMED },
        { "i=3; a=rsa-sha256; cv=pass", "i=3; a=rsa-sha256; h=from; cv=pass", 3,
          DKIM_REASON_MALFORMED },
        { "i=3; a=rsa-sha256; cv=pass", "i=3; a=rsa-sha1; cv=pass", 3, DKIM_REASON_SHA1 },
        { "i=2; a=rsa-sha256; cv=pass", "i=2; a=rsa-sha256; cv=fail", 2, DKIM_REASON_CHAIN },
        { "i=1; a=rsa-sha256; cv=none", "i=1; a=rsa-sha256; cv=fail", 1, DKIM_REASON_CHAIN },
        { "i=1; a=rsa-sha256; cv=none", "i=1; a=rsa-sha256; cv=x", 1, DKIM_REASON_MALFORMED },
        { "i=2; a=rsa-sha256; cv=pass", "i=2; a=rsa-sha256; cv=none", 2, DKIM_REASON_MALFORMED },
        { "i=1; a=rsa-sha256; cv=none", "i=1; a=rsa-sha256; cv=pass", 1, DKIM_REASON_MALFORMED },
        { "i=3; a=rsa-sha256; c=relaxed/relaxed", "i=3; a=rsa-sha256; c=relaxed/relaxed; l=5", 3,
          DKIM_REASON_PARTIAL_BODY },
        { "s=arc; h=from:subject", "s=arc; h=from:subject:arc-seal", 3, DKIM_REASON_MALFORMED },
        { "s=arc; h=from:subject", "s=arc; h=subject", 3, DKIM_REASON_FROM_UNSIGNED },
        { "ARC-Seal: i=3", "X-Seal: i=3", 0, DKIM_REASON_MALFORMED },
        { "ARC-Seal: i=2", "X-Seal: i=2", 0, DKIM_REASON_MALFORMED },
        { "ARC-Message-Signature: i=1", "X-Signature: i=1", 0, DKIM_REASON_MALFORMED },
        { "ARC-Authentication-Results: i=1", "X-Results: i=1", 0, DKIM_REASON_MALFORMED },
        { "From: Ann", "ARC-Seal: i=1\r\nFrom: Ann", 0, DKIM_REASON_MALFORMED },
        { "From: Ann", "ARC-Authentication-Results: i=3; mx; dmarc=pass\r\nFrom: Ann", 0,
          DKIM_REASON_MALFORMED },
    };
    g_autofree char *chain = chain_of(3);

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *mail = replaced(chain, rows[i].from, rows[i].to);

        assert_result(mail, ARC_FAIL, rows[i].instance, rows[i].reason);
    }
}

/* Only the newest message signature must be valid still. */
static void older_message_signatures_may_be_broken(void **state)
{
    g_autofree char *first = sign_set(key, MAIL, 1, "none", "", "");
    g_autofree char *changed = replaced(first, "Hi.", "Hi. (A footer of the list.)");
    g_autofree char *second = sign_set(key, changed, 2, "pass", "", "");

    (void)state;
    assert_result(changed, ARC_FAIL, 1, DKIM_REASON_BODY_HASH);
    assert_result(second, ARC_PASS, 2, DKIM_REASON_VALID);
}

static void tags_of_the_signer_are_judged(void **state)
{
    static const struct {
        const char *message, *seal;
        DkimReason reason;
    } rows[] = {
        { "; l=5", "", DKIM_REASON_PARTIAL_BODY },
        { "; x=1699999999", "", DKIM_REASON_EXPIRED },
        { "; t=1700000301", "", DKIM_REASON_NOT_YET_VALID },
        { "", "; t=1700000301", DKIM_REASON_NOT_YET_VALID },
        { "", "; bh=AAAA", DKIM_REASON_MALFORMED },
        { "; q=http", "", DKIM_REASON_UNKNOWN_QUERY },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *mail = sign_set(key, MAIL, 1, "none", rows[i].message, rows[i].seal);

        assert_result(mail, ARC_FAIL, 1, rows[i].reason);
    }
    g_autofree char *good =
        sign_set(key, MAIL, 1, "none", "; t=1700000300; x=1700000301", "; t=1700000300; x=5");
    assert_result(good, ARC_PASS, 1, DKIM_REASON_VALID);
}

/* Rows: what DNS says of the keys of sets 1 and 2. */
static void keys_decide_set_by_set(void **state)
{
    g_autofree char *mail = chain_of(2);
    const ZoneRow good = zone[0], next = zone[1];
    const struct {
        ZoneRow rows[3];
        ArcOutcome outcome;
        guint instance;
        DkimReason reason;
    } cases[] = {
        { { good, next }, ARC_PASS, 2, DKIM_REASON_VALID },
        { { good }, ARC_FAIL, 2, DKIM_REASON_KEY_MISSING },
        { { next }, ARC_FAIL, 1, DKIM_REASON_KEY_MISSING },
        { { { good.name, NULL }, next }, ARC_TEMPERROR, 1, DKIM_REASON_KEY_UNAVAILABLE },
        { { good, { next.name, NULL } }, ARC_TEMPERROR, 2, DKIM_REASON_KEY_UNAVAILABLE },
        { { { next.name, NULL } }, ARC_FAIL, 1, DKIM_REASON_KEY_MISSING },
        { { { good.name, "v=DKIM1; p=" }, next }, ARC_FAIL, 1, DKIM_REASON_KEY_REVOKED },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        ArcResult result = verify(mail, cases[i].rows, NOW);

        assert_int_equal(result.outcome, cases[i].outcome);
        assert_int_equal(result.instance, cases[i].instance);
        assert_int_equal(result.reason, cases[i].reason);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_without_sets_has_no_chain),
        cmocka_unit_test(chains_of_up_to_fifty_sets_hold),
        cmocka_unit_test(the_newest_results_are_the_sealers),
        cmocka_unit_test(a_change_breaks_the_chain_where_it_was_made),
        cmocka_unit_test(older_message_signatures_may_be_broken),
        cmocka_unit_test(tags_of_the_signer_are_judged),
        cmocka_unit_test(keys_decide_set_by_set),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
