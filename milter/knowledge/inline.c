/* Turns links into what can stand in a letter.
 *
 * [label](https://…) becomes "label (https://…)".  A relative link leads nowhere from a letter, so
 * its label stays alone; so does an image's.  Everything else is left as it is written.  What is
 * looked for ahead is bounded, so that no text takes longer than its length is worth.  Pure. */
#include "knowledge/inline.h"

#include "base/text.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

/* Bytes of the longest label, address and span of code that are known as such. */
#define LABEL_MAX   300
#define ADDRESS_MAX 1000
#define CODE_MAX    500

typedef struct {
    const char *text;
    gsize length;
} Span;

static bool is_escape(const char *at)
{
    return *at == '\\' && g_ascii_ispunct(at[1]);
}

/* Behind the bracket that closes the one at `at`, NULL if none does within max bytes. */
static const char *behind_bracket(const char *at, char open, char close, gsize max)
{
    int depth = 0;

    for (const char *begin = at; *at && (gsize)(at - begin) < max; at++) {
        if (is_escape(at))
            at++;
        else if (*at == open)
            depth++;
        else if (*at == close && --depth == 0)
            return at + 1;
    }
    return NULL;
}

static Span span(const char *begin, const char *end)
{
    return (Span){ begin, (gsize)(end - begin) };
}

/* The address between the parentheses, without a title behind it. */
static Span address_in(const char *begin, const char *end)
{
    begin += strspn(begin, " \t\n");
    if (begin < end && *begin == '<') {
        const char *close = memchr(begin, '>', (gsize)(end - begin));

        if (close)
            return span(begin + 1, close);
    }
    return (Span){ begin, MIN(strcspn(begin, " \t\n"), (gsize)(MAX(begin, end) - begin)) };
}

/* Reads [label](address) and returns what is behind it, NULL if `at` is none. */
static const char *read_link(const char *at, Span *label, Span *address)
{
    const char *middle = behind_bracket(at, '[', ']', LABEL_MAX);
    const char *end = NULL;

    if (middle && *middle == '(')
        end = behind_bracket(middle, '(', ')', ADDRESS_MAX);
    if (!end)
        return NULL;
    *label = span(at + 1, middle - 1);
    *address = address_in(middle + 1, end - 1);
    return end;
}

static void append_link(GString *out, Span label, Span address, bool image)
{
    g_autofree char *inner = g_strndup(label.text, label.length);
    g_autofree char *text = inline_plain(inner);
    g_autofree char *url = g_strndup(address.text, address.length);

    g_string_append(out, text);
    if (!image && g_uri_peek_scheme(url) && !g_str_equal(text, url))
        g_string_append_printf(out, "%s(%s)", *text ? " " : "", url);
}

/* The length of a span of code, backticks included; of the backticks alone if it isn't closed. */
static gsize code_length(const char *at)
{
    gsize ticks = strspn(at, "`"), run = 0;
    const char *inner = at + ticks, *end = inner + text_fit(inner, CODE_MAX);

    for (const char *next = inner; next < end; next += MAX(run, 1)) {
        run = strspn(next, "`");
        if (run == ticks)
            return (gsize)(next + run - at);
    }
    return ticks;
}

/* Appends what stands at `at`, and returns what is behind it. */
static const char *append_next(GString *out, const char *at)
{
    bool image = at[0] == '!' && at[1] == '[';
    const char *behind = *at == '[' || image ? at + image : NULL;
    Span label, address;
    gsize length = 1;

    if (behind && (behind = read_link(behind, &label, &address))) {
        append_link(out, label, address, image);
        return behind;
    }
    if (is_escape(at))
        length = 2;
    else if (*at == '`')
        length = code_length(at);
    g_string_append_len(out, at, (gssize)length);
    return at + length;
}

char *inline_plain(const char *text)
{
    GString *out = g_string_sized_new(strlen(text) + 1);

    while (*text)
        text = append_next(out, text);
    return g_string_free(out, FALSE);
}
