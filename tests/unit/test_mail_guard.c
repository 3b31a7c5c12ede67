/* The guards: what may be parsed is bounded, and honest mail passes untouched. */
#include "mail/guard.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static GByteArray *mail_of(const char *before, const char *unit, guint times, const char *after)
{
    GByteArray *mail = g_byte_array_new();

    g_byte_array_append(mail, (const guint8 *)before, (guint)strlen(before));
    for (guint i = 0; i < times; i++)
        g_byte_array_append(mail, (const guint8 *)unit, (guint)strlen(unit));
    g_byte_array_append(mail, (const guint8 *)after, (guint)strlen(after));
    return mail;
}

static guint colons(const GByteArray *mail)
{
    guint count = 0;

    for (guint i = 0; i < mail->len; i++)
        count += mail->data[i] == ':';
    return count;
}

static void honest_mail_passes_untouched(void **state)
{
    static const char text[] = "From: Ann <ann@example.com>\r\nTo: Team: bob@example.com;\r\n"
                               "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
                               "Content-Type: text/plain\r\n\r\nTo: you\r\n-- \r\nAnn\r\n--b--\r\n";
    g_autoptr(GByteArray) mail = mail_of(text, "", 0, "");
    GuardReport report = guard_apply(mail, &mail_limits_default);

    (void)state;
    assert_int_equal(mail->len, strlen(text));
    assert_memory_equal(mail->data, text, strlen(text));
    assert_false(report.header_cut || report.groups_blanked || report.parts_cut);
}

static void colons_of_an_address_field_are_counted_to_64(void **state)
{
    static const struct {
        const char *before;
        guint times;
        bool blanked;
    } rows[] = {
        { "To: ", 63, false },
        { "To: ", 64, true },
        { "tO : ", 64, true },
        { "Resent-Cc: ", 64, true },
        { "Reply-To:\r\n ", 64, true },
        { "Subject: ", 1000, false },
        { "Content-Type: message/rfc822\r\n\r\nBcc: ", 64, true },
        { "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSender: ", 64, true },
        { "Content-Type: text/plain\r\n\r\nTo: ", 64, false },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) mail = mail_of(rows[i].before, "g:\r\n ", rows[i].times, "\r\n");
        guint before = colons(mail);
        guint length = mail->len;
        GuardReport report = guard_apply(mail, &mail_limits_default);

        assert_int_equal(report.groups_blanked, rows[i].blanked);
        assert_int_equal(colons(mail), before - rows[i].blanked);
        assert_int_equal(mail->len, length);
    }
}

static void the_header_section_is_cut_at_a_field(void **state)
{
    MailLimits limits = mail_limits_default;
    g_autoptr(GByteArray) fits = mail_of("A: b\n", "C: d\n e\n", 3, "\nbody\n");
    g_autoptr(GByteArray) over = mail_of("A: b\n", "C: d\n e\n", 3, "\nbody\n");

    (void)state;
    limits.max_header_bytes = 29;
    assert_false(guard_apply(fits, &limits).header_cut);
    limits.max_header_bytes = 28;
    assert_true(guard_apply(over, &limits).header_cut);
    assert_int_equal(over->len, 5 + 2 * 8 + 6);
    assert_memory_equal(over->data, "A: b\nC: d\n e\nC: d\n e\n\nbody\n", over->len);
}

static void a_mail_with_too_many_separators_ends_there(void **state)
{
    static const char before[] = "Content-Type: multipart/mixed; boundary=b\n\n";
    MailLimits limits = mail_limits_default;
    g_autoptr(GByteArray) fits = mail_of(before, "--b\n\n", 10, "");
    g_autoptr(GByteArray) over = mail_of(before, "--b\n\n", 11, "");
    g_autoptr(GByteArray) text = mail_of("Content-Type: text/plain\n\n", "--b\n\n", 11, "");

    (void)state;
    limits.max_parts = 10;
    assert_false(guard_apply(fits, &limits).parts_cut);
    assert_true(guard_apply(over, &limits).parts_cut);
    assert_int_equal(over->len, strlen(before) + 10 * 5);
    assert_false(guard_apply(text, &limits).parts_cut);
}

static void headers_of_parts_have_a_budget(void **state)
{
    static const char *const starts[] = {
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n",
        "Content-Type: multipart/digest; boundary=b\n\n--b\n\n",
        "Content-Type: message/rfc822\n\n",
        ("Content-Type: message/rfc822\n\nContent-Type: message/rfc822\n\n"
         "Content-Type: message/rfc822\n\n"),
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(starts); i++) {
        g_autoptr(GByteArray) mail = mail_of(starts[i], "a:b\n", 1000000, "");

        assert_true(guard_apply(mail, &mail_limits_default).parts_cut);
        assert_true(mail->len < 100000);
    }
}

static void large_attachments_are_no_headers(void **state)
{
    static const char before[] = "Content-Type: multipart/mixed; boundary=b\n\n--b\n"
                                 "Content-Type: application/pdf\n\n";
    g_autoptr(GByteArray) mail =
        mail_of(before, "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=\n", 200000, "");
    guint length = mail->len;

    (void)state;
    assert_false(guard_apply(mail, &mail_limits_default).parts_cut);
    assert_int_equal(mail->len, length);
}

static Message *read_mail(const GByteArray *mail)
{
    MailTrust trust = { 0 };

    return message_read((const char *)mail->data, mail->len, "ann@example.com",
                        &mail_limits_default, &trust);
}

static void *read_thread(void *mail)
{
    return read_mail(mail);
}

static void nested_groups_parse_on_a_small_stack(void **state)
{
    static const char *const starts[] = {
        "To: ", "Content-Type: message/rfc822\n\nTo: ",
        "Content-Type: text/plain; boundary=b\n\n--b\nContent-Type: message/rfc822\n\nTo: ",
        "Content-Type: multipart/mixed; boundary=no\n\n--b\nContent-Type: message/rfc822\n\nTo: "
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(starts); i++) {
        g_autoptr(GByteArray) mail = mail_of(starts[i], "g:", 51100, "\n\nhello\n");
        pthread_attr_t attributes;
        pthread_t thread;
        void *result = NULL;
        g_autoptr(Message) message = NULL;

        pthread_attr_init(&attributes);
        pthread_attr_setstacksize(&attributes, 512 * 1024);
        assert_int_equal(pthread_create(&thread, &attributes, read_thread, mail), 0);
        pthread_join(thread, &result);
        pthread_attr_destroy(&attributes);
        message = result;
        assert_true(g_ptr_array_find_with_equal_func(
            message->suspicious, "nested groups in an address field", g_str_equal, NULL));
    }
}

static void a_million_separators_are_read_up_to_the_limit(void **state)
{
    g_autoptr(GByteArray) mail = mail_of("From: a@example.com\r\n"
                                         "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
                                         "--b\r\n\r\nhello\r\n",
                                         "--b\r\n\r\n", 1000000, "");
    g_autoptr(Message) message = read_mail(mail);

    (void)state;
    assert_string_equal(message->text, "hello");
    assert_string_equal(message->truncated, "parts");
    assert_int_equal(message->size, mail->len);
    assert_true(message->attachments->len <= (guint)mail_limits_default.max_parts);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(honest_mail_passes_untouched),
        cmocka_unit_test(colons_of_an_address_field_are_counted_to_64),
        cmocka_unit_test(the_header_section_is_cut_at_a_field),
        cmocka_unit_test(a_mail_with_too_many_separators_ends_there),
        cmocka_unit_test(headers_of_parts_have_a_budget),
        cmocka_unit_test(large_attachments_are_no_headers),
        cmocka_unit_test(nested_groups_parse_on_a_small_stack),
        cmocka_unit_test(a_million_separators_are_read_up_to_the_limit),
    };

    message_init();
    return cmocka_run_group_tests_name("mail: guards", tests, NULL, NULL);
}
