/* How an element looks: what its attributes, the style sheets and its style say together. */
#pragma once

#include "html/element.h"
#include "html/rules.h"
#include "html/token.h"

/* Opens the element for the rules, unless these are NULL.  `scratch` is written over. */
void html_look_read(HtmlCss *css, const HtmlToken *tag, const HtmlElement *element,
                    HtmlRules *rules, GString *scratch);
