/* The language of a text by its script, and by words that every text of a language has.  Pure; any
 * thread. */
#include "language/detect.h"

#include "base/text.h"

#include <string.h>

/* Below so many words, or words that tell, nothing is evident. */
#define WORDS_ENOUGH   12
#define HITS_ENOUGH    4
#define JAPANESE_SHARE 10 /* one in so many is Kana */

static void count_script(LanguageCounts *counts, gunichar c)
{
    switch (g_unichar_get_script(c)) {
    case G_UNICODE_SCRIPT_HAN:
        counts->han++;
        break;
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_KATAKANA:
        counts->kana++;
        break;
    case G_UNICODE_SCRIPT_HANGUL:
        counts->hangul++;
        break;
    default:
        break;
    }
}

LanguageCounts language_count(const char *text, const GArray *words)
{
    LanguageCounts counts = { .words = 0 };
    guint spaceless = 0;

    for (guint i = 0; i < words->len; i++) {
        const ReplyWord *word = &g_array_index(words, ReplyWord, i);
        const WordRoles *roles = reply_word_roles(word->hash);

        spaceless += word->spaceless;
        if ((guchar)text[word->start] >= 0x80)
            count_script(&counts, g_utf8_get_char(text + word->start));
        for (gsize k = 0; roles && k < reply_language_count; k++)
            counts.hits[k] += roles->languages[ROLE_COMMON] >> k & 1;
    }
    counts.words = words->len - spaceless / 2;
    return counts;
}

static gsize row_of(const char *code)
{
    return (gsize)(reply_language(code) - reply_languages);
}

/* The languages whose scripts nobody else has. */
static gsize row_by_script(const LanguageCounts *counts)
{
    guint east = counts->han + counts->kana;

    if (counts->hangul * 2 > counts->words)
        return row_of("ko");
    if (east / 2 * 2 <= counts->words)
        return reply_language_count;
    return row_of(counts->kana * JAPANESE_SHARE > east ? "ja" : "zh");
}

gsize language_evident(const LanguageCounts *counts, gsize expected)
{
    gsize best = row_by_script(counts);
    guint hoped = expected < reply_language_count ? counts->hits[expected] : 0;

    if (counts->words < WORDS_ENOUGH || best < reply_language_count)
        return counts->words < WORDS_ENOUGH ? reply_language_count : best;
    best = 0;
    for (gsize i = 1; i < reply_language_count; i++)
        if (counts->hits[i] > counts->hits[best])
            best = i;
    if (counts->hits[best] == hoped && hoped > 0)
        return expected;
    return counts->hits[best] >= HITS_ENOUGH && counts->hits[best] >= 2 * hoped
               ? best
               : reply_language_count;
}

/* Has another language as many of its words? */
static bool is_tied(const LanguageCounts *counts, gsize row)
{
    for (gsize i = 0; counts->hits[row] > 0 && i < reply_language_count; i++)
        if (i != row && counts->hits[i] == counts->hits[row])
            return true;
    return false;
}

const char *language_of_text(const char *text)
{
    g_autofree char *start = g_strndup(text, text_fit(text, LANGUAGE_TEXT_MAX));
    g_autoptr(GArray) words = reply_words(start);
    LanguageCounts counts = language_count(start, words);
    gsize row = language_evident(&counts, reply_language_count);

    return row < reply_language_count && !is_tied(&counts, row) ? reply_languages[row].code : "";
}
