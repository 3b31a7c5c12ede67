/* How the finders read: characters by what they stand for, words, groups of digits, patterns.
 *
 * Numbers come in digits of every script, in full width, with blanks and hyphens of many kinds; all
 * of them are read as ASCII.  Nothing here looks further than a fixed number of characters ahead.
 * Pure. */
#include "prompt/redact_find.h"

#include <string.h>

/* What may glue numbers and letters together into a code. */
#define GLUE "-./_"

#define THAI 0x0E00 /* from here on scripts do without spaces, or nearly so */

char redact_plain_beyond_ascii(gunichar c)
{
    if (g_unichar_isdigit(c))
        return (char)('0' + g_unichar_digit_value(c));
    if (c >= 0xFF01 && c <= 0xFF5E) /* full width */
        return (char)(c - 0xFF01 + '!');
    if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212)
        return '-';
    return g_unichar_type(c) == G_UNICODE_SPACE_SEPARATOR ? ' ' : '\0';
}

bool redact_joins_beyond_ascii(gunichar c)
{
    return g_unichar_isdigit(c) || (c < THAI && g_unichar_isalpha(c));
}

static bool joins_here(const char *at)
{
    return redact_joins(redact_char(at));
}

const char *redact_first_word(const char *text)
{
    while (*text && !joins_here(text))
        text = g_utf8_next_char(text);
    return text;
}

const char *redact_next_word(const char *at)
{
    while (*at && joins_here(at))
        at = g_utf8_next_char(at);
    return redact_first_word(at);
}

static bool is_glue(gunichar c)
{
    char plain = redact_plain(c);

    return plain != '\0' && strchr(GLUE, plain);
}

bool redact_is_glued(const char *text, const char *begin, const char *end)
{
    if (*end && is_glue(redact_char(end)) && joins_here(g_utf8_next_char(end)))
        return true;
    if (begin == text)
        return false;
    begin = g_utf8_prev_char(begin);
    if (*begin == '#')
        return true;
    return begin > text && is_glue(redact_char(begin)) && joins_here(g_utf8_prev_char(begin));
}

const char *redact_word_end(const char *text, const char *word)
{
    gunichar last = 0;

    for (; *word; word = g_utf8_next_char(word), text = g_utf8_next_char(text)) {
        gunichar c = redact_char(text);

        last = redact_char(word);
        if ((c < 0x80 ? (gunichar)redact_lower((char)c) : g_unichar_tolower(c)) != last)
            return NULL;
    }
    return redact_joins(last) && joins_here(text) ? NULL : text;
}

/* Behind a gap that begins here and has something behind it; else `at` itself. */
static const char *skip_gap(const char *at, const char *gaps)
{
    const char *behind = at;

    for (int i = 0; i <= REDACT_GAP_MAX && *behind; i++, behind = g_utf8_next_char(behind)) {
        char plain = redact_plain(redact_char(behind));

        if (g_ascii_isalnum(plain))
            return behind;
        if (plain == '\0' ? !g_utf8_strchr(gaps, -1, redact_char(behind)) : !strchr(gaps, plain))
            break;
    }
    return at;
}

void redact_read_chars(RedactChars *chars, const char *at, const char *gaps)
{
    chars->length = 0;
    while (chars->length < REDACT_CHARS_MAX) {
        const char *behind = chars->length > 0 ? skip_gap(at, gaps) : at;
        char plain = redact_plain(redact_char(behind));

        chars->gap[chars->length] = behind > at;
        if (!g_ascii_isalnum(plain))
            break;
        at = g_utf8_next_char(behind);
        chars->text[chars->length] = g_ascii_toupper(plain);
        chars->end[chars->length++] = at;
    }
    chars->text[chars->length] = '\0';
}

bool redact_chars_end(const RedactChars *chars, gsize length)
{
    return length <= chars->length && !joins_here(chars->end[length - 1]);
}

static bool fits(char wanted, char plain)
{
    switch (wanted) {
    case '9':
        return g_ascii_isdigit(plain);
    case 'A':
        return g_ascii_isalpha(plain);
    case 'X':
        return g_ascii_isalnum(plain);
    default:
        return plain == wanted;
    }
}

const char *redact_match(const char *at, const char *pattern, char value[REDACT_PATTERN_MAX])
{
    gsize length = 0;

    for (; *pattern; pattern++) {
        char plain = redact_plain(redact_char(at));
        bool optional = *pattern == '~';

        if (optional && (plain == '\0' || !strchr(" .-/", plain)))
            continue;
        if (!optional && !fits(*pattern, plain))
            return NULL;
        if (g_ascii_isalnum(plain))
            value[length++] = g_ascii_toupper(plain);
        at = g_utf8_next_char(at);
    }
    value[length] = '\0';
    return joins_here(at) ? NULL : at;
}

bool redact_luhn(const char *digits, gsize length)
{
    int sum = 0;

    for (gsize i = 0; i < length; i++) {
        int digit = digits[length - 1 - i] - '0';

        sum += i % 2 == 0 ? digit : digit < 5 ? 2 * digit : 2 * digit - 9;
    }
    return sum % 10 == 0;
}
