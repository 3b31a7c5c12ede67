/* In which language a text is, as far as it is evident. */
#pragma once

#include "language/language.h"
#include "language/word.h"

/* What speaks for each language. */
typedef struct {
    guint hits[32]; /* by row: words that every text of it has */
    guint han, kana, hangul;
    guint words; /* of Han and Kana, every second character */
} LanguageCounts;

/* `words`: ReplyWord of `text`, as reply_words() gives them. */
LanguageCounts language_count(const char *text, const GArray *words);

/* The row that is evident; reply_language_count if none is, as for fewer than twelve words.
 * `expected` is the row that it should be, reply_language_count if any may be: neighbours such as
 * Danish and Norwegian share most of their words, so another must have many more. */
gsize language_evident(const LanguageCounts *counts, gsize expected);

/* The code of the evident language ("de"), "" if none is; static.  Looks at so many bytes of the
 * text at most.  Pure; any thread. */
#define LANGUAGE_TEXT_MAX 8192
const char *language_of_text(const char *text);
