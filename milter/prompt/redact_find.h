/* Private to prompt/: how values are found, a file for each kind, and what they read texts with. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct {
    const char *begin, *end;
} RedactSpan;

/* The first value of its kind in valid UTF-8, as if nothing stood before the text.  Linear up to
 * the end of what is found. */
typedef bool (*RedactFind)(const char *text, RedactSpan *span);

bool redact_find_card(const char *text, RedactSpan *span);
bool redact_find_iban(const char *text, RedactSpan *span);
bool redact_find_secret(const char *text, RedactSpan *span);
bool redact_find_id(const char *text, RedactSpan *span);
bool redact_find_phone(const char *text, RedactSpan *span);
bool redact_find_email(const char *text, RedactSpan *span);

/* The end of a placeholder that begins here, NULL if none does. */
const char *redact_placeholder_end(const char *at);

/* redact_text.c */

/* The character at `at`.  Every finder looks at each character of a text, nearly all of them ASCII,
 * so the three functions that they all call are inline for these. */
static inline gunichar redact_char(const char *at)
{
    return (guchar)*at < 0x80 ? (gunichar)*at : g_utf8_get_char(at);
}

static inline char redact_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* The ASCII character that this one is a form of: a digit of any script, a letter of full width, a
 * hyphen, a blank; itself if it is ASCII, else 0. */
char redact_plain_beyond_ascii(gunichar c);
static inline char redact_plain(gunichar c)
{
    return c < 0x80 ? (char)c : redact_plain_beyond_ascii(c);
}

/* Would this character, beside a value, make it a part of something longer?  Scripts written
 * without spaces don't count, nor Hangul, which puts particles behind numbers. */
bool redact_joins_beyond_ascii(gunichar c);
static inline bool redact_joins(gunichar c)
{
    return c < 0x80 ? g_ascii_isalnum((char)c) : redact_joins_beyond_ascii(c);
}

/* Where the first word begins, and the next one behind the word at `at`; else the text's end. */
const char *redact_first_word(const char *text);
const char *redact_next_word(const char *at);

/* Is [begin, end) part of a longer code, as in A-123 or 123/4?  `text` is where looking back ends.
 */
bool redact_is_glued(const char *text, const char *begin, const char *end);

/* Does the text begin with `word` (lower case), whatever its case?  Returns what is behind it, NULL
 * if it doesn't, or if the word goes on. */
const char *redact_word_end(const char *text, const char *word);

/* Letters and digits one after another, as ASCII capitals, with gaps between them. */
#define REDACT_CHARS_MAX 34
#define REDACT_GAP_MAX   3
typedef struct {
    char text[REDACT_CHARS_MAX + 1];
    const char *end[REDACT_CHARS_MAX]; /* behind each of them */
    bool gap[REDACT_CHARS_MAX + 1];    /* before each of them */
    gsize length;
} RedactChars;

/* Reads as many as there are, across gaps of at most REDACT_GAP_MAX characters out of `gaps`. */
void redact_read_chars(RedactChars *chars, const char *at, const char *gaps);
/* Are the first `length` of them followed by something that doesn't belong to them? */
bool redact_chars_end(const RedactChars *chars, gsize length);

/* Does a value of this pattern begin here?  9 is a digit, A a letter, X either, ~ a blank, '.', '-'
 * or '/' that may be missing; others are themselves.  `value` gets its letters and digits as ASCII
 * capitals.  Returns its end, else NULL. */
#define REDACT_PATTERN_MAX 32
const char *redact_match(const char *at, const char *pattern, char value[REDACT_PATTERN_MAX]);

/* Luhn's sum of ASCII digits is a multiple of ten. */
bool redact_luhn(const char *digits, gsize length);

/* redact_id_check.c: does a value that has the pattern of such a number pass as one? */
bool redact_check_us(const char *value);
bool redact_check_de(const char *value);
bool redact_check_es(const char *value);
bool redact_check_it(const char *value);
bool redact_check_fr(const char *value);
bool redact_check_pl(const char *value);
bool redact_check_nl(const char *value);
bool redact_check_se(const char *value);
bool redact_check_fi(const char *value);
bool redact_check_dk(const char *value);
bool redact_check_no(const char *value);
bool redact_check_br(const char *value);
bool redact_check_gb(const char *value);
bool redact_check_tr(const char *value);
bool redact_check_cz(const char *value);
