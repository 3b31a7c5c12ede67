/* How an element looks: what its attributes, the style sheets and its style say together. */
#pragma once

#include "mail/html_element.h"
#include "mail/html_rules.h"
#include "mail/html_token.h"

/* Opens the element for the rules, unless these are NULL.  `scratch` is written over. */
void html_look_read(HtmlCss *css, const HtmlToken *tag, const HtmlElement *element,
                    HtmlRules *rules, GString *scratch);
