/* Secrets behind a word that announces one.
 *
 * Behind "password:" anything is taken, be it a word of the language: the harm of a gap in a
 * sentence is small.  Without a colon, and behind "key" or "token", it must look like nothing a
 * person would write.  What decides about a value holds for every longer one too, so that a cut one
 * is never judged differently.  Pure. */
#include "prompt/redact_secret.h"

#include <string.h>

#define KEY_MIN       16 /* characters of a key, */
#define KEY_DIFFERENT 8  /* different ones among them, */
#define KEY_CHANGES   6  /* and changes between small letters, capitals and digits */
#define MADE_UP_MIN   4  /* of a password without a colon */
#define LOOK_MAX      64 /* characters that tell whether something is made up */
#define ASIDE_MAX     30 /* bytes between "password" and its colon */
#define QUOTES        "\"'`*"
#define CLOSING       ".,;:)]}\"'`*"

static const char *skip_blanks(const char *at)
{
    while (redact_plain(g_utf8_get_char(at)) == ' ' || *at == '\t')
        at = g_utf8_next_char(at);
    return at;
}

/* Behind a colon or an equals sign, and what closes a word in bold letters; `at` itself if there is
 * none. */
static const char *skip_colon(const char *at)
{
    const char *colon = skip_blanks(at + strspn(at, QUOTES));
    char plain = redact_plain(g_utf8_get_char(colon));

    if (plain != ':' && plain != '=')
        return at;
    colon = g_utf8_next_char(colon);
    return skip_blanks(colon + strspn(colon, "*"));
}

/* A verb, or blanks alone. */
static const char *skip_verb(const char *at)
{
    at = skip_blanks(at);
    for (const char *const *verb = secret_verbs; *verb; verb++) {
        const char *behind = redact_word_end(at, *verb);

        if (behind)
            return skip_blanks(behind);
    }
    return at;
}

/* " for the portal: "; `at` itself if no colon comes behind a few words. */
static const char *skip_aside(const char *at)
{
    const char *word = at;

    while (word - at < ASIDE_MAX && (*word == ' ' || g_unichar_isalpha(g_utf8_get_char(word))))
        word = g_utf8_next_char(word);
    return skip_colon(word) != word ? skip_colon(word) : at;
}

/* The closing quote, if there is one nearby on the same line. */
static const char *closing_quote(const char *at, char quote)
{
    if (quote == '\0' || !strchr(QUOTES, quote))
        return NULL;
    for (int i = 0; i < LOOK_MAX && at[i] != '\0' && at[i] != '\n'; i++)
        if (at[i] == quote)
            return at + i;
    return NULL;
}

/* The value's end: the closing quote, a blank, or a sign of a script without blanks.  What ends a
 * sentence stays outside. */
static const char *value_end(const char *at, char quote)
{
    const char *end = closing_quote(at, quote);

    if (end && end > at)
        return end;
    for (end = at; *end; end = g_utf8_next_char(end)) {
        gunichar c = g_utf8_get_char(end);

        if (g_unichar_isspace(c) || (c >= 0x80 && g_unichar_ispunct(c)))
            break;
    }
    while (end > at + 1 && strchr(CLOSING, end[-1]))
        end--;
    return end;
}

/* Anything, on the same line or alone on the next one, but what was taken before. */
static bool take_any(const char *at, RedactSpan *span)
{
    bool next_line = *at == '\n' || *at == '\r';
    char quote;

    if (next_line)
        at = skip_blanks(at + strspn(at, "\r\n"));
    quote = *at;
    at += strspn(at, QUOTES);
    *span = (RedactSpan){ at, value_end(at, quote) };
    return span->begin < span->end && redact_placeholder_end(at) != span->end &&
           (!next_line || strchr("\r\n", *span->end));
}

/* Digits among letters, or signs: no word of any language. */
static bool is_made_up(const char *at)
{
    bool letters = false, digits = false, signs = false;
    int length = 0;

    for (; length < LOOK_MAX && g_ascii_isgraph(at[length]) && at[length] != '<'; length++) {
        letters |= g_ascii_isalpha(at[length]);
        digits |= g_ascii_isdigit(at[length]);
        signs |= strchr("!#$%&*+=@^_|~", at[length]) != NULL;
    }
    return length >= MADE_UP_MIN && letters && (digits || signs);
}

static bool take_made_up(const char *at, RedactSpan *span)
{
    return is_made_up(at + strspn(at, QUOTES)) && take_any(at, span);
}

static bool find_behind_field(const char *at, RedactSpan *span)
{
    const char *colon = skip_colon(at);

    if (colon == at)
        colon = skip_colon(at = skip_verb(at));
    return colon != at && take_any(colon, span);
}

static bool find_behind_word(const char *at, RedactSpan *span)
{
    const char *behind = skip_verb(at);

    return find_behind_field(at, span) || (behind != at && take_made_up(behind, span)) ||
           take_made_up(skip_aside(at), span);
}

static int class_of(char c)
{
    return g_ascii_isdigit(c) ? 1 : g_ascii_isupper(c) ? 2 : g_ascii_islower(c) ? 3 : 0;
}

static bool is_key(const char *at)
{
    bool seen[128] = { false }, digits = false;
    int different = 0, changes = 0, class = 0, length = 0;

    for (; length < LOOK_MAX && secret_is_base64(at[length]); length++) {
        int next = class_of(at[length]);

        different += !seen[(guchar)at[length]];
        seen[(guchar)at[length]] = true;
        digits |= next == 1;
        changes += next != 0 && class != 0 && next != class;
        class = next != 0 ? next : class;
    }
    return length >= KEY_MIN && different >= KEY_DIFFERENT && changes >= KEY_CHANGES && digits;
}

static bool find_behind_key(const char *at, RedactSpan *span)
{
    at = skip_verb(skip_colon(at));
    at += strspn(at, QUOTES);
    if (!is_key(at))
        return false;
    *span = (RedactSpan){ at, at + secret_base64_length(at) };
    return true;
}

static bool find_behind(const SecretLabel *label, const char *at, RedactSpan *span)
{
    switch (label->kind) {
    case SECRET_WORD:
        return find_behind_word(at, span);
    case SECRET_FIELD:
        return find_behind_field(at, span);
    default:
        return find_behind_key(at, span);
    }
}

bool secret_find_labelled(const char *at, RedactSpan *span)
{
    char first = g_ascii_tolower(*at);

    for (const SecretLabel *label = secret_labels; label->word; label++) {
        const char *behind = NULL;

        if (*label->word == first || (guchar)first >= 0x80)
            behind = redact_word_end(at, label->word);
        if (behind && find_behind(label, behind, span))
            return true;
    }
    return false;
}
