/* What a style attribute says about being seen. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct {
    bool gone;      /* display: none, for all that is inside */
    bool invisible; /* visibility: hidden; what is inside may be visible again */
    bool tiny;      /* font-size: 0; what is inside may be larger again */
} HtmlSight;

static inline bool html_sight_hides(const HtmlSight *sight)
{
    return sight->gone || sight->invisible || sight->tiny;
}

/* Changes what was inherited by the declarations of `style`; the last one of a property rules. */
void html_sight_apply(HtmlSight *sight, const char *style);

/* Does the style say that there is no border?  Mail programs indent with such quotations. */
bool html_style_is_borderless(const char *style);
