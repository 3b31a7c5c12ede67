/* What hides text, as a table: no display, no size, no colour of its own, nowhere on the page.
 * Pure; any thread. */
#include "html/sight.h"

#define FONT_SIZE_MAX 1000000

const HtmlSight html_sight_plain = { .font_size = 16000,
                                     .colour = { 0, 0, 0, 255 },
                                     .backdrop = { 255, 255, 255, 255 } };

#define BIT(property) (1u << (property))

/* Text is gone where the property is true, and one of `with`, if any. */
static const struct {
    HtmlCssProperty property;
    guint32 with;
    bool of_cells; /* parts of tables too */
} hiding[] = {
    { CSS_NO_DISPLAY, 0, true },
    { CSS_NO_CONTENT, 0, true },
    { CSS_SEE_THROUGH, 0, true },
    { CSS_FILTERED, 0, true },
    { CSS_SCALED, 0, true },
    { CSS_INDENTED, 0, true },
    { CSS_FAR_MARGIN, 0, true },
    { CSS_CLIPPED_PATH, 0, true },
    { CSS_POSITIONED, BIT(CSS_FAR) | BIT(CSS_CLIPPED), true },
    { CSS_OVERFLOW_CUT,
      BIT(CSS_FLAT) | BIT(CSS_FLAT_MAX) | BIT(CSS_FLAT_LINE) | BIT(CSS_NARROW) |
          BIT(CSS_NARROW_MAX),
      false },
};

/* Bits of the properties that are said and true. */
static guint32 truths(const HtmlCss *css)
{
    guint32 found = 0;

    for (guint32 left = css->set; left != 0; left &= left - 1) {
        guint property = (guint)__builtin_ctz(left);

        if (css->values[property] > 0)
            found |= BIT(property);
    }
    return found;
}

static bool is_gone(const HtmlCss *css, bool cell)
{
    guint32 said = truths(css);

    for (gsize i = 0; said && i < G_N_ELEMENTS(hiding); i++)
        if (said & BIT(hiding[i].property) && (!hiding[i].with || said & hiding[i].with) &&
            (hiding[i].of_cells || !cell))
            return true;
    return false;
}

static void apply_font_size(HtmlSight *sight, gint32 size)
{
    gint64 relative = (gint64)sight->font_size * -(gint64)size / 1000;

    sight->font_size = size >= 0 ? size : (gint32)MIN(relative, FONT_SIZE_MAX);
}

static void apply_backdrop(HtmlSight *sight, const HtmlCss *css)
{
    if (html_css_has(css, CSS_BACKGROUND) && css->values[CSS_BACKGROUND] != CSS_INHERIT) {
        HtmlColour colour = html_css_unpack(css->values[CSS_BACKGROUND]);

        sight->backdrop = html_colour_over(colour, sight->backdrop);
        sight->murky &= colour.alpha < 255;
    }
    sight->murky |= html_css_is(css, CSS_BACKGROUND_IMAGE);
}

static void apply_colours(HtmlSight *sight, const HtmlCss *css)
{
    apply_backdrop(sight, css);
    if (html_css_has(css, CSS_COLOR) && css->values[CSS_COLOR] != CSS_INHERIT)
        sight->colour = html_css_unpack(css->values[CSS_COLOR]);
    sight->unlit =
        sight->colour.alpha == 0 ||
        (!sight->murky &&
         html_colour_is_near(html_colour_over(sight->colour, sight->backdrop), sight->backdrop));
}

void html_sight_apply(HtmlSight *sight, const HtmlCss *css, bool cell)
{
    sight->gone |= is_gone(css, cell);
    if (html_css_has(css, CSS_INVISIBLE) && css->values[CSS_INVISIBLE] != CSS_INHERIT)
        sight->invisible = css->values[CSS_INVISIBLE] != 0;
    if (html_css_has(css, CSS_FONT_SIZE))
        apply_font_size(sight, css->values[CSS_FONT_SIZE]);
    if (html_css_has(css, CSS_PRE))
        sight->pre = css->values[CSS_PRE] != 0;
    if (css->set & (BIT(CSS_COLOR) | BIT(CSS_BACKGROUND) | BIT(CSS_BACKGROUND_IMAGE)))
        apply_colours(sight, css);
}
