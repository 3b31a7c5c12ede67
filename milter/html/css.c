/* Declarations of CSS, read as far as they decide whether text is seen (CSS Syntax 3, Cascade 4).
 *
 * Escapes and comments are understood, because they are what hides a declaration from readers less
 * careful than a browser.  What only Outlook obeys (mso-hide) hides nothing: others show it. Linear
 * in the block; names and values are bounded.  Pure; any thread. */
#include "html/css.h"

#include "html/css_value.h"

#include <stdlib.h>
#include <string.h>

#define PROPERTY_MAX 32
#define VALUE_MAX    256

typedef struct {
    const char *name;
    HtmlCssReader read;
    HtmlCssProperty property;
} Row;

static const Row rows[] = {
    { "-webkit-text-fill-color", css_read_colour, CSS_COLOR },
    { "background", css_read_background, CSS_BACKGROUND },
    { "background-color", css_read_colour, CSS_BACKGROUND },
    { "background-image", css_read_image, CSS_BACKGROUND_IMAGE },
    { "border", css_read_is_none, CSS_BORDERLESS },
    { "border-left", css_read_is_none, CSS_BORDERLESS },
    { "bottom", css_read_far, CSS_FAR },
    { "clip", css_read_clip, CSS_CLIPPED },
    { "clip-path", css_read_clip_path, CSS_CLIPPED_PATH },
    { "color", css_read_colour, CSS_COLOR },
    { "content-visibility", css_read_is_hidden, CSS_NO_CONTENT },
    { "display", css_read_is_none, CSS_NO_DISPLAY },
    { "filter", css_read_filter, CSS_FILTERED },
    { "font", css_read_font, CSS_FONT_SIZE },
    { "font-size", css_read_font_size, CSS_FONT_SIZE },
    { "height", css_read_tiny, CSS_FLAT },
    { "left", css_read_far, CSS_FAR },
    { "line-height", css_read_tiny_line, CSS_FLAT_LINE },
    { "margin-left", css_read_far, CSS_FAR_MARGIN },
    { "margin-top", css_read_far, CSS_FAR_MARGIN },
    { "max-height", css_read_tiny, CSS_FLAT_MAX },
    { "max-width", css_read_tiny, CSS_NARROW_MAX },
    { "opacity", css_read_opacity, CSS_SEE_THROUGH },
    { "overflow", css_read_is_cut, CSS_OVERFLOW_CUT },
    { "overflow-x", css_read_is_cut, CSS_OVERFLOW_CUT },
    { "overflow-y", css_read_is_cut, CSS_OVERFLOW_CUT },
    { "position", css_read_position, CSS_POSITIONED },
    { "right", css_read_far, CSS_FAR },
    { "text-indent", css_read_far, CSS_INDENTED },
    { "top", css_read_far, CSS_FAR },
    { "transform", css_read_transform, CSS_SCALED },
    { "visibility", css_read_is_hidden, CSS_INVISIBLE },
    { "white-space", css_read_white_space, CSS_PRE },
    { "width", css_read_tiny, CSS_NARROW },
};

static int compare_rows(const void *key, const void *row)
{
    return strcmp(key, ((const Row *)row)->name);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

static bool begins_comment(const char *at, const char *end)
{
    return at + 1 < end && at[0] == '/' && at[1] == '*';
}

const char *html_css_skip_comment(const char *at, const char *end)
{
    if (!begins_comment(at, end))
        return at;
    const char *text = at + 2;
    for (const char *slash = text; (slash = memchr(slash, '/', (gsize)(end - slash))); slash++)
        if (slash > text && slash[-1] == '*')
            return slash + 1;
    return end;
}

/* A string that is not closed ends with its line. */
static const char *skip_string(const char *at, const char *end)
{
    char quote = *at++;

    while (at < end && *at != quote && *at != '\n')
        at += *at == '\\' && at + 1 < end ? 2 : 1;
    return MIN(at + 1, end);
}

/* Steps over what no bracket or stop can stand in; NULL if it is something else. */
static const char *skip_opaque(const char *at, const char *end)
{
    if (begins_comment(at, end))
        return html_css_skip_comment(at, end);
    return *at == '"' || *at == '\'' ? skip_string(at, end) : NULL;
}

const char *html_css_find(const char *at, const char *end, const char *stops)
{
    guint depth = 0;

    while (at < end) {
        if (g_ascii_isalnum(*at) || *at == ' ' || *at == '-') {
            at++;
            continue;
        }
        if (depth == 0 && (*at == stops[0] || *at == stops[1]) && *at != '\0')
            return at;
        const char *next = skip_opaque(at, end);
        if (next) {
            at = next;
            continue;
        }
        if (*at == '(' || *at == '[' || *at == '{')
            depth++;
        else if (depth > 0 && (*at == ')' || *at == ']' || *at == '}'))
            depth--;
        at += *at == '\\' && at + 1 < end ? 2 : 1;
    }
    return end;
}

/* The character that "\64 " means, '?' beyond ASCII; steps over it. */
static char read_escape(const char **at, const char *end)
{
    guint number = 0, digits = 0;

    for (++*at; *at < end && digits < 6 && g_ascii_isxdigit(**at); ++*at, digits++)
        number = 16 * number + (guint)g_ascii_xdigit_value(**at);
    if (digits == 0)
        return *at < end ? *(*at)++ : '?';
    if (*at < end && is_space(**at))
        ++*at;
    return number > 0 && number < 0x80 ? (char)number : '?';
}

void html_css_normal(GString *out, const char *at, const char *end, gsize max)
{
    bool blank = false;

    g_string_truncate(out, 0);
    while (at < end && out->len + 2 <= max) {
        char c = *at;

        if (begins_comment(at, end)) {
            at = html_css_skip_comment(at, end);
            continue;
        }
        if (is_space(c)) {
            blank = out->len > 0;
            at++;
            continue;
        }
        if (c == '\\')
            c = read_escape(&at, end);
        else
            at++;
        if (blank)
            g_string_append_c(out, ' ');
        blank = false;
        g_string_append_c(out, g_ascii_tolower(c));
    }
}

void html_css_set(HtmlCss *css, HtmlCssProperty property, gint32 value, bool important)
{
    guint32 bit = 1u << property;

    if (css->important & bit && !important)
        return;
    css->set |= bit;
    css->important |= important ? bit : 0;
    css->values[property] = value;
}

void html_css_merge(HtmlCss *css, const HtmlCss *later)
{
    for (guint32 left = later->set; left != 0; left &= left - 1) {
        HtmlCssProperty property = (HtmlCssProperty)__builtin_ctz(left);

        html_css_set(css, property, later->values[property],
                     (later->important >> property & 1) != 0);
    }
}

/* Cuts "!important" off. */
static bool take_important(GString *value)
{
    char *mark = strrchr(value->str, '!');
    bool important = mark && strcmp(mark + 1 + strspn(mark + 1, " "), "important") == 0;

    if (important)
        g_string_truncate(value, (gsize)(mark - value->str));
    if (value->len > 0 && value->str[value->len - 1] == ' ')
        g_string_truncate(value, value->len - 1);
    return important;
}

static const Row *find_row(const char *at, const char *end, GString *scratch)
{
    html_css_normal(scratch, at, end, PROPERTY_MAX);
    return bsearch(scratch->str, rows, G_N_ELEMENTS(rows), sizeof(Row), compare_rows);
}

static void read_declaration(HtmlCss *css, const char *at, const char *end, GString *scratch)
{
    const char *colon = memchr(at, ':', (gsize)(end - at));
    const Row *row = colon ? find_row(at, colon, scratch) : NULL;

    if (!row)
        return;
    html_css_normal(scratch, colon + 1, end, VALUE_MAX);
    bool important = take_important(scratch);
    row->read(css, row->property, scratch->str, important);
}

void html_css_read(HtmlCss *css, const char *block, gsize length)
{
    g_autoptr(GString) scratch = g_string_sized_new(VALUE_MAX);
    const char *end = block + length;

    for (const char *at = block; at < end;) {
        const char *stop = html_css_find(at, end, ";");

        read_declaration(css, at, stop, scratch);
        at = stop + 1;
    }
}

gint32 html_css_pack(HtmlColour colour)
{
    return colour.alpha / 2 << 24 | colour.red << 16 | colour.green << 8 | colour.blue;
}

HtmlColour html_css_unpack(gint32 value)
{
    return (HtmlColour){ (guint8)(value >> 16), (guint8)(value >> 8), (guint8)value,
                         (guint8)((value >> 24) * 255 / 127) };
}
