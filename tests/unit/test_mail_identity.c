/* Which two mails are the same: whatever servers and filters do to one on its way, and nothing that
 * its sender wrote otherwise. */
#include "mail/thread.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* NULL: as in most rows. */
typedef struct {
    const char *from, *subject, *id, *date, *before, *type, *encoding, *body;
} Sent;

#define OR(value, usual) ((value) != NULL ? (value) : (usual))

static Message *read_sent(const Sent *sent)
{
    g_autoptr(GString) mail = g_string_new(OR(sent->before, ""));
    const MailTrust trust = { 0 };

    g_string_append_printf(mail, "From: %s\r\nTo: support@example.com\r\nSubject: %s\r\n",
                           OR(sent->from, "Ida <ida@example.org>"),
                           OR(sent->subject, "Pump leaks"));
    g_string_append_printf(mail, "Date: %s\r\n", OR(sent->date, "Mon, 30 Nov 2026 09:00:00 +0000"));
    if (!sent->id || *sent->id)
        g_string_append_printf(mail, "Message-ID: <%s>\r\n", OR(sent->id, "p1@example.org"));
    g_string_append_printf(mail, "MIME-Version: 1.0\r\nContent-Type: %s\r\n",
                           OR(sent->type, "text/plain; charset=utf-8"));
    if (sent->encoding)
        g_string_append_printf(mail, "Content-Transfer-Encoding: %s\r\n", sent->encoding);
    g_string_append_printf(mail, "\r\n%s\r\n", OR(sent->body, "Die Pumpe tropft, größer als je."));
    return message_read(mail->str, mail->len, "ida@example.org", &mail_limits_default, &trust);
}

static char *identity_of(const Message *message, const char *mailbox)
{
    g_autoptr(GPtrArray) recipients = g_ptr_array_new();

    g_ptr_array_add(recipients, (char *)"support@example.com");
    return thread_identity(mailbox, message, "ida@example.org", recipients);
}

typedef enum { OTHER, COPY, SAME } Likeness;

static Likeness likeness(const Sent *one, const Sent *other)
{
    g_autoptr(Message) first = read_sent(one), second = read_sent(other);
    g_autofree char *identity = identity_of(first, "support");
    g_autofree char *again = identity_of(second, "support");
    g_autofree char *key = thread_copy_key(first), *second_key = thread_copy_key(second);
    g_autofree char *lines = thread_lines(first), *second_lines = thread_lines(second);

    assert_int_equal(strlen(identity), 64);
    if (strcmp(identity, again) == 0)
        return SAME;
    return *key && strcmp(key, second_key) == 0 && thread_differs_by_footer(lines, second_lines)
               ? COPY
               : OTHER;
}

#define PARTS "multipart/mixed; boundary=b"
#define TEXT  "--b\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n"
#define FILE_(name, encoding, content)                                                             \
    "--b\r\nContent-Type: application/octet-stream; name=" name "\r\n"                             \
    "Content-Disposition: attachment; filename=" name "\r\n"                                       \
    "Content-Transfer-Encoding: " encoding "\r\n\r\n" content "\r\n"
#define LIST_FOOTER                                                                                \
    "\r\n_______________________________________________\r\n"                                      \
    "support-group mailing list\r\nhttps://lists.example.com/support-group\r\n"

static void what_servers_do_to_a_mail_leaves_it_the_same(void **state)
{
    static const struct {
        Sent one, other;
    } rows[] = {
        { { NULL }, { NULL } },
        { { NULL }, { .before = "Received: from a by b; Mon, 30 Nov 2026 09:00:01 +0000\r\n" } },
        { { NULL }, { .before = "X-Queue-Id: 4AbC\r\nDKIM-Signature: v=1; d=old.example\r\n" } },
        { { NULL },
          { .encoding = "base64", .body = "RGllIFB1bXBlIHRyb3BmdCwgZ3LDtsOfZXIgYWxzIGplLgo=" } },
        { { NULL },
          { .encoding = "quoted-printable",
            .body = "Die Pumpe tropft, gr=C3=B6=C3=9Fer =\r\nals je." } },
        { { NULL },
          { .type = "text/plain; charset=iso-8859-1",
            .encoding = "quoted-printable",
            .body = "Die Pumpe tropft, gr=F6=DFer als je." } },
        { { NULL }, { .body = "Die Pumpe tropft,  größer als je. \t\r\n\r\n\r\n" } },
        { { NULL }, { .body = "Die Pumpe tropft,\r\ngrößer als je." } },
        { { NULL }, { .subject = "[EXTERNAL] Pump leaks" } },
        { { NULL }, { .subject = "***SPAM*** Pump leaks" } },
        { { NULL }, { .subject = "*****SUSPECTED SPAM***** Pump  leaks" } },
        { { NULL }, { .subject = "{Spam?} Pump leaks" } },
        { { NULL }, { .subject = "[support-group] Pump leaks" } },
        { { NULL }, { .subject = "Re: Pump leaks" } },
        { { NULL }, { .subject = "AW: [EXTERN] Fwd: Pump leaks" } },
        { { NULL }, { .subject = "RE[2]: Pump leaks [SUP-1042]" } },
        { { NULL }, { .subject = "[SUP-1042] PUMP\r\n leaks" } },
        { { NULL }, { .subject = "=?utf-8?q?Pump_leaks?=" } },
        { { NULL }, { .from = "\"Ida via Support\" <IDA@EXAMPLE.org>" } },
        { { NULL }, { .date = "Mon, 30 Nov 2026 10:00:00 +0100" } },
        { { .subject = "[ALERT]" }, { .subject = "[ALERT]" } },
        { { .type = PARTS, .body = TEXT FILE_("a.bin", "base64", "AAEC") "--b--" },
          { .type = "multipart/mixed; boundary=c",
            .body = "--c\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                    "U2VlIHRoZSBmaWxlLg==\r\n--c\r\n"
                    "Content-Type: application/octet-stream; name=a.bin\r\n"
                    "Content-Disposition: attachment; filename=a.bin\r\n"
                    "Content-Transfer-Encoding: base64\r\n\r\nAA\r\nEC\r\n--c--" } },
        { { .type = PARTS, .body = TEXT FILE_("a.csv", "7bit", "one,two\r\n3,4") "--b--" },
          { .type = PARTS, .body = TEXT FILE_("a.csv", "base64", "b25lLHR3bwozLDQK") "--b--" } },
        /* without a Message-ID */
        { { .id = "" }, { .id = "", .before = "Received: from a by b\r\n" } },
        { { .id = "" }, { .id = "", .subject = "[EXTERNAL] Pump leaks" } },
        { { .id = "" }, { .id = "", .subject = "SPAM: Pump leaks" } },
        { { .id = "" }, { .id = "", .date = "Mon, 30 Nov 2026 10:00:00 +0100" } },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        if (likeness(&rows[i].one, &rows[i].other) != SAME)
            fail_msg("row %zu is another mail", i);
}

static void what_its_sender_wrote_otherwise_is_another_mail(void **state)
{
    static const struct {
        Sent one, other;
    } rows[] = {
        { { NULL }, { .id = "p2@example.org" } },
        { { NULL }, { .from = "ben@example.org" } },
        { { NULL }, { .body = "Die Pumpe tropft, kleiner als je." } },
        { { NULL }, { .body = "Die Pumpetropft, größer als je." } },
        { { NULL }, { .subject = "Pump leaks again" } },
        { { .type = PARTS, .body = TEXT FILE_("a.bin", "base64", "AAEC") "--b--" },
          { .type = PARTS, .body = TEXT FILE_("a.bin", "base64", "AAED") "--b--" } },
        { { .type = PARTS, .body = TEXT FILE_("a.bin", "base64", "AAEC") "--b--" },
          { .type = PARTS, .body = TEXT FILE_("b.bin", "base64", "AAEC") "--b--" } },
        { { .type = PARTS, .body = TEXT FILE_("a.bin", "base64", "AAEC") "--b--" },
          { .type = PARTS, .body = TEXT "--b--" } },
        { { .type = PARTS, .body = TEXT FILE_("a.csv", "7bit", "3,4") "--b--" },
          { .type = PARTS, .body = TEXT FILE_("a.csv", "7bit", "3,5") "--b--" } },
        /* without a Message-ID */
        { { .id = "" }, { NULL } },
        { { .id = "" }, { .id = "", .date = "Mon, 30 Nov 2026 09:00:01 +0000" } },
        { { .id = "", .subject = "[db1] down" }, { .id = "", .subject = "[db2] down" } },
        { { .id = "", .subject = "** PROBLEM ** db1" }, { .id = "", .subject = "** OK ** db1" } },
        { { .id = "", .subject = "db1: down" }, { .id = "", .subject = "db2: down" } },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        if (likeness(&rows[i].one, &rows[i].other) != OTHER)
            fail_msg("row %zu is the same mail", i);
}

static void a_footer_makes_a_copy(void **state)
{
    static const struct {
        Sent one, other;
    } rows[] = {
        { { .body = "The pump leaks.\r\nPlease help." },
          { .body = "The pump leaks.\r\nPlease help.\r\n" LIST_FOOTER } },
        { { .body = "The pump leaks." },
          { .subject = "[support-group] Pump leaks", .body = "The pump leaks.\r\n" LIST_FOOTER } },
        { { .body = "The pump leaks." },
          { .body = "This mail comes from outside.\r\n\r\nThe pump leaks.\r\n" LIST_FOOTER } },
        { { .type = "text/html", .body = "<p>The pump leaks.</p>" },
          { .type = "text/html", .body = "<p>The pump leaks.</p><hr><p>Example Ltd, London</p>" } },
        { { .type = PARTS, .body = TEXT FILE_("a.bin", "base64", "AAEC") "--b--" },
          { .type = PARTS,
            .body = TEXT FILE_("a.bin", "base64",
                               "AAEC") "--b\r\nContent-Type: text/plain\r\nContent-Disposition: "
                                       "inline\r\n" LIST_FOOTER "--b--" } },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        assert_int_equal(likeness(&rows[i].one, &rows[i].other), COPY);
        assert_int_equal(likeness(&rows[i].other, &rows[i].one), COPY);
    }
}

static void tags_and_prefixes_have_a_greatest_length(void **state)
{
    const Sent plain = { NULL };

    (void)state;
    for (guint length = 15; length <= 41; length++) {
        g_autofree char *word = g_strnfill(length, 'x');
        g_autofree char *tag = g_strdup_printf("[%s] Pump leaks", word);
        g_autofree char *prefix = g_strdup_printf("%s: Pump leaks", word);
        const Sent tagged = { .subject = tag }, prefixed = { .subject = prefix };

        assert_int_equal(likeness(&plain, &tagged), length <= 40 ? SAME : OTHER);
        assert_int_equal(likeness(&plain, &prefixed), length <= 16 ? SAME : OTHER);
    }
}

/* `count` lines of 16 digits, the n-th of them n. */
static char *digits(guint from, guint count)
{
    GString *lines = g_string_new(NULL);

    for (guint i = 0; i < count; i++)
        g_string_append_printf(lines, "%016x", from + i);
    return g_string_free(lines, FALSE);
}

static void a_footer_has_at_most_thirty_lines(void **state)
{
    static const struct {
        guint from, count, other_from, other;
        bool footer;
    } rows[] = {
        { 10, 5, 10, 5, true },   { 10, 5, 10, 34, true },  { 10, 5, 10, 35, true },
        { 10, 5, 10, 36, false }, { 10, 5, 0, 35, true },   { 10, 5, 0, 36, false },
        { 10, 5, 9, 6, true },    { 10, 5, 11, 6, false },  { 10, 0, 10, 5, false },
        { 10, 0, 10, 0, false },  { 10, 5, 100, 5, false }, { 10, 1, 10, 31, true },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *one = digits(rows[i].from, rows[i].count);
        g_autofree char *other = digits(rows[i].other_from, rows[i].other);

        assert_int_equal(thread_differs_by_footer(one, other), rows[i].footer);
        assert_int_equal(thread_differs_by_footer(other, one), rows[i].footer);
    }
}

static void texts_of_more_than_a_thousand_lines_are_not_compared(void **state)
{
    (void)state;
    for (guint count = 999; count <= 1001; count++) {
        g_autoptr(GString) body = g_string_new(NULL);
        for (guint i = 0; i < count; i++)
            g_string_append_printf(body, "Row %u\r\n", i);
        const Sent sent = { .body = body->str };
        g_autoptr(Message) message = read_sent(&sent);
        g_autofree char *lines = thread_lines(message);

        assert_int_equal(strlen(lines), count <= 1000 ? 16 * count : 0);
    }
}

static void a_mail_that_was_cut_is_the_same_wherever_it_was_cut(void **state)
{
    const Sent whole = { .type = PARTS, .body = TEXT FILE_("a.bin", "base64", "AAECAAEC") "--b--" };
    const Sent less = { .type = PARTS, .body = TEXT FILE_("a.bin", "base64", "AAEC") "--b--" };
    g_autoptr(Message) one = read_sent(&whole), other = read_sent(&less);

    (void)state;
    for (guint cut = 0; cut < 2; cut++) {
        g_autofree char *identity = identity_of(one, "support");
        g_autofree char *again = identity_of(other, "support");

        assert_int_equal(strcmp(identity, again) == 0, cut);
        g_free(one->truncated);
        g_free(other->truncated);
        one->truncated = g_strdup("message beyond max_body");
        other->truncated = g_strdup("message beyond max_body");
    }
}

static void each_mailbox_and_without_a_message_id_each_envelope_is_its_own(void **state)
{
    static const char *const envelopes[][3] = {
        { "s", "r", "q" }, { "s", "q", "r" }, { "t", "r", "q" }, { "s", "r", "p" }
    };
    (void)state;
    for (guint named = 0; named < 2; named++) {
        const Sent sent = { .id = named ? "p1@example.org" : "" };
        g_autoptr(Message) message = read_sent(&sent);
        g_autofree char *support = identity_of(message, "support");
        g_autofree char *sales = identity_of(message, "sales");
        g_auto(GStrv) found = g_new0(char *, G_N_ELEMENTS(envelopes) + 1);

        assert_string_not_equal(support, sales);
        for (gsize i = 0; i < G_N_ELEMENTS(envelopes); i++) {
            g_autoptr(GPtrArray) recipients = g_ptr_array_new();
            g_ptr_array_add(recipients, (char *)envelopes[i][1]);
            g_ptr_array_add(recipients, (char *)envelopes[i][2]);
            found[i] = thread_identity("support", message, envelopes[i][0], recipients);
        }
        assert_string_equal(found[0], found[1]);
        assert_int_equal(strcmp(found[0], found[2]) == 0, named);
        assert_int_equal(strcmp(found[0], found[3]) == 0, named);
    }
}

typedef struct {
    const char *mailbox, *message_id, *from, *sender, *subject, *digest;
} Tried;

static char *try_identity_of(const Tried *tried)
{
    MailAddress *from = address_new(tried->from, "");
    const Message message = { .from = from,
                              .message_id = (char *)tried->message_id,
                              .subject = (char *)tried->subject,
                              .digest = (char *)tried->digest };
    char *identity = thread_try_identity(tried->mailbox, &message, tried->sender);

    address_free(from);
    return identity;
}

static void what_its_sender_wrote_makes_the_identity_of_all_tries(void **state)
{
    static const Tried first = { "a", "1@x", "a@x.org", "s@x.org", "Help", "d" };
    static const struct {
        Tried other;
        bool same;
    } rows[] = {
        { { "a", "1@x", "a@x.org", "s@x.org", "Help", "a filter's word more" }, true },
        { { "b", "1@x", "a@x.org", "s@x.org", "Help", "d" }, false },
        { { "a", "2@x", "a@x.org", "s@x.org", "Help", "d" }, false },
        { { "a", "1@x", "b@x.org", "s@x.org", "Help", "d" }, false },
        { { "a", "1@x", "a@x.org", "", "Help", "d" }, false },
        { { "a", "1@x", "a@x.org", "s@x.org", "Help!", "d" }, false },
    };
    g_autofree char *one = try_identity_of(&first);

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *other = try_identity_of(&rows[i].other);

        assert_int_equal(strcmp(one, other) == 0, rows[i].same);
    }
}

static void without_a_message_id_a_duplicate_is_one_for_an_hour(void **state)
{
    static const struct {
        const char *message_id;
        gint64 window, wanted;
    } rows[] = {
        { "1@x", 3600 * 1000 + 1, 3600 * 1000 + 1 },
        { "", 3600 * 1000 + 1, 3600 * 1000 },
        { "", 3600 * 1000, 3600 * 1000 },
        { "", 3600 * 1000 - 1, 3600 * 1000 - 1 },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const Message message = { .message_id = (char *)rows[i].message_id };

        assert_int_equal(thread_duplicate_window(&message, rows[i].window), rows[i].wanted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_servers_do_to_a_mail_leaves_it_the_same),
        cmocka_unit_test(what_its_sender_wrote_otherwise_is_another_mail),
        cmocka_unit_test(a_footer_makes_a_copy),
        cmocka_unit_test(tags_and_prefixes_have_a_greatest_length),
        cmocka_unit_test(a_footer_has_at_most_thirty_lines),
        cmocka_unit_test(texts_of_more_than_a_thousand_lines_are_not_compared),
        cmocka_unit_test(a_mail_that_was_cut_is_the_same_wherever_it_was_cut),
        cmocka_unit_test(each_mailbox_and_without_a_message_id_each_envelope_is_its_own),
        cmocka_unit_test(what_its_sender_wrote_makes_the_identity_of_all_tries),
        cmocka_unit_test(without_a_message_id_a_duplicate_is_one_for_an_hour),
    };

    message_init();
    return cmocka_run_group_tests_name("mail: identity", tests, NULL, NULL);
}
