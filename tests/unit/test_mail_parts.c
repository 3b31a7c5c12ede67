/* The small readers that a mail's header and parts go through, each by rows. */
#include "mail/address_list.h"
#include "mail/alternative.h"
#include "mail/armour.h"
#include "mail/attachment.h"
#include "mail/charset.h"
#include "mail/flowed.h"
#include "mail/mend.h"
#include "mail/params.h"
#include "mail/tnef.h"
#include "mail/uuencode.h"
#include "mail/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void encoded_words_become_text(void **state)
{
    static const char *const rows[][2] = {
        { "plain", "plain" },
        { "", "" },
        { "=?utf-8?B?U3RyYcM=?=\n =?utf-8?B?n2U=?=", "Straße" },
        { "=?utf-8?q?a?= =?utf-8?q?b?=", "ab" },
        { "=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c" },
        { "=?utf-8?q?a?==?utf-8?q?b?=", "ab" },
        { "=?utf-8?q?a=3Fb?c?=", "a?b?c" },
        { "=?utf-8?q?a_b=5Fc?=", "a b_c" },
        { "=?utf-8?q?=ZZ?=", "=ZZ" },
        { "=?utf-8?q?"
          "?=x",
          "x" },
        { "=?utf-8?x?abc?=", "=?utf-8?x?abc?=" },
        { "=?utf-8?q?abc", "=?utf-8?q?abc" },
        { "=?a =?utf-8?q?b?=", "=?a b" },
        { "=?utf-8?q?a=?utf-8?q?b?=", "=?utf-8?q?ab" },
        { "=?utf-7?q?+AOQ-?= =?utf-8?q?a?=", "=?utf-7?q?+AOQ-?= a" },
        { "gr\xFC\xDF", "grüß" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = words_decode(rows[i][0], NULL);

        assert_string_equal(text, rows[i][1]);
    }
}

static void words_that_never_end_cost_little(void **state)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autofree char *decoded = NULL;

    (void)state;
    for (int i = 0; i < 100000; i++)
        g_string_append(text, "=?utf-8?q?a");
    decoded = words_decode(text->str, NULL);
    assert_string_equal(decoded, text->str);
}

static void parameters_are_found(void **state)
{
    static const struct {
        const char *value, *name, *found;
    } rows[] = {
        { "text/plain; charset=utf-8", "charset", "utf-8" },
        { "text/plain; charset=utf-8", "format", NULL },
        { "text/plain;CHARSET = \"utf-8\" ;x=y", "charset", "utf-8" },
        { "text/plain; charset", "charset", NULL },
        { "text/plain; xcharset=a; charset=b; charset=c", "charset", "b" },
        { "a; n=\"x;y\\\"z\"; m=1", "m", "1" },
        { "a; n=\"x;y\\\"z\"; m=1", "n", "x;y\"z" },
        { "a; n=\"open; m=1", "n", "open; m=1" },
        { "a; n*=utf-8''%C3%A4; n=b", "n", "ä" },
        { "a; n*1=b; n*0=a; n*3=d", "n", "ab" },
        { "a; n*64=b; n*x=c", "n", NULL },
        { "a; n*0*=latin1''%E4; n*1=%41", "n", "ä%41" },
        { "", "n", NULL },
        { ";;=;n", "n", NULL },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *found = param_find(rows[i].value, rows[i].name, NULL);

        assert_int_equal(found == NULL, rows[i].found == NULL);
        if (found)
            assert_string_equal(found, rows[i].found);
    }
}

/* "address|name" of every entry, one a line. */
static char *listed(const char *field)
{
    g_autoptr(GPtrArray) addresses = address_list_read(field, NULL, 10);
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < addresses->len; i++) {
        const MailAddress *address = g_ptr_array_index(addresses, i);

        g_string_append_printf(text, "%s|%s\n", address->address, address->name);
    }
    return g_string_free(text, FALSE);
}

static void addresses_of_a_field_are_listed(void **state)
{
    static const char *const rows[][2] = {
        { "ann@example.com", "ann@example.com|\n" },
        { "Ann <ann@example.com>, bob@example.com", "ann@example.com|Ann\nbob@example.com|\n" },
        { "\"Lee, Ann\" <ann@example.com>", "ann@example.com|Lee, Ann\n" },
        { "Lee, Ann <ann@example.com>, bob@example.com",
          "ann@example.com|Lee, Ann\nbob@example.com|\n" },
        { "Team: bob@example.com, Carol <carol@example.com>;, ann@example.com",
          "bob@example.com|\ncarol@example.com|Carol\nann@example.com|\n" },
        { "undisclosed-recipients:;", "" },
        { "a:b:c:d@example.com;;;", "d@example.com|\n" },
        { "ann@example.com; bob@example.com", "ann@example.com|\nbob@example.com|\n" },
        { "Ann <ann@example.com, Bob <bob@example.com>",
          "ann@example.com|Ann\nbob@example.com|Bob\n" },
        { "<@relay.example,@b.example:ann@example.com>", "ann@example.com|\n" },
        { "Ann <mailto:ann@example.com>", "ann@example.com|Ann\n" },
        { "ann@example.com (Ann (the \\) first))", "ann@example.com|Ann (the \\) first)\n" },
        { "\"Ann\\\"s\" <ann@example.com>", "ann@example.com|Ann\"s\n" },
        { "\"ann lee\"@example.com", "\"ann lee\"@example.com|\n" },
        { "Ann <ann@example.com>\n Bob <bob@example.com>",
          "ann@example.com|Ann\nbob@example.com|Bob\n" },
        { "<ann@example.com> Ann", "ann@example.com|Ann\n" },
        { "ann@[IPv6:2001:db8::1]", "ann@[ipv6:2001:db8::1]|\n" },
        { "'ann@example.com'", "ann@example.com|\n" },
        { "=?utf-8?q?\"Ann\"?= <ann@example.com>", "ann@example.com|\"Ann\"\n" },
        { "Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>",
          "pete@silly.test|Pete\n" },
        { "(((((ann@example.com", "ann@example.com|\n" },
        { "Ann <Ann Lee@example.com>", "" },
        { "Ann <>, <>, @, <@>", "" },
        { "=?utf-8?q?Lee=2C?= Ann <ann@example.com>", "ann@example.com|Lee, Ann\n" },
        { "=?utf-8?q?Lee,_Ann?= <ann@example.com>", "ann@example.com|Lee, Ann\n" },
        { "=?utf-8?q?=22_=3Ceve=40evil.example=3E?= <ann@example.com>",
          "ann@example.com|\" <eve@evil.example>\n" },
        { "", "" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *found = listed(rows[i][0]);

        assert_string_equal(found, rows[i][1]);
    }
}

static void a_list_of_addresses_is_bounded_and_quick(void **state)
{
    static const char *const units[] = { "a@b.example,", "(", "\"", "<", "a:", "=?a?q?", "\\\"" };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
        g_autoptr(GString) field = g_string_new(NULL);
        g_autoptr(GPtrArray) addresses = NULL;

        for (int n = 0; n < 50000; n++)
            g_string_append(field, units[i]);
        addresses = address_list_read(field->str, NULL, 10);
        assert_int_equal(addresses->len, i == 0 ? 10 : 0);
    }
}

static void charsets_are_guessed_from_prose(void **state)
{
    static const struct {
        const char *text, *charset, *guess;
    } rows[] = {
        { "Добрый день, пришлите счёт, пожалуйста.", "windows-1251", "windows-1251" },
        { "Добрый день, пришлите счёт, пожалуйста.", "KOI8-R", "KOI8-R" },
        { "ДОБРЫЙ ДЕНЬ, пришлите нам счёт", "windows-1251", "windows-1251" },
        { "プリンターが動きません。助けてください。", "CP932", "CP932" },
        { "プリンターが動きません。助けてください。", "EUC-JP", "EUC-JP-MS" },
        { "打印机坏了，请尽快派人来修理，谢谢。", "GB2312", "GB18030" },
        { "印表機壞了，請盡快派人來修理，謝謝。", "BIG5", "BIG5-HKSCS" },
        { "프린터가 고장났습니다. 빨리 고쳐 주세요.", "EUC-KR", "CP949" },
        { "Größere Mängel müssen für üblich höher verbürgt werden", "windows-1252",
          "windows-1252" },
        { "Où est passée la pièce détachée commandée à Noël ?", "windows-1252", "windows-1252" },
        { "ÄÖÜß", "windows-1252", "windows-1252" },
        { "Да", "windows-1251", "windows-1252" }, /* too short to tell */
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        gsize length;
        g_autofree char *bytes =
            g_convert(rows[i].text, -1, rows[i].charset, "UTF-8", NULL, &length, NULL);

        assert_non_null(bytes);
        assert_string_equal(charset_guess(bytes, length), rows[i].guess);
    }
}

static void charsets_are_chosen_by_claim_and_bytes(void **state)
{
    static const struct {
        const char *bytes, *claim, *charset;
    } rows[] = {
        { "plain", NULL, "UTF-8" },
        { "plain", "utf-7", "UTF-7" },
        { "\xEF\xBB\xBFx", "koi8-r", "UTF-8" },
        { "\xFF\xFEx", NULL, "UTF-16LE" },
        { "\xE4", "ISO-8859-1", "windows-1252" },
        { "\xE4", " 'Latin1' ", "windows-1252" },
        { "\xE4", "iso-8859-2", "iso-8859-2" },
        { "\xC4\xE3\xBA\xC3", "GB2312", "GB18030" },
        { "\xE4\xBD\xA0\xE5\xA5\xBD\xE5\x95\x8A", "gb2312", "UTF-8" },
        { "\x1B$B%F\x1B(B", "us-ascii", "ISO-2022-JP" },
        { "\x1B$B%F\x1B(B", "iso-8859-1", "ISO-2022-JP" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *charset = charset_of(rows[i].bytes, strlen(rows[i].bytes), rows[i].claim);

        assert_string_equal(charset, rows[i].charset);
    }
    assert_true(charset_is_utf7("UTF-7"));
    assert_true(charset_is_utf7("\"unicode-1-1-utf-7\""));
    assert_false(charset_is_utf7("utf-8"));
    assert_false(charset_is_utf7(NULL));
}

static void flowing_lines_are_joined(void **state)
{
    static const struct {
        const char *text;
        bool delsp;
        const char *joined;
    } rows[] = {
        { "a \nb\n", false, "a b\n" },
        { "a \nb\n", true, "ab\n" },
        { "a\nb\n", false, "a\nb\n" },
        { "a \n> b\n", false, "a \n> b\n" },
        { "> a \n> b\n>> c \n>> d\n", false, "> a b\n>> c d\n" },
        { " > no quote\n", false, "> no quote\n" },
        { "a \n-- \nAnn\n", false, "a \n-- \nAnn\n" },
        { "a \n", false, "a \n" },
        { "a ", false, "a \n" },
        { ">\n> a\n", false, ">\n> a\n" },
        { "", false, "" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *joined = flowed_text(rows[i].text, rows[i].delsp);

        assert_string_equal(joined, rows[i].joined);
    }
}

static void armour_is_taken_off(void **state)
{
    static const struct {
        const char *text, *words;
        Armour found;
    } rows[] = {
        { "hi\n", "hi\n", { false, false } },
        { "hi\n-----BEGIN PGP MESSAGE-----\n\nx\n-----END PGP MESSAGE-----\nbye\n",
          "hi\nbye\n",
          { false, true } },
        { "-----BEGIN PGP SIGNED MESSAGE-----\nHash: X\n\n- -- \nhi\n-----BEGIN PGP "
          "SIGNATURE-----\n"
          "x\n-----END PGP SIGNATURE-----\nbye\n",
          "-- \nhi\nbye\n",
          { true, false } },
        { "> -----BEGIN PGP MESSAGE-----\n", "> -----BEGIN PGP MESSAGE-----\n", { false, false } },
        { "-----BEGIN PGP MESSAGE-----\nx", "", { false, true } },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Armour found;
        g_autofree char *words = armour_strip(rows[i].text, &found);

        assert_string_equal(words, rows[i].words);
        assert_int_equal(found.signed_text, rows[i].found.signed_text);
        assert_int_equal(found.encrypted, rows[i].found.encrypted);
    }
}

static void files_in_the_text_are_taken_out(void **state)
{
    static const struct {
        const char *text, *left, *name, *bytes;
    } rows[] = {
        { "a\nbegin 644 x y.txt\n#0V%T\n`\nend\nb\n", "a\nb\n", "x y.txt", "Cat" },
        { "begin 0644 x\r\n#0V%T\r\n`\r\nend\r\n", "", "x", "Cat" },
        { "begin 644 x\nno line of that length\nend\n",
          "begin 644 x\nno line of that length\nend\n", NULL, NULL },
        { "begin 644 x\n#0V%T\n", "begin 644 x\n#0V%T\n", NULL, NULL },
        { "begin here\n", "begin here\n", NULL, NULL },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = g_strdup(rows[i].text);
        g_autoptr(GPtrArray) files = uu_take(text);

        assert_string_equal(text, rows[i].left);
        assert_int_equal(files->len, rows[i].name != NULL);
        if (files->len > 0) {
            const UuFile *file = g_ptr_array_index(files, 0);

            assert_string_equal(file->name, rows[i].name);
            assert_int_equal(file->bytes->len, strlen(rows[i].bytes));
            assert_memory_equal(file->bytes->data, rows[i].bytes, file->bytes->len);
        }
    }
}

/* A TNEF of so many empty attachments. */
static GByteArray *tnef_of(guint count)
{
    static const guint8 start[] = { 0x78, 0x9F, 0x3E, 0x22, 1, 0 };
    static const guint8 file[] = { 2, 0x02, 0x90, 0x06, 0, 0, 0, 0, 0, 0, 0 };
    GByteArray *bytes = g_byte_array_new();

    g_byte_array_append(bytes, start, sizeof start);
    for (guint i = 0; i < count; i++)
        g_byte_array_append(bytes, file, sizeof file);
    return bytes;
}

static void files_of_a_tnef_are_listed_up_to_a_limit(void **state)
{
    (void)state;
    for (guint count = TNEF_FILES_MAX - 1; count <= TNEF_FILES_MAX + 1; count++) {
        g_autoptr(GByteArray) bytes = tnef_of(count);
        g_autoptr(GArray) files = tnef_files(bytes->data, bytes->len);

        assert_int_equal(files->len, MIN(count, TNEF_FILES_MAX));
    }
    g_autoptr(GArray) none = tnef_files((const guint8 *)"no TNEF", 7);
    assert_int_equal(none->len, 0);
}

static void halves_are_compared(void **state)
{
    static const char html[] = "Please send somebody who repairs the coffee machine on the second "
                               "floor again before Thursday afternoon";

    (void)state;
    assert_true(alternative_stands_in("Please enable HTML to read this.", html));
    assert_false(alternative_stands_in("Please repair the machine.", html));
    assert_false(alternative_disagrees(html, html));
    assert_false(alternative_disagrees("quite other words", html));
    assert_true(alternative_disagrees("transfer seven thousand euros tonight into that account "
                                      "without telling anybody around your office about these "
                                      "instructions",
                                      html));
}

static void a_tenth_of_long_html_stands_in(void **state)
{
    (void)state;
    for (gsize length = 49; length <= 51; length++) {
        g_autofree char *plain = g_strnfill(length, 'a');
        g_autofree char *html = g_strnfill(500, 'b');

        assert_int_equal(alternative_stands_in(plain, html), length < 50);
    }
}

static void broken_headers_are_mended(void **state)
{
    static const char *const rows[][2] = {
        { "A: b\n\nbody\n", "A: b\n\nbody\n" },
        { "A: b\nbody words\n", "A: b\n\nbody words\n" },
        { "A: b\nnothing\nTo: c\n\nbody\n", "A: b\nnothing\nTo: c\n\nbody\n" },
        { " folded\nTo: c\n\n", "To: c\n\n" },
        { "From a Mon\nTo: c\n\n", "From a Mon\nTo: c\n\n" },
        { "words\n", "\nwords\n" },
        { "A: b\rC: d\r\rbody", "A: b\nC: d\n\nbody" },
        { "A: b\r\r\n\r\r\nbody\r\r\n", "A: b\r\n\r\nbody\r\n" },
        { "", "" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) mail = g_byte_array_new();

        g_byte_array_append(mail, (const guint8 *)rows[i][0], (guint)strlen(rows[i][0]));
        mend_header(mail);
        assert_int_equal(mail->len, strlen(rows[i][1]));
        assert_memory_equal(mail->len > 0 ? (const char *)mail->data : "", rows[i][1], mail->len);
    }
}

static void types_are_told_by_content(void **state)
{
    static const struct {
        const char *head;
        gsize length;
        const char *type;
        bool program;
    } rows[] = {
        { "%PDF-1.7", 8, "application/pdf", false },
        { "RIFF....WEBP", 12, "image/webp", false },
        { "\xCA\xFE\xBA\xBE\0\0\0\x41", 8, "application/java-vm", true },
        { "\xCA\xFE\xBA\xBE\0\0\0\x02", 8, "application/x-mach-binary", true },
        { "\x7F\x45LF", 4, "application/x-elf", true },
        { "MZ", 2, "application/vnd.microsoft.portable-executable", true },
        { "#!/bin/sh\n", 10, "text/x-shellscript", true },
        { " \n<HTML>", 8, "text/html", false },
        { "<?xml version='1.0'?><svg>", 26, "image/svg+xml", false },
        { "<?xml version='1.0'?><a/>", 25, "text/xml", false },
        { "Return-Path: <a@b.example>", 26, "message/rfc822", false },
        { "SQLite format 3\0", 16, "application/vnd.sqlite3", false },
        { "PK\x03\x04....xl/", 11,
          "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", false },
        { "words", 5, "", false },
        { "M", 1, "", false },
        { "", 0, "", false },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const char *type = attachment_sniff(rows[i].head, rows[i].length);

        assert_string_equal(type, rows[i].type);
        assert_int_equal(attachment_is_program(type), rows[i].program);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(encoded_words_become_text),
        cmocka_unit_test(words_that_never_end_cost_little),
        cmocka_unit_test(parameters_are_found),
        cmocka_unit_test(addresses_of_a_field_are_listed),
        cmocka_unit_test(a_list_of_addresses_is_bounded_and_quick),
        cmocka_unit_test(charsets_are_guessed_from_prose),
        cmocka_unit_test(charsets_are_chosen_by_claim_and_bytes),
        cmocka_unit_test(flowing_lines_are_joined),
        cmocka_unit_test(armour_is_taken_off),
        cmocka_unit_test(files_in_the_text_are_taken_out),
        cmocka_unit_test(files_of_a_tnef_are_listed_up_to_a_limit),
        cmocka_unit_test(halves_are_compared),
        cmocka_unit_test(a_tenth_of_long_html_stands_in),
        cmocka_unit_test(broken_headers_are_mended),
        cmocka_unit_test(types_are_told_by_content),
    };

    message_init();
    return cmocka_run_group_tests_name("mail: parts", tests, NULL, NULL);
}
