/* Chooses the interactions that a mail is probably about: those that share words with it, and among
 * equals the newest.
 *
 * Short words are no words here, which spares a list of stop words for each language.  Texts in
 * scripts without spaces share hardly a word that way; for them recency decides.  Pure. */
#include "crm/relevance.h"

#include "base/text.h"

#include <string.h>

#define WORD_MIN  4    /* characters */
#define MAIL_TEXT 4096 /* bytes of the mail's text that are compared */

/* A shared word is worth so many places in the order of time; more than SHARED_MAX tell no more. */
#define SHARED_WORTH 3
#define SHARED_MAX   4

typedef struct {
    Interaction *interaction;
    guint place, score;
} Candidate;

/* The words of `text` as a set. */
static GHashTable *words_of(const char *text)
{
    GHashTable *words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autofree char *folded = text_fold(text);
    const char *word = folded;
    int length = 0;

    for (const char *at = folded;; at = g_utf8_next_char(at)) {
        if (*at && g_unichar_isalnum(g_utf8_get_char(at))) {
            length++;
            continue;
        }
        if (length >= WORD_MIN)
            g_hash_table_add(words, g_strndup(word, (gsize)(at - word)));
        if (!*at)
            break;
        word = g_utf8_next_char(at);
        length = 0;
    }
    return words;
}

static GHashTable *words_of_mail(const Message *message)
{
    int bytes = (int)text_fit(message->reply, MAIL_TEXT);
    g_autofree char *text = g_strdup_printf("%s %.*s", message->subject, bytes, message->reply);

    return words_of(text);
}

static guint count_shared(GHashTable *words, const char *text)
{
    g_autoptr(GHashTable) own = words_of(text);
    GHashTableIter iter;
    gpointer word;
    guint shared = 0;

    g_hash_table_iter_init(&iter, own);
    while (g_hash_table_iter_next(&iter, &word, NULL))
        shared += g_hash_table_contains(words, word);
    return MIN(shared, SHARED_MAX);
}

static int compare_scores(gconstpointer a, gconstpointer b)
{
    const Candidate *left = a, *right = b;

    if (left->score != right->score)
        return left->score > right->score ? -1 : 1;
    return left->place < right->place ? -1 : left->place > right->place;
}

static int compare_places(gconstpointer a, gconstpointer b)
{
    const Candidate *left = a, *right = b;

    return left->place < right->place ? -1 : left->place > right->place;
}

static GArray *score_all(const GPtrArray *interactions, const Message *message)
{
    GArray *candidates = g_array_new(FALSE, TRUE, sizeof(Candidate));
    g_autoptr(GHashTable) words = words_of_mail(message);

    for (guint i = 0; i < interactions->len; i++) {
        Candidate candidate = { .interaction = interactions->pdata[i], .place = i };

        candidate.score = interactions->len - i +
                          SHARED_WORTH * count_shared(words, candidate.interaction->summary);
        g_array_append_val(candidates, candidate);
    }
    return candidates;
}

static void choose_best(GPtrArray *chosen, const GPtrArray *interactions, const Message *message)
{
    g_autoptr(GArray) candidates = score_all(interactions, message);

    g_array_sort(candidates, compare_scores);
    g_array_set_size(candidates, RELEVANCE_BEST);
    g_array_sort(candidates, compare_places);
    for (guint i = 0; i < candidates->len; i++)
        g_ptr_array_add(chosen, g_array_index(candidates, Candidate, i).interaction);
}

GPtrArray *relevance_choose(const GPtrArray *interactions, const Message *message)
{
    GPtrArray *chosen = g_ptr_array_new();

    if (interactions->len > RELEVANCE_BEST)
        choose_best(chosen, interactions, message);
    else
        g_ptr_array_extend(chosen, (GPtrArray *)interactions, NULL, NULL);
    return chosen;
}
