/* Selectors of CSS, word by word.  Pure; any thread. */
#include "html/selector.h"

#include "html/css.h"

#include <string.h>

static bool is_name_char(char c)
{
    return g_ascii_isalnum(c) || c == '-' || c == '_' || c == '\\' || (guchar)c >= 0x80;
}

static const char *skip_name(const char *at, const char *end)
{
    while (at < end && is_name_char(*at))
        at += *at == '\\' && at + 1 < end ? 2 : 1;
    return MIN(at, end);
}

/* *word = mark and name, as an atom is called. */
static bool name_word(GString *word, char mark, const char *at, const char *end)
{
    if (at == end || end - at > HTML_WORD_MAX)
        return false;
    html_css_normal(word, at, end, HTML_WORD_MAX + 2);
    if (mark)
        g_string_prepend_c(word, mark);
    return true;
}

/* [class=x], [class~=x], [id=x] say no more than .x and #x.  The character that these begin with,
 * NUL if it is another attribute; *at and *end become the name's. */
static char attribute_mark(const char **at, const char **end)
{
    static const struct {
        const char *begin;
        char mark;
    } rows[] = { { "class=", '.' }, { "class~=", '.' }, { "id=", '#' } };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        gsize length = strlen(rows[i].begin);

        if ((gsize)(*end - *at) <= length || memcmp(*at, rows[i].begin, length) != 0)
            continue;
        *at += length;
        if (*end - *at >= 2 && (**at == '"' || **at == '\'')) {
            ++*at;
            --*end;
        }
        return skip_name(*at, *end) == *end ? rows[i].mark : '\0';
    }
    return '\0';
}

const char *html_selector_word(const char *at, const char *end, GString *word)
{
    const char *begin = at + 1, *stop;
    char mark = *at;

    if (*at == '*') {
        g_string_assign(word, "*");
        return at + 1;
    }
    if (*at == '[') {
        const char *close = memchr(at, ']', (gsize)(end - at));

        stop = close;
        mark = close ? attribute_mark(&begin, &stop) : '\0';
        return mark && name_word(word, mark, begin, stop) ? close + 1 : NULL;
    }
    if (*at != '.' && *at != '#') {
        begin = at;
        mark = '\0';
    }
    stop = skip_name(begin, end);
    return name_word(word, mark, begin, stop) ? stop : NULL;
}

const char *html_selector_skip(const char *at, const char *end)
{
    while (at < end && (g_ascii_isspace(*at) || *at == '>'))
        at++;
    return at;
}
