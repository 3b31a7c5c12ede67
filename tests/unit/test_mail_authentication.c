/* Two witnesses of who sent a mail: our own verification, and the servers of `trust`. */
#include "mail/parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "mail_view.h"

#define TRUSTED_PASS "Authentication-Results: mx.example.com; dmarc=pass header.from=example.org"
#define TRUSTED_FAIL "Authentication-Results: mx.example.com; dmarc=fail header.from=example.org"
#define SEALED       "mx.lists.example; dmarc=pass header.from=example.org"

typedef struct {
    const char *lines[4];
    const char *own; /* reason; NULL: nothing was verified */
    bool sealed, own_only;
    const char *sealed_as;
    guint more_from;
    const char *from; /* that was verified; NULL: example.org */
    const char *reason, *source, *differs;
} Case;

static const Case cases[] = {
    /* Ours counts where it is conclusive. */
    { { NULL }, "dmarc", .reason = "dmarc", .source = "own", .differs = "" },
    { { NULL }, "dkim", .reason = "dkim", .source = "own", .differs = "" },
    { { NULL }, "no-pass", .reason = "no-pass", .source = "own", .differs = "" },
    { { TRUSTED_PASS }, "dmarc", .reason = "dmarc", .source = "own", .differs = "" },
    { { TRUSTED_PASS },
      "no-pass",
      .reason = "no-pass",
      .source = "own",
      .differs = "own: no-pass; trust: dmarc" },
    { { TRUSTED_PASS },
      "dmarc-fail",
      .reason = "dmarc-fail",
      .source = "own",
      .differs = "own: dmarc-fail; trust: dmarc" },
    { { TRUSTED_FAIL },
      "dkim",
      .reason = "dkim",
      .source = "own",
      .differs = "own: dkim; trust: dmarc-fail" },
    { { TRUSTED_FAIL }, "no-pass", .reason = "no-pass", .source = "own", .differs = "" },
    /* Where it isn't, a trusted pass does. */
    { { TRUSTED_PASS }, "temperror", .reason = "dmarc", .source = "trust", .differs = "" },
    { { TRUSTED_FAIL }, "temperror", .reason = "temperror", .source = "own", .differs = "" },
    { { NULL }, "temperror", .reason = "temperror", .source = "own", .differs = "" },
    /* Nothing was verified, or another From address. */
    { { TRUSTED_PASS }, NULL, .reason = "dmarc", .source = "trust", .differs = "" },
    { { NULL }, NULL, .reason = "no-trusted-result", .source = "trust", .differs = "" },
    { { TRUSTED_PASS },
      NULL,
      .own_only = true,
      .reason = "not-verified",
      .source = "own",
      .differs = "" },
    { { TRUSTED_PASS },
      "no-pass",
      .from = "example.net",
      .reason = "dmarc",
      .source = "trust",
      .differs = "" },
    { { NULL },
      "dmarc",
      .from = "example.net",
      .own_only = true,
      .reason = "not-verified",
      .source = "own",
      .differs = "" },
    /* What speaks against the mail itself holds for both. */
    { { NULL }, "dmarc", .more_from = 1, .reason = "two-from", .source = "own", .differs = "" },
    { { "Reply-To: eve@example.net" },
      "dmarc",
      .reason = "reply-to",
      .source = "own",
      .differs = "" },
    { { "Reply-To: eve@example.net" },
      "temperror",
      .reason = "reply-to",
      .source = "own",
      .differs = "" },
    /* What a believed sealer found, where the mail was changed on the way. */
    { { NULL }, "dmarc-fail", .sealed = true, .reason = "arc", .source = "own", .differs = "" },
    { { "DKIM-Signature: v=1; a=rsa-sha256; d=evil.example; s=k; h=from; bh=aa; b=bb; "
        "i=evil.example=3Bdmarc=3Dpass=20header.from=3Dexample.org=20policy.x=3Dx@evil.example" },
      "dmarc-fail",
      .sealed = true,
      .sealed_as = "mx.lists.example; dkim=pass header.d=evil.example header.s=k "
                   "header.i=evil.example;dmarc=pass header.from=example.org "
                   "policy.x=x@evil.example header.b=bb",
      .reason = "dmarc-fail",
      .source = "own",
      .differs = "" },
    { { NULL }, "dmarc", .sealed = true, .reason = "dmarc", .source = "own", .differs = "" },
    { { "Reply-To: eve@example.net" },
      "dmarc-fail",
      .sealed = true,
      .reason = "reply-to",
      .source = "own",
      .differs = "" },
};

static bool proves(const char *reason)
{
    return strcmp(reason, "dmarc") == 0 || strcmp(reason, "dkim") == 0 ||
           strcmp(reason, "arc") == 0;
}

static void judge(const Case *row, Authentication *out)
{
    static char *servers[] = { (char *)"mx.example.com", NULL };
    g_autoptr(MailAddress) from = address_new("ann@example.org", "");
    g_autoptr(MailAddress) reply_to = address_new("eve@example.net", "");
    g_autoptr(GPtrArray) lines = g_ptr_array_new();
    GPtrArray *fields = mail_fields(row->lines);
    bool elsewhere = row->lines[0] != NULL && g_str_has_prefix(row->lines[0], "Reply-To");
    Message message = { .from = from,
                        .from_count = 1 + row->more_from,
                        .reply_to = elsewhere ? reply_to : NULL };
    HeaderView view = { .fields = fields, .from_address = from->address };
    g_ptr_array_add(lines, (char *)"dkim=none");
    SenderResult own = { .from = (char *)(row->from != NULL ? row->from : "example.org"),
                         .proven = row->own != NULL && proves(row->own),
                         .conclusive = row->own != NULL && strcmp(row->own, "temperror") != 0,
                         .reason = row->own,
                         .why = (char *)"as verified",
                         .dmarc = "pass",
                         .dkim = "fail",
                         .spf = "none",
                         .sealer = (char *)(row->sealed ? "lists.example" : NULL),
                         .sealed = (char *)(row->sealed_as ? row->sealed_as
                                            : row->sealed  ? SEALED
                                                           : NULL),
                         .lines = lines };
    const MailTrust trust = { .authserv_ids = row->own_only ? NULL : servers,
                              .own_only = row->own_only,
                              .own = row->own != NULL ? &own : NULL };
    authentication_judge(&view, &message, &trust, out);
    mail_fields_free(fields);
}

static void our_own_result_counts_where_it_is_conclusive(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        Authentication out = { 0 };
        judge(&cases[i], &out);
        if (strcmp(out.reason, cases[i].reason) != 0)
            print_error("row %zu: %s\n", i, out.reason);
        assert_string_equal(out.reason, cases[i].reason);
        assert_string_equal(out.source, cases[i].source);
        assert_string_equal(out.differs, cases[i].differs);
        assert_int_equal(out.proven, proves(cases[i].reason));
        authentication_clear(&out);
    }
}

static void a_field_is_ours_by_its_name(void **state)
{
    static const struct {
        const char *value;
        bool ours;
    } rows[] = {
        { "triage.example.com; dkim=pass", true },
        { " (c) Triage.Example.COM 1; dkim=pass", true },
        { "\"triage.example.com\"; none", true },
        { "triage.example.com", true },
        { "triage.example.com 9; dkim=pass", true }, /* a version that we can't read */
        { "(triage.example.com; dkim=pass", true },  /* and a comment without an end */
        { "mx.example.com; dkim=pass", false },
        { "mx.example.com; dkim=pass header.d=triage.example.com", false },
        { "x.triage.example.com; dkim=pass", false },
        { "", false },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_int_equal(message_results_are_of(rows[i].value, "triage.example.com"), rows[i].ours);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(our_own_result_counts_where_it_is_conclusive),
        cmocka_unit_test(a_field_is_ours_by_its_name),
    };
    return cmocka_run_group_tests_name("mail: authentication", tests, NULL, NULL);
}
