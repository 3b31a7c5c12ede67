/* Secrets after a word that announces one.
 *
 * After "password:" anything is taken, be it a word of the language: the harm of a gap in a
 * sentence is small.  So it is after "password has been set to".  Otherwise without a colon, and
 * after "key" or "token", it must look like nothing a person would write.  Codes of digits ("PIN is
 * 1234") need no colon.  What decides about a value holds for every longer one too, so that a cut
 * one is never judged differently.
 *
 * Labels are found by their first two characters: a word of a text is compared with the few labels
 * that begin as it does.  Pure; the index is built once. */
#include "prompt/redact_secret.h"

#include <pthread.h>
#include <string.h>

#define KEY_MIN        16 /* characters of a key, */
#define KEY_DIFFERENT  8  /* different ones among them, */
#define KEY_CHANGES    6  /* and changes between small letters, capitals and digits */
#define MADE_UP_MIN    4  /* of a password without a colon */
#define LOOK_MAX       64 /* characters that tell whether something is made up */
#define ASIDE_MAX      30 /* bytes between "password" and its colon */
#define QUOTES         "\"'`*"
#define CLOSING        ".,;:)]}\"'`*|"
#define VERBS_MAX      6 /* words between a label and its secret */
#define DIGITS_MIN     3 /* of a PIN, a TAN, a card's security code */
#define DIGITS_MAX     10
#define CODE_MIN       4 /* characters of a recovery code */
#define CODE_MAX       40
#define CODES_MAX      50  /* in one list */
#define NAME_MAX_CHARS 100 /* of a cookie or a user */

static const char *skip_blanks(const char *at)
{
    while (redact_plain(redact_char(at)) == ' ' || *at == '\t')
        at = g_utf8_next_char(at);
    return at;
}

/* After an arrow, "->", "=>", ":=" or "→"; NULL if there is none. */
static const char *skip_arrow(const char *at)
{
    static const char *const arrows[] = { "->", "=>", ":=", "→" };

    for (gsize i = 0; i < G_N_ELEMENTS(arrows); i++)
        if (strncmp(at, arrows[i], strlen(arrows[i])) == 0)
            return skip_blanks(at + strlen(arrows[i]));
    return NULL;
}

/* After a colon, an equals sign, an arrow or the border of a table's cell, and what closes a word
 * in bold letters; `at` itself if there is none. */
static const char *skip_colon(const char *at)
{
    const char *colon = skip_blanks(at + strspn(at, QUOTES));
    const char *arrow = skip_arrow(colon);
    char plain = redact_plain(redact_char(colon));

    if (arrow)
        return arrow;
    if (plain == '|') { /* a cell that is empty, or a header's, has no value */
        const char *cell = skip_blanks(g_utf8_next_char(colon));
        return *cell == '\0' || strchr("|-\r\n", *cell) ? at : cell;
    }
    if (plain != ':' && plain != '=')
        return at;
    colon = g_utf8_next_char(colon);
    return skip_blanks(colon + strspn(colon, "*"));
}

/* What stands between a label and its secret. */
typedef struct {
    const char *end;
    bool changed_to; /* "has been set to" */
} Verbs;

static const SecretVerb *verb_at(const char *at, const char **end)
{
    for (const SecretVerb *verb = secret_verbs; verb->word; verb++)
        if ((*end = redact_word_end(at, verb->word)))
            return verb;
    return NULL;
}

/* Verbs, a dash, or blanks alone. */
static Verbs skip_verbs(const char *at)
{
    Verbs verbs = { skip_blanks(at), false };
    bool change = false;
    char plain = redact_plain(redact_char(verbs.end));

    if (plain == '-' && *(g_utf8_next_char(verbs.end)) == ' ')
        verbs.end = skip_blanks(g_utf8_next_char(verbs.end));
    for (int i = 0; i < VERBS_MAX; i++) {
        const char *end;
        const SecretVerb *verb = verb_at(verbs.end, &end);

        if (!verb)
            break;
        verbs.end = skip_blanks(end);
        verbs.changed_to = change && verb->kind == SECRET_TO;
        change |= verb->kind == SECRET_CHANGE;
    }
    return verbs;
}

/* " for the portal: ", " for the portal is "; `at` itself if neither follows a few words. */
static const char *skip_aside(const char *at)
{
    const char *word = at;

    while (word - at < ASIDE_MAX && (*word == ' ' || g_unichar_isalpha(redact_char(word)))) {
        const char *end;

        if (*word == ' ' && verb_at(word + 1, &end))
            return skip_verbs(word).end;
        word = g_utf8_next_char(word);
    }
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
        gunichar c = redact_char(end);

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

    for (; length < LOOK_MAX && *at != '<' && *at != '\0'; length++, at = g_utf8_next_char(at)) {
        gunichar c = redact_char(at);

        if (c < 0x80 ? !g_ascii_isgraph((char)c) : !g_unichar_isalnum(c))
            break;
        letters |= g_unichar_isalpha(c);
        digits |= g_unichar_isdigit(c);
        signs |= c < 0x80 && strchr("!#$%&*+=@^_|~", (int)c);
    }
    return length >= MADE_UP_MIN && letters && (digits || signs);
}

static bool take_made_up(const char *at, RedactSpan *span)
{
    return is_made_up(at + strspn(at, QUOTES)) && take_any(at, span);
}

static bool find_after_field(const char *at, RedactSpan *span)
{
    const char *colon = skip_colon(at);

    if (colon == at)
        colon = skip_colon(at = skip_verbs(at).end);
    return colon != at && take_any(colon, span);
}

static bool find_after_word(const char *at, RedactSpan *span)
{
    Verbs verbs = skip_verbs(at);

    if (find_after_field(at, span))
        return true;
    if (verbs.changed_to && *verbs.end != '\r' && *verbs.end != '\n')
        return take_any(verbs.end, span);
    return (verbs.end != at && take_made_up(verbs.end, span)) || take_made_up(skip_aside(at), span);
}

/* "1234", "123 456": no part of a longer number or word. */
static bool take_digits(const char *at, RedactSpan *span)
{
    const char *end = at;
    int digits = 0;

    for (; digits <= DIGITS_MAX; digits++) {
        const char *digit = digits > 0 && (*end == ' ' || *end == '-') ? end + 1 : end;

        if (!g_ascii_isdigit(redact_plain(redact_char(digit))))
            break;
        end = g_utf8_next_char(digit);
    }
    *span = (RedactSpan){ at, end };
    return digits >= DIGITS_MIN && digits <= DIGITS_MAX && !redact_joins(redact_char(end));
}

static bool has_digit(const RedactSpan *span)
{
    for (const char *at = span->begin; at < span->end; at = g_utf8_next_char(at))
        if (g_unichar_isdigit(redact_char(at)))
            return true;
    return false;
}

static bool find_digits(const char *at, RedactSpan *span)
{
    const char *end = skip_verbs(at).end;

    return (find_after_field(at, span) && has_digit(span)) ||
           (end != at && take_digits(end + strspn(end, QUOTES), span));
}

/* Past blanks, line ends, bullets, and the number of a list's item. */
static const char *skip_to_code(const char *at)
{
    at += strspn(at, " \t\r\n,;>*" QUOTES);
    gsize number = strspn(at, "0123456789");

    if (number > 0 && number <= 2 && at[number] != '\0' && strchr(".)", at[number]))
        at += number + 1 + strspn(at + number + 1, " \t");
    if (at[0] == '-' && at[1] == ' ')
        at += 2;
    return at;
}

/* Letters, digits and hyphens, with a digit among them. */
static gsize code_length(const char *at)
{
    gsize length = 0;
    bool digits = false;

    for (; length <= CODE_MAX && (g_ascii_isalnum(at[length]) || at[length] == '-'); length++)
        digits |= g_ascii_isdigit(at[length]);
    return digits && length >= CODE_MIN && length <= CODE_MAX ? length : 0;
}

static bool find_codes(const char *at, RedactSpan *span)
{
    const char *end = skip_verbs(at).end;

    *span = (RedactSpan){ NULL, NULL };
    at = skip_to_code(skip_colon(end));
    for (int i = 0; i < CODES_MAX && code_length(at) > 0; i++) {
        span->begin = span->begin ? span->begin : at;
        span->end = at + code_length(at);
        at = skip_to_code(span->end);
    }
    return span->begin != NULL;
}

/* All of a line from `at` on, or up to one of `stops`. */
static bool take_line(const char *at, const char *stops, RedactSpan *span)
{
    const char *end = at + strcspn(at, stops);

    while (end > at && strchr(" \t", end[-1]))
        end--;
    *span = (RedactSpan){ at, end };
    return end > at && !redact_placeholder_end(at);
}

static bool find_line(const char *at, RedactSpan *span)
{
    const char *colon = skip_colon(at);

    return colon != at && take_line(colon + strspn(colon, " \t\r\n" QUOTES), "\r\n", span);
}

static bool is_key(const char *at);

/* "Basic dXNlcjpw": the credentials alone; of schemes with parameters the rest of the line. */
static bool find_header(const char *at, RedactSpan *span)
{
    const char *value = skip_colon(at);

    if (value == at)
        return false;
    value += strspn(value, QUOTES);
    for (const SecretScheme *scheme = secret_schemes; scheme->name; scheme++) {
        const char *end = redact_word_end(value, scheme->name);

        if (!end)
            continue;
        end = skip_blanks(end);
        if (scheme->has_parameters)
            return take_line(end, "\r\n", span);
        *span = (RedactSpan){ end, end + secret_base64_length(end) };
        return span->end - span->begin >= CODE_MIN;
    }
    *span = (RedactSpan){ value, value + secret_base64_length(value) };
    return is_key(value);
}

/* The characters before the first of `stops`, at most NAME_MAX_CHARS: labels may stand one after
 * another without a blank, and a search to the text's end at each of them would not be linear. */
static gsize name_length(const char *at, const char *stops)
{
    gsize length = 0;

    while (length < NAME_MAX_CHARS && at[length] != '\0' && !strchr(stops, at[length]))
        length++;
    return length;
}

static bool find_cookie(const char *at, RedactSpan *span)
{
    const char *value = skip_colon(at);

    if (value == at)
        return false;
    value += strspn(value, QUOTES);
    gsize name = name_length(value, "=; \t\r\n");
    return name > 0 && value[name] == '=' && take_line(value, "\r\n\"'", span);
}

/* "user:password", quoted or not. */
static bool find_user(const char *at, RedactSpan *span)
{
    const char *user = skip_blanks(at);

    if (user == at && *at != '=')
        return false;
    user += *user == '=';
    user += strspn(user, QUOTES);
    gsize name = name_length(user, ": \t\r\n\"'<>");
    const char *password = user + name + 1;

    if (name == 0 || user[name] != ':' || g_str_has_prefix(password, "//"))
        return false;
    *span = (RedactSpan){ password, password + strcspn(password, " \t\r\n\"'<>") };
    return span->end > span->begin;
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

static bool find_after_key(const char *at, RedactSpan *span)
{
    at = skip_verbs(skip_colon(at)).end;
    at += strspn(at, QUOTES);
    if (!is_key(at))
        return false;
    *span = (RedactSpan){ at, at + secret_base64_length(at) };
    return true;
}

static bool (*const finders[])(const char *at, RedactSpan *span) = {
    [SECRET_WORD] = find_after_word, [SECRET_FIELD] = find_after_field,
    [SECRET_DIGITS] = find_digits,   [SECRET_CODES] = find_codes,
    [SECRET_LINE] = find_line,       [SECRET_HEADER] = find_header,
    [SECRET_COOKIE] = find_cookie,   [SECRET_USER] = find_user,
    [SECRET_KEY] = find_after_key,
};

/* -- The index: labels by their first two characters --------------------------------------------
 */

#define BUCKETS 1024

static GArray *buckets[BUCKETS]; /* const SecretLabel*; NULL: none */
static pthread_once_t indexed = PTHREAD_ONCE_INIT;

static gunichar lower(const char *at)
{
    gunichar c = redact_char(at);

    return c < 0x80 ? (gunichar)redact_lower((char)c) : g_unichar_tolower(c);
}

/* Of a text that has a character at least. */
static guint bucket_of(const char *at)
{
    return (lower(at) * 31 + lower(g_utf8_next_char(at))) % BUCKETS;
}

static void build_index(void)
{
    for (const SecretLabel *label = secret_labels; label->word; label++) {
        GArray **bucket = &buckets[bucket_of(label->word)];

        if (!*bucket)
            *bucket = g_array_new(FALSE, FALSE, sizeof(const SecretLabel *));
        g_array_append_val(*bucket, label);
    }
}

static bool find_in_bucket(guint bucket, const char *at, RedactSpan *span)
{
    const GArray *labels = buckets[bucket];

    for (guint i = 0; labels && i < labels->len; i++) {
        const SecretLabel *label = g_array_index(labels, const SecretLabel *, i);
        const char *end = redact_word_end(at, label->word);

        if (end && finders[label->kind](end, span))
            return true;
    }
    return false;
}

/* A label of one character ends up where the text's end would be its second one. */
bool secret_find_labelled(const char *at, RedactSpan *span)
{
    pthread_once(&indexed, build_index);
    return find_in_bucket(bucket_of(at), at, span) ||
           ((guchar)*at >= 0x80 && find_in_bucket(lower(at) * 31 % BUCKETS, at, span));
}
