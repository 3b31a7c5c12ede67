/* A text's words, compared by what they fold to. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct {
    gsize start, length; /* bytes in the text */
    guint64 hash;        /* equal for words that read equal */
    bool capital;        /* begins with a capital letter and goes on in small ones */
    bool camel;          /* has a capital letter behind a small one */
    bool digits;         /* has a digit */
    bool spaceless;      /* one character of a script that is written without spaces */
    bool begins_line;
    bool begins_sentence;
    bool follows; /* one blank or hyphen stands between the word before and this one */
} ReplyWord;

/* Letters, marks and digits, with apostrophes between them; each character of Han, Kana or Thai is
 * a word.  ReplyWord, in order; caller unrefs. */
GArray *reply_words(const char *text);

/* Of bytes as they are: FNV-1a. */
guint64 reply_hash(const char *bytes, gsize length);
/* Of one thing behind another. */
guint64 reply_hash_join(guint64 first, guint64 second);
/* Of text[0..length) folded as text_fold() does, and far quicker for most letters. */
guint64 reply_hash_folded(const char *text, gsize length);
/* Of the words of a phrase, joined one by one. */
guint64 reply_hash_phrase(const char *phrase, gsize length);
