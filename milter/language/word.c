/* A text's words and their hashes: what every comparison of drafts is made of.
 *
 * text_fold() decides what reads equal, but costs microseconds a word.  Letters that fold to one
 * letter, whatever stands beside them, are hashed in passing; a word with any other goes the long
 * way.  Hashes are 64 bits wide and not secret: who makes two words collide has written both of
 * them.  Linear.  Pure; any thread. */
#include "language/word.h"

#include "base/text.h"

#include <string.h>

#define FNV_START G_GUINT64_CONSTANT(14695981039346656037)
#define FNV_PRIME G_GUINT64_CONSTANT(1099511628211)

typedef struct {
    gunichar from, to;
} Range;

/* Letters whose lower case is all that folding does to them: Latin, Greek, Cyrillic, Kana, Han and
 * Hangul without what has a second form. */
static const Range simple[] = {
    { 0xC0, 0xD6 },     { 0xD8, 0xDE },     { 0xE0, 0xF6 },     { 0xF8, 0x12F },
    { 0x131, 0x131 },   { 0x134, 0x13E },   { 0x141, 0x148 },   { 0x14A, 0x17E },
    { 0x388, 0x38A },   { 0x391, 0x3A1 },   { 0x3A3, 0x3A9 },   { 0x3AC, 0x3AF },
    { 0x3B1, 0x3C1 },   { 0x3C3, 0x3C9 },   { 0x3CC, 0x3CE },   { 0x400, 0x482 },
    { 0x48A, 0x4BF },   { 0x3041, 0x3096 }, { 0x30A1, 0x30FA }, { 0x4E00, 0x9FFF },
    { 0xAC00, 0xD7A3 },
};

static bool is_simple(gunichar c)
{
    for (gsize i = 0; i < G_N_ELEMENTS(simple) && c >= simple[i].from; i++)
        if (c <= simple[i].to)
            return true;
    return false;
}

static guint64 hash_more(guint64 hash, const char *bytes, gsize length)
{
    for (gsize i = 0; i < length; i++)
        hash = (hash ^ (guchar)bytes[i]) * FNV_PRIME;
    return hash;
}

guint64 reply_hash(const char *bytes, gsize length)
{
    return hash_more(FNV_START, bytes, length);
}

guint64 reply_hash_join(guint64 first, guint64 second)
{
    return ((first ^ (first >> 29)) * FNV_PRIME) ^ ((second ^ (second >> 31)) + FNV_START);
}

static guint64 hash_long_way(const char *text, gsize length)
{
    g_autofree char *word = g_strndup(text, length);
    g_autofree char *folded = NULL;

    for (char *at = strstr(word, "’"); at; at = strstr(at, "’")) {
        *at = '\'';
        memmove(at + 1, at + strlen("’"), strlen(at + strlen("’")) + 1);
    }
    folded = text_fold(word);
    return reply_hash(folded, strlen(folded));
}

guint64 reply_hash_folded(const char *text, gsize length)
{
    guint64 hash = FNV_START;
    const char *end = text + length;

    for (const char *at = text; at < end; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        char small[6];

        if (c >= 0x80 && !is_simple(c))
            return hash_long_way(text, length);
        if (c < 0x80)
            small[0] = g_ascii_tolower((char)c);
        hash = hash_more(hash, small,
                         c < 0x80 ? 1 : (gsize)g_unichar_to_utf8(g_unichar_tolower(c), small));
    }
    return hash;
}

static bool is_spaceless(gunichar c)
{
    if (c < 0x0E00)
        return false;
    switch (g_unichar_get_script(c)) {
    case G_UNICODE_SCRIPT_HAN:
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_KATAKANA:
    case G_UNICODE_SCRIPT_THAI:
    case G_UNICODE_SCRIPT_LAO:
    case G_UNICODE_SCRIPT_KHMER:
    case G_UNICODE_SCRIPT_MYANMAR:
        return true;
    default:
        return false;
    }
}

static bool is_of_word(gunichar c)
{
    return c < 0x80 ? g_ascii_isalnum((char)c) : g_unichar_isalnum(c) || g_unichar_ismark(c);
}

/* An apostrophe with a letter behind it. */
static bool is_elision(gunichar c, const char *behind)
{
    return (c == '\'' || c == 0x2019) && g_unichar_isalpha(g_utf8_get_char(behind));
}

/* Takes the word that begins at `at`; the end of it. */
static const char *take_word(const char *at, ReplyWord *word)
{
    gunichar c = g_utf8_get_char(at);
    bool small = false;

    word->spaceless = is_spaceless(c);
    if (word->spaceless)
        return g_utf8_next_char(at);
    word->capital = g_unichar_isupper(c) || g_unichar_istitle(c);
    for (;; at = g_utf8_next_char(at)) {
        c = g_utf8_get_char(at);
        if (c == '\0' || is_spaceless(c) || !(is_of_word(c) || is_elision(c, g_utf8_next_char(at))))
            break;
        word->camel |= small && g_unichar_isupper(c);
        small |= g_unichar_islower(c);
        word->digits |= g_unichar_isdigit(c);
    }
    word->capital &= small;
    return at;
}

/* Tells what stands between two words, character by character. */
static void pass(ReplyWord *next, gunichar c, guint *between)
{
    ++*between;
    next->follows = *between == 1 && (c == ' ' || c == '-' || c == 0xA0 || c == 0x2010);
    if (c == '\n')
        next->begins_line = next->begins_sentence = true;
    else if (c == '.' || c == '!' || c == '?' || c == ':' || c == 0x2026 || c == 0xA1 || c == 0xBF)
        next->begins_sentence = true;
}

GArray *reply_words(const char *text)
{
    GArray *words = g_array_new(FALSE, FALSE, sizeof(ReplyWord));
    ReplyWord next = { .begins_line = true, .begins_sentence = true };
    guint between = 0;

    for (const char *at = text; *at;) {
        gunichar c = g_utf8_get_char(at);
        const char *end;

        if (!is_of_word(c)) {
            pass(&next, c, &between);
            at = g_utf8_next_char(at);
            continue;
        }
        end = take_word(at, &next);
        next.start = (gsize)(at - text);
        next.length = (gsize)(end - at);
        next.hash = reply_hash_folded(at, next.length);
        g_array_append_val(words, next);
        next = (ReplyWord){ .spaceless = false };
        between = 0;
        at = end;
    }
    return words;
}

guint64 reply_hash_phrase(const char *phrase, gsize length)
{
    g_autofree char *text = g_strndup(phrase, length);
    g_autoptr(GArray) words = reply_words(text);
    guint64 hash = words->len > 0 ? g_array_index(words, ReplyWord, 0).hash : 0;

    for (guint i = 1; i < words->len; i++)
        hash = reply_hash_join(hash, g_array_index(words, ReplyWord, i).hash);
    return hash;
}
