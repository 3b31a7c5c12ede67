/* Delivery reports, what they return, and the limits within which both are read. */
#include "mail/dsn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* What a report says, as "address action status|…#original-id". */
static char *as_text(const char *report)
{
    g_autoptr(GPtrArray) deliveries = g_ptr_array_new_with_free_func((GDestroyNotify)delivery_free);
    g_autofree char *original_id = g_strdup("");
    GString *text = g_string_new(NULL);

    dsn_read(report, deliveries, &original_id);
    for (guint i = 0; i < deliveries->len; i++) {
        const Delivery *delivery = g_ptr_array_index(deliveries, i);

        g_string_append_printf(text, "%s%s %s %s", i ? "|" : "", delivery->address,
                               delivery->action, delivery->status);
    }
    g_string_append_printf(text, "#%s", original_id);
    return g_string_free(text, FALSE);
}

static void reports_are_read_recipient_by_recipient(void **state)
{
    static const char *const rows[][2] = {
        { "", "#" },
        { "Reporting-MTA: dns; mx\n\n", "#" },
        { "Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; Bob@Example.COM\nAction: failed\n"
          "Status: 5.1.1\n",
          "bob@example.com failed 5.1.1#" },
        { "final-recipient:rfc822;<a@x.example>\nACTION: Delayed (4 hours)\nStatus:4.4.1 (late)",
          "a@x.example delayed 4.4.1#" },
        { "Original-Recipient: rfc822; a@x.example\nFinal-Recipient: rfc822; b@x.example\n"
          "Action: relayed",
          "b@x.example relayed #" },
        { "Original-Recipient: rfc822; a@x.example\nAction: expanded", "a@x.example expanded #" },
        { "Action: failed\nFinal-Recipient: rfc822; a@x.example\nStatus: 5.0.0",
          "a@x.example failed 5.0.0#" },
        { "Final-Recipient: rfc822; a@x.example\nAction: failed\nFinal-Recipient: b@x.example\n"
          "Action: delivered",
          "a@x.example failed |b@x.example delivered #" },
        { "Final-Recipient: rfc822;\n  a@x.example\nAction:\n\tfailed", "a@x.example failed #" },
        { "Final-Recipient: x400; /C=DE/\nAction: failed\nStatus: 5.1.1", " failed 5.1.1#" },
        { "Final-Recipient: rfc822; a@x.example\nAction: gone\nStatus: 6.1.1", "a@x.example  #" },
        { "Status: 5.1\n\nStatus: 5.1.1.1\n\nStatus: 5.1000.1\n\nStatus: x", "#" },
        { "Action: failed\n\nAction: delivered\n", " failed | delivered #" },
        { "Original-Message-ID: <1@x.example>\nX-Original-Message-ID: <2@x.example>",
          "#1@x.example" },
        { "Original-Message-ID: none <nothing> <1@x.example>", "#1@x.example" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = as_text(rows[i][0]);

        assert_string_equal(text, rows[i][1]);
    }
}

static guint recipients_of(guint count)
{
    g_autoptr(GString) report = g_string_new(NULL);
    g_autoptr(GPtrArray) deliveries = g_ptr_array_new_with_free_func((GDestroyNotify)delivery_free);
    g_autofree char *original_id = g_strdup("");

    for (guint i = 0; i < count; i++)
        g_string_append_printf(report, "Final-Recipient: rfc822; %u@x.example\n\n", i);
    dsn_read(report->str, deliveries, &original_id);
    return deliveries->len;
}

static void at_most_fifty_recipients_are_read(void **state)
{
    (void)state;
    assert_int_equal(recipients_of(49), 49);
    assert_int_equal(recipients_of(50), 50);
    assert_int_equal(recipients_of(51), 50);
}

static gsize id_length(gsize length)
{
    g_autofree char *local = g_strnfill(length - 2, 'a');
    g_autofree char *value = g_strdup_printf("<%s@x>", local);
    g_autofree char *id = dsn_message_id(value);

    return strlen(id);
}

static void a_message_id_has_at_most_512_bytes(void **state)
{
    (void)state;
    assert_int_equal(id_length(511), 511);
    assert_int_equal(id_length(512), 512);
    assert_int_equal(id_length(513), 0);
}

static Message *read_mail(const char *mail)
{
    const MailTrust trust = { .authserv_ids = NULL };

    return message_read(mail, strlen(mail), NULL, &mail_limits_default, &trust);
}

/* A bounce whose returned mail stands within `depth` multiparts, behind `parts` others. */
static char *returned_from(guint depth, guint parts)
{
    g_autoptr(GString) mail = g_string_new("From: MAILER-DAEMON@mx.example\n");

    for (guint i = 0; i < depth; i++)
        g_string_append_printf(mail, "Content-Type: multipart/mixed; boundary=b%u\n\n--b%u\n", i,
                               i);
    for (guint i = 0; i < parts; i++)
        g_string_append_printf(mail, "\nx\n--b%u\n", depth - 1);
    g_string_append(mail, "Content-Type: message/rfc822\n\nMessage-ID: <1@shop.example>\n\nx\n");
    g_autoptr(Message) message = read_mail(mail->str);
    return g_strdup(message->returned_id);
}

static void the_returned_mail_is_looked_for_so_deep_and_so_far(void **state)
{
    static const struct {
        guint depth, parts;
        const char *id;
    } rows[] = {
        { 1, 0, "1@shop.example" },
        { 4, 0, "1@shop.example" },
        { 5, 0, "" },
        { 1, 48, "1@shop.example" },
        { 1, 49, "" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *id = returned_from(rows[i].depth, rows[i].parts);

        assert_string_equal(id, rows[i].id);
    }
}

static void what_is_no_report_returns_nothing(void **state)
{
    static const char parts[] = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHello\n--b\n"
                                "Content-Type: message/delivery-status\n\n"
                                "Final-Recipient: rfc822; a@x.example\nAction: failed\n--b\n"
                                "Content-Type: message/rfc822\n\nMessage-ID: <1@shop.example>\n\n";
    g_autofree char *person = g_strconcat("From: ann@example.org\n", parts, NULL);
    g_autofree char *server = g_strconcat("From: mailer-daemon@example.org\n", parts, NULL);
    g_autoptr(Message) kept = read_mail(server);
    g_autoptr(Message) dropped = read_mail(person);

    (void)state;
    assert_int_equal(kept->deliveries->len, 1);
    assert_string_equal(kept->returned_id, "1@shop.example");
    assert_string_equal(kept->automatic.why,
                        "From: mailer-daemon@example.org, failed for a@x.example");
    assert_int_equal(dropped->deliveries->len, 0);
    assert_string_equal(dropped->returned_id, "");
}

int main(void)
{
    message_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reports_are_read_recipient_by_recipient),
        cmocka_unit_test(at_most_fifty_recipients_are_read),
        cmocka_unit_test(a_message_id_has_at_most_512_bytes),
        cmocka_unit_test(the_returned_mail_is_looked_for_so_deep_and_so_far),
        cmocka_unit_test(what_is_no_report_returns_nothing),
    };

    return cmocka_run_group_tests_name("mail: report", tests, NULL, NULL);
}
