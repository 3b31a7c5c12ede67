/* The small parts of a reply: subject, approval, bounce address, similarity. */
#include "base/error.h"
#include "base/text.h"
#include "reply/approval.h"
#include "reply/bounce_address.h"
#include "reply/similarity.h"
#include "reply/subject.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* -- Subject --------------------------------------------------------------------------------- */

static void a_subject_has_one_prefix_and_one_ticket(void **state)
{
    static const char *const rows[][3] = {
        { "Help", "SUP-1001", "Re: Help [SUP-1001]" },
        { "Help", "", "Re: Help" },
        { "Help", NULL, "Re: Help" },
        { "", "SUP-1001", "Re: [SUP-1001]" },
        { "", "", "Re:" },
        { "Re: Help [SUP-1001]", "SUP-1001", "Re: Help [SUP-1001]" },
        { "help sup-1001 please", "SUP-1001", "Re: help sup-1001 please" },
        { "Help SUP-10012", "SUP-1001", "Re: Help SUP-10012 [SUP-1001]" },
        { "RE: AW: Re[2]: SV:Help", "", "Re: Help" },
        { "Antw: VS: Odp: Ynt: Help", "", "Re: Help" },
        { "回复：答复: 返信: 帮助", "", "Re: 帮助" },
        { "Απ: Отв: 회신: Help", "", "Re: Help" },
        { "Réf : R: Help", "", "Re: Help" },
        { "Re : Re (3): Re^2: Help", "", "Re: Help" },
        { "Fwd: Re: Help", "", "Re: Fwd: Re: Help" }, /* those behind belong to what was sent on */
        { "Re: WG: Help", "", "Re: WG: Help" },
        { "Return: Help", "", "Re: Return: Help" },
        { "Re: ", "", "Re:" },
        { "R2D2: Help", "", "Re: R2D2: Help" },
        { "a\r\nBcc: x@example.com", "", "Re: a Bcc: x@example.com" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *subject = reply_subject(rows[i][0], rows[i][1]);

        assert_string_equal(subject, rows[i][2]);
    }
}

static gsize subject_length(const char *unit, gsize count, const char *ticket)
{
    g_autoptr(GString) long_one = g_string_new(NULL);

    for (gsize i = 0; i < count; i++)
        g_string_append(long_one, unit);
    g_autofree char *subject = reply_subject(long_one->str, ticket);
    assert_true(g_utf8_validate(subject, -1, NULL));
    assert_true(*ticket == '\0' || g_str_has_suffix(subject, " [SUP-1]"));
    return strlen(subject);
}

static void a_subject_is_cut_at_a_character_and_keeps_its_ticket(void **state)
{
    (void)state;
    assert_int_equal(subject_length("x", 894, ""), 898);
    assert_int_equal(subject_length("x", 895, ""), 899);
    assert_int_equal(subject_length("x", 896, ""), 899);
    assert_int_equal(subject_length("x", 2000, "SUP-1"), 900);
    assert_int_equal(subject_length("€", 2000, "SUP-1"), 900);
    assert_int_equal(subject_length("😀", 2000, "SUP-1"), 900);
}

/* -- Approval -------------------------------------------------------------------------------- */

static GPtrArray *people(const char *const *addresses)
{
    GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)address_free);

    for (; *addresses; addresses += 2)
        g_ptr_array_add(list, address_new(addresses[0], addresses[1]));
    return list;
}

static void each_value_counts_in_an_approval(void **state)
{
    g_autoptr(GPtrArray) none = people((const char *const[]){ NULL });
    g_autoptr(GPtrArray) ann = people((const char *const[]){ "ann@example.com", "Ann", NULL });
    g_autoptr(GPtrArray) bob = people((const char *const[]){ "bob@example.com", "Ann", NULL });
    g_autoptr(GPtrArray) named = people((const char *const[]){ "ann@example.com", "Bob", NULL });
    g_autoptr(GPtrArray) ids = g_ptr_array_new(), split = g_ptr_array_new();
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    const MailAddress *us = bob->pdata[0], *others = ann->pdata[0];
    const ReplyHeader headers[] = { { "X-A", "b" }, { NULL, NULL } };
    const ReplyQuote quote = { "Ann", "today", "Is it?" },
                     other_quote = { "Ann", "today", "It is" };
    g_ptr_array_add(ids, (char *)"a@x b@x");
    g_ptr_array_add(split, (char *)"a@x");
    g_ptr_array_add(split, (char *)"b@x");
    Reply rows[20];
    const Reply base = { .from = us, .to = ann, .cc = none, .subject = "subject", .text = "text" };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        rows[i] = base;
    rows[1].text = "texts";
    /* Nothing moves between values. */
    rows[2].subject = "ssubject";
    rows[3].subject = "";
    rows[3].text = "textsubject";
    rows[4].from = others;
    rows[5].to = bob;
    rows[6].to = named;
    rows[7].to = none;
    rows[7].cc = ann;
    rows[8].cc = ann;
    rows[9].in_reply_to = "";
    rows[10].in_reply_to = "a@x";
    rows[11].references = ids;
    rows[12].references = split;
    rows[13].signature = "Acme";
    rows[14].signature = "Acme Ltd";
    rows[15].quote = quote;
    rows[16].quote = quote;
    rows[16].language = "de";
    rows[17].quote = other_quote;
    rows[18].automatic = true;
    rows[19].headers = headers;

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *again = approval_digest(&rows[i], 7);
        char *digest = approval_digest(&rows[i], 7);

        assert_string_equal(digest, again);
        assert_true(g_hash_table_add(seen, digest));
    }
    assert_true(g_hash_table_add(seen, approval_digest(&rows[0], 8)));
    assert_true(g_hash_table_add(seen, approval_digest(&rows[0], -7)));
}

static void what_makes_no_other_mail_is_no_other_approval(void **state)
{
    g_autoptr(GPtrArray) none = people((const char *const[]){ NULL });
    g_autoptr(GPtrArray) ann = people((const char *const[]){ "ann@example.com", "Ann", NULL });
    Reply reply = { .from = ann->pdata[0], .to = ann, .cc = none, .subject = "s", .text = "t" };
    g_autofree char *digest = approval_digest(&reply, 1), *same = NULL;

    (void)state;
    reply.cc = NULL;
    reply.text = "t\r\n";
    reply.signature = "";
    reply.language = "de";
    reply.message_id = "a@x";
    reply.date = 1;
    same = approval_digest(&reply, 1);
    assert_string_equal(digest, same);
}

/* -- Bounce address -------------------------------------------------------------------------- */

#define MAILBOX "support@example.com"

static void a_bounce_address_names_its_draft(void **state)
{
    static const gint64 drafts[] = { 1, 35, 36, 12345, G_MAXINT32, G_MAXINT64 };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(drafts); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *address = bounce_address(MAILBOX, '+', drafts[i], "key", 3, &error);
        g_autofree char *upper = g_ascii_strup(address, -1);

        assert_null(error);
        assert_true(g_str_has_prefix(address, "support+b-"));
        assert_true(bounce_address_draft(address, MAILBOX, '+', "key", 3) == drafts[i]);
        assert_true(bounce_address_draft(upper, MAILBOX, '+', "key", 3) == drafts[i]);
    }
}

/* The whole address is fixed by what goes in: bounces arrive after years and updates. */
static void a_bounce_address_stays_as_it_is(void **state)
{
    g_autofree char *plus = bounce_address(MAILBOX, '+', 12345, "key", 3, NULL);
    g_autofree char *minus = bounce_address("<Support@Example.COM>", '-', 12345, "key", 3, NULL);

    (void)state;
    assert_true(g_str_has_prefix(plus, "support+b-9ix-"));
    assert_int_equal(strlen(plus), strlen("support+b-9ix-") + 16 + strlen("@example.com"));
    assert_true(g_str_has_prefix(minus, "support-b-9ix-"));
    assert_string_equal(strrchr(plus, '-'), strrchr(minus, '-'));
    assert_true(bounce_address_draft(minus, MAILBOX, '-', "key", 3) == 12345);
}

static void a_forged_bounce_address_names_no_draft(void **state)
{
    g_autofree char *good = bounce_address(MAILBOX, '+', 12345, "key", 3, NULL);
    g_autofree char *other_key = bounce_address(MAILBOX, '+', 12345, "kez", 3, NULL);
    g_autofree char *other_box = bounce_address("sales@example.com", '+', 12345, "key", 3, NULL);
    const char *const bad[] = {
        other_key,
        other_box,
        MAILBOX,
        "",
        "support+b-@example.com",
        "support+b-9ix@example.com",
        "support+b-9ix-@example.com",
        "support+b-0-aaaaaaaaaaaaaaaa@example.com",
        "support+b--1-aaaaaaaaaaaaaaaa@example.com",
        "support+b-9ix-aaaaaaaaaaaaaaaa@example.com",
        "support+b-zzzzzzzzzzzzzzzzzz-aaaaaaaaaaaaaaaa@example.com",
        "support+c-9ix-aaaaaaaaaaaaaaaa@example.com",
        "support-b-9ix-aaaaaaaaaaaaaaaa@example.com",
        "b-9ix-aaaaaaaaaaaaaaaa@example.com",
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
        assert_true(bounce_address_draft(bad[i], MAILBOX, '+', "key", 3) == 0);
    for (gsize i = 0; i < strlen(good); i++) {
        g_autofree char *changed = g_strdup(good);

        changed[i] = changed[i] == 'a' ? 'b' : 'a';
        assert_true(bounce_address_draft(changed, MAILBOX, '+', "key", 3) == 0);
    }
    assert_true(bounce_address_draft(good, MAILBOX, '-', "key", 3) == 0);
    g_autofree char *elsewhere = g_strconcat(good, ".evil.example", NULL);
    assert_true(bounce_address_draft(elsewhere, MAILBOX, '+', "key", 3) == 0);
}

static void a_long_mailbox_has_no_bounce_address(void **state)
{
    static const struct {
        gsize local;
        bool good;
    } rows[] = { { 42, true }, { 43, true }, { 44, false }, { 64, false } };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *local = g_strnfill(rows[i].local, 'x');
        g_autofree char *mailbox = g_strconcat(local, "@example.com", NULL);
        g_autoptr(GError) error = NULL;
        g_autofree char *address = bounce_address(mailbox, '+', 1, "key", 3, &error);

        assert_int_equal(address != NULL, rows[i].good);
        assert_int_equal(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT), !rows[i].good);
    }
    assert_null(bounce_address("nobody", '+', 1, "key", 3, NULL));
    assert_null(bounce_address("\"a b\"@example.com", '+', 1, "key", 3, NULL));
}

/* -- Similarity ------------------------------------------------------------------------------ */

static void similarity_is_the_share_that_was_kept(void **state)
{
    static const struct {
        const char *draft, *final;
        double share;
    } rows[] = {
        { "", "", 1 },
        { "", "one", 0 },
        { "one", "", 0 },
        { "one two three four", "One, two — three; FOUR!", 1 },
        { "one two three four", "one two three four and more", 1 },
        { "one two three four", "one two", 0.5 },
        { "one two three four", "four three two one", 0.25 },
        { "one two three four", "five", 0 },
        { "one two three four", "zero one x three four", 0.75 },
        { "一二三四", "一二四", 0.75 },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_true(reply_similarity(rows[i].draft, rows[i].final) == rows[i].share);
}

/* `count` different words. */
static char *words(guint count)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < count; i++)
        g_string_append_printf(text, "w%u ", i);
    return g_string_free(text, FALSE);
}

static void long_texts_are_compared_by_runs(void **state)
{
    g_autofree char *most = words(4000), *more = words(4001), *half = words(2000);
    g_autofree char *turned = g_strconcat("w4000 ", most, NULL);

    (void)state;
    assert_true(reply_similarity(most, half) == 0.5);
    assert_true(reply_similarity(more, more) == 1);
    assert_true(reply_similarity(more, half) == 1998.0 / 3999);
    assert_true(reply_similarity(half, more) == 1);
    assert_true(reply_similarity(turned, more) == 3998.0 / 3999); /* all but "w4000 w0 w1" */
    assert_true(reply_similarity(more, "w0") == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_subject_has_one_prefix_and_one_ticket),
        cmocka_unit_test(a_subject_is_cut_at_a_character_and_keeps_its_ticket),
        cmocka_unit_test(each_value_counts_in_an_approval),
        cmocka_unit_test(what_makes_no_other_mail_is_no_other_approval),
        cmocka_unit_test(a_bounce_address_names_its_draft),
        cmocka_unit_test(a_bounce_address_stays_as_it_is),
        cmocka_unit_test(a_forged_bounce_address_names_no_draft),
        cmocka_unit_test(a_long_mailbox_has_no_bounce_address),
        cmocka_unit_test(similarity_is_the_share_that_was_kept),
        cmocka_unit_test(long_texts_are_compared_by_runs),
    };

    return cmocka_run_group_tests_name("reply: parts", tests, NULL, NULL);
}
