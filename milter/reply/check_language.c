/* Whether a draft is in the language that is expected, and how long it is.  Pure; any thread. */
#include "language/detect.h"
#include "reply/check_parts.h"

#define TOLERANCE 4 /* a quarter of the words that are wanted */

static gsize row_of(const char *code)
{
    const ReplyLanguage *row = reply_language(code ? code : "");

    return row ? (gsize)(row - reply_languages) : reply_language_count;
}

void check_language(DraftCheck *check)
{
    LanguageCounts counts = language_count(check->text, check->words);
    gsize expected = row_of(check->input->language);
    gsize evident = language_evident(&counts, expected);

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
    guint words = language_count(check->text, check->words).words;

    if (words < least - least / TOLERANCE)
        check_add(check, DRAFT_MARK_LENGTH, 0, 0, "it is much shorter than wanted");
    else if (most > 0 && words > most + most / TOLERANCE)
        check_add(check, DRAFT_MARK_LENGTH, 0, 0, "it is much longer than wanted");
}
