/* Addresses in one form, and the envelope that is made of them. */
#include "mail/address.h"
#include "mail/envelope.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void addresses_fold_to_one_form(void **state)
{
    static const char *const rows[][2] = {
        { "ann@example.com", "ann@example.com" },
        { " <Ann.Lee@Example.COM> ", "ann.lee@example.com" },
        { "ann@example.com.", "ann@example.com" },
        { "ann@example.com\u3002", "ann@example.com" },
        { "ann@müller\u3002example\u3002", "ann@xn--mller-kva.example" },
        { "ann@example.com..", "" },
        { "ann@MÜLLER.example", "ann@xn--mller-kva.example" },
        { "ann@xn--mller-kva.example", "ann@xn--mller-kva.example" },
        { "ann@straße.example", "ann@xn--strae-oqa.example" },
        { "ann@STRAẞE.example", "ann@xn--strae-oqa.example" },
        { "ann@strasse.example", "ann@strasse.example" },
        { "ann@XN--Mller-KVA.example", "ann@xn--mller-kva.example" },
        { "ann@Ｅｘａｍｐｌｅ.com", "ann@example.com" },
        { "佐藤@桜商事。example。", "佐藤@xn--3kqw7n11r.example" },
        { "ann@example．com｡", "ann@example.com" },
        { "ann@xn--nonsense-.example", "ann@xn--nonsense-.example" },
        { "ann@ab--cd.müller.example", "ann@ab--cd.xn--mller-kva.example" },
        { "ann@my_host.example", "ann@my_host.example" },
        { "ann@\u200F.example", "" },
        { "ann@example.com。.", "" },
        { "ann@.", "" },
        { "ann@。", "" },
        { "ÄNN@example.com", "änn@example.com" },
        { "ΣΟΦΌΣ@example.com", "σοφόσ@example.com" },
        { "İ@example.com", "i\u0307@example.com" },
        { "I@example.com", "i@example.com" },
        { "STRAẞE@example.com", "straße@example.com" },
        { "نامه\u200Cای@example.com", "نامه\u200Cای@example.com" },
        { "an\u200Bn@example.com", "" },
        { "ann\u202E@example.com", "" },
        { "\"Ann\"@example.com", "ann@example.com" },
        { "\"a\\nn.lee\"@example.com", "ann.lee@example.com" },
        { "\"a\\\"b\"@example.com", "\"a\\\"b\"@example.com" },
        { "\"a\\ b\"@example.com", "\"a b\"@example.com" },
        { "\"a\u00A0b\"@example.com", "\"a\u00A0b\"@example.com" },
        { "\"ann\\\"@example.com", "" },
        { "\"an\"n@example.com", "" },
        { "\"\"@example.com", "" },
        { "ann.@example.com", "ann.@example.com" },
        { "(comment)ann@example.com", "" },
        { "ann@example.com (Ann)", "" },
        { "<@relay.example,@other.example:tom@example.org>", "tom@example.org" },
        { "@relay.example:", "" },
        { "ann@[IPv6:2001:DB8::1]", "ann@[ipv6:2001:db8::1]" },
        { "ann@[example]", "" },
        { "a\xCC\x88nn@example.com", "änn@example.com" },
        { "\"a b\"@example.com", "\"a b\"@example.com" },
        { "\"a@b\"@example.com", "\"a@b\"@example.com" },
        { "ann@[192.0.2.1]", "ann@[192.0.2.1]" },
        { "ann@localhost", "ann@localhost" },
        { "", "" },
        { "<>", "" },
        { "ann", "" },
        { "@example.com", "" },
        { "ann@", "" },
        { "ann lee@example.com", "" },
        { "a@b@example.com", "" },
        { "ann@exam ple.com", "" },
        { "ann@example..com", "" },
        { "ann@.example.com", "" },
        { "ann@example.com>, <eve@evil.example", "" },
        { "ann\x01@example.com", "" },
        { "ann\r\n@example.com", "" },
        { "\xFF@example.com", "" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *folded = address_fold(rows[i][0]);

        assert_string_equal(folded, rows[i][1]);
    }
}

static void assert_stays(const char *address)
{
    g_autofree char *once = address_fold(address);
    g_autofree char *twice = address_fold(once);

    assert_string_equal(once, twice);
}

/* Every character that Unicode has letters in, in either part, alone and behind another. */
static void only_an_empty_path_is_the_null_sender(void **state)
{
    static const char *const rows[][2] = {
        { "<>", "" },
        { " <> ", "" },
        { "<Ann@Example.COM>", "ann@example.com" },
        { "Ann@Example.COM", "ann@example.com" },
        { "<@relay.example:ann@example.com>", "ann@example.com" },
        { "<www-data>", "www-data" },
        { "<root>", "root" },
        { "x@a..b", "x@a..b" },
        { "<\"a b\"@x@>", "\"a b\"@x@" },
        { "<#@[]>", "#@[]" },
        { "< >", "?" },
        { "<\x01>", "?" },
        { "", "?" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = address_reverse_path(rows[i][0]);

        assert_string_equal(path, rows[i][1]);
    }
}

static void what_is_folded_stays(void **state)
{
    (void)state;
    for (gunichar c = 0x20; c < 0x1F000; c++) {
        char letter[8] = "";

        if (!g_unichar_validate(c))
            continue;
        g_unichar_to_utf8(c, letter);
        g_autofree char *local = g_strdup_printf("%sa%s@example.com", letter, letter);
        g_autofree char *domain = g_strdup_printf("ann@a%s.example%s", letter, letter);
        assert_stays(local);
        assert_stays(domain);
    }
}

static void an_address_has_at_most_320_bytes(void **state)
{
    g_autofree char *fits = g_strdup_printf("%0308d@example.com", 1);
    g_autofree char *over = g_strdup_printf("%0309d@example.com", 1);
    g_autofree char *fits_folded = address_fold(fits);
    g_autofree char *over_folded = address_fold(over);

    (void)state;
    assert_int_equal(strlen(fits_folded), ADDRESS_MAX);
    assert_string_equal(over_folded, "");
}

static void names_are_one_bounded_line(void **state)
{
    g_autofree char *name = g_strdup_printf("Ann\r\nBcc: eve %0300d", 1);
    MailAddress *address = address_new("Ann@Example.com", name);

    (void)state;
    assert_string_equal(address->address, "ann@example.com");
    assert_int_equal(strlen(address->name), NAME_MAX_BYTES);
    assert_null(strchr(address->name, '\n'));
    address_free(address);
}

static void tags_are_taken_off(void **state)
{
    static const char *const rows[][2] = {
        { "support+sup-1042@example.com", "support@example.com" },
        { "support@example.com", "support@example.com" },
        { "+tag@example.com", "+tag@example.com" },
        { "a+b+c@example.com", "a@example.com" },
        { "\"a+b\"@example.com", "\"a+b\"@example.com" },
        { "", "" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *bare = address_without_tag(rows[i][0]);

        assert_string_equal(bare, rows[i][1]);
    }
}

static void the_domain_stands_behind_the_last_at(void **state)
{
    (void)state;
    assert_string_equal(address_domain("ann@example.com"), "example.com");
    assert_string_equal(address_domain("\"a@b\"@example.com"), "example.com");
    assert_string_equal(address_domain(""), "");
}

static void an_envelope_starts_empty_with_an_id_of_its_own(void **state)
{
    g_autoptr(Envelope) one = envelope_new();
    g_autoptr(Envelope) two = envelope_new();

    (void)state;
    assert_int_equal(strlen(one->id), 16);
    assert_int_equal(strspn(one->id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"), 16);
    assert_string_not_equal(one->id, two->id);
    assert_string_equal(one->sender, "");
    envelope_set(&one->queue_id, "4X\r\nY");
    assert_string_equal(one->queue_id, "4X Y");
    envelope_set(&one->queue_id, NULL);
    assert_string_equal(one->queue_id, "");
}

static void recipients_are_kept_once_and_up_to_a_maximum(void **state)
{
    g_autoptr(Envelope) envelope = envelope_new();

    (void)state;
    envelope_add_recipient(envelope, "<Support@Example.com>");
    envelope_add_recipient(envelope, "support@example.com");
    assert_int_equal(envelope->recipients->len, 1);
    for (int i = 0; i < ENVELOPE_RECIPIENTS_MAX; i++) {
        g_autofree char *address = g_strdup_printf("u%d@example.com", i);

        envelope_add_recipient(envelope, address);
    }
    assert_int_equal(envelope->recipients->len, ENVELOPE_RECIPIENTS_MAX);
    assert_string_equal(g_ptr_array_index(envelope->recipients, 0), "support@example.com");
}

static void recipients_that_are_left_out_are_remembered(void **state)
{
    g_autoptr(Envelope) odd = envelope_new();
    g_autoptr(Envelope) full = envelope_new();

    (void)state;
    envelope_add_recipient(odd, "support@example.com");
    assert_false(odd->others);
    envelope_add_recipient(odd, "<tom lee@example.org>");
    assert_true(odd->others);
    assert_int_equal(odd->recipients->len, 1);

    for (int i = 0; i <= ENVELOPE_RECIPIENTS_MAX; i++) {
        g_autofree char *address = g_strdup_printf("u%d@example.com", i);

        assert_false(full->others);
        envelope_add_recipient(full, address);
    }
    assert_true(full->others);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_fold_to_one_form),
        cmocka_unit_test(only_an_empty_path_is_the_null_sender),
        cmocka_unit_test(what_is_folded_stays),
        cmocka_unit_test(an_address_has_at_most_320_bytes),
        cmocka_unit_test(names_are_one_bounded_line),
        cmocka_unit_test(tags_are_taken_off),
        cmocka_unit_test(the_domain_stands_behind_the_last_at),
        cmocka_unit_test(an_envelope_starts_empty_with_an_id_of_its_own),
        cmocka_unit_test(recipients_are_kept_once_and_up_to_a_maximum),
        cmocka_unit_test(recipients_that_are_left_out_are_remembered),
    };

    return cmocka_run_group_tests_name("mail: addresses", tests, NULL, NULL);
}
