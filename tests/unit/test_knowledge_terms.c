/* Text as the terms it is looked up by. */
#include "knowledge/terms.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void text_is_cut_into_terms(void **state)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        { "", "" },
        { " \n.,;", "" },
        { "Plan for two", "plan for two" },
        { "a I 5", "" },
        { "Refunds price bill", "refunds refun~ price price~ bill" },
        { "error 503, req-88121", "error error~ 503 req 88121 88121~" },
        /* case and accents */
        { "Für FÜR fu\xCC\x88r", "fur fur fur" },
        { "Straße ΣΊΣΥΦΟΣ Ёлка", "strasse stras~ σισυφοσ σισυφ~ елка" },
        { "ﬁle ①②", "file 12" },
        /* vowels that are marks stay, shades go */
        { "मूल्य", "मूल्य मूल्य~" },
        { "كِتاب", "كتاب" },
        /* scripts without spaces: pairs */
        { "返金", "返金" },
        { "返金方法", "返金 金方 方法" },
        { "税", "税" },
        { "サーバー", "サー ーバ バー" },
        { "APIの料金は503円", "api の料 料金 金は 503 円" },
        { "환불은", "환불 불은" },
        { "ราคา", "รา าค คา" },
        /* nothing of FTS5's own language */
        { "\"a\" OR b* NEAR(c, 2) -dd ^ee {f}: gg~hh", "or near dd ee gg hh" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *got = terms_of(rows[i].text);

        assert_string_equal(got, rows[i].want);
    }
}

static void words_longer_than_the_limit_are_none(void **state)
{
    (void)state;
    for (int extra = -1; extra <= 1; extra++) {
        g_autofree char *word = g_strnfill((gsize)(TERMS_WORD_MAX + extra), 'x');
        g_autofree char *got = terms_of(word);
        g_autofree char *want = g_strconcat(word, " xxxxx~", NULL);

        assert_string_equal(got, extra > 0 ? "" : want);
    }
}

static void endings_share_a_stem(void **state)
{
    static const char *const pairs[][2] = {
        { "invoice", "invoices" }, { "refund", "refunding" },     { "Rechnung", "Rechnungen" },
        { "facture", "factures" }, { "счет-фактура", "фактуры" }, { "Kündigung", "kündigen" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++) {
        g_autofree char *one = terms_of(pairs[i][0]), *other = terms_of(pairs[i][1]);

        assert_string_equal(strrchr(one, ' '), strrchr(other, ' '));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_cut_into_terms),
        cmocka_unit_test(words_longer_than_the_limit_are_none),
        cmocka_unit_test(endings_share_a_stem),
    };

    return cmocka_run_group_tests_name("knowledge: terms", tests, NULL, NULL);
}
