/* What each HTML element does to the text made of it. */
#pragma once

#include <glib.h>

typedef enum {
    ELEMENT_BLOCK = 1 << 0,     /* stands on lines of its own */
    ELEMENT_PARAGRAPH = 1 << 1, /* with an empty line around it */
    ELEMENT_DROPPED = 1 << 2,   /* never text */
    ELEMENT_PRE = 1 << 3,
    ELEMENT_CELL = 1 << 4,
    ELEMENT_ITEM = 1 << 5,
    ELEMENT_QUOTE = 1 << 6,
    ELEMENT_LINK = 1 << 7,
    ELEMENT_BREAK = 1 << 8,
    ELEMENT_RULE = 1 << 9,
    ELEMENT_NUMBERED = 1 << 10
} HtmlElementKind;

/* HtmlElementKind bits; 0 for elements that leave text as it is, and for unknown ones. */
guint html_element_kind(const char *name);
