/* Replies as mail: what our own reader makes of them, and what is refused. */
#include "base/error.h"
#include "base/text.h"
#include "language/language.h"
#include "mail/message.h"
#include "reply/compose.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ReplyMail, reply_mail_clear)

static Message *read_mail(const ReplyMail *mail)
{
    const MailTrust trust = { .authserv_ids = NULL };

    return message_read(mail->bytes, mail->length, NULL, &mail_limits_default, &trust);
}

typedef struct {
    GPtrArray *to, *cc, *references;
    MailAddress *from;
    Reply reply;
} Case;

static int make_case(void **state)
{
    Case *it = g_new0(Case, 1);

    it->to = g_ptr_array_new_with_free_func((GDestroyNotify)address_free);
    it->cc = g_ptr_array_new_with_free_func((GDestroyNotify)address_free);
    it->references = g_ptr_array_new_with_free_func(g_free);
    it->from = address_new("support@example.com", "Acme Support");
    g_ptr_array_add(it->to, address_new("ann@example.org", "Ann Lee"));
    it->reply = (Reply){ .from = it->from,
                         .to = it->to,
                         .cc = it->cc,
                         .subject = "Re: Help [SUP-1001]",
                         .message_id = "r1@example.com",
                         .in_reply_to = "m1@example.org",
                         .references = it->references,
                         .date = 1700000000,
                         .text = "Hello Ann,\n\nit works again.\n" };
    *state = it;
    return 0;
}

static int free_case(void **state)
{
    Case *it = *state;

    g_ptr_array_unref(it->to);
    g_ptr_array_unref(it->cc);
    g_ptr_array_unref(it->references);
    address_free(it->from);
    g_free(it);
    return 0;
}

static void a_plain_reply_is_plain(void **state)
{
    Case *it = *state;
    g_auto(ReplyMail) mail = { NULL, 0, false };

    assert_true(reply_compose(&it->reply, &mail, NULL));
    assert_string_equal(mail.bytes, "Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n"
                                    "From: Acme Support <support@example.com>\r\n"
                                    "To: Ann Lee <ann@example.org>\r\n"
                                    "Subject: Re: Help [SUP-1001]\r\n"
                                    "Message-ID: <r1@example.com>\r\n"
                                    "In-Reply-To: <m1@example.org>\r\n"
                                    "References: <m1@example.org>\r\n"
                                    "MIME-Version: 1.0\r\n"
                                    "Content-Type: text/plain; charset=utf-8\r\n"
                                    "Content-Transfer-Encoding: 7bit\r\n\r\n"
                                    "Hello Ann,\r\n\r\nit works again.\r\n");
    assert_int_equal(mail.length, strlen(mail.bytes));
    assert_false(mail.needs_smtputf8);
}

static void an_automatic_reply_says_so(void **state)
{
    Case *it = *state;
    static const ReplyHeader headers[] = { { "X-Triage-Draft", "12" }, { NULL, NULL } };
    g_auto(ReplyMail) mail = { NULL, 0, false };

    it->reply.automatic = true;
    it->reply.headers = headers;
    assert_true(reply_compose(&it->reply, &mail, NULL));
    assert_non_null(strstr(mail.bytes, "\r\nAuto-Submitted: auto-replied\r\n"));
    assert_non_null(strstr(mail.bytes, "\r\nX-Auto-Response-Suppress: All\r\n"));
    assert_non_null(strstr(mail.bytes, "\r\nX-Triage-Draft: 12\r\n"));
    assert_null(strstr(mail.bytes, "Precedence"));
    g_autoptr(Message) message = read_mail(&mail);
    assert_true(message->automatic.must_not_reply);
}

static void what_answers_no_mail_is_auto_generated(void **state)
{
    Case *it = *state;
    g_auto(ReplyMail) mail = { NULL, 0, false };

    it->reply.automatic = true;
    it->reply.in_reply_to = NULL;
    assert_true(reply_compose(&it->reply, &mail, NULL));
    assert_non_null(strstr(mail.bytes, "\r\nAuto-Submitted: auto-generated\r\n"));
    assert_null(strstr(mail.bytes, "References"));
    g_autoptr(Message) message = read_mail(&mail);
    assert_int_equal(message->automatic.kind, AUTOMATIC_AUTO_GENERATED);
}

/* Every line short enough, no bare CR or LF. */
static void check_lines(const ReplyMail *mail, gsize max)
{
    g_auto(GStrv) lines = g_strsplit(mail->bytes, "\r\n", -1);

    for (char **line = lines; *line; line++) {
        assert_null(strpbrk(*line, "\r\n"));
        if (strlen(*line) > max)
            fail_msg("%zu bytes: %s", strlen(*line), *line);
    }
}

/* Written, read, and the same as before. */
static void check_round_trip(const Reply *reply)
{
    g_auto(ReplyMail) mail = { NULL, 0, false };
    g_autoptr(GError) error = NULL;
    bool good = reply_compose(reply, &mail, &error);
    g_autofree char *body = good ? reply_body(reply) : NULL;

    if (!good)
        fail_msg("%s", error->message);
    check_lines(&mail, 998);
    g_autoptr(Message) message = read_mail(&mail);
    assert_string_equal(message->text, body);
    assert_string_equal(message->subject, reply->subject);
    assert_string_equal(message->from->address, reply->from->address);
    assert_string_equal(message->from->name, reply->from->name);
    assert_string_equal(message->message_id, reply->message_id);
    assert_true(message->date == reply->date);
    assert_int_equal(message->to->len, reply->to->len);
    assert_int_equal(message->cc->len, reply->cc->len);
    for (guint i = 0; i < reply->to->len; i++) {
        const MailAddress *read = message->to->pdata[i], *written = reply->to->pdata[i];

        assert_string_equal(read->address, written->address);
        assert_string_equal(read->name, written->name);
    }
    assert_int_equal(message->suspicious->len, 0);
    assert_string_equal(message->truncated, "");
}

static void whatever_text_comes_back_as_it_was(void **state)
{
    static const char *const texts[] = {
        "",
        "one line",
        "Grüße aus Köln\n\n.\n..\nFrom here on\n  indented\ttabs\ntrailing  \nspaces \n",
        "=3D is no =C3=BC\n=\n==\n--\n-- \nx",
        "日本語の返信です。\n\n한국어 😀 ελληνικά עברית\n",
        ">quoted by hand\n> and so\n\nOn Monday, Ann wrote:\n> x",
    };
    Case *it = *state;

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        it->reply.text = texts[i];
        check_round_trip(&it->reply);
    }
    g_autofree char *long_line = g_strnfill(5000, 'x');
    it->reply.text = long_line;
    check_round_trip(&it->reply);
    g_auto(ReplyMail) mail = { NULL, 0, false };
    assert_true(reply_compose(&it->reply, &mail, NULL));
    check_lines(&mail, 78);
}

static void whatever_ends_lines_is_a_line_end(void **state)
{
    Case *it = *state;
    it->reply.text = "one\r\ntwo\rthree\nfour\r\n\r\n\r\n";
    g_autofree char *body = reply_body(&it->reply);

    assert_string_equal(body, "one\ntwo\nthree\nfour\n");
    check_round_trip(&it->reply);
}

static void whatever_subject_comes_back_as_it_was(void **state)
{
    Case *it = *state;
    g_autofree char *word = g_strnfill(900, 'x');
    g_autoptr(GString) euros = g_string_new(NULL);
    for (int i = 0; i < 300; i++)
        g_string_append(euros, "€");
    const char *const subjects[] = {
        "",
        "Re: Größe",
        "Re: 日本語の件名 [SUP-1001]",
        "Re: =?utf-8?q?not_encoded?= =?x",
        "Re: a=?b",
        "Re: \"quotes\" (comments) <angles>, \\ and : ; @",
        word,
        euros->str,
    };

    for (gsize i = 0; i < G_N_ELEMENTS(subjects); i++) {
        it->reply.subject = subjects[i];
        check_round_trip(&it->reply);
    }
}

static void whatever_people_come_back_as_they_were(void **state)
{
    static const char *const rows[][2] = {
        { "bob@example.org", "" },
        { "bob@example.org", "Bob" },
        { "bob@example.org", "Lee, Bob" },
        { "bob@example.org", "Bob \"the\" Lee \\ Son" },
        { "bob@example.org", "Bob (Sales) <x@evil.example>, y@evil.example" },
        { "bob@example.org", "=?utf-8?q?Bob?=" },
        { "bob@example.org",
          "Jürgen Müller-Lüdenscheidt von und zu Größenwahn auf Schloss Überall" },
        { "bob@example.org", "山田 太郎" },
        { "bob@example.org", "Dr. Bob" },
        { "bob@example.org", "bob@example.org" },
        { "\"b o,b\"@example.org", "Bob" },
        { "bob@[192.0.2.1]", "Bob" },
        { "o'neil+tag=x@example.org", "" },
        { "bob@xn--bcher-kva.example", "Bücher" },
        { "bücher@xn--bcher-kva.example", "Bücher" },
    };
    Case *it = *state;

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_ptr_array_add(it->to, address_new(rows[i][0], rows[i][1]));
        g_ptr_array_add(it->cc, address_new(rows[i][0], rows[i][1]));
    }
    check_round_trip(&it->reply);
}

static void only_foreign_letters_in_addresses_need_smtputf8(void **state)
{
    Case *it = *state;
    g_auto(ReplyMail) plain = { NULL, 0, false }, foreign = { NULL, 0, false };

    it->reply.subject = "Größe";
    it->reply.text = "Grüße";
    g_ptr_array_add(it->to, address_new("bob@bücher.example", "Bücher"));
    assert_true(reply_compose(&it->reply, &plain, NULL));
    assert_false(plain.needs_smtputf8);
    assert_true(g_str_is_ascii(plain.bytes));
    g_ptr_array_add(it->to, address_new("bücher@example.org", "Bücher"));
    assert_true(reply_compose(&it->reply, &foreign, NULL));
    assert_true(foreign.needs_smtputf8);
    assert_non_null(strstr(foreign.bytes, "<bücher@example.org>"));
}

/* -- Threads ---------------------------------------------------------------------------------- */

static guint references_of(Case *it, guint before)
{
    g_auto(ReplyMail) mail = { NULL, 0, false };

    g_ptr_array_set_size(it->references, 0);
    for (guint i = 0; i < before; i++)
        g_ptr_array_add(it->references, g_strdup_printf("m%u@x.example", i));
    assert_true(reply_compose(&it->reply, &mail, NULL));
    g_autoptr(Message) message = read_mail(&mail);
    guint count = message->references->len;

    assert_string_equal(message->in_reply_to, "m1@example.org");
    assert_string_equal(message->references->pdata[count - 1], "m1@example.org");
    if (before > 0)
        assert_string_equal(message->references->pdata[0], "m0@x.example");
    return count;
}

static void of_many_references_the_first_and_the_last_stay(void **state)
{
    assert_int_equal(references_of(*state, 0), 1);
    assert_int_equal(references_of(*state, 28), 29);
    assert_int_equal(references_of(*state, 29), 30);
    assert_int_equal(references_of(*state, 30), 30);
    assert_int_equal(references_of(*state, 99), 30);
}

static void ids_that_cannot_be_written_are_left_out(void **state)
{
    static const char *const bad[] = { "<a@x>", "a>b@x", " a@x", "a@x ", "" };
    Case *it = *state;
    g_auto(ReplyMail) mail = { NULL, 0, false };

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
        g_ptr_array_add(it->references, g_strdup(bad[i]));
    it->reply.in_reply_to = bad[0];
    assert_true(reply_compose(&it->reply, &mail, NULL));
    assert_null(strstr(mail.bytes, "In-Reply-To"));
    assert_null(strstr(mail.bytes, "References"));
    g_ptr_array_add(it->references, g_strdup("good@x"));
    reply_mail_clear(&mail);
    assert_true(reply_compose(&it->reply, &mail, NULL));
    assert_null(strstr(mail.bytes, "In-Reply-To"));
    assert_non_null(strstr(mail.bytes, "\r\nReferences: <good@x>\r\n"));
}

/* Whatever its form, the mail is found again by it. */
static void ids_are_answered_as_they_came(void **state)
{
    static const char *const odd[] = {
        "1@[192.0.2.5]", "\"a b\"@x.example", "noat", "a b@x", "b\u00FCcher@x", "a@b@x", "@x",
        "a(b),;@x"
    };
    Case *it = *state;

    for (gsize i = 0; i < G_N_ELEMENTS(odd); i++) {
        g_autofree char *field = g_strdup_printf("\r\nIn-Reply-To: <%s>\r\n", odd[i]);
        g_auto(ReplyMail) mail = { NULL, 0, false };

        it->reply.in_reply_to = odd[i];
        assert_true(reply_compose(&it->reply, &mail, NULL));
        assert_non_null(strstr(mail.bytes, field));
        g_autoptr(Message) message = read_mail(&mail);
        assert_string_equal(message->in_reply_to, odd[i]);
        assert_string_equal(message->references->pdata[message->references->len - 1], odd[i]);
    }
}

/* -- What is refused -------------------------------------------------------------------------- */

static void check_refused(const Reply *reply)
{
    g_auto(ReplyMail) mail = { NULL, 0, false };
    g_autoptr(GError) error = NULL;

    assert_false(reply_compose(reply, &mail, &error));
    assert_true(g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT));
    assert_null(mail.bytes);
}

static void nothing_gets_out_of_its_header(void **state)
{
    static const char *const attacks[] = { "x\r\nBcc: eve@evil.example",
                                           "x\ny",
                                           "x\ry",
                                           "x\x01y",
                                           "x\x7Fy",
                                           "x\xC2\x85y",
                                           "x\xE2\x80\xA8y",
                                           "x\xFFy" };
    Case *it = *state;

    for (gsize i = 0; i < G_N_ELEMENTS(attacks); i++) {
        const ReplyHeader value[] = { { "X-A", attacks[i] }, { NULL, NULL } };
        const ReplyHeader name[] = { { attacks[i], "x" }, { NULL, NULL } };
        MailAddress named = { (char *)"ann@example.org", (char *)attacks[i] };
        MailAddress addressed = { (char *)attacks[i], (char *)"Ann" };
        g_autoptr(GPtrArray) ids = g_ptr_array_new(), to = g_ptr_array_new();
        Reply rows[9];

        g_ptr_array_add(ids, (char *)attacks[i]);
        for (gsize k = 0; k < G_N_ELEMENTS(rows); k++)
            rows[k] = it->reply;
        rows[0].subject = attacks[i];
        rows[1].message_id = attacks[i];
        rows[2].in_reply_to = attacks[i];
        rows[3].references = ids;
        rows[4].headers = value;
        rows[5].headers = name;
        rows[6].from = &named;
        rows[7].from = &addressed;
        rows[8].to = to;
        g_ptr_array_add(to, &named);
        for (gsize k = 0; k < G_N_ELEMENTS(rows); k++)
            check_refused(&rows[k]);
    }
}

static void what_is_no_reply_is_refused(void **state)
{
    static const char *const reserved[] = { "Bcc", "from", "Content-Type", "Resent-To", "a b", "" };
    Case *it = *state;
    Reply reply = it->reply;
    g_autoptr(GPtrArray) nobody = g_ptr_array_new();

    reply.to = nobody;
    check_refused(&reply);
    reply = it->reply;
    reply.date = 0;
    check_refused(&reply);
    reply.date = G_MAXINT64;
    check_refused(&reply);
    reply = it->reply;
    reply.text = "a\x1B[31mb";
    check_refused(&reply);
    reply = it->reply;
    reply.signature = "a\fb";
    check_refused(&reply);
    for (gsize i = 0; i < G_N_ELEMENTS(reserved); i++) {
        const ReplyHeader headers[] = { { reserved[i], "x" }, { NULL, NULL } };

        reply = it->reply;
        reply.headers = headers;
        check_refused(&reply);
    }
}

static void limits_hold(void **state)
{
    Case *it = *state;
    Reply reply = it->reply;
    g_autofree char *subject = g_strnfill(901, 'x'), *text = g_strnfill(256 * 1024 + 1, 'x');
    g_auto(ReplyMail) mail = { NULL, 0, false };

    reply.subject = subject;
    check_refused(&reply);
    reply.subject = subject + 1;
    reply.text = text;
    check_refused(&reply);
    reply.text = text + 1;
    assert_true(reply_compose(&reply, &mail, NULL));
    for (int i = 1; i < 100; i++)
        g_ptr_array_add(it->to, address_new("ann@example.org", ""));
    reply_mail_clear(&mail);
    assert_true(reply_compose(&it->reply, &mail, NULL));
    g_ptr_array_add(it->cc, address_new("ann@example.org", ""));
    check_refused(&it->reply);
}

/* -- What is quoted --------------------------------------------------------------------------- */

/* Our own reader parts it from the text, in every language. */
static void a_quotation_is_read_as_one(void **state)
{
    Case *it = *state;

    it->reply.text = "It works again.";
    it->reply.quote = (ReplyQuote){ "Ann Lee <ann@example.org>", "2023-11-14 10:14",
                                    "It is\n\n> not\nbroken.\n" };
    for (gsize i = 0; i < reply_language_count; i++) {
        g_auto(ReplyMail) mail = { NULL, 0, false };

        it->reply.language = reply_languages[i].code;
        check_round_trip(&it->reply);
        assert_true(reply_compose(&it->reply, &mail, NULL));
        g_autoptr(Message) message = read_mail(&mail);
        if (strcmp(message->reply, "It works again.") != 0)
            fail_msg("%s: %s", it->reply.language, message->reply);
        assert_true(g_str_has_suffix(message->quoted, ":\n> It is\n>\n>> not\n> broken.") ||
                    g_str_has_suffix(message->quoted, "：\n> It is\n>\n>> not\n> broken."));
    }
}

static void a_signature_stands_between(void **state)
{
    Case *it = *state;

    it->reply.signature = "Acme Support\nMon-Fri 9-17\n\n";
    it->reply.quote = (ReplyQuote){ "Ann", "Monday", "Help" };
    it->reply.language = "xx";
    g_autofree char *body = reply_body(&it->reply);
    assert_string_equal(body, "Hello Ann,\n\nit works again.\n\n-- \nAcme Support\nMon-Fri 9-17\n\n"
                              "On Monday, Ann wrote:\n> Help\n");
    check_round_trip(&it->reply);
}

static void a_quotation_is_clean(void **state)
{
    Case *it = *state;

    it->reply.quote =
        (ReplyQuote){ "Ann\nBcc: x", "{who}", "a\x1B[31mb\r\nc\u200B\u202Ed\x01\xFF" };
    g_autofree char *body = reply_body(&it->reply);
    assert_non_null(strstr(body, "\nOn {who}, Ann Bcc: x wrote:\n> a[31mb\n> cd\uFFFD\n"));
    it->reply.quote.text = "\r\n \n";
    g_autofree char *none = reply_body(&it->reply);
    assert_null(strstr(none, "wrote"));
}

static gsize quoted_bytes(Case *it, gsize lines)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (gsize i = 0; i < lines; i++)
        g_string_append(text, "1234567\n");
    it->reply.text = "";
    it->reply.quote = (ReplyQuote){ "Ann", "Monday", text->str };
    g_autofree char *body = reply_body(&it->reply);
    gsize count = 0;
    for (const char *at = body; (at = strstr(at, "> 1234567\n")); at++)
        count++;
    assert_int_equal(strstr(body, "\n> […]\n") != NULL, lines > count);
    return count * 8;
}

static void a_quotation_is_bounded(void **state)
{
    assert_int_equal(quoted_bytes(*state, 2047), 2047 * 8);
    assert_int_equal(quoted_bytes(*state, 2048), 2048 * 8);
    assert_int_equal(quoted_bytes(*state, 2049), 2048 * 8);
    assert_int_equal(quoted_bytes(*state, 9000), 2048 * 8);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_case, free_case)

int main(void)
{
    message_init();
    const struct CMUnitTest tests[] = {
        TEST(a_plain_reply_is_plain),
        TEST(an_automatic_reply_says_so),
        TEST(what_answers_no_mail_is_auto_generated),
        TEST(whatever_text_comes_back_as_it_was),
        TEST(whatever_ends_lines_is_a_line_end),
        TEST(whatever_subject_comes_back_as_it_was),
        TEST(whatever_people_come_back_as_they_were),
        TEST(only_foreign_letters_in_addresses_need_smtputf8),
        TEST(of_many_references_the_first_and_the_last_stay),
        TEST(ids_are_answered_as_they_came),
        TEST(ids_that_cannot_be_written_are_left_out),
        TEST(nothing_gets_out_of_its_header),
        TEST(what_is_no_reply_is_refused),
        TEST(limits_hold),
        TEST(a_quotation_is_read_as_one),
        TEST(a_signature_stands_between),
        TEST(a_quotation_is_clean),
        TEST(a_quotation_is_bounded),
    };

    return cmocka_run_group_tests_name("reply: compose", tests, NULL, NULL);
}
