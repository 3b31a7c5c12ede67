/* Where mail programs put the older mail, and the signature, into their HTML. */
#pragma once

#include "html/token.h"

typedef enum {
    HTML_QUOTE_NONE,
    HTML_QUOTE_INSIDE, /* the element holds nothing but older mail */
    HTML_QUOTE_BEHIND, /* it holds the header lines; what follows beside it is older mail */
    HTML_SIGNATURE     /* it holds the signature */
} HtmlQuote;

HtmlQuote html_quote_of(const HtmlToken *tag);

/* Is it the line break that iOS puts right before the element that holds the signature? */
bool html_quote_is_before_signature(const HtmlToken *tag);

/* Do header lines stand in this text: at least two names with a colon? */
bool html_quote_is_header(const char *text);
