/* Received fields: where a mail came from, and who logged in; greetings and recipients that pretend
 * to say it. */
#include "mail/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static Message *read_fields(const char *fields)
{
    const MailTrust trust = { 0 };
    g_autofree char *mail = g_strconcat(fields, "From: ann@example.org\r\n\r\nHello\r\n", NULL);

    return message_read(mail, strlen(mail), "ann@example.org", &mail_limits_default, &trust);
}

static void a_field_says_where_a_mail_came_from_and_who_logged_in(void **state)
{
    static const struct {
        const char *value, *addresses;
        bool authenticated;
    } rows[] = {
        { "from a.example (a.example [192.0.2.1]) by mx.example.com (Postfix) with ESMTP id 1",
          "192.0.2.1", false },
        { "from a (unknown [IPv6:2001:DB8::1])\r\n\tby mx (Postfix) with ESMTPS id 1",
          "2001:db8::1", false },
        { "from a ([::ffff:192.0.2.1]) by mx with ESMTP", "192.0.2.1", false },
        { "from ex1 (fe80::1%12) by ex2 (10.0.0.5) with Microsoft SMTP Server", "fe80::1 10.0.0.5",
          false },
        { "from ex1 ([fe80::1]) by ex2 ([fe80::2]) with mapi id 15.01", "fe80::1 fe80::2", true },
        { "from unknown (HELO a) (192.0.2.1) by mx with SMTP", "192.0.2.1", false },
        { "from [192.0.2.1] (helo=a) by mx with esmtpsa (TLS1.3) (Exim 4.96)", "192.0.2.1", true },
        { "from a (unknown [192.0.2.1]) (using TLSv1.3 with cipher TLS_AES (256/256 bits))"
          " (Authenticated sender: ann) by mx (Postfix) with ESMTPSA id 1 for <x@example.com>",
          "192.0.2.1", true },
        { "from a (unknown [192.0.2.1]) by mx with UTF8SMTPSA id 1", "192.0.2.1", true },
        { "by mx.example.com (Postfix, from userid 33) id 1", "", false },
        { "(from root@localhost) by mx.example.com (8.17.1/8.17.1/Submit) id 1", "", false },
        { "by 2002:a05:6402:1 with SMTP id 1; Mon, 30 Nov 2026 09:00:00 -0800", "", false },
        { "from a (a [999.1.1.1]) by mx with ESMTP", "", false },
        /* what the client says */
        { "from [127.0.0.1] (unknown [192.0.2.1]) by mx with ESMTP", "127.0.0.1 192.0.2.1", false },
        { "from x with ESMTPSA id 1 (unknown [192.0.2.1]) by mx with ESMTP id 1", "192.0.2.1",
          false },
        { "from x with ESMTPA (( (unknown [192.0.2.1]) by mx with ESMTP id 1", "192.0.2.1", false },
        { "from x\" (unknown [192.0.2.1]) by mx with ESMTP id 1 for <\"a\\\" with ESMTPA "
          "\"@x.example>",
          "192.0.2.1", false },
        { "from x (unknown [192.0.2.1]) by mx with ESMTP id 1 for <\"x with ESMTPA y\"@x.example>",
          "192.0.2.1", false },
        { "from x with HTTP (unknown [192.0.2.1]) by mx with LMTP id 1", "192.0.2.1", false },
        { "", "", false },
        { "with", "", false },
        { "[[[((([192.0.2.1", "", false },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *field = g_strdup_printf("Received: %s\r\n", rows[i].value);
        g_autoptr(Message) message = read_fields(field);
        const Hop *hop = g_ptr_array_index(message->hops, 0);
        g_ptr_array_add(hop->addresses, NULL);
        g_autofree char *addresses = g_strjoinv(" ", (char **)hop->addresses->pdata);

        assert_int_equal(message->hops->len, 1);
        assert_string_equal(addresses, rows[i].addresses);
        assert_int_equal(hop->authenticated, rows[i].authenticated);
        assert_false(hop->unclear);
    }
}

static void fifty_fields_are_read_topmost_first(void **state)
{
    (void)state;
    for (guint count = HOPS_MAX - 1; count <= HOPS_MAX + 1; count++) {
        g_autoptr(GString) fields = g_string_new(NULL);
        for (guint i = 0; i < count; i++)
            g_string_append_printf(fields, "Received: from a ([192.0.2.%u]) by mx\r\n", i);
        g_autoptr(Message) message = read_fields(fields->str);
        const Hop *first = g_ptr_array_index(message->hops, 0);

        assert_int_equal(message->hops->len, MIN(count, HOPS_MAX));
        assert_string_equal(g_ptr_array_index(first->addresses, 0), "192.0.2.0");
    }
}

static void a_field_with_more_addresses_than_are_read_is_unclear(void **state)
{
    (void)state;
    for (guint count = HOP_ADDRESSES_MAX - 1; count <= HOP_ADDRESSES_MAX + 1; count++) {
        g_autoptr(GString) fields = g_string_new("Received: from");
        for (guint i = 0; i < count; i++)
            g_string_append(fields, " [127.0.0.1]");
        g_string_append(fields, " by mx\r\n");
        g_autoptr(Message) message = read_fields(fields->str);
        const Hop *hop = g_ptr_array_index(message->hops, 0);

        assert_int_equal(hop->addresses->len, MIN(count, HOP_ADDRESSES_MAX));
        assert_int_equal(hop->unclear, count > HOP_ADDRESSES_MAX);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_field_says_where_a_mail_came_from_and_who_logged_in),
        cmocka_unit_test(fifty_fields_are_read_topmost_first),
        cmocka_unit_test(a_field_with_more_addresses_than_are_read_is_unclear),
    };

    message_init();
    return cmocka_run_group_tests_name("mail: hops", tests, NULL, NULL);
}
