/* The sender's own name at the end of a text: a second sign that a card or a name closes it.
 *
 * Names are compared word by word, in any order, because "Lee, Ann" signs as "Ann Lee".  Where From
 * has no name, the words of the address's local part stand for it.  Pure; any thread. */
#include "quote/quote.h"

#include <string.h>

#define NAME_BYTES_MAX 120
#define NAME_WORDS_MAX 6
/* A shorter word may be anybody's, in bytes. */
#define NAMING_MIN 3

/* " ann lee ": each word between blanks. */
static char *words_of(const char *name, gsize length)
{
    g_autoptr(GString) folded = g_string_new(NULL);
    GString *words = g_string_new(" ");

    quote_fold(folded, name, length);
    const char *at = folded->str;
    for (gsize word; (word = quote_next_word(&at)) > 0;) {
        g_string_append_len(words, at - word, (gssize)word);
        g_string_append_c(words, ' ');
    }
    return g_string_free(words, words->len == 1);
}

char *quote_sender_read(const QuoteMail *mail)
{
    gsize length = mail ? strlen(mail->name) : 0;

    if (!mail || length > NAME_BYTES_MAX)
        return g_strdup("");
    char *words = words_of(mail->name, length);
    if (!words)
        words = words_of(mail->address, strcspn(mail->address, "@+"));
    return words ? words : g_strdup("");
}

static bool is_of(const char *sender, const char *word, gsize length)
{
    for (const char *at = sender; (at = memmem(at, strlen(at), word, length)); at += length)
        if (at > sender && at[-1] == ' ' && at[length] == ' ')
            return true;
    return false;
}

guint quote_sender_words(const QuoteText *text, const QuoteLine *line)
{
    const char *at = line->folded;
    guint words = 0;

    if (!*text->sender || strlen(line->folded) > NAME_BYTES_MAX)
        return 0;
    for (gsize length; (length = quote_next_word(&at)) > 0; words++)
        if (words == NAME_WORDS_MAX || !is_of(text->sender, at - length, length))
            return 0;
    return words;
}

bool quote_names_sender(const QuoteText *text, const QuoteLine *line)
{
    const char *at = line->folded;

    for (gsize length; (length = quote_next_word(&at)) > 0;)
        if (length >= NAMING_MIN && *text->sender && is_of(text->sender, at - length, length))
            return true;
    return false;
}

bool quote_is_sender(const QuoteText *text, const QuoteLine *line)
{
    guint words = quote_sender_words(text, line), all = 0;

    for (const char *at = text->sender; *at; at++)
        all += *at == ' ';
    return words > 0 && words + 1 >= MIN(all, 3);
}

bool quote_has_address(const QuoteText *text, const QuoteLine *line)
{
    return *text->address && strstr(line->folded, text->address);
}
