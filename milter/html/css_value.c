/* The values of CSS that matter here, each as one number: how large, what colour, hidden or not.
 * Sizes are estimated where they depend on what isn't known: a font of 16 pixels, a page of 500.
 * Pure; any thread. */
#include "html/css_value.h"

#include <math.h>
#include <string.h>

#define FONT_PX      16.0
#define FAR_RIGHT_PX 5000.0 /* nor there */
#define FAR_PX       500.0  /* nobody scrolls there */
#define TINY_PX      1.0
#define FAINT        0.05
#define SIZE_PX_MAX  1000.0
#define EDGES        4
#define FONT_WORDS   12

static const struct {
    const char *name;
    double px;
} units[] = {
    { "px", 1 },
    { "pt", 4.0 / 3 },
    { "%", FAR_PX / 100 },
    { "em", FONT_PX },
    { "rem", FONT_PX },
    { "ex", FONT_PX / 2 },
    { "ch", FONT_PX / 2 },
    { "in", 96 },
    { "cm", 96 / 2.54 },
    { "mm", 96 / 25.4 },
    { "pc", 16 },
    { "vw", FAR_PX / 100 },
    { "vh", FAR_PX / 100 },
};

static const struct {
    const char *name;
    double px;
} font_sizes[] = {
    { "xx-small", 9 }, { "x-small", 10 }, { "small", 13 },    { "medium", 16 },
    { "large", 18 },   { "x-large", 24 }, { "xx-large", 32 }, { "initial", 16 },
};

static const char *const relative_units[] = { "em", "%", "ex", "ch" };

typedef struct {
    double number;
    char unit[8]; /* "" if none */
} Length;

/* *end: behind it; false if there is no number. */
static bool read_length(const char *value, Length *length, const char **end)
{
    char *stop;
    gsize unit;

    length->number = g_ascii_strtod(value, &stop);
    if (stop == value || !isfinite(length->number))
        return false;
    for (unit = 0; g_ascii_isalpha(stop[unit]) || stop[unit] == '%';)
        unit++;
    *end = stop + unit;
    g_strlcpy(length->unit, stop, MIN(unit + 1, sizeof(length->unit)));
    return true;
}

static double in_pixels(const Length *length)
{
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++)
        if (strcmp(units[i].name, length->unit) == 0)
            return length->number * units[i].px;
    return length->number;
}

static bool begins_with_any(const char *value, const char *const *words, gsize count)
{
    for (gsize i = 0; i < count; i++)
        if (g_str_has_prefix(value, words[i]))
            return true;
    return false;
}

void css_read_is_none(HtmlCss *css, HtmlCssProperty property, const char *value, bool important)
{
    static const char *const none[] = { "none", "0", "medium none" };

    html_css_set(css, property, begins_with_any(value, none, G_N_ELEMENTS(none)), important);
}

void css_read_is_hidden(HtmlCss *css, HtmlCssProperty property, const char *value, bool important)
{
    static const char *const hidden[] = { "hidden", "collapse" };
    bool inherits = g_str_has_prefix(value, "inherit") || g_str_has_prefix(value, "unset");

    html_css_set(css, property,
                 inherits ? CSS_INHERIT : begins_with_any(value, hidden, G_N_ELEMENTS(hidden)),
                 important);
}

void css_read_is_cut(HtmlCss *css, HtmlCssProperty property, const char *value, bool important)
{
    static const char *const cut[] = { "hidden", "clip", "scroll", "auto" };

    html_css_set(css, property, begins_with_any(value, cut, G_N_ELEMENTS(cut)), important);
}

void css_read_position(HtmlCss *css, HtmlCssProperty property, const char *value, bool important)
{
    html_css_set(css, property, !g_str_has_prefix(value, "static"), important);
}

void css_read_white_space(HtmlCss *css, HtmlCssProperty property, const char *value, bool important)
{
    static const char *const pre[] = { "pre", "break-spaces" };

    if (g_str_has_prefix(value, "inherit"))
        return;
    html_css_set(css, property, begins_with_any(value, pre, G_N_ELEMENTS(pre)), important);
}

void css_read_opacity(HtmlCss *css, HtmlCssProperty property, const char *value, bool important)
{
    Length opacity;
    const char *end;

    if (!read_length(value, &opacity, &end))
        return;
    if (opacity.unit[0] == '%')
        opacity.number /= 100;
    html_css_set(css, property, opacity.number <= FAINT, important);
}

/* alpha(opacity=0) of old, opacity(0) of today. */
void css_read_filter(HtmlCss *css, HtmlCssProperty property, const char *value, bool important)
{
    const char *opacity = strstr(value, "opacity");
    Length length;
    const char *end;
    bool faint = false;

    if (opacity && read_length(opacity + strcspn(opacity, "0123456789."), &length, &end))
        faint =
            length.number <= (length.unit[0] == '%' || strchr(value, '=') ? 100 * FAINT : FAINT);
    html_css_set(css, property, faint, important);
}

void css_read_tiny(HtmlCss *css, HtmlCssProperty property, const char *value, bool important)
{
    Length size;
    const char *end;
    bool tiny = read_length(value, &size, &end) && in_pixels(&size) <= TINY_PX;

    html_css_set(css, property, tiny, important);
}

/* A bare number is a factor of the font's size. */
void css_read_tiny_line(HtmlCss *css, HtmlCssProperty property, const char *value, bool important)
{
    Length size;
    const char *end;
    bool tiny = read_length(value, &size, &end) &&
                (size.unit[0] ? in_pixels(&size) : FONT_PX * size.number) <= TINY_PX;

    html_css_set(css, property, tiny, important);
}

/* Of two edges one is enough, so what is near doesn't undo what is far. */
void css_read_far(HtmlCss *css, HtmlCssProperty property, const char *value, bool important)
{
    Length offset;
    const char *end;
    bool far = read_length(value, &offset, &end) &&
               (in_pixels(&offset) <= -FAR_PX || in_pixels(&offset) >= FAR_RIGHT_PX);

    if (far || property == CSS_INDENTED)
        html_css_set(css, property, far, important);
}

static gint32 thousandths(double size)
{
    return (gint32)(CLAMP(size, 0, SIZE_PX_MAX) * 1000);
}

static bool is_relative(const Length *size)
{
    for (gsize i = 0; i < G_N_ELEMENTS(relative_units); i++)
        if (strcmp(size->unit, relative_units[i]) == 0)
            return true;
    return false;
}

static void set_font_size(HtmlCss *css, const Length *size, bool important)
{
    double part = size->unit[0] == '%' ? size->number / 100 : size->number;

    if (is_relative(size) && part > 0)
        html_css_set(css, CSS_FONT_SIZE, -MAX(thousandths(part), 1), important);
    else
        html_css_set(css, CSS_FONT_SIZE, thousandths(in_pixels(size)), important);
}

void css_read_font_size(HtmlCss *css, HtmlCssProperty property, const char *value, bool important)
{
    Length size;
    const char *end;

    if (read_length(value, &size, &end)) {
        set_font_size(css, &size, important);
        return;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(font_sizes); i++)
        if (strcmp(value, font_sizes[i].name) == 0)
            html_css_set(css, property, thousandths(font_sizes[i].px), important);
    if (strcmp(value, "inherit") == 0)
        html_css_set(css, property, -1000, important);
}

/* The size is the first number with a unit, or zero: "italic 700 12px/1.5 Arial". */
void css_read_font(HtmlCss *css, HtmlCssProperty property, const char *value, bool important)
{
    (void)property;
    for (int i = 0; i < FONT_WORDS && *value; i++) {
        Length size;
        const char *end;

        if (read_length(value, &size, &end) && (size.unit[0] || size.number == 0)) {
            set_font_size(css, &size, important);
            return;
        }
        value += strcspn(value, " ");
        value += strspn(value, " ");
    }
}

/* The numbers between the brackets. */
static gsize read_numbers(const char *value, Length *numbers, gsize max)
{
    const char *open = strchr(value, '(');
    gsize count = 0;

    if (!open)
        return 0;
    for (const char *at = open + 1; count < max; count++) {
        at += strspn(at, " ,");
        if (!read_length(at, &numbers[count], &at))
            break;
    }
    return count;
}

/* rect(top, right, bottom, left). */
void css_read_clip(HtmlCss *css, HtmlCssProperty property, const char *value, bool important)
{
    Length edges[EDGES];
    bool all = g_str_has_prefix(value, "rect") && read_numbers(value, edges, EDGES) == EDGES;

    html_css_set(css, property,
                 all && (in_pixels(&edges[2]) <= in_pixels(&edges[0]) ||
                         in_pixels(&edges[1]) <= in_pixels(&edges[3])),
                 important);
}

/* inset(50%), inset(0 0 0 100%), circle(0). */
void css_read_clip_path(HtmlCss *css, HtmlCssProperty property, const char *value, bool important)
{
    Length edges[EDGES];
    gsize count = read_numbers(value, edges, EDGES);
    bool gone = false;

    for (gsize i = 0; i < count && g_str_has_prefix(value, "inset"); i++)
        gone |= edges[i].unit[0] == '%' && edges[i].number >= (count == 1 ? 50 : 100);
    if (g_str_has_prefix(value, "circle") || g_str_has_prefix(value, "ellipse"))
        gone = count > 0 && edges[0].number <= 0;
    html_css_set(css, property, gone, important);
}

void css_read_transform(HtmlCss *css, HtmlCssProperty property, const char *value, bool important)
{
    Length numbers[2];
    gsize count = read_numbers(value, numbers, G_N_ELEMENTS(numbers));
    bool gone = false;

    for (gsize i = 0; i < count; i++)
        gone |= (g_str_has_prefix(value, "scale") && fabs(numbers[i].number) <= FAINT) ||
                (g_str_has_prefix(value, "translate") && in_pixels(&numbers[i]) <= -FAR_PX);
    html_css_set(css, property, gone, important);
}

void css_read_colour(HtmlCss *css, HtmlCssProperty property, const char *value, bool important)
{
    static const char *const inherits[] = { "inherit", "unset", "currentcolor", "initial", "var(" };
    HtmlColour colour;

    if (html_colour_read(value, &colour))
        html_css_set(css, property, html_css_pack(colour), important);
    else if (begins_with_any(value, inherits, G_N_ELEMENTS(inherits)))
        html_css_set(css, property, CSS_INHERIT, important);
}

void css_read_image(HtmlCss *css, HtmlCssProperty property, const char *value, bool important)
{
    html_css_set(css, property, strchr(value, '(') != NULL, important);
}

/* The shorthand: one of its words may be a colour; what isn't said is reset. */
void css_read_background(HtmlCss *css, HtmlCssProperty property, const char *value, bool important)
{
    bool image = strstr(value, "url(") || strstr(value, "gradient(") || strstr(value, "var(");
    gint32 found = html_css_pack((HtmlColour){ 0 });
    HtmlColour colour;

    html_css_set(css, CSS_BACKGROUND_IMAGE, image, important);
    for (const char *at = value; *at;) {
        gsize length = strcspn(at, " (");

        if (at[length] == '(')
            length += strcspn(at + length, ")") + 1;
        g_autofree char *word = g_strndup(at, length);
        if (html_colour_read(word, &colour))
            found = html_css_pack(colour);
        at += strlen(word);
        at += strspn(at, " ");
    }
    html_css_set(css, property, found, important);
}
