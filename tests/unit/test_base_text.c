/* Text from outside: cleaned, put on one line, folded, searched. */
#include "base/text.h"

#include "base/digest.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define BAD "\xEF\xBF\xBD"

static void clean_text_is_utf_8_without_nul(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        gssize length;
        const char *clean;
    } rows[] = {
        { "plain", -1, "plain" },
        { "", -1, "" },
        { "a\0b", 3, "a" BAD "b" },
        { "gr\xFC\xDF", -1, "gr" BAD BAD },
        { "\xED\xA0\x80", -1, BAD BAD BAD }, /* a surrogate */
        { "\xC0\x80", -1, BAD BAD },         /* overlong */
        { "end\xE2\x82", -1, "end" BAD BAD },
        { "taken apart", 5, "taken" },
        { "line\nline\x1B[0m", -1, "line\nline\x1B[0m" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        bool cut = true;
        g_autofree char *clean = text_clean(rows[i].text, rows[i].length, 1000, &cut);
        assert_string_equal(clean, rows[i].clean);
        assert_false(cut);
    }
}

static void clean_text_is_cut_at_a_character(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        gsize max;
        const char *clean;
        bool cut;
    } rows[] = {
        { "abcd", 5, "abcd", false },
        { "abcd", 4, "abcd", false },
        { "abcd", 3, "abc", true },
        { "abcd", 0, "", true },
        { "", 0, "", false },
        { "aé", 3, "aé", false },
        { "aé", 2, "a", true },
        { "a😀b", 5, "a😀", true },
        { "a😀b", 4, "a", true },
        { "ab\xFF", 4, "ab", true },
        { "ab\xFF", 5, "ab" BAD, false },
        { "abcdefghijklmnop", 3, "abc", true },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        bool cut = !rows[i].cut;
        g_autofree char *clean = text_clean(rows[i].text, -1, rows[i].max, &cut);
        assert_string_equal(clean, rows[i].clean);
        assert_int_equal(cut, rows[i].cut);
        g_autofree char *unasked = text_clean(rows[i].text, -1, rows[i].max, NULL);
        assert_string_equal(unasked, rows[i].clean);
    }
}

static void a_line_has_no_breaks_and_single_spaces(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        gsize max;
        const char *line;
    } rows[] = {
        { "one", 10, "one" },
        { "  one \r\n\t two\v", 10, "one two" },
        { "a\x1B[31mb\x7F", 10, "a [31mb" },
        { "a\xC2\x85"
          "b\xE2\x80\xA8"
          "c\xC2\xA0"
          "d",
          10, "a b c d" },
        { "\n\n\n\n\n\nlate", 4, "late" },
        { "one two", 7, "one two" },
        { "one two", 6, "one tw" },
        { "one two", 3, "one" },
        { "aé", 2, "a" },
        { " \n ", 10, "" },
        { "b\xFF"
          "d",
          10, "b" BAD "d" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *line = text_line(rows[i].text, rows[i].max);
        assert_string_equal(line, rows[i].line);
    }
}

static void fit_counts_whole_characters(void **state)
{
    (void)state;
    assert_int_equal(text_fit("abc", 4), 3);
    assert_int_equal(text_fit("abc", 3), 3);
    assert_int_equal(text_fit("abc", 2), 2);
    assert_int_equal(text_fit("ä€😀", 9), 9);
    assert_int_equal(text_fit("ä€😀", 8), 5);
    assert_int_equal(text_fit("ä€😀", 4), 2);
    assert_int_equal(text_fit("ä€😀", 1), 0);
    assert_int_equal(text_fit("abc", G_MAXSIZE), 3);
}

/* Of every length around the word that is looked at together. */
static void runs_end_where_ascii_or_utf_8_does(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        gsize length, ascii, valid;
    } rows[] = {
        { "", 0, 0, 0 },    { "\x7F\x01", 2, 2, 2 }, { "ä", 2, 0, 2 },     { "a\0b", 3, 1, 1 },
        { "ä\0", 3, 0, 2 }, { "\xE4", 1, 0, 0 },     { "ä\xE4", 3, 0, 2 }, { "€", 2, 0, 0 },
    };
    for (gsize before = 0; before < 20; before++)
        for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
            g_autoptr(GString) text = g_string_new(NULL);
            for (gsize k = 0; k < before; k++)
                g_string_append_c(text, (char)(0x7F - k));
            g_string_append_len(text, rows[i].text, (gssize)rows[i].length);
            assert_int_equal(text_ascii_run(text->str, text->len), before + rows[i].ascii);
            assert_int_equal(text_valid_run(text->str, text->len), before + rows[i].valid);
            assert_int_equal(text_ascii_run(text->str, before / 2), before / 2);
        }
}

static void folding_makes_equal_what_reads_equal(void **state)
{
    (void)state;
    static const struct {
        const char *text, *folded;
    } rows[] = {
        { "Invoice  OVERDUE\n", "invoice overdue" },
        { "STRASSE", "strasse" },
        { "Straße", "strasse" },
        { "re\xCC\x81sume\xCC\x81", "résumé" },
        { "ＲＥＦＵＮＤ", "refund" },
        { "ﬁnal", "final" },
        { "ΣΊΣΥΦΟΣ", "σίσυφοσ" },
        { "한국어", "한국어" },
        { "\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", "한" },
        { "ｶﾞ", "ガ" },
        { "a\xC2\xA0"
          "b",
          "a b" },
        { "", "" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *folded = text_fold(rows[i].text);
        assert_string_equal(folded, rows[i].folded);
        g_autofree char *again = text_fold(folded);
        assert_string_equal(again, folded);
    }
}

/* Pieces are an affair of the implementation: one long text folds to what its words fold to. */
static void folding_a_long_text_is_folding_its_words(void **state)
{
    (void)state;
    static const char *const words[] = {
        "Größe",    "e\xCC\x81", "\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", "ﷺ", "ｶﾞ",
        "İstanbul", "plain",     "\xE0\xB2\x95\xE0\xB3\x86\xE0\xB3\x82"
    };
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        g_autofree char *one = text_fold(words[i]);
        g_autoptr(GString) text = g_string_new(NULL), expected = g_string_new(NULL);
        for (int n = 0; n < 200; n++) {
            g_string_append(text, words[i]);
            g_string_append(expected, one);
        }
        g_autofree char *folded = text_fold(text->str);
        assert_string_equal(folded, expected->str);
    }
}

static char *repeat(const char *text, int times)
{
    g_autoptr(GString) all = g_string_new(NULL);
    for (int i = 0; i < times; i++)
        g_string_append(all, text);
    return g_strdup(all->str);
}

static void of_marks_in_a_row_thirty_stay(void **state)
{
    (void)state;
    for (int count = 29; count <= 40; count++) {
        g_autofree char *marks = repeat("\xCC\x96", count);
        g_autofree char *text = g_strconcat("x", marks, "y", NULL);
        g_autofree char *folded = text_fold(text);
        assert_int_equal(g_utf8_strlen(folded, -1), 2 + MIN(count, 30));
    }
}

static void hostile_text_is_folded_in_linear_time(void **state)
{
    (void)state;
    static const char *const units[] = {
        "\xCC\x80\xCC\x96", "한", "é", "\xE0\xB3\x86\xE0\xB3\x82", "\xE1\x85\xA1", "か\xE3\x82\x99"
    };
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
        g_autofree char *text = repeat(units[i], 100000);
        gint64 start = g_get_monotonic_time();
        g_autofree char *folded = text_fold(text);
        assert_true(g_get_monotonic_time() - start < 5 * G_TIME_SPAN_SECOND);
        assert_true(strlen(folded) > 0);
    }
}

static void words_are_found_whole(void **state)
{
    (void)state;
    static const struct {
        const char *text, *word;
        bool found;
    } rows[] = {
        { "an invoice here", "invoice", true },
        { "invoice", "invoice", true },
        { "invoices", "invoice", false },
        { "reinvoice", "invoice", false },
        { "invoices, an invoice", "invoice", true },
        { "(invoice)", "invoice", true },
        { "invoice_2", "invoice", true },
        { "invoice2", "invoice", false },
        { "data breach", "data breach", true },
        { "data breaches", "data breach", false },
        { "größe", "größ", false },
        { "größe", "röße", false },
        { "c++ and c", "c++", true },
        { "error -5", "-5", true },
        { "aaab aab", "aab", true },
        { "करो", "कर", false }, /* a mark belongs to its letter */
        { "我要退款吗", "退款", true },
        { "退款", "退款", true },
        { "请重置vpn密码", "vpn", true },
        { "xvpn密码", "vpn", false },
        { "ขอเงินคืนครับ", "เงินคืน", true },
        { "サーバが落ちた", "サーバ", true },
        { "text", "", false },
        { "", "word", false },
        { "", "", false },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        if (text_has_word(rows[i].text, rows[i].word) != rows[i].found)
            fail_msg("'%s' in '%s'", rows[i].word, rows[i].text);
}

static void tokens_are_safe_in_headers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool token;
    } rows[] = {
        { "a", true },           { "queue-1_b.c", true },
        { "12345678901", true }, { "123456789012", false },
        { "", false },           { "-a", false },
        { ".a", false },         { "_a", true },
        { "a b", false },        { "a\n", false },
        { "ä", false },          { "a:b", false },
        { "a\r\nX: y", false },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_int_equal(text_is_token(rows[i].text, 11), rows[i].token);
}

static void sha256_is_that_of_the_standard(void **state)
{
    (void)state;
    g_autofree char *empty = digest_of("", 0), *abc = digest_of("abc", 3);
    assert_string_equal(empty, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_string_equal(abc, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

/* RFC 4231, cases 1, 2 and 6. */
static void an_hmac_is_that_of_the_standard(void **state)
{
    (void)state;
    static const char long_data[] = "Test Using Larger Than Block-Size Key - Hash Key First";
    guchar sum[DIGEST_HMAC_SIZE], key[131];

    memset(key, 0x0b, 20);
    digest_hmac(key, 20, "Hi There", 8, sum);
    assert_memory_equal(sum, "\xb0\x34\x4c\x61\xd8\xdb\x38\x53", 8);
    digest_hmac("Jefe", 4, "what do ya want for nothing?", 28, sum);
    assert_memory_equal(sum, "\x5b\xdc\xc1\x46\xbf\x60\x75\x4e", 8);
    assert_memory_equal(sum + 24, "\x9d\xec\x58\xb9\x64\xec\x38\x43", 8);
    memset(key, 0xaa, sizeof key);
    digest_hmac(key, sizeof key, long_data, strlen(long_data), sum);
    assert_memory_equal(sum, "\x60\xe4\x31\x59\x1e\xe0\xb6\x7f", 8);
}

static void same_bytes_are_the_same(void **state)
{
    (void)state;
    assert_true(digest_same("abc", "abd", 2));
    assert_false(digest_same("abc", "abd", 3));
    assert_true(digest_same("", "x", 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clean_text_is_utf_8_without_nul),
        cmocka_unit_test(clean_text_is_cut_at_a_character),
        cmocka_unit_test(a_line_has_no_breaks_and_single_spaces),
        cmocka_unit_test(fit_counts_whole_characters),
        cmocka_unit_test(runs_end_where_ascii_or_utf_8_does),
        cmocka_unit_test(folding_makes_equal_what_reads_equal),
        cmocka_unit_test(folding_a_long_text_is_folding_its_words),
        cmocka_unit_test(of_marks_in_a_row_thirty_stay),
        cmocka_unit_test(hostile_text_is_folded_in_linear_time),
        cmocka_unit_test(words_are_found_whole),
        cmocka_unit_test(tokens_are_safe_in_headers),
        cmocka_unit_test(sha256_is_that_of_the_standard),
        cmocka_unit_test(an_hmac_is_that_of_the_standard),
        cmocka_unit_test(same_bytes_are_the_same),
    };
    return cmocka_run_group_tests_name("base: text", tests, NULL, NULL);
}
