/* Numbers, amounts, dates, times, links and addresses of drafts, held against one source. */
#include "draft_case.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

typedef struct {
    const char *draft, *source, *marks;
} Row;

static void check_rows(const Row *rows, gsize count)
{
    for (gsize i = 0; i < count; i++) {
        g_autofree char *marks = draft_marks_against(rows[i].draft, rows[i].source);

        if (strcmp(marks, rows[i].marks) != 0)
            fail_msg("'%s' against '%s': '%s', not '%s'", rows[i].draft, rows[i].source, marks,
                     rows[i].marks);
    }
}
#define CHECK(rows) check_rows(rows, G_N_ELEMENTS(rows))

static void numbers_need_a_source(void **state)
{
    static const Row rows[] = {
        { "your order 4711", "order 4711", "" },
        { "your order 4712", "order 4711", "number:4712" },
        { "your order #4711", "Order No. 4711.", "" },
        { "4711 and 4711", "", "number:4711|number:4711" },
        { "471", "4711", "number:471" },
        { "no number", "4711", "" },
        { "1234.5", "1,234.50", "" },
        { "1 234,50", "1234.5", "" },
        { "1\u202F234,5", "1.234,50", "" },
        { "1'234.50", "1,234.5", "" },
        { "1.234.567", "1,234,567", "" },
        { "1234567", "1 234 567", "" },
        { "1,234", "1,234", "" },
        { "1,234", "1.234", "number:1,234" }, /* could be a thousandth of it */
        { "1.234", "1234", "number:1.234" },
        { "0.125", "0,125", "" },
        { "12.50", "12.5", "" },
        { "12.05", "12.5", "number:12.05" },
        { "00123", "123", "number:00123" },
        { "１２３", "123", "" },
        { "١٢٣", "124", "number:١٢٣" },
        { "version 2.3.1", "2.3.2", "number:2.3.1" },
        { "version 2.3.1.", "(2.3.1)", "" },
        { "1. First\n2) Second\n", "", "" },
        { "1.First", "", "number:1" },
        { "x\n 12. three", "", "" },
        { "x\n 123. four", "", "number:123" },
    };

    (void)state;
    CHECK(rows);
}

static void codes_need_their_letters(void **state)
{
    static const Row rows[] = {
        { "INV-2024-001", "inv 2024-001, INV-2024-001", "" },
        { "INV-2024-001", "inv2024001", "" },
        { "INV-2024-002", "INV-2024-001", "number:INV-2024-002" },
        { "A4711", "B4711", "number:A4711" },
        { "A4711", "4711", "number:A4711" },
        { "4711", "A4711", "" },
        { "2024 and 001", "INV-2024-001", "" },
        { "SUP-1001", "SUP-1001", "" },
        { "SUP-1002", "SUP-1001", "number:SUP-1002" },
        { "top-10", "10", "" },
        { "10GB or 10 GB", "10 GB", "" },
        { "20GB", "10 GB", "number:20GB" },
        { "30-day", "30 days", "" },
        { "24-Stunden-Service", "24", "" },
        { "v2.3.1", "v2.3.1", "" },
    };

    (void)state;
    CHECK(rows);
}

static void amounts_need_their_currency(void **state)
{
    static const Row rows[] = {
        { "you get 12.50 EUR", "12,50 €", "" },
        { "you get €12.50", "EUR 12.50", "" },
        { "you get 12,50 Euro", "12.5 eur", "" },
        { "you get $12.50", "12.50 EUR", "amount:$12.50" },
        { "you get $12.50", "total 12.50", "" },
        { "you get $13", "total 12", "amount:$13" },
        { "12 €.", "", "amount:12 €" },
        { "US$ 5", "", "amount:$ 5" },
        { "99 zł, 5 Kč, 5 руб, 100円", "99 PLN, 5 CZK, 5 RUB, ¥100", "" },
        { "1.234,50 EUR", "$1,234.50, 1234.50 EUR", "" },
        { "20%", "20 percent", "" },
        { "20 Prozent", "20%", "" },
        { "20%", "20 pieces", "amount:20%" },
        { "20 ％", "20%", "" },
    };

    (void)state;
    CHECK(rows);
}

static void dates_are_compared_as_days(void **state)
{
    static const Row rows[] = {
        { "on 12.05.2024", "2024-05-12", "" },
        { "on 12.05.2024", "12/05/2024", "date:12.05.2024" }, /* or the fifth of December */
        { "on 12/05/2024", "12-05-2024", "" },
        { "on 31/05/2024", "2024-05-31", "" },
        { "on 05/31/24", "31.5.2024", "" },
        { "on 12 May 2024", "2024-05-12", "" },
        { "on 12 May", "2024-05-12", "" },
        { "on May 12, 2024", "12 May 2024", "" },
        { "on May 12th", "12. Mai 2024", "" },
        { "on 13 May 2024", "2024-05-12", "date:13 May 2024" },
        { "on 12 May 2025", "12 May 2024", "date:12 May 2025" },
        { "in May 2024", "2024-05-12", "" },
        { "in June 2024", "2024-05-12", "date:June 2024" },
        { "you may 5", "", "date:may 5" },
        { "you may ask", "", "" },
        { "am 12. Mai 2024", "12 mai 2024", "" },
        { "le 1er mai 2024", "1. Mai 2024", "" },
        { "el 12 de mayo de 2024", "2024-05-12", "" },
        { "12 мая 2024", "2024-05-12", "" },
        { "12 maja 2024", "2024-05-12", "" },
        { "2024年5月12日", "5월 12일, 2024-05-12", "" },
        { "5월 13일", "2024-05-12", "date:5월 13일" },
        { "99.99.2024", "", "number:99.99.2024" },
        { "on Tuesday", "Tuesday", "" },
        { "on Tuesday", "am Dienstag", "" },
        { "on Tuesday", "on Wednesday", "date:Tuesday" },
        { "na sexta-feira", "", "date:sexta-feira" },
        { "in 2024", "12.05.2024", "" },
        { "2024-05-12T14:30:00Z", "12.05.2024 14:30", "" },
    };

    (void)state;
    CHECK(rows);
}

static void times_are_compared_as_minutes(void **state)
{
    static const Row rows[] = {
        { "at 14:30", "14:30", "" },         { "at 2:30 pm", "14:30", "" },
        { "at 2:30 p.m.", "14:30 Uhr", "" }, { "at 9am", "9:00", "" },
        { "at 12am", "0:00", "" },           { "at 12 pm", "12:00", "" },
        { "um 9 Uhr", "09:00", "" },         { "um 14.30 Uhr", "14:30", "" },
        { "à 14h30", "14:30", "" },          { "at 15:00", "14:30", "time:15:00" },
        { "at 14:30:15", "14:30", "" },      { "at 25:00", "25 00", "" },
    };

    (void)state;
    CHECK(rows);
}

static void only_links_to_allowed_sites_pass(void **state)
{
    static const Row rows[] = {
        /* Where links may lead: what a source has passes, what none has may be confirmed. */
        { "see https://example.com/help?a=1#b.", "https://example.com/help?a=1#b", "" },
        { "see https://example.com/help", "https://example.com/helping",
          "link:https://example.com/help" },
        { "see (http://www.example.com), https://docs.example.com:8443/x",
          "<http://www.example.com> https://docs.example.com:8443/x", "" },
        { "see example.com and www.EXAMPLE.com/path", "example.com", "link:www.EXAMPLE.com/path" },
        { "see https://bücher.example and https://xn--bcher-kva.example", "https://bücher.example",
          "link:https://xn--bcher-kva.example" },
        /* Elsewhere it may not. */
        { "see https://evil.com", "https://evil.com", "link!:https://evil.com" },
        { "see https://example.com.evil.com/", "", "link!:https://example.com.evil.com/" },
        { "see https://notexample.com", "", "link!:https://notexample.com" },
        { "see https://example.com@evil.com/", "", "link!:https://example.com@evil.com/" },
        { "see https://example.com\\@evil.com", "", "link!:https://example.com\\@evil.com" },
        { "see https://evil.com#example.com", "", "link!:https://evil.com#example.com" },
        { "see https://example.com%2eevil.com", "", "link!:https://example.com%2eevil.com" },
        { "see https://example.com/go?u=https://evil.com", "",
          "link!:https://example.com/go?u=https://evil.com" },
        { "see https://example.com/go?u=%2F%2Fevil.com", "",
          "link!:https://example.com/go?u=%2F%2Fevil.com" },
        { "see HTTPS://EVIL.COM", "", "link!:HTTPS://EVIL.COM" },
        { "see https:///evil.com", "", "link!:https:///evil.com" },
        { "see //evil.com/x", "", "link!:evil.com/x" },
        { "see evil.com, evil.co.uk; evil.de!", "",
          "link!:evil.com|link!:evil.co.uk|link!:evil.de" },
        { "see www.evil.unknown", "", "link!:www.evil.unknown" },
        { "see evil.unknown/path", "", "link!:evil.unknown/path" },
        { "see еvil.com and xn--vil-9oa.com", "",
          "link!:еvil.com|hidden:еvil|link!:xn--vil-9oa.com" },
        { "см. пример.рф", "", "link!:пример.рф" },
        { "见例子.中国。", "", "link!:见例子.中国" },
        { "ftp://example.com/x", "", "link!:ftp://example.com/x" },
        { "javascript:alert(1)", "", "link!:javascript:alert(1" },
        { "data:text/html,x", "", "link!:data:text/html,x" },
        { "hxxps://example.com", "", "link!:hxxps://example.com" },
        { "evil[.]com/x and evil (dot) com", "", "link!:evil[.]com/x|link!:evil (dot) com" },
        { "https://evil[.]com", "", "link!:https://evil" },
        { "wait...example.org", "", "link!:example.org" },
        /* Any top-level domain that is delegated. */
        { "evil.rocks evil.zip evil.mov evil.sbs", "",
          "link!:evil.rocks|link!:evil.zip|link!:evil.mov|link!:evil.sbs" },
        { "go to example.com.evil.rocks now", "", "link!:example.com.evil.rocks" },
        { "打开 点击.商店 吧", "", "link!:点击.商店" },
        /* Other dots than ASCII's. */
        { "see evil．rocks/pay, evil｡com; evil․com! evil。com", "",
          "link!:evil．rocks/pay|link!:evil｡com|link!:evil․com|link!:evil。com" },
        { "www．evil．com", "", "link!:www．evil．com" },
        { "您好。我们的商店很好。谢谢。", "", "" },
        { "こんにちは。ありがとう。", "", "" },
        /* Without slashes, with too many, with the wrong ones. */
        { "http:evil.rocks and (https:/evil.com", "",
          "link!:http:evil.rocks|link!:https:/evil.com" },
        { "http:\\\\evil.com", "", "link!:http:\\\\evil.com" },
        { "http:example.com", "http:example.com", "link!:http:example.com" },
        /* Where the link leads on to. */
        { "https://example.com/go?u=evil.com", "https://example.com/go?u=evil.com",
          "link!:https://example.com/go?u=evil.com" },
        { "https://example.com/go?a=1&u=evil.rocks%2Fpay", "",
          "link!:https://example.com/go?a=1&u=evil.rocks%2Fpay" },
        { "https://example.com/go?u=%252F%252Fevil.com", "",
          "link!:https://example.com/go?u=%252F%252Fevil.com" },
        { "https://example.com/go?u=evil%252Ecom", "",
          "link!:https://example.com/go?u=evil%252Ecom" },
        { "https://example.com/%2525252525252525", "",
          "link!:https://example.com/%2525252525252525" },
        { "https://example.com/#/evil.com", "", "link!:https://example.com/#/evil.com" },
        { "https://example.com/a?mail=tom@example.org&v=3.5",
          "https://example.com/a?mail=tom@example.org&v=3.5", "" },
        { "https://example.com/docs/setup.py", "https://example.com/docs/setup.py", "" },
        /* Names of files that a source has. */
        { "edit setup.py and readme.md", "setup.py readme.md", "link:setup.py|link:readme.md" },
        { "edit setup.py, then setup.py/x", "setup.py/x", "link!:setup.py|link!:setup.py/x" },
        { "e.g. this, i.e. z.B. that; and/or Node.js, report.pdf, 3.5.x", "3.5.x", "" },
        { "done.Therefore go", "", "" },
        { "your data: here", "", "" },
    };

    (void)state;
    CHECK(rows);
}

static void addresses_need_a_source(void **state)
{
    static const Row rows[] = {
        { "write to support@example.com", "", "" },
        { "write to Ann.Lee@Example.ORG.", "ann.lee@example.org", "" },
        { "write to bob@example.org", "ann@example.org", "address:bob@example.org" },
        { "mailto:bob@example.org", "", "address:bob@example.org" },
        { "<bob@example.org>,ann@example.org", "",
          "address:bob@example.org|address:ann@example.org" },
        { "bob@bücher.example", "bob@xn--bcher-kva.example", "" },
        { "@handle and 5@10 and a @ b", "5 10", "" },
        { "bob [at] example.org", "", "address:bob [at] example.org" },
        { "good.com@evil.com", "", "address:good.com@evil.com" },
        { "call +49 30 1234567", "+49 (30) 123-4567", "" },
        { "call 030 1234567", "+49 30 1234567", "" },
        { "call +49 30 1234567", "030/1234567", "" },
        { "call +44 20 1234567", "+49 30 1234567", "address:+44 20 1234567" },
        { "call (555) 123-4567", "555-123-4567", "" },
        { "call 01.23.45.67.89", "+33 1 23 45 67 89", "" },
        { "call +49 30 7654321", "+49 30 1234567", "address:+49 30 7654321" },
        { "order 00012345", "00012345", "" },
    };

    (void)state;
    CHECK(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_need_a_source),
        cmocka_unit_test(codes_need_their_letters),
        cmocka_unit_test(amounts_need_their_currency),
        cmocka_unit_test(dates_are_compared_as_days),
        cmocka_unit_test(times_are_compared_as_minutes),
        cmocka_unit_test(only_links_to_allowed_sites_pass),
        cmocka_unit_test(addresses_need_a_source),
    };

    return cmocka_run_group_tests_name("reply: find", tests, NULL, NULL);
}
