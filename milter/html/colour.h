/* Colours of HTML and CSS, and whether an eye can tell them apart. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct {
    guint8 red, green, blue, alpha;
} HtmlColour;

/* `value`: a CSS colour in lower case, runs of blanks as one.  False if it is none. */
bool html_colour_read(const char *value, HtmlColour *colour);

/* Of bgcolor= and its like, whose hex numbers may lack their '#'. */
bool html_colour_read_attribute(const char *value, HtmlColour *colour);

/* What is seen where `top` lies on `below`, which is opaque. */
HtmlColour html_colour_over(HtmlColour top, HtmlColour below);

bool html_colour_is_near(HtmlColour one, HtmlColour other);
