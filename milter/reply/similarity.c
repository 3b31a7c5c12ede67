/* The longest common subsequence of two texts' words, found row by row in memory for one row: the
 * square of 4000 words takes some ten milliseconds, and no longer texts are compared so.  Pure; any
 * thread. */
#include "reply/similarity.h"

#include "language/word.h"

#include <stdlib.h>

#define RUN 3

static guint64 word_at(const GArray *words, guint i)
{
    return g_array_index(words, ReplyWord, i).hash;
}

static guint common_length(const GArray *one, const GArray *other)
{
    g_autofree guint *row = g_new0(guint, other->len + 1);

    for (guint i = 0; i < one->len; i++) {
        guint64 word = word_at(one, i);
        guint diagonal = 0;

        for (guint k = 1; k <= other->len; k++) {
            guint above = row[k];

            row[k] = word == word_at(other, k - 1) ? diagonal + 1 : MAX(above, row[k - 1]);
            diagonal = above;
        }
    }
    return row[other->len];
}

static int compare(gconstpointer a, gconstpointer b)
{
    const guint64 one = *(const guint64 *)a, other = *(const guint64 *)b;

    return (one > other) - (one < other);
}

/* The hashes of all runs of three words, sorted; of a shorter text that of all its words. */
static GArray *runs_of(const GArray *words)
{
    GArray *runs = g_array_new(FALSE, FALSE, sizeof(guint64));

    for (guint i = 0; i < words->len && (i == 0 || i + RUN <= words->len); i++) {
        guint64 run = word_at(words, i);

        for (guint k = i + 1; k < MIN(i + RUN, words->len); k++)
            run = reply_hash_join(run, word_at(words, k));
        g_array_append_val(runs, run);
    }
    g_array_sort(runs, compare);
    return runs;
}

static double shared_runs(const GArray *draft, const GArray *final)
{
    g_autoptr(GArray) wanted = runs_of(draft), there = runs_of(final);
    guint shared = 0;

    for (guint i = 0; i < wanted->len; i++)
        shared += g_array_binary_search(there, &g_array_index(wanted, guint64, i), compare, NULL);
    return (double)shared / wanted->len;
}

double reply_similarity(const char *draft, const char *final)
{
    g_autoptr(GArray) written = reply_words(draft), kept = reply_words(final);

    if (written->len == 0 || kept->len == 0)
        return written->len == kept->len;
    if (MAX(written->len, kept->len) > SIMILARITY_WORDS_MAX)
        return shared_runs(written, kept);
    return (double)common_length(written, kept) / written->len;
}
