/* Which words of a mail are asked for. */
#include "knowledge/query.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void terms_are_counted_once_each(void **state)
{
    static const struct {
        const char *term;
        guint times;
    } want[] = { { "plan", 3 }, { "for", 1 }, { "the", 2 } };
    g_autoptr(GArray) terms = query_terms("Plan for the plan, the PLAN");

    (void)state;
    assert_int_equal(terms->len, G_N_ELEMENTS(want));
    for (guint i = 0; i < terms->len; i++) {
        assert_string_equal(g_array_index(terms, QueryTerm, i).term, want[i].term);
        assert_int_equal(g_array_index(terms, QueryTerm, i).times, want[i].times);
        assert_int_equal(g_array_index(terms, QueryTerm, i).passages, 0);
    }
}

/* "aa0000 aa0001 …": each is a term and has the same stem. */
static char *many_words(int count)
{
    GString *text = g_string_new(NULL);

    for (int i = 0; i < count; i++)
        g_string_append_printf(text, "%04d ", i);
    return g_string_free(text, FALSE);
}

static void terms_and_text_are_bounded(void **state)
{
    (void)state;
    for (int extra = -1; extra <= 1; extra++) {
        g_autofree char *words = many_words(QUERY_TERMS_MAX + extra);
        g_autofree char *blank = g_strnfill((gsize)(QUERY_TEXT_MAX - 2 + extra), ' ');
        g_autofree char *late = g_strconcat(blank, "ab", NULL);
        g_autoptr(GArray) many = query_terms(words);
        g_autoptr(GArray) one = query_terms(late);

        assert_int_equal(many->len, QUERY_TERMS_MAX + MIN(extra, 0));
        assert_int_equal(one->len, extra <= 0); /* half a word is cut to one letter: none */
    }
}

/* The expression for the words of `text`, each of which stands in so many passages of 1000. */
static char *express(const char *text, gint64 passages)
{
    g_autoptr(GArray) terms = query_terms(text);

    for (guint i = 0; i < terms->len; i++)
        g_array_index(terms, QueryTerm, i).passages = passages;
    return query_expression(terms, 1000);
}

static void words_that_tell_nothing_are_not_asked_for(void **state)
{
    static const struct {
        gint64 passages;
        const char *want;
    } rows[] = {
        { 0, NULL }, { 1, "\"ab\"" }, { 249, "\"ab\"" }, { 250, "\"ab\"" }, { 251, NULL },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *got = express("ab", rows[i].passages);

        assert_int_equal(got != NULL, rows[i].want != NULL);
        if (got)
            assert_string_equal(got, rows[i].want);
    }
}

static void few_passages_make_no_word_common(void **state)
{
    g_autoptr(GArray) terms = query_terms("ab");
    g_autofree char *got = NULL;

    (void)state;
    g_array_index(terms, QueryTerm, 0).passages = 3;
    got = query_expression(terms, 3);
    assert_string_equal(got, "\"ab\"");
}

static void rare_and_repeated_words_come_first(void **state)
{
    g_autoptr(GArray) terms = query_terms("aa bb cc cc dd");
    static const gint64 passages[] = { 100, 10, 10, 1 };
    g_autofree char *got = NULL;

    (void)state;
    for (guint i = 0; i < terms->len; i++)
        g_array_index(terms, QueryTerm, i).passages = passages[i];
    got = query_expression(terms, 1000);
    assert_string_equal(got, "\"cc\" OR \"dd\" OR \"bb\" OR \"aa\"");
}

static int count_terms(const char *expression)
{
    g_auto(GStrv) terms = g_strsplit(expression, " OR ", -1);

    return (int)g_strv_length(terms);
}

static void the_best_are_as_many_as_the_limits_allow(void **state)
{
    static const int most = QUERY_POSTINGS / 250; /* of words that stand in 250 passages */

    (void)state;
    for (int extra = -1; extra <= 1; extra++) {
        g_autofree char *rare = many_words(QUERY_BEST + extra);
        g_autofree char *frequent = many_words(most + extra);
        g_autofree char *by_number = express(rare, 1), *by_postings = express(frequent, 250);

        assert_int_equal(count_terms(by_number), QUERY_BEST + MIN(extra, 0));
        assert_int_equal(count_terms(by_postings), most + MIN(extra, 0));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(terms_are_counted_once_each),
        cmocka_unit_test(terms_and_text_are_bounded),
        cmocka_unit_test(words_that_tell_nothing_are_not_asked_for),
        cmocka_unit_test(few_passages_make_no_word_common),
        cmocka_unit_test(rare_and_repeated_words_come_first),
        cmocka_unit_test(the_best_are_as_many_as_the_limits_allow),
    };

    return cmocka_run_group_tests_name("knowledge: query", tests, NULL, NULL);
}
