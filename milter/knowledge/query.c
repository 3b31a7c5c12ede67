/* Chooses the words of a mail by which passages are looked for.
 *
 * A word is worth the more the fewer passages have it and the more often the mail says it; one that
 * stands in a quarter of them is as good as a stop word, in whatever language.  The bound on
 * passages bounds a search's time, however long the mail and however large the index.
 *
 * A term is made of letters, digits, marks and '~' (terms.h); in quotes it is nothing but a word to
 * FTS5, whatever the mail says.  Pure. */
#include "knowledge/query.h"

#include "base/text.h"
#include "knowledge/terms.h"

#include <math.h>
#include <string.h>

/* Saying it more often than this makes a word no more important. */
#define TIMES_MAX 3

/* A word in more than one of so many passages is common, but never one in so few. */
#define COMMON_SHARE 4
#define COMMON_FLOOR 5

static void clear_term(gpointer data)
{
    g_free(((QueryTerm *)data)->term);
}

/* `places`: word ─▶ its place among the terms, from 1. */
static void count(GArray *terms, GHashTable *places, char *word)
{
    guint place = GPOINTER_TO_UINT(g_hash_table_lookup(places, word));

    if (place == 0 && terms->len < QUERY_TERMS_MAX) {
        g_array_set_size(terms, place = terms->len + 1);
        g_array_index(terms, QueryTerm, place - 1).term = g_strdup(word);
        g_hash_table_insert(places, word, GUINT_TO_POINTER(place));
    }
    if (place > 0)
        g_array_index(terms, QueryTerm, place - 1).times++;
}

GArray *query_terms(const char *text)
{
    g_autofree char *begin = g_strndup(text, text_fit(text, QUERY_TEXT_MAX));
    g_autofree char *all = terms_of(begin);
    g_auto(GStrv) words = g_strsplit(all, " ", -1);
    g_autoptr(GHashTable) places = g_hash_table_new(g_str_hash, g_str_equal);
    GArray *terms = g_array_new(FALSE, TRUE, sizeof(QueryTerm));

    g_array_set_clear_func(terms, clear_term);
    for (guint i = 0; words[i]; i++)
        count(terms, places, words[i]);
    return terms;
}

static double worth(const QueryTerm *term, gint64 total)
{
    return MIN(term->times, TIMES_MAX) * log((double)total / (double)term->passages + 1);
}

static bool is_telling(const QueryTerm *term, gint64 total)
{
    return term->passages > 0 && term->passages <= MAX(COMMON_FLOOR, total / COMMON_SHARE);
}

static int compare_worth(gconstpointer a, gconstpointer b, gpointer total)
{
    const QueryTerm *left = *(QueryTerm *const *)a, *right = *(QueryTerm *const *)b;
    double left_worth = worth(left, *(gint64 *)total), right_worth = worth(right, *(gint64 *)total);

    if (left_worth != right_worth)
        return left_worth > right_worth ? -1 : 1;
    return strcmp(left->term, right->term);
}

char *query_expression(const GArray *terms, gint64 total)
{
    g_autoptr(GPtrArray) telling = g_ptr_array_new();
    g_autoptr(GString) expression = g_string_new(NULL);
    gint64 left = QUERY_POSTINGS;
    int chosen = 0;

    for (guint i = 0; i < terms->len; i++)
        if (is_telling(&g_array_index(terms, QueryTerm, i), total))
            g_ptr_array_add(telling, &g_array_index(terms, QueryTerm, i));
    g_ptr_array_sort_with_data(telling, compare_worth, &total);
    for (guint i = 0; i < telling->len && chosen < QUERY_BEST; i++) {
        const QueryTerm *term = telling->pdata[i];

        if (term->passages > left)
            continue;
        left -= term->passages;
        g_string_append_printf(expression, "%s\"%s\"", chosen++ > 0 ? " OR " : "", term->term);
    }
    return chosen > 0 ? g_string_free(g_steal_pointer(&expression), FALSE) : NULL;
}
