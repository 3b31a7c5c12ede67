/* The comparisons that automatic.c's rows are made of.  Pure; any thread. */
#include "mail/automatic_fit.h"

#include "mail/automatic_words.h"
#include "mail/word_list.h"

#include <string.h>

bool fit_empty(const char *value, const char *words)
{
    (void)words;
    return *value == '\0';
}

bool fit_there(const char *value, const char *words)
{
    return !fit_empty(value, words);
}

static const char *first_word(const char *value)
{
    while (*value == ' ' || *value == '(') {
        int depth = 0;

        do
            depth += (*value == '(') - (*value == ')');
        while (*++value && depth > 0);
    }
    return value;
}

bool fit_word(const char *value, const char *words)
{
    value = first_word(value);
    return word_list_has(words, value, strcspn(value, " ;,("));
}

bool fit_not_word(const char *value, const char *words)
{
    return fit_there(value, words) && !fit_word(value, words);
}

bool fit_listed(const char *value, const char *words)
{
    while (*value) {
        gsize length = strcspn(value, " ,;");

        if (length > 0 && word_list_has(words, value, length))
            return true;
        value += length + (value[length] != '\0');
    }
    return false;
}

bool fit_begins(const char *value, const char *words)
{
    g_autofree char *lower = g_utf8_strdown(value, -1);

    return word_list_begins(words, lower);
}

bool fit_always(const char *value, const char *words)
{
    (void)value;
    (void)words;
    return true;
}

bool fit_no_reply(const char *value, const char *words)
{
    (void)words;
    return words_no_reply(value);
}

/* The local part of an address, '-', '_' and '.' taken out. */
static char *squeezed_local(const char *address)
{
    GString *local = g_string_new(NULL);

    for (; *address && *address != '@'; address++)
        if (!strchr("-_.", *address))
            g_string_append_c(local, *address);
    return g_string_free(local, FALSE);
}

bool fit_local(const char *value, const char *words)
{
    g_autofree char *local = squeezed_local(value);

    return word_list_has(words, local, strcspn(local, "+="));
}

bool fit_role(const char *value, const char *words)
{
    gsize length = strcspn(value, "@");
    g_autofree char *local = g_strndup(value, length);

    return fit_local(value, words) || g_str_has_prefix(local, "owner-") ||
           g_str_has_suffix(local, "-owner") || g_str_has_suffix(local, "-request") ||
           g_str_has_suffix(local, "-bounces");
}

bool fit_server(const char *value, const char *words)
{
    const char *open = strrchr(value, '<');
    const char *begin = open ? open + 1 : value;

    begin += strspn(begin, " \"");
    return word_list_has(words, begin, strcspn(begin, "> (\"@"));
}
