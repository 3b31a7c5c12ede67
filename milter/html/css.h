/* The declarations of CSS that decide whether text is seen. */
#pragma once

#include "html/colour.h"

/* What each value means stands beside it; truths are 0 or 1. */
typedef enum {
    CSS_BACKGROUND,       /* a packed colour */
    CSS_BACKGROUND_IMAGE, /* truth */
    CSS_BORDERLESS,       /* truth */
    CSS_CLIPPED,          /* truth, like all of a property that only can hide: */
    CSS_CLIPPED_PATH,
    CSS_COLOR, /* a packed colour */
    CSS_FAR,   /* an edge far outside the page, if the element has a position */
    CSS_FAR_MARGIN,
    CSS_FILTERED,
    CSS_FLAT,      /* no height worth mentioning, if overflowing text is cut off: */
    CSS_FLAT_LINE, /* the same of a line, */
    CSS_FLAT_MAX,  /* and of the most it may grow to */
    CSS_FONT_SIZE, /* thousandths of a pixel; below zero, thousandths of the size around it */
    CSS_INDENTED,
    CSS_NARROW, /* no width */
    CSS_NARROW_MAX,
    CSS_NO_DISPLAY,
    CSS_NO_CONTENT,
    CSS_OVERFLOW_CUT,
    CSS_POSITIONED,
    CSS_PRE, /* line ends and blanks count */
    CSS_SCALED,
    CSS_SEE_THROUGH,
    CSS_INVISIBLE,
    CSS_PROPERTIES
} HtmlCssProperty;

/* As if nothing were said about a property that is inherited. */
#define CSS_INHERIT G_MININT32

/* Empty as all zero. */
typedef struct {
    guint32 set, important; /* bits of properties */
    gint32 values[CSS_PROPERTIES];
} HtmlCss;

static inline bool html_css_has(const HtmlCss *css, HtmlCssProperty property)
{
    return (css->set >> property & 1) != 0;
}

static inline bool html_css_is(const HtmlCss *css, HtmlCssProperty property)
{
    return html_css_has(css, property) && css->values[property] > 0;
}

void html_css_set(HtmlCss *css, HtmlCssProperty property, gint32 value, bool important);

/* Adds what a block, or a style attribute, declares; the later one rules, but for !important. */
void html_css_read(HtmlCss *css, const char *block, gsize length);

/* Adds what another says later. */
void html_css_merge(HtmlCss *css, const HtmlCss *later);

gint32 html_css_pack(HtmlColour colour);
HtmlColour html_css_unpack(gint32 value);

/* The first of one or two characters `stops` outside of strings, brackets, comments and escapes;
 * `end` if there is none. */
const char *html_css_find(const char *at, const char *end, const char *stops);

/* What is behind the comment that begins at `at`; `at` if none does. */
const char *html_css_skip_comment(const char *at, const char *end);

/* Replaces *out by [at, end) in lower case, without comments, escapes resolved, runs of blanks as
 * one and none at the ends; at most `max` bytes. */
void html_css_normal(GString *out, const char *at, const char *end, gsize max);
