/* In which language a text is, as far as it is evident: by its script, and by words that every text
 * of a language has.  And how long it is.  Pure; any thread. */
#include "reply/check_parts.h"

#include <string.h>

/* Below so many words, or words that tell, nothing is evident. */
#define WORDS_ENOUGH   12
#define HITS_ENOUGH    4
#define JAPANESE_SHARE 10 /* one in so many is Kana */
#define TOLERANCE      4  /* a quarter of the words that are wanted */

typedef struct {
    guint hits[32]; /* by row */
    guint han, kana, hangul;
    guint words; /* of Han and Kana, every second character */
} Counts;

static void count_script(Counts *counts, gunichar c)
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

static Counts count(const DraftCheck *check)
{
    Counts counts = { .words = 0 };
    guint spaceless = 0;

    for (guint i = 0; i < check->words->len; i++) {
        const ReplyWord *word = &g_array_index(check->words, ReplyWord, i);
        const WordRoles *roles = reply_word_roles(word->hash);

        spaceless += word->spaceless;
        if ((guchar)check->text[word->start] >= 0x80)
            count_script(&counts, g_utf8_get_char(check->text + word->start));
        for (gsize k = 0; roles && k < reply_language_count; k++)
            counts.hits[k] += roles->languages[ROLE_COMMON] >> k & 1;
    }
    counts.words = check->words->len - spaceless / 2;
    return counts;
}

static gsize row_of(const char *code)
{
    const ReplyLanguage *row = reply_language(code ? code : "");

    return row ? (gsize)(row - reply_languages) : reply_language_count;
}

/* The languages whose scripts nobody else has. */
static gsize row_by_script(const Counts *counts)
{
    guint east = counts->han + counts->kana;

    if (counts->hangul * 2 > counts->words)
        return row_of("ko");
    if (east / 2 * 2 <= counts->words)
        return reply_language_count;
    return row_of(counts->kana * JAPANESE_SHARE > east ? "ja" : "zh");
}

/* The row that is evident; reply_language_count if none is.  Neighbours such as Danish and
 * Norwegian share most of their words: one must have many more than what is expected. */
static gsize evident_row(const Counts *counts, gsize expected)
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

void check_language(DraftCheck *check)
{
    Counts counts = count(check);
    gsize expected = row_of(check->input->language);
    gsize evident = evident_row(&counts, expected);

    if (evident < reply_language_count)
        check->language = (guint32)1 << evident;
    else if (expected < reply_language_count)
        check->language = (guint32)1 << expected;
    if (expected < reply_language_count && evident < reply_language_count && evident != expected)
        check_add(check, DRAFT_MARK_LANGUAGE, 0, 0, "it is in another language than expected");
}

void check_length(DraftCheck *check)
{
    const DraftInput *input = check->input;
    bool given = input->words_min > 0 || input->words_max > 0;
    guint least = given ? input->words_min : DRAFT_WORDS_MIN;
    guint most = given ? input->words_max : DRAFT_WORDS_MAX;
    guint words = count(check).words;

    if (words < least - least / TOLERANCE)
        check_add(check, DRAFT_MARK_LENGTH, 0, 0, "it is much shorter than wanted");
    else if (most > 0 && words > most + most / TOLERANCE)
        check_add(check, DRAFT_MARK_LENGTH, 0, 0, "it is much longer than wanted");
}
