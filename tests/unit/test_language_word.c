/* Words as they are compared, and what they are in each language. */
#include "base/text.h"
#include "language/language.h"
#include "language/word.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The words joined by '|', those that begin a line with '^' before them, else a sentence with '.',
 * with '+' if they follow the one before closely; behind capital ones '!'. */
static char *as_text(const char *text)
{
    g_autoptr(GArray) words = reply_words(text);
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < words->len; i++) {
        const ReplyWord *word = &g_array_index(words, ReplyWord, i);

        g_string_append_printf(out, "%s%s%s%.*s%s", i ? "|" : "",
                               word->begins_line       ? "^"
                               : word->begins_sentence ? "."
                                                       : "",
                               word->follows ? "+" : "", (int)word->length, text + word->start,
                               word->camel     ? "!!"
                               : word->capital ? "!"
                                               : "");
    }
    return g_string_free(out, FALSE);
}

static void a_text_is_taken_apart(void **state)
{
    static const char *const rows[][2] = {
        { "", "" },
        { " .,\n", "" },
        { "One two", "^One!|+two" },
        { "One, two", "^One!|two" },
        { "It’s l'eau.  Yes\nno", "^It’s!|+l'eau|.Yes!|^no" },
        { "'quoted' it", "^quoted|it" },
        { "Anna-Lena GmbH PayPal ASAP", "^Anna!|+Lena!|+GmbH!!|+PayPal!!|+ASAP" },
        { "Ελλάδα Мир", "^Ελλάδα!|+Мир!" },
        { "東京は", "^東|京|は" },
        { "A4 한국어 กา", "^A4|+한국어|+ก|า" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = as_text(rows[i][0]);

        assert_string_equal(text, rows[i][1]);
    }
}

static guint64 hash(const char *text)
{
    return reply_hash_folded(text, strlen(text));
}

/* The quick way and text_fold() agree about every letter there is. */
static void every_letter_hashes_as_it_folds(void **state)
{
    (void)state;
    for (gunichar c = 'A'; c < 0x11000; c++) {
        char text[7] = "";

        if (!g_unichar_isalnum(c) || (c >= 0xAC00 && c % 100))
            continue;
        text[g_unichar_to_utf8(c, text)] = '\0';
        g_autofree char *folded = text_fold(text);
        if (hash(text) != reply_hash(folded, strlen(folded)))
            fail_msg("U+%04X", c);
    }
}

static void what_reads_equal_hashes_equal(void **state)
{
    (void)state;
    assert_true(hash("STRASSE") == hash("Straße"));
    assert_true(hash("re\xCC\x81sume\xCC\x81") == hash("RÉSUMÉ"));
    assert_true(hash("don’t") == hash("Don't"));
    assert_true(hash("ＲＥＦＵＮＤ") == hash("refund"));
    assert_false(hash("refund") == hash("refunds"));
    assert_true(reply_hash_phrase("Best  regards,", 14) == reply_hash_phrase("best regards", 12));
    assert_false(reply_hash_phrase("best regards", 12) == reply_hash_phrase("regards best", 12));
}

static void a_word_has_its_roles(void **state)
{
    const WordRoles *march = reply_word_roles(hash("MÄRZ"));
    const WordRoles *friday = reply_word_roles(reply_hash_phrase("sexta-feira", 11));

    (void)state;
    assert_true(march && march->languages[ROLE_MONTH] && march->number == 3);
    assert_true(friday && friday->languages[ROLE_WEEKDAY] && friday->number == 5);
    assert_true(reply_word_is(hash("und"), ROLE_COMMON));
    assert_false(reply_word_is(hash("und"), ROLE_GREETING));
    assert_true(reply_word_is(reply_hash_phrase("Sehr geehrte", 12), ROLE_GREETING));
    assert_null(reply_word_roles(hash("xyzzy")));
}

static void every_row_is_whole(void **state)
{
    (void)state;
    for (gsize i = 0; i < reply_language_count; i++) {
        const ReplyLanguage *row = &reply_languages[i];
        g_auto(GStrv) months = g_strsplit(row->months, "|", -1);
        g_auto(GStrv) weekdays = g_strsplit(row->weekdays, "|", -1);

        assert_int_equal(strlen(row->code), 2);
        assert_ptr_equal(reply_language(row->code), row);
        assert_true(g_strv_length(months) == 12 || !*row->months);
        assert_true(g_strv_length(weekdays) == 7 || !*row->weekdays);
        assert_non_null(strstr(row->attribution, "{when}"));
        assert_non_null(strstr(strstr(row->attribution, "{when}"), "{who}"));
        assert_true(*row->replies && *row->greetings && *row->closings);
    }
}

static void a_language_is_found_by_its_code(void **state)
{
    (void)state;
    assert_string_equal(reply_language("de-AT")->code, "de");
    assert_string_equal(reply_language("DE")->code, "de");
    assert_null(reply_language("deu"));
    assert_null(reply_language("d"));
    assert_null(reply_language(""));
    assert_null(reply_language("xx"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_is_taken_apart),
        cmocka_unit_test(every_letter_hashes_as_it_folds),
        cmocka_unit_test(what_reads_equal_hashes_equal),
        cmocka_unit_test(a_word_has_its_roles),
        cmocka_unit_test(every_row_is_whole),
        cmocka_unit_test(a_language_is_found_by_its_code),
    };

    return cmocka_run_group_tests_name("language: word", tests, NULL, NULL);
}
