/* Redaction: what is found in many countries' forms, what only looks like it, and the way back. */
#include "prompt/redact.h"

#include "base/json.h"
#include "prompt/redact_secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

typedef struct {
    const char *text, *want; /* NULL: stays as it is */
} Row;

static char *redact_one(const char *kind, const char *text)
{
    const char *const kinds[] = { kind, NULL };
    g_autoptr(Redaction) redaction = redaction_new(kinds);

    return redaction_apply(redaction, text);
}

static void check(const char *kind, const Row *rows, gsize count)
{
    for (gsize i = 0; i < count; i++) {
        g_autofree char *got = redact_one(kind, rows[i].text);
        const char *want = rows[i].want ? rows[i].want : rows[i].text;

        if (strcmp(got, want) != 0)
            fail_msg("'%s' became '%s', not '%s'", rows[i].text, got, want);
    }
}

#define CHECK(kind, rows) check(kind, rows, G_N_ELEMENTS(rows))

static void cards_are_found_however_they_are_written(void **state)
{
    static const Row rows[] = {
        { "4111111111111111", "<card-1>" },
        { "my card 4111 1111 1111 1111, thanks", "my card <card-1>, thanks" },
        { "4111-1111-1111-1111.", "<card-1>." },
        { "4111 - 1111 - 1111 - 1111", "<card-1>" },
        { "4111.1111.1111.1111", "<card-1>" },
        { "4111\xC2\xA0"
          "1111\xE2\x80\xAF"
          "1111\xC2\xA0"
          "1111",
          "<card-1>" },
        { "4111‑1111‑1111‑1111", "<card-1>" },
        { "４１１１１１１１１１１１１１１１", "<card-1>" },
        { "٤١١١١١١١١١١١١١١١", "<card-1>" },
        { "カード4111111111111111です", "カード<card-1>です" },
        { "카드 4111111111111111입니다", "카드 <card-1>입니다" },
        { "card=4111111111111111/12/27/123", "card=<card-1>/12/27/123" },
        { "5555555555554444", "<card-1>" },
        { "2223003122003222", "<card-1>" },
        { "3782 822463 10005", "<card-1>" },
        { "30569309025904", "<card-1>" },
        { "6011111111111117", "<card-1>" },
        { "3530111333300000", "<card-1>" },
        { "6200000000000005", "<card-1>" },
        { "6759649826438453", "<card-1>" },
        { "5018 0000 0009", NULL }, /* too short to tell */
        { "order 1234 4111 1111 1111 1111", "order 1234 <card-1>" },
        { "4111 1111 1111 1111 1234", "<card-1> 1234" },
        { "4111/1111/1111/1111 4111_1111_1111_1111", "<card-1> <card-2>" },
        { "4111, 1111, 1111, 1111; 4111:1111:1111:1111", "<card-1>; <card-2>" },
        { "4111+1111+1111+1111 4111\xC2\xB7"
          "1111\xC2\xB7"
          "1111\xC2\xB7"
          "1111",
          "<card-1> <card-2>" },
        { "4111\t1111\t1111\t1111", "<card-1>" },
        { "4111 1111\n1111 1111", "<card-1>" },
        { "> 4111 1111\r\n> 1111 1111", NULL }, /* four signs apart */
        { "4111 1111\n> 1111 1111", "<card-1>" },
        { "4111*1111*1111*1111 **4111111111111111**", "<card-1> **<card-2>**" },
        { "x4111111111111111", "x<card-1>" },
        { "card4111111111111111exp1227", "card<card-1>exp1227" },
    };

    (void)state;
    CHECK("cards", rows);
}

static void other_numbers_are_no_cards(void **state)
{
    static const Row rows[] = {
        { "4111111111111112", NULL }, /* no sum */
        { "7111111111111117", NULL }, /* no scheme */
        { "9999 9999 9999 9995", NULL },
        { "4000123456789", NULL },                       /* an article's EAN */
        { "978-3-16-148410-0 and 9783161484100", NULL }, /* ISBN */
        { "490154203237518", NULL },                     /* IMEI, with a good sum */
        { "2026-11-23 09:30:00.123456", NULL },
        { "20261123093000", NULL },
        { "1795426200000", NULL }, /* milliseconds */
        { "v4.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1", NULL },
        { "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", NULL },
        { "41 11 11 11 11 11 11 11", NULL },
        { "41111111111111114111", NULL },
        { "00340434161094042557", NULL }, /* a parcel */
        { "Invoice 2024-000-4711-0815", NULL },
        { "", NULL },
    };

    (void)state;
    CHECK("cards", rows);
}

static void ibans_are_known_by_country_length_and_sum(void **state)
{
    static const Row rows[] = {
        { "DE89370400440532013000", "<iban-1>" },
        { "IBAN: DE89 3704 0044 0532 0130 00, BIC COBADEFF", "IBAN: <iban-1>, BIC COBADEFF" },
        { "IBANDE89370400440532013000", "IBAN<iban-1>" },
        { "de89 3704 0044 0532 0130 00", "<iban-1>" },
        { "GB82 WEST 1234 5698 7654 32", "<iban-1>" },
        { "FR14 2004 1010 0505 0001 3M02 606", "<iban-1>" },
        { "NL91ABNA0417164300", "<iban-1>" },
        { "NO93 8601 1117 947", "<iban-1>" },
        { "MT84MALT011000012345MTLCAST001S", "<iban-1>" },
        { "CH93-0076-2011-6238-5295-7", "<iban-1>" },
        { "振込先ＤＥ８９３７０４００４４０５３２０１３０００です", "振込先<iban-1>です" },
        { "GB82WEST12345698765432DE89370400440532013000NL91ABNA0417164300",
          "<iban-1><iban-2><iban-3>" },
        { "DE88370400440532013000", NULL }, /* no sum */
        { "DE8937040044053201300", NULL },  /* too short */
        { "DE893704004405320130001", NULL },
        { "US89370400440532013000", NULL }, /* no such country */
        { "DE89 is a road", NULL },
        { "AT61 1904", NULL },
    };

    (void)state;
    CHECK("iban", rows);
}

static void secrets_behind_their_words_are_found_in_each_language(void **state)
{
    static const Row rows[] = {
        { "Password: hunter2", "Password: <secret-1>" },
        { "PASSWORD = hunter2, please", "PASSWORD = <secret-1>, please" },
        { "my password is hunter2.", "my password is <secret-1>." },
        { "the password hunter2 fails", "the password <secret-1> fails" },
        { "password: \"two words\" ok", "password: \"<secret-1>\" ok" },
        { "*Password:* hunter2", "*Password:* <secret-1>" },
        { "Password:\nhunter2\nThanks", "Password:\n<secret-1>\nThanks" },
        { "Password for the new portal: hunter2", "Password for the new portal: <secret-1>" },
        { "Passwort: geheim", "Passwort: <secret-1>" },
        { "Mein Kennwort lautet geheim1", "Mein Kennwort lautet <secret-1>" },
        { "Mot de passe : azerty", "Mot de passe : <secret-1>" },
        { "Contraseña: gato", "Contraseña: <secret-1>" },
        { "Senha: gato", "Senha: <secret-1>" },
        { "palavra-passe: gato", "palavra-passe: <secret-1>" },
        { "la password è gatto99", "la password è <secret-1>" },
        { "wachtwoord: kat", "wachtwoord: <secret-1>" },
        { "Lösenord: katt", "Lösenord: <secret-1>" },
        { "Passord: katt", "Passord: <secret-1>" },
        { "Adgangskode: kat", "Adgangskode: <secret-1>" },
        { "Salasana: kissa", "Salasana: <secret-1>" },
        { "Hasło: kot", "Hasło: <secret-1>" },
        { "Heslo: kočka", "Heslo: <secret-1>" },
        { "ПАРОЛЬ: кошка", "ПАРОЛЬ: <secret-1>" },
        { "Паролі: кішка", "Паролі: <secret-1>" },
        { "Şifre: kedi", "Şifre: <secret-1>" },
        { "Κωδικός πρόσβασης: γάτα", "Κωδικός πρόσβασης: <secret-1>" },
        { "密码：abc123，谢谢", "密码：<secret-1>，谢谢" },
        { "パスワードはabc123です", "パスワードは<secret-1>" },
        { "비밀번호: 고양이", "비밀번호: <secret-1>" },
        { "키: Zm9vYmFyMTIzNDU2Nzg5MA", "키: <secret-1>" },
        { "PIN: 4711", "PIN: <secret-1>" },
        { "api key 9f86d081884c7d659a2feaa0c55ad015", "api key <secret-1>" },
        { "token=Zm9vYmFyMTIzNDU2Nzg5MA==", "token=<secret-1>" },
        { "API-Schlüssel: Zm9vYmFyMTIzNDU2Nzg5MA", "API-Schlüssel: <secret-1>" },
    };

    (void)state;
    CHECK("secrets", rows);
}

static void secrets_are_found_without_a_colon_and_after_longer_words(void **state)
{
    static const Row rows[] = {
        { "the password has been set to swordfish.", "the password has been set to <secret-1>." },
        { "Your password was changed to Sommer", "Your password was changed to <secret-1>" },
        { "password has to be changed soon", NULL },
        { "the password for the portal is hunter22", "the password for the portal is <secret-1>" },
        { "password - hunter22", "password - <secret-1>" },
        { "password -> hunter", "password -> <secret-1>" },
        { "| password | sword |", "| password | <secret-1> |" },
        { "|password|sword|", "|password|<secret-1>|" },
        { "| user | password |\n|---|---|\n", NULL },
        { "contrasena: gato", "contrasena: <secret-1>" },
        { "Sifre: kedi", "Sifre: <secret-1>" },
        { "sifreniz kedi123", "sifreniz <secret-1>" },
        { "мой пароль кошка123", "мой пароль <secret-1>" },
        { "пароль — Солнышко1", "пароль — <secret-1>" },
        { "Пароль от кабинета Qwerty", NULL },
        { "A jelszó: macska", "A jelszó: <secret-1>" },
        { "Parola mea: pisica", "Parola mea: <secret-1>" },
        { "Lozinka: mačka", "Lozinka: <secret-1>" },
        { "كلمة المرور: قطة", "كلمة المرور: <secret-1>" },
        { "סיסמה: חתול", "סיסמה: <secret-1>" },
        { "Mật khẩu: meo", "Mật khẩu: <secret-1>" },
        { "รหัสผ่าน: แมว", "รหัสผ่าน: <secret-1>" },
    };

    (void)state;
    CHECK("secrets", rows);
}

static void short_codes_need_no_colon(void **state)
{
    static const Row rows[] = {
        { "the CVV is 123.", "the CVV is <secret-1>." },
        { "cvc2 1234", "cvc2 <secret-1>" },
        { "PIN is 1234", "PIN is <secret-1>" },
        { "PIN 12", NULL },
        { "pin 12345678901", NULL },
        { "TAN: 123456", "TAN: <secret-1>" },
        { "TAN 123 456", "TAN <secret-1>" },
        { "tan: brown shoes", NULL },
        { "verification code is 482913", "verification code is <secret-1>" },
        { "Sicherheitscode 123", "Sicherheitscode <secret-1>" },
        { "code de sécurité : 123", "code de sécurité : <secret-1>" },
        { "Recovery codes:\n1. 1a2b-3c4d\n2. 5e6f-7a8b\n\nThanks",
          "Recovery codes:\n1. <secret-1>\n\nThanks" },
        { "backup code 8472-1946", "backup code <secret-1>" },
        { "backup codes are lost", NULL },
        { "Seed phrase: cat dog cow hen\nBye", "Seed phrase: <secret-1>\nBye" },
    };

    (void)state;
    CHECK("secrets", rows);
}

static void credentials_of_protocols_are_found(void **state)
{
    static const Row rows[] = {
        { "Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic <secret-1>" },
        { "-H 'Authorization: Basic dXNlcjpwYXNz'", "-H 'Authorization: Basic <secret-1>'" },
        { "{\"authorization\": \"Basic dXNlcjpwYXNz\"}",
          "{\"authorization\": \"Basic <secret-1>\"}" },
        { "Authorization: Digest username=\"tom\", response=\"6629f\"\nx",
          "Authorization: Digest <secret-1>\nx" },
        { "Authorization: approved by the manager", NULL },
        { "basic understanding of internationalization", NULL },
        { "curl -u tom:s3cret https://example.com", "curl -u tom:<secret-1> https://example.com" },
        { "curl --user 'tom:s3 cret'", "curl --user 'tom:<secret-1> cret'" },
        { "curl -u https://example.com", NULL },
        { "ls -u file", NULL },
        { "Cookie: sid=abc; theme=dark\nHost: x", "Cookie: <secret-1>\nHost: x" },
        { "Set-Cookie: sid=abc; HttpOnly", "Set-Cookie: <secret-1>" },
        { "Cookie: I like them", NULL },
        { "JSESSIONID=0A1B2C", "JSESSIONID=<secret-1>" },
        { "AccountKey=abc/def+ghi==;EndpointSuffix=x", "AccountKey=<secret-1>" },
        { "SharedAccessSignature=sv=2022&sig=abc", "SharedAccessSignature=<secret-1>" },
        { "https://x.example/b?sv=1&sig=aB3dE6gH9jK2mN5pQ8sT%2Bw%3D",
          "https://x.example/b?sv=1&sig=<secret-1>" },
        { "https://hooks.slack.com/services/T0/B0/x1",
          "https://hooks.slack.com/services/<secret-1>" },
        { "https://discord.com/api/webhooks/12/ab-c.",
          "https://discord.com/api/webhooks/<secret-1>" },
        { "https://acme.webhook.office.com/webhookb2/1@2/x",
          "https://acme.webhook.office.com/webhookb2/<secret-1>" },
        { "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nPrivate-Lines: 1\nAAAA\n"
          "Private-MAC: 0a1b\nBye",
          "<secret-1>\nBye" },
        { "bot 123456789:AAabcdefghijklmnopqrstuvwxyz0123456789", "bot 123456789:<secret-1>" },
    };

    (void)state;
    CHECK("secrets", rows);
}

static void secrets_are_known_by_their_form(void **state)
{
    static const Row rows[] = {
        { "use sk-ant-api03-AbCdEf0123456789xyz_Q.", "use <secret-1>" },
        { "ghp_0123456789abcdefghijABCDEFGHIJ0123", "<secret-1>" },
        { "(AKIAIOSFODNN7EXAMPLE)", "(<secret-1>)" },
        { "xoxb-1234567890-abcdef", "<secret-1>" },
        { "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl ok", "<secret-1> ok" },
        { "Authorization: Bearer abcdef0123456789==", "Authorization: Bearer <secret-1>" },
        { "https://bob:s3cret@example.com/x", "https://bob:<secret-1>@example.com/x" },
        { "-----BEGIN RSA PRIVATE KEY-----\nMIIEow+/=\n-----END RSA PRIVATE KEY-----\nBye.",
          "<secret-1>\nBye." },
        { "-----BEGIN PRIVATE KEY-----\nMIIEow\n(cut)", "<secret-1>(cut)" },
    };

    (void)state;
    CHECK("secrets", rows);
}

static void each_vendors_form_is_found(void **state)
{
    (void)state;
    for (const SecretForm *form = secret_forms; form->prefix; form++) {
        g_autoptr(GString) text = g_string_new("use ");

        g_string_append(text, form->prefix);
        for (int i = 0; i < form->least; i++)
            g_string_append_c(text, "a1B2c3D4"[i % 8]);
        g_string_append(text, " here");
        g_autofree char *got = redact_one("secrets", text->str);
        if (strcmp(got, "use <secret-1> here") != 0)
            fail_msg("%s: %s", form->prefix, got);
    }
}

static void talk_about_secrets_is_none(void **state)
{
    static const Row rows[] = {
        { "I forgot my password, please help", NULL },
        { "my password is wrong", NULL },
        { "the password does not work", NULL },
        { "Password reset fails since Monday", NULL },
        { "Password problem: cannot log in", NULL },
        { "Passwort vergessen", NULL },
        { "Password:\nUsername:\n", NULL },
        { "Password:\nI forgot it\n", NULL },
        { "key features of the new version", NULL },
        { "key: product-2024-release-notes", NULL },
        { "the token expired on 2026-11-23T09:30:00", NULL },
        { "secret: Friday is cake day", NULL },
        { "monkey: Zm9vYmFyMTIzNDU2Nzg5MA", NULL },
        { "a boarding pass 12AB34", NULL },
        { "risk-averse customers", NULL },
        { "sk-short", NULL },
        { "https://example.com:8080/a@b", NULL },
        { "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----", NULL },
        { "eyJ no token", NULL },
    };

    (void)state;
    CHECK("secrets", rows);
}

static void identity_numbers_pass_their_countries_checks(void **state)
{
    static const Row rows[] = {
        { "078-05-1120", "<id-1>" }, /* us */
        { "SSN: 078051120", "SSN: <id-1>" },
        { "65929970489", "<id-1>" }, /* de */
        { "86 095 742 719", "<id-1>" },
        { "12345678Z", "<id-1>" }, /* es */
        { "12.345.678-Z", "<id-1>" },
        { "X1234567L", "<id-1>" },
        { "RSSMRA80A01H501U", "<id-1>" }, /* it */
        { "rss mra 80a01 h501u", "<id-1>" },
        { "1 85 05 78 006 084 91", "<id-1>" }, /* fr */
        { "185057800608491", "<id-1>" },
        { "44051401359", "<id-1>" },       /* pl */
        { "BSN 111222333", "BSN <id-1>" }, /* nl */
        { "burgerservicenummer: 111222333", "burgerservicenummer: <id-1>" },
        { "811228-9874", "<id-1>" }, /* se */
        { "19811228-9874", "<id-1>" },
        { "131052-308T", "<id-1>" }, /* fi */
        { "131052A308T", "<id-1>" },
        { "070761-4285", "<id-1>" },    /* dk */
        { "01010750160", "<id-1>" },    /* no */
        { "529.982.247-25", "<id-1>" }, /* br */
        { "52998224725", "<id-1>" },
        { "AB 12 34 56 C", "<id-1>" }, /* gb */
        { "10000000146", "<id-1>" },   /* tr */
        { "736028/5163", "<id-1>" },   /* cz, sk */
        { "身分証10000000146です", "身分証<id-1>です" },
    };

    (void)state;
    CHECK("ids", rows);
}

static void near_misses_are_no_identity_numbers(void **state)
{
    static const Row rows[] = {
        { "000-12-3456 666-12-3456 900-12-3456 123-00-4567 123-45-0000", NULL },
        { "078051120", NULL }, /* nine digits alone are anything */
        { "111222333", NULL },
        { "BSN 111222334", NULL },
        { "65929970488", NULL },
        { "12345678A", NULL },
        { "W1234567L", NULL },
        { "RSSMRA80A01H501V", NULL },
        { "RSSMRA80A01H501U2", NULL },
        { "185057800608492", NULL },
        { "44051401358", NULL },
        { "811228-9875", NULL },
        { "811328-9874", NULL }, /* no such month */
        { "131052-308U", NULL },
        { "320761-4285", NULL }, /* no such day */
        { "01010750161", NULL },
        { "529.982.247-24", NULL },
        { "111.111.111-11", NULL },
        { "QQ123456C BG123456A AB123456E", NULL },
        { "10000000147", NULL },
        { "736028/5164", NULL },
        { "ORD-070761-4285", NULL },
        { "070761-4285-1", NULL },
        { "#070761-4285", NULL },
        { "order 20240115-1238", NULL },
        { "2026-11-23, 23.11.2026, 11/23/2026", NULL },
        { "978-3-16-148410-0", NULL },
        { "192.168.100.200 and 2001:db8::1", NULL },
        { "version 10.4.12-3456", NULL },
    };

    (void)state;
    CHECK("ids", rows);
}

static void telephones_are_known_by_plus_label_or_form(void **state)
{
    static const Row rows[] = {
        { "+49 30 123456", "<phone-1>" },
        { "+49 (0)30 / 123 456-0", "<phone-1>" },
        { "0049 30 123456", "<phone-1>" },
        { "call +15552345678!", "call <phone-1>!" },
        { "(555) 234-5678", "<phone-1>" },
        { "555-234-5678", "<phone-1>" },
        { "1-800-555-0199", "<phone-1>" },
        { "01 23 45 67 89", "<phone-1>" },
        { "01.23.45.67.89", "<phone-1>" },
        { "020 7946 0958", "<phone-1>" },
        { "0176 1234567", "<phone-1>" },
        { "01761234567", "<phone-1>" },
        { "03-1234-5678", "<phone-1>" },
        { "Tel. 12345678", "Tel. <phone-1>" },
        { "Fax: 12345-67", "Fax: <phone-1>" },
        { "電話：０３－１２３４－５６７８", "電話：<phone-1>" },
    };

    (void)state;
    CHECK("phones", rows);
}

static void other_numbers_are_no_telephones(void **state)
{
    static const Row rows[] = {
        { "01/02/2024 01.02.2024 2024-01-15 01-02-24", NULL },
        { "09:30, 08.15", NULL },
        { "order 0012345678", NULL },
        { "order 12345678", NULL },
        { "A-555-234-5678", NULL },
        { "555-234-5678-1", NULL },
        { "#0176 1234567", NULL },
        { "100-200-3000", NULL },
        { "978-3-16-148410-0", NULL },
        { "192.168.1.100 10.0.0.1", NULL },
        { "v0.12.3 1.2.3", NULL },
        { "+1 for that, +5 %", NULL },
        { "telegram 12", NULL },
        { "costs 1 234 567 EUR", NULL },
    };

    (void)state;
    CHECK("phones", rows);
}

static void addresses_have_a_domain_with_a_dot(void **state)
{
    static const Row rows[] = {
        { "bob@example.com", "<email-1>" },
        { "Bob <bob.b+x@mail.example.co.uk>, hi", "Bob <<email-1>>, hi" },
        { "bob@example.com.", "<email-1>." },
        { "jürgen@bücher.example", "<email-1>" },
        { "bob@xn--bcher-kva.xn--p1ai", "<email-1>" },
        { "a@b.de,c@d.de", "<email-1>,<email-2>" },
        { "@handle, bob@localhost, a@b.1", NULL },
        { "10:00 @ office.", NULL },
    };

    (void)state;
    CHECK("addresses", rows);
}

static const char *const restorable[] = { "cards", "iban", "ids", "phones", "addresses", NULL };

static void the_same_value_has_the_same_placeholder_in_all_texts(void **state)
{
    g_autoptr(Redaction) redaction = redaction_new(restorable);
    g_autofree char *subject = redaction_apply(redaction, "4111111111111111 again");
    g_autofree char *text = redaction_apply(redaction, "5555555555554444, 4111111111111111");

    (void)state;
    assert_string_equal(subject, "<card-1> again");
    assert_string_equal(text, "<card-2>, <card-1>");
    assert_int_equal(redaction_count(redaction, "cards"), 2);
    assert_int_equal(redaction_count(redaction, "iban"), 0);
    assert_int_equal(redaction_count(redaction, "none"), 0);
    g_autoptr(cJSON) counts = redaction_counts(redaction);
    g_autofree char *printed = json_print(counts);
    assert_string_equal(printed, "{\"cards\":2}");
}

static void what_one_placeholder_lays_open_is_found_too(void **state)
{
    static const char *const kinds[] = { "iban", "secrets", "cards", NULL };
    static const char glued[] = "DE89370400440532013000密码：geheim4111111111111111";
    g_autoptr(Redaction) redaction = redaction_new(kinds);
    g_autofree char *got = redaction_apply(redaction, glued);

    (void)state;
    assert_string_equal(got, "<iban-1>密码：<secret-1>");
}

static void an_answer_gets_its_values_back(void **state)
{
    static const char answer[] = "Dear Bob <<email-1>>, <card-1> was charged, <card-2> was not.";
    g_autoptr(Redaction) redaction = redaction_new(restorable);
    g_autofree char *text = redaction_apply(redaction, "bob@example.com 4111 1111 1111 1111");
    g_autofree char *restored = redaction_restore(redaction, answer);

    (void)state;
    assert_string_equal(text, "<email-1> <card-1>");
    assert_string_equal(restored, "Dear Bob <bob@example.com>, 4111 1111 1111 1111 was charged, "
                                  "<card-2> was not.");
}

static void secrets_stay_where_they_are(void **state)
{
    const char *const kinds[] = { "secrets", NULL };
    g_autoptr(Redaction) redaction = redaction_new(kinds);
    g_autofree char *text = redaction_apply(redaction, "Password: hunter2");
    g_autofree char *restored = redaction_restore(redaction, text);

    (void)state;
    assert_string_equal(text, "Password: <secret-1>");
    assert_string_equal(restored, text);
}

/* Who writes a placeholder gets it back, and nobody's number. */
static void placeholders_that_stood_there_are_no_ours(void **state)
{
    static const char mail[] = "4111111111111111 <card-1> <literal-1> <card-> <card-x> <cards-1> "
                               "<card-123456789> <<card-2>";
    g_autoptr(Redaction) redaction = redaction_new(restorable);
    g_autofree char *text = redaction_apply(redaction, mail);
    g_autofree char *restored = redaction_restore(redaction, text);

    (void)state;
    assert_string_equal(text, "<card-1> <literal-1> <literal-2> <card-> <card-x> <cards-1> "
                              "<card-123456789> <<literal-3>");
    assert_string_equal(restored, mail);
}

static void nothing_is_touched_if_nothing_is_wanted(void **state)
{
    static const char mail[] = "4111111111111111 <card-1> Password: hunter2";
    g_autofree char *got = redact_one(REDACT_NONE, mail);
    g_autoptr(Redaction) redaction = redaction_new(NULL);
    g_autofree char *same = redaction_apply(redaction, mail);

    (void)state;
    assert_string_equal(got, mail);
    assert_string_equal(same, mail);
    assert_false(redaction_is_wanted(redaction));
}

/* Mail built to be slow: each row would be, if anything looked on to the end from every place. */
static void hostile_text_costs_no_more_than_its_length(void **state)
{
    static const char *const pieces[] = {
        "key=",        "eyJ-",         "password ", "password:\n", "密码",
        "-----BEGIN ", "-----BEGIN x", "://a:",     "a@",          "<card-",
        "DE89 ",       "4111 ",        "1 ",        "tel ",        "password:\"",
        "bearer ",     "sk-",          "+",         "(",           "a.",
        "secret is "
    };
    g_autoptr(Redaction) redaction = redaction_new(redact_kind_names);

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        g_autofree char *got = NULL;

        while (text->len < 200000)
            g_string_append(text, pieces[i]);
        got = redaction_apply(redaction, text->str);
        assert_true(g_utf8_validate(got, -1, NULL));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cards_are_found_however_they_are_written),
        cmocka_unit_test(other_numbers_are_no_cards),
        cmocka_unit_test(ibans_are_known_by_country_length_and_sum),
        cmocka_unit_test(secrets_behind_their_words_are_found_in_each_language),
        cmocka_unit_test(secrets_are_found_without_a_colon_and_after_longer_words),
        cmocka_unit_test(short_codes_need_no_colon),
        cmocka_unit_test(credentials_of_protocols_are_found),
        cmocka_unit_test(secrets_are_known_by_their_form),
        cmocka_unit_test(each_vendors_form_is_found),
        cmocka_unit_test(talk_about_secrets_is_none),
        cmocka_unit_test(identity_numbers_pass_their_countries_checks),
        cmocka_unit_test(near_misses_are_no_identity_numbers),
        cmocka_unit_test(telephones_are_known_by_plus_label_or_form),
        cmocka_unit_test(other_numbers_are_no_telephones),
        cmocka_unit_test(addresses_have_a_domain_with_a_dot),
        cmocka_unit_test(the_same_value_has_the_same_placeholder_in_all_texts),
        cmocka_unit_test(what_one_placeholder_lays_open_is_found_too),
        cmocka_unit_test(an_answer_gets_its_values_back),
        cmocka_unit_test(secrets_stay_where_they_are),
        cmocka_unit_test(placeholders_that_stood_there_are_no_ours),
        cmocka_unit_test(nothing_is_touched_if_nothing_is_wanted),
        cmocka_unit_test(hostile_text_costs_no_more_than_its_length),
    };

    return cmocka_run_group_tests_name("prompt: redaction", tests, NULL, NULL);
}
