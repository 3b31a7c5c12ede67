/* The elements that are open, outermost first: that is the page, which nothing closes. */
#pragma once

#include "html/element.h"
#include "html/quote.h"
#include "html/sight.h"
#include "html/token.h"

typedef struct {
    const HtmlElement *element;
    guint32 name; /* its hash; 0 if nothing can close it but what stands around */
    guint kind;
    HtmlSight sight;
    HtmlCss *own; /* what it declares, NULL if nothing */
    bool in_sheet;
    bool dropped; /* it, or what it stands in */
    guint quotes, indent;
    guint items;       /* of a list, so far */
    guint cells;       /* of a row, so far */
    bool tall;         /* a cell of the row has more lines than one */
    guint lines;       /* of the text, when the cell's first word will have begun */
    char *link;        /* where it leads, NULL if that needs no saying */
    gsize start;       /* of its text */
    HtmlQuote quote;   /* what it holds */
    bool signs_next;   /* the next block in it holds the signature */
    bool behind;       /* what follows in it is older mail, */
    gsize behind_from; /* from here in the text */
} HtmlFrame;

typedef struct {
    GArray *frames;     /* HtmlFrame */
    guint16 names[256]; /* open elements by the last byte of their name's hash */
    guint16 groups;     /* open elements of some group */
} HtmlStack;

void html_stack_init(HtmlStack *stack);
void html_stack_clear(HtmlStack *stack);

/* The frame that is `back` below the innermost one; NULL if there is none, never for 0. */
HtmlFrame *html_stack_frame(const HtmlStack *stack, guint back);
/* The innermost frame of one of these kinds that stands in no other table; NULL if there is none.
 */
HtmlFrame *html_stack_nearest(const HtmlStack *stack, guint kinds);

guint32 html_stack_name(const char *name);

void html_stack_push(HtmlStack *stack, const HtmlFrame *frame);
void html_stack_pop(HtmlStack *stack);

/* How many frames must be closed before `element` may open. */
guint html_stack_closed_by(const HtmlStack *stack, const HtmlElement *element);

/* How many frames an end tag closes, 0 if none. */
guint html_stack_closed_by_end(const HtmlStack *stack, const char *name,
                               const HtmlElement *element);

/* Takes the effect of the frame `back` below the innermost one away, and leaves it open. */
void html_stack_neutralise(HtmlStack *stack, guint back);

/* Is text in the innermost frame seen? */
bool html_stack_is_seen(const HtmlStack *stack);
/* May text in the innermost frame, or in what opens in it, be seen? */
bool html_stack_may_be_seen(const HtmlStack *stack);
