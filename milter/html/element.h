/* What each HTML element does to the text made of it. */
#pragma once

#include <glib.h>

typedef enum {
    ELEMENT_BLOCK = 1 << 0,     /* stands on lines of its own */
    ELEMENT_PARAGRAPH = 1 << 1, /* a block with an empty line around it */
    ELEMENT_DROPPED = 1 << 2,   /* never text */
    ELEMENT_PRE = 1 << 3,
    ELEMENT_CELL = 1 << 4,
    ELEMENT_ITEM = 1 << 5,
    ELEMENT_QUOTE = 1 << 6,
    ELEMENT_LINK = 1 << 7,
    ELEMENT_BREAK = 1 << 8,
    ELEMENT_RULE = 1 << 9,
    ELEMENT_NUMBERED = 1 << 10,
    ELEMENT_VOID = 1 << 11, /* has no end */
    ELEMENT_IMAGE = 1 << 12,
    ELEMENT_LIST = 1 << 13,
    ELEMENT_INDENTED = 1 << 14,
    ELEMENT_TABLE = 1 << 15,
    ELEMENT_ROW = 1 << 16,
    ELEMENT_SCOPE = 1 << 17,  /* what stands around isn't closed from inside */
    ELEMENT_FORMAT = 1 << 18, /* goes on behind the block that it was opened in */
    ELEMENT_PAGE = 1 << 19,   /* goes on behind its own end */
    ELEMENT_STYLE = 1 << 20,
    ELEMENT_HEAD = 1 << 21 /* nothing is seen of it, nor of what stands before */
} HtmlElementKind;

/* Elements of which one closes another that was left open. */
typedef enum {
    GROUP_NONE = 0,
    GROUP_PARAGRAPH = 1 << 0,
    GROUP_ITEM = 1 << 1,
    GROUP_TERM = 1 << 2,
    GROUP_CELL = 1 << 3,
    GROUP_ROW = 1 << 4,
    GROUP_SECTION = 1 << 5,
    GROUP_OPTION = 1 << 6,
    GROUP_LINK = 1 << 7
} HtmlElementGroup;

typedef struct {
    const char *name;
    guint kind;  /* HtmlElementKind bits; 0 leaves text as it is */
    guint group; /* the one it belongs to */
} HtmlElement;

/* Never NULL: unknown elements share one with an empty name. */
const HtmlElement *html_element(const char *name);

/* The groups whose open element such an element closes, up to one of the kinds *barrier. */
guint html_element_closes(const HtmlElement *element, guint *barrier);
