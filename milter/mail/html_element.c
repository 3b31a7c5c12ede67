/* The table of HTML elements that break lines, mark text or hold none. */
#include "mail/html_element.h"

#include <string.h>

static const struct {
    const char *name;
    guint kind;
} elements[] = {
    { "a", ELEMENT_LINK },
    { "address", ELEMENT_BLOCK },
    { "article", ELEMENT_BLOCK },
    { "blockquote", ELEMENT_PARAGRAPH | ELEMENT_QUOTE },
    { "br", ELEMENT_BREAK },
    { "center", ELEMENT_BLOCK },
    { "dd", ELEMENT_BLOCK },
    { "div", ELEMENT_BLOCK },
    { "dl", ELEMENT_PARAGRAPH },
    { "dt", ELEMENT_BLOCK },
    { "footer", ELEMENT_BLOCK },
    { "form", ELEMENT_BLOCK },
    { "h1", ELEMENT_PARAGRAPH },
    { "h2", ELEMENT_PARAGRAPH },
    { "h3", ELEMENT_PARAGRAPH },
    { "h4", ELEMENT_PARAGRAPH },
    { "h5", ELEMENT_PARAGRAPH },
    { "h6", ELEMENT_PARAGRAPH },
    { "header", ELEMENT_BLOCK },
    { "hr", ELEMENT_RULE },
    { "li", ELEMENT_BLOCK | ELEMENT_ITEM },
    { "main", ELEMENT_BLOCK },
    { "noframes", ELEMENT_DROPPED },
    { "object", ELEMENT_DROPPED },
    { "ol", ELEMENT_BLOCK | ELEMENT_NUMBERED },
    { "p", ELEMENT_PARAGRAPH },
    { "pre", ELEMENT_PARAGRAPH | ELEMENT_PRE },
    { "script", ELEMENT_DROPPED },
    { "section", ELEMENT_BLOCK },
    { "style", ELEMENT_DROPPED },
    { "table", ELEMENT_BLOCK },
    { "td", ELEMENT_CELL },
    { "template", ELEMENT_DROPPED },
    { "th", ELEMENT_CELL },
    { "title", ELEMENT_DROPPED },
    { "tr", ELEMENT_BLOCK },
    { "ul", ELEMENT_BLOCK },
    { "xml", ELEMENT_DROPPED },
};

guint html_element_kind(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(elements); i++)
        if (strcmp(elements[i].name, name) == 0)
            return elements[i].kind;
    return 0;
}
