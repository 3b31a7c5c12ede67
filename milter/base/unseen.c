/* Characters that nobody sees, in plain text, HTML and subjects alike.
 *
 * Zero-width characters, tags, selectors and marks of direction are dropped.  What scripts need
 * stays: joiners behind letters that join and within emoji, one variation selector behind a
 * character.  Honest mail has soft hyphens, breaking hints and the padding of preheaders; a message
 * is told from them by its shape: rows of tags or selectors, or many zero-width characters within
 * one word in no regular order, as only data has none.  Pure; any thread. */
#include "base/unseen.h"

#include "base/text.h"

#include <string.h>

#define BLACK_FLAG         0x1F3F4 /* with tags behind it: the flag of a region */
#define FLAG_TAGS          7
#define ZERO_WIDTH_JOINER  0x200D
#define SMUGGLED_MESSAGE   8 /* tags or selectors behind others: a word, not an accident */
#define DISORDERED_MESSAGE 24
#define DISORDERED_EACH    4

typedef struct {
    gunichar from, to;
} Range;

static const Range nothing_to_see[] = {
    { 0x00AD, 0x00AD },   { 0x034F, 0x034F },   { 0x061C, 0x061C },   { 0x180E, 0x180E },
    { 0x200B, 0x200F },   { 0x202A, 0x202E },   { 0x2060, 0x206F },   { 0x3164, 0x3164 },
    { 0xFE00, 0xFE0F },   { 0xFEFF, 0xFEFF },   { 0xFFA0, 0xFFA0 },   { 0xFFF9, 0xFFFB },
    { 0x1BCA0, 0x1BCA3 }, { 0x1D173, 0x1D17A }, { 0xE0000, 0xE0FFF },
};

/* Arabic to Malayalam, Myanmar, Khmer and Mongolian, Phags-pa to Javanese, Arabic forms. */
static const Range joining[] = { { 0x0600, 0x0DFF }, { 0x1000, 0x109F }, { 0x1780, 0x18AF },
                                 { 0xA840, 0xA9DF }, { 0xFB50, 0xFDFF }, { 0xFE70, 0xFEFC } };

static const Range pictures[] = { { 0x2190, 0x2BFF }, { 0xFE0F, 0xFE0F }, { 0x1F000, 0x1FAFF } };

static bool is_in(gunichar c, const Range *ranges, gsize count)
{
    for (gsize i = 0; i < count; i++)
        if (c >= ranges[i].from && c <= ranges[i].to)
            return true;
    return false;
}

static bool is_selector(gunichar c)
{
    return c >= 0xFE00 && c <= 0xFE0F;
}

static bool is_smuggler(gunichar c)
{
    return is_selector(c) || (c >= 0xE0000 && c <= 0xE0FFF);
}

static bool is_needed(const Unseen *unseen, gunichar c)
{
    if (unseen->dropped)
        return false;
    if (is_selector(c))
        return unseen->shown > 0x20 && !is_selector(unseen->shown);
    if (c != ZERO_WIDTH_JOINER && c != ZERO_WIDTH_JOINER - 1)
        return false;
    return is_in(unseen->shown, joining, G_N_ELEMENTS(joining)) ||
           (c == ZERO_WIDTH_JOINER && is_in(unseen->shown, pictures, G_N_ELEMENTS(pictures)));
}

static void count_smuggler(Unseen *unseen)
{
    bool flag = unseen->shown == BLACK_FLAG && unseen->row < FLAG_TAGS;

    if (unseen->row++ > 0 && !flag)
        unseen->smuggled++;
    unseen->hidden |= unseen->smuggled >= SMUGGLED_MESSAGE;
}

static void count_zero_width(Unseen *unseen, gunichar c)
{
    if (c == unseen->dropped)
        unseen->repeats++;
    else
        unseen->changes++;
    unseen->hidden |= unseen->repeats + unseen->changes >= DISORDERED_MESSAGE &&
                      unseen->repeats >= DISORDERED_EACH && unseen->changes >= DISORDERED_EACH;
}

static void drop(Unseen *unseen, gunichar c)
{
    unseen->backwards |= c == 0x202D || c == 0x202E;
    if (is_smuggler(c))
        count_smuggler(unseen);
    else
        count_zero_width(unseen, c);
    unseen->dropped = c;
}

static void keep(Unseen *unseen, gunichar c)
{
    if (c <= 0x20 || g_unichar_isspace(c))
        unseen->repeats = unseen->changes = 0;
    unseen->shown = c;
    unseen->dropped = 0;
    unseen->row = 0;
}

bool unseen_drops(Unseen *unseen, gunichar c)
{
    bool drops = c >= 0xAD && is_in(c, nothing_to_see, G_N_ELEMENTS(nothing_to_see)) &&
                 !is_needed(unseen, c);

    if (drops)
        drop(unseen, c);
    else
        keep(unseen, c);
    return drops;
}

void unseen_strip(char *text, Unseen *unseen)
{
    gsize length = strlen(text);
    char *to = text;

    if (text_ascii_run(text, length) == length)
        return;
    for (const char *at = text; *at;) {
        const char *next = g_utf8_next_char(at);

        if (!unseen_drops(unseen, g_utf8_get_char(at))) {
            memmove(to, at, (gsize)(next - at));
            to += next - at;
        }
        at = next;
    }
    *to = '\0';
}

static void append_escaped(GString *out, gunichar c)
{
    if (c <= 0xFFFF)
        g_string_append_printf(out, "\\u%04x", c);
    else
        g_string_append_printf(out, "\\u%04x\\u%04x", 0xD800 + ((c - 0x10000) >> 10),
                               0xDC00 + ((c - 0x10000) & 0x3FF));
}

char *unseen_escape(const char *text)
{
    g_autofree char *valid = text_clean(text, -1, G_MAXSIZE, NULL);
    GString *out = g_string_sized_new(strlen(valid));
    Unseen unseen = { 0 };

    for (const char *at = valid; *at; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        bool control = c != '\n' && c != '\t' && g_unichar_iscntrl(c);

        if (unseen_drops(&unseen, c) || control)
            append_escaped(out, c);
        else
            g_string_append_unichar(out, c);
    }
    return g_string_free(out, FALSE);
}
