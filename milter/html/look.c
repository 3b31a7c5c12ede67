/* The cascade for one element (CSS Cascade 4): browsers' own colours and HTML's attributes first,
 * then the sheets, then the style attribute; what is important is so in both directions.  Pure; any
 * thread. */
#include "html/look.h"

#include "html/entity.h"

#include <string.h>

static const HtmlColour link_blue = { 0, 0, 238, 255 };

static void hint_colour(HtmlCss *css, HtmlCssProperty property, HtmlSlice value, GString *scratch)
{
    HtmlColour colour;

    if (value.length == 0)
        return;
    html_css_normal(scratch, value.at, value.at + value.length, 32);
    if (html_colour_read_attribute(scratch->str, &colour))
        html_css_set(css, property, html_css_pack(colour), false);
}

static void hint(HtmlCss *css, const HtmlToken *tag, const HtmlElement *element, GString *scratch)
{
    const HtmlSlice *attributes = tag->attributes;

    if (element->kind & ELEMENT_LINK && attributes[HTML_HREF].at)
        html_css_set(css, CSS_COLOR, html_css_pack(link_blue), false);
    if (element->kind & ELEMENT_PAGE)
        hint_colour(css, CSS_COLOR, attributes[HTML_TEXT_COLOR], scratch);
    if (element->kind & ELEMENT_FORMAT)
        hint_colour(css, CSS_COLOR, attributes[HTML_COLOR], scratch);
    hint_colour(css, CSS_BACKGROUND, attributes[HTML_BGCOLOR], scratch);
    if (attributes[HTML_BACKGROUND].length > 0)
        html_css_set(css, CSS_BACKGROUND_IMAGE, 1, false);
    if (attributes[HTML_HIDDEN].at)
        html_css_set(css, CSS_NO_DISPLAY, 1, false);
    if (element->kind & ELEMENT_PRE)
        html_css_set(css, CSS_PRE, 1, false);
}

static void enter_rules(HtmlCss *css, const HtmlToken *tag, HtmlRules *rules, GString *scratch)
{
    HtmlSlice classes = tag->attributes[HTML_CLASS], id = tag->attributes[HTML_ID];

    html_entity_decode(classes.at, classes.length, scratch);
    if (id.length == 0) {
        html_rules_enter(rules, tag->name, scratch->str, "", css);
    } else {
        g_autofree char *words = g_strdup(scratch->str);

        html_entity_decode(id.at, id.length, scratch);
        html_rules_enter(rules, tag->name, words, scratch->str, css);
    }
}

void html_look_read(HtmlCss *css, const HtmlToken *tag, const HtmlElement *element,
                    HtmlRules *rules, GString *scratch)
{
    HtmlSlice style = tag->attributes[HTML_STYLE];

    hint(css, tag, element, scratch);
    if (rules)
        enter_rules(css, tag, rules, scratch);
    if (style.length == 0)
        return;
    if (memchr(style.at, '&', style.length)) {
        html_entity_decode(style.at, style.length, scratch);
        html_css_read(css, scratch->str, scratch->len);
    } else {
        html_css_read(css, style.at, style.length);
    }
}
