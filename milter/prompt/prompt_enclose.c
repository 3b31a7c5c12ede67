/* How a stranger's text gets between the markers of a prompt.
 *
 * What an engine may not see is replaced, lines that hold the call's fence are dropped, so that
 * nothing inside the markers can end them, and blanks are marked if they shall be.  Replacing comes
 * before anything is cut: half a card number has no form any more.  Long texts keep their beginning
 * and their end.  Pure. */
#include "prompt/prompt_enclose.h"

#include "base/text.h"

#include <string.h>

/* Letters and digits alone: whatever is between them, or in whatever form, a model may still read
 * them as a word. */
static char *skeleton(const char *text)
{
    g_autofree char *folded = text_fold(text);
    GString *bones = g_string_new(NULL);

    for (const char *at = folded; *at; at = g_utf8_next_char(at))
        if (g_unichar_isalnum(g_utf8_get_char(at)))
            g_string_append_unichar(bones, g_utf8_get_char(at));
    return g_string_free(bones, FALSE);
}

static bool holds_fence(const Enclosure *enclosure, const char *line, gsize length)
{
    g_autofree char *copy = g_strndup(line, length);
    g_autofree char *bones = skeleton(copy);

    return strstr(bones, enclosure->fence);
}

/* The text without the lines that hold the fence. */
static char *drop_fenced(const Enclosure *enclosure, const char *text)
{
    GString *kept = g_string_new(NULL);

    while (*text) {
        const char *newline = strchr(text, '\n');
        gsize length = newline ? (gsize)(newline + 1 - text) : strlen(text);

        if (!holds_fence(enclosure, text, length))
            g_string_append_len(kept, text, (gssize)length);
        text += length;
    }
    return g_string_free(kept, FALSE);
}

/* The last part of the text that has at most `max` bytes and begins at a character. */
static const char *tail_of(const char *text, gsize length, gsize max)
{
    const char *tail = text + (length - MIN(max, length));

    while (((guchar)*tail & 0xC0) == 0x80)
        tail++;
    return tail;
}

/* Two thirds of `max` bytes from the beginning, the rest from the end, and a line between that says
 * how much is missing. */
static char *shorten(const char *text, gsize max)
{
    gsize length = strlen(text), head;
    const char *tail;

    if (length <= max)
        return g_strdup(text);
    head = text_fit(text, max - max / 3);
    tail = tail_of(text, length, max / 3);
    return g_strdup_printf("%.*s\n[… %zu bytes are left out here …]\n%s", (int)head, text,
                           (gsize)(tail - text) - head, tail);
}

char *enclose_mark(const Enclosure *enclosure, char *text)
{
    g_autofree char *plain = text;
    g_auto(GStrv) words = enclosure->privacy->datamark ? g_strsplit(plain, " ", -1) : NULL;

    return words ? g_strjoinv(PROMPT_MARK, words) : g_steal_pointer(&plain);
}

void prompt_unmark(char *text)
{
    char *to = text;

    while (*text) {
        bool marked = strncmp(text, PROMPT_MARK, strlen(PROMPT_MARK)) == 0;

        *to++ = marked ? ' ' : *text;
        text += marked ? strlen(PROMPT_MARK) : 1;
    }
    *to = '\0';
}

char *enclose_text(const Enclosure *enclosure, const char *text, gsize max)
{
    g_autofree char *redacted = redaction_apply(enclosure->redaction, text);
    g_autofree char *enclosed = drop_fenced(enclosure, redacted);

    return shorten(enclosed, max);
}

void enclosure_init(Enclosure *enclosure, const char *fence, const PromptPrivacy *privacy,
                    Redaction *redaction)
{
    *enclosure = (Enclosure){ privacy, redaction, skeleton(fence) };
}

void enclosure_clear(Enclosure *enclosure)
{
    g_free(enclosure->fence);
}
