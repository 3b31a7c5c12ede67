/* Compares texts with the words of a row, without taking the row apart.  Pure; any thread. */
#include "mail/word_list.h"

#include <string.h>

/* The word that `*words` begins with; moves on to the next. */
static gsize next_word(const char **words, const char **word)
{
    const char *end = strchrnul(*words, '|');

    *word = *words;
    *words = end + (*end == '|');
    return (gsize)(end - *word);
}

bool word_list_has(const char *words, const char *text, gsize length)
{
    for (const char *word; *words;)
        if (next_word(&words, &word) == length && g_ascii_strncasecmp(text, word, length) == 0)
            return true;
    return false;
}

/* Most words differ in their first byte. */
static bool begins_with(const char *text, const char *word, gsize size)
{
    return *text == *word && strncmp(text, word, size) == 0;
}

bool word_list_begins(const char *words, const char *text)
{
    for (const char *word; *words;) {
        gsize size = next_word(&words, &word);

        if (begins_with(text, word, size))
            return true;
    }
    return false;
}

static bool is_closed(const char *behind)
{
    behind += *behind == ' ';
    return *behind == '\0' || strchr(":;!([<-.,]", *behind) || g_str_has_prefix(behind, "–") ||
           g_str_has_prefix(behind, "—");
}

bool word_list_labels(const char *words, const char *text)
{
    for (const char *word; *words;) {
        gsize size = next_word(&words, &word);

        if (begins_with(text, word, size) && (word[size - 1] == ' ' || is_closed(text + size)))
            return true;
    }
    return false;
}

bool word_list_is_in(const char *words, const char *text)
{
    gsize length = strlen(text);

    for (const char *word; *words;) {
        gsize size = next_word(&words, &word);

        if (memmem(text, length, word, size))
            return true;
    }
    return false;
}
