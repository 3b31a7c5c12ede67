/* Whether a person would see the text of an element. */
#pragma once

#include "html/css.h"

typedef struct {
    bool gone;                   /* with all that is inside */
    bool invisible;              /* what is inside may be visible again, */
    gint32 font_size;            /* or larger: thousandths of a pixel, */
    HtmlColour colour, backdrop; /* or of another colour */
    bool murky;                  /* on a picture: nobody knows */
    bool unlit;                  /* colour on the same colour */
    bool pre;                    /* line ends and blanks count */
} HtmlSight;

/* Black on white, as mail is without a word about it. */
extern const HtmlSight html_sight_plain;

/* Nobody reads smaller letters: two pixels. */
#define HTML_FONT_SIZE_UNSEEN 2000

static inline bool html_sight_hides(const HtmlSight *sight)
{
    return sight->gone || sight->invisible || sight->unlit ||
           sight->font_size <= HTML_FONT_SIZE_UNSEEN;
}

/* Changes what was inherited by what an element declares.  `cell`: it is a table or a part of one,
 * which grows with its text whatever its height. */
void html_sight_apply(HtmlSight *sight, const HtmlCss *css, bool cell);
