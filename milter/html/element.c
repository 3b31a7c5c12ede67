/* The table of HTML elements that break lines, mark text or hold none, and which of them end where
 * others begin (HTML standard, 13.2.6). */
#include "html/element.h"

#include <stdlib.h>
#include <string.h>

#define CELL    (ELEMENT_CELL | ELEMENT_SCOPE)
#define HEADING ELEMENT_PARAGRAPH
#define SECTION ELEMENT_BLOCK
#define FORMAT  ELEMENT_FORMAT
#define NOTHING (ELEMENT_VOID | ELEMENT_DROPPED)
#define BEFORE  (ELEMENT_DROPPED | ELEMENT_HEAD)

static const HtmlElement elements[] = {
    { "a", ELEMENT_LINK | FORMAT, GROUP_LINK },
    { "address", ELEMENT_BLOCK, 0 },
    { "area", NOTHING, 0 },
    { "article", ELEMENT_BLOCK, 0 },
    { "aside", ELEMENT_BLOCK, 0 },
    { "b", FORMAT, 0 },
    { "base", NOTHING | ELEMENT_HEAD, 0 },
    { "big", FORMAT, 0 },
    { "blockquote", ELEMENT_PARAGRAPH | ELEMENT_QUOTE, 0 },
    { "body", ELEMENT_BLOCK | ELEMENT_PAGE, 0 },
    { "br", ELEMENT_BREAK | ELEMENT_VOID, 0 },
    { "button", ELEMENT_SCOPE, 0 },
    { "canvas", ELEMENT_DROPPED, 0 },
    { "caption", ELEMENT_BLOCK | ELEMENT_SCOPE, 0 },
    { "center", ELEMENT_BLOCK, 0 },
    { "code", FORMAT, 0 },
    { "col", NOTHING, 0 },
    { "datalist", ELEMENT_DROPPED, 0 },
    { "dd", ELEMENT_BLOCK | ELEMENT_INDENTED, GROUP_TERM },
    { "details", ELEMENT_BLOCK, 0 },
    { "dir", ELEMENT_BLOCK | ELEMENT_LIST, 0 },
    { "div", ELEMENT_BLOCK, 0 },
    { "dl", ELEMENT_PARAGRAPH | ELEMENT_LIST, 0 },
    { "dt", ELEMENT_BLOCK, GROUP_TERM },
    { "em", FORMAT, 0 },
    { "embed", NOTHING, 0 },
    { "fieldset", ELEMENT_BLOCK, 0 },
    { "figcaption", ELEMENT_BLOCK, 0 },
    { "figure", ELEMENT_BLOCK, 0 },
    { "font", FORMAT, 0 },
    { "footer", ELEMENT_BLOCK, 0 },
    { "form", ELEMENT_BLOCK, 0 },
    { "frame", NOTHING, 0 },
    { "h1", HEADING, 0 },
    { "h2", HEADING, 0 },
    { "h3", HEADING, 0 },
    { "h4", HEADING, 0 },
    { "h5", HEADING, 0 },
    { "h6", HEADING, 0 },
    { "head", ELEMENT_PAGE | ELEMENT_HEAD, 0 },
    { "header", ELEMENT_BLOCK, 0 },
    { "hr", ELEMENT_RULE | ELEMENT_BLOCK | ELEMENT_VOID, 0 },
    { "html", ELEMENT_PAGE | ELEMENT_HEAD, 0 },
    { "i", FORMAT, 0 },
    { "iframe", ELEMENT_DROPPED, 0 },
    { "img", ELEMENT_IMAGE | ELEMENT_VOID, 0 },
    { "input", NOTHING, 0 },
    { "legend", ELEMENT_BLOCK, 0 },
    { "li", ELEMENT_BLOCK | ELEMENT_ITEM, GROUP_ITEM },
    { "link", NOTHING | ELEMENT_HEAD, 0 },
    { "main", ELEMENT_BLOCK, 0 },
    { "menu", ELEMENT_BLOCK | ELEMENT_LIST, 0 },
    { "meta", NOTHING | ELEMENT_HEAD, 0 },
    { "nav", ELEMENT_BLOCK, 0 },
    { "nobr", FORMAT, 0 },
    { "noembed", ELEMENT_DROPPED, 0 },
    { "noframes", ELEMENT_DROPPED, 0 },
    { "object", ELEMENT_DROPPED | ELEMENT_SCOPE, 0 },
    { "ol", ELEMENT_BLOCK | ELEMENT_LIST | ELEMENT_NUMBERED, 0 },
    { "optgroup", ELEMENT_BLOCK, GROUP_OPTION },
    { "option", ELEMENT_BLOCK, GROUP_OPTION },
    { "p", ELEMENT_PARAGRAPH, GROUP_PARAGRAPH },
    { "param", NOTHING, 0 },
    { "pre", ELEMENT_PARAGRAPH | ELEMENT_PRE, 0 },
    { "s", FORMAT, 0 },
    { "script", BEFORE, 0 },
    { "section", ELEMENT_BLOCK, 0 },
    { "select", ELEMENT_SCOPE, 0 },
    { "small", FORMAT, 0 },
    { "source", NOTHING, 0 },
    { "strike", FORMAT, 0 },
    { "strong", FORMAT, 0 },
    { "style", BEFORE | ELEMENT_STYLE, 0 },
    { "summary", ELEMENT_BLOCK, 0 },
    { "table", ELEMENT_BLOCK | ELEMENT_TABLE | ELEMENT_SCOPE, 0 },
    { "tbody", SECTION, GROUP_SECTION },
    { "td", CELL, GROUP_CELL },
    { "template", ELEMENT_DROPPED | ELEMENT_SCOPE, 0 },
    { "textarea", ELEMENT_BLOCK | ELEMENT_PRE, 0 },
    { "tfoot", SECTION, GROUP_SECTION },
    { "th", CELL, GROUP_CELL },
    { "thead", SECTION, GROUP_SECTION },
    { "title", BEFORE, 0 },
    { "tr", ELEMENT_BLOCK | ELEMENT_ROW, GROUP_ROW },
    { "track", NOTHING, 0 },
    { "tt", FORMAT, 0 },
    { "u", FORMAT, 0 },
    { "ul", ELEMENT_BLOCK | ELEMENT_LIST, 0 },
    { "wbr", ELEMENT_VOID, 0 },
    { "xml", BEFORE, 0 },
    { "xmp", ELEMENT_PARAGRAPH | ELEMENT_PRE, 0 },
};

static const HtmlElement unknown = { "", 0, 0 };

static const struct {
    guint group, closes, barrier;
} endings[] = {
    { GROUP_ITEM, GROUP_ITEM | GROUP_PARAGRAPH, ELEMENT_LIST | ELEMENT_SCOPE },
    { GROUP_TERM, GROUP_TERM | GROUP_PARAGRAPH, ELEMENT_LIST | ELEMENT_SCOPE },
    { GROUP_CELL, GROUP_CELL, ELEMENT_TABLE | ELEMENT_ROW },
    { GROUP_ROW, GROUP_CELL | GROUP_ROW, ELEMENT_TABLE },
    { GROUP_SECTION, GROUP_CELL | GROUP_ROW | GROUP_SECTION, ELEMENT_TABLE },
    { GROUP_OPTION, GROUP_OPTION, ELEMENT_SCOPE },
    { GROUP_LINK, GROUP_LINK, ELEMENT_SCOPE },
};

static int compare_elements(const void *key, const void *row)
{
    return strcmp(key, ((const HtmlElement *)row)->name);
}

const HtmlElement *html_element(const char *name)
{
    if (*name == '\0')
        return &unknown;

    const HtmlElement *found =
        bsearch(name, elements, G_N_ELEMENTS(elements), sizeof(HtmlElement), compare_elements);
    return found ? found : &unknown;
}

guint html_element_closes(const HtmlElement *element, guint *barrier)
{
    for (gsize i = 0; i < G_N_ELEMENTS(endings); i++) {
        if (endings[i].group != element->group)
            continue;
        *barrier = endings[i].barrier;
        return endings[i].closes;
    }
    *barrier = ELEMENT_SCOPE;
    return element->kind & (ELEMENT_BLOCK | ELEMENT_PARAGRAPH) ? GROUP_PARAGRAPH : GROUP_NONE;
}
