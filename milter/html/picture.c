/* Pictures are read where they say something in words: not by a file's name, and not those that
 * only count who looks.  Pure; any thread. */
#include "html/picture.h"

#include "html/entity.h"

#include <string.h>

#define ALT_MAX    120
#define TRACKER_PX 2

static bool is_picture_name(const char *alt)
{
    static const char *const ends[] = { ".png", ".jpg", ".jpeg", ".gif", ".svg", ".bmp", ".webp" };
    static const char *const words[] = { "image", "picture", "photo", "img", "spacer", "pixel" };

    for (gsize i = 0; i < G_N_ELEMENTS(ends); i++)
        if (g_str_has_suffix(alt, ends[i]))
            return true;
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        if (g_ascii_strcasecmp(alt, words[i]) == 0)
            return true;
    return false;
}

static bool has_word(const char *text)
{
    for (; *text; text = g_utf8_next_char(text))
        if (g_unichar_isalnum(g_utf8_get_char(text)))
            return true;
    return false;
}

/* What a picture says in words: those of a smiley as they are. */
static void write_alt(HtmlOut *out, const char *alt)
{
    bool words = has_word(alt);

    if (*alt == '\0' || is_picture_name(alt))
        return;
    html_out_words(out, words ? "[" : "");
    html_out_words(out, alt);
    html_out_words(out, words ? "]" : "");
}

static bool is_tracker(const HtmlToken *tag)
{
    return html_token_number(tag, HTML_WIDTH, TRACKER_PX + 1) <= TRACKER_PX ||
           html_token_number(tag, HTML_HEIGHT, TRACKER_PX + 1) <= TRACKER_PX;
}

bool html_picture_speaks(const HtmlToken *tag)
{
    return tag->attributes[HTML_ALT].length > 0 && !is_tracker(tag);
}

void html_picture_write(HtmlOut *out, const HtmlToken *tag, GString *scratch)
{
    HtmlSlice alt = tag->attributes[HTML_ALT];

    html_entity_decode(alt.at, MIN(alt.length, ALT_MAX), scratch);
    g_autofree char *text = g_utf8_make_valid(scratch->str, -1);
    write_alt(out, g_strstrip(text));
}
