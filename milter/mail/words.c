/* Encoded words (RFC 2047) of header fields.
 *
 * Neighbours of one charset are joined as bytes before these become characters, because programs
 * cut their words anywhere.  What only looks like a word stays as it stands, as does one in UTF-7.
 * Decoding is done once: a word inside a word is text.  Linear.  Pure; any thread. */
#include "mail/words.h"

#include "mail/charset.h"

#include <string.h>

#define CHARSET_MAX 64
/* Longest encoded word; RFC 2047 allows 75, programs write what they like. */
#define WORD_MAX 16384

typedef struct {
    const char *charset;
    gsize charset_length;
    bool base64;
    const char *content;
    gsize content_length;
    gsize length; /* of the whole word */
} Word;

static bool read_word(const char *at, Word *word)
{
    const char *charset = at + 2, *encoding, *end;
    gsize room = WORD_MAX;

    if (at[0] != '=' || at[1] != '?')
        return false;
    word->charset = charset;
    word->charset_length = strcspn(charset, "*? \t\r\n\"");
    if (word->charset_length == 0 || word->charset_length > CHARSET_MAX)
        return false;
    encoding = charset + word->charset_length;
    encoding += *encoding == '*' ? strcspn(encoding, "? \t\r\n") : 0;
    if (encoding[0] != '?' || !encoding[1] || !strchr("bBqQ", encoding[1]) || encoding[2] != '?')
        return false;
    word->base64 = g_ascii_tolower(encoding[1]) == 'b';
    word->content = encoding + 3;
    for (end = word->content; *end && !(end[0] == '?' && end[1] == '='); end++)
        if (room-- == 0 || (end[0] == '=' && end[1] == '?' && end[2] != '='))
            return false;
    word->content_length = (gsize)(end - word->content);
    word->length = (gsize)(end + 2 - at);
    return *end != '\0';
}

gsize words_length(const char *at)
{
    Word word;

    return read_word(at, &word) ? word.length : 0;
}

/* What isn't of the alphabet is passed over; a last group may lack its padding. */
static void append_base64(GString *out, const char *content, gsize length)
{
    gint state = 0;
    guint save = 0;
    g_autofree guchar *bytes = g_malloc(length + 6);
    gsize size = g_base64_decode_step(content, length, bytes, &state, &save);

    if (state > 1)
        size += g_base64_decode_step("==", (gsize)(4 - state), bytes + size, &state, &save);
    g_string_append_len(out, (const char *)bytes, (gssize)size);
}

static void append_quoted(GString *out, const char *content, gsize length)
{
    for (gsize at = 0; at < length; at++) {
        if (content[at] == '=' && at + 2 < length && g_ascii_isxdigit(content[at + 1]) &&
            g_ascii_isxdigit(content[at + 2])) {
            g_string_append_c(out, (char)(g_ascii_xdigit_value(content[at + 1]) * 16 +
                                          g_ascii_xdigit_value(content[at + 2])));
            at += 2;
        } else {
            g_string_append_c(out, content[at] == '_' ? ' ' : content[at]);
        }
    }
}

/* Words of one charset that stand beside each other, as bytes. */
typedef struct {
    char *charset; /* NULL: there are none */
    GString *bytes;
} Joined;

static void flush(Joined *joined, GString *out)
{
    bool cut;
    g_autofree char *text =
        charset_decode(joined->bytes->str, joined->bytes->len, joined->charset, G_MAXSIZE, &cut);

    if (joined->charset)
        g_string_append(out, text);
    g_clear_pointer(&joined->charset, g_free);
    g_string_truncate(joined->bytes, 0);
}

static void join(Joined *joined, const Word *word, GString *out)
{
    g_autofree char *charset = g_strndup(word->charset, word->charset_length);

    if (joined->charset && g_ascii_strcasecmp(joined->charset, charset) != 0)
        flush(joined, out);
    if (!joined->charset)
        joined->charset = g_steal_pointer(&charset);
    if (word->base64)
        append_base64(joined->bytes, word->content, word->content_length);
    else
        append_quoted(joined->bytes, word->content, word->content_length);
}

static bool is_read(const char *at, Word *word)
{
    g_autofree char *charset = NULL;

    if (!read_word(at, word))
        return false;
    charset = g_strndup(word->charset, word->charset_length);
    return !charset_is_utf7(charset);
}

static char *decode_words(const char *text)
{
    GString *out = g_string_new(NULL);
    Joined joined = { NULL, g_string_new(NULL) };
    Word word;

    while (*text) {
        gsize blanks = strspn(text, " \t\r\n");

        if (is_read(text, &word)) {
            join(&joined, &word, out);
            text += word.length;
        } else if (joined.charset && blanks > 0 && is_read(text + blanks, &word)) {
            text += blanks;
        } else {
            gsize plain = blanks > 0 ? blanks : 1 + strcspn(text + 1, "= \t\r\n");

            flush(&joined, out);
            g_string_append_len(out, text, (gssize)plain);
            text += plain;
        }
    }
    flush(&joined, out);
    g_string_free(joined.bytes, TRUE);
    return g_string_free(out, FALSE);
}

char *words_decode(const char *raw, const char *charset)
{
    bool cut;
    const char *claimed = charset && charset_is_utf7(charset) ? NULL : charset;
    g_autofree char *text = charset_decode(raw, strlen(raw), claimed, G_MAXSIZE, &cut);

    return strstr(text, "=?") ? decode_words(text) : g_steal_pointer(&text);
}
