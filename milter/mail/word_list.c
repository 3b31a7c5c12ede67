/* Compares texts with the words of a row, without taking the row apart.  Pure; any thread. */
#include "mail/word_list.h"

#include <string.h>

/* The word that `*words` begins with; moves on to the next. */
static gsize next_word(const char **words, const char **word)
{
    gsize size = strcspn(*words, "|");

    *word = *words;
    *words += size + ((*words)[size] == '|');
    return size;
}

bool word_list_has(const char *words, const char *text, gsize length)
{
    for (const char *word; *words;)
        if (next_word(&words, &word) == length && g_ascii_strncasecmp(text, word, length) == 0)
            return true;
    return false;
}

bool word_list_begins(const char *words, const char *text)
{
    for (const char *word; *words;) {
        gsize size = next_word(&words, &word);

        if (strncmp(text, word, size) == 0)
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

        if (strncmp(text, word, size) == 0 && (word[size - 1] == ' ' || is_closed(text + size)))
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
