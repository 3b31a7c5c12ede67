/* What a terminal is shown of text from outside. */
#include "base/unseen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void what_cannot_be_seen_or_is_obeyed_is_escaped(void **state)
{
    static const struct {
        const char *text, *shown;
    } rows[] = {
        { "", "" },
        { "plain text, ü and 漢字\n\tline", "plain text, ü and 漢字\n\tline" },
        { "\x1b[31mred\r\a\x7f", "\\u001b[31mred\\u000d\\u0007\\u007f" },
        { "\xc2\x9b", "\\u009b" },
        { "invoice\u202egpj.exe\u202c", "invoice\\u202egpj.exe\\u202c" },
        { "\u2066\u2069\u200f\u061c", "\\u2066\\u2069\\u200f\\u061c" },
        { "a\u200bb\u00adc\ufeff", "a\\u200bb\\u00adc\\ufeff" },
        { "a\U000E0041\U000E007F", "a\\udb40\\udc41\\udb40\\udc7f" },
        /* what scripts and pictures need stays */
        { "نامه\u200cها", "نامه\u200cها" },
        { "👩\u200d💻", "👩\u200d💻" },
        { "\xff\xfe", "\uFFFD\uFFFD" },
        { "C:\\users", "C:\\users" },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *shown = unseen_escape(rows[i].text);
        assert_string_equal(shown, rows[i].shown);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_cannot_be_seen_or_is_obeyed_is_escaped),
    };
    return cmocka_run_group_tests_name("base: unseen", tests, NULL, NULL);
}
