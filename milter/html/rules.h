/* The rules of style sheets, and which of them hold for the element that opens. */
#pragma once

#include "html/css.h"

/* More are not followed. */
#define HTML_RULES_MAX   2000 /* selectors */
#define HTML_MATCHES_MAX 200  /* rules that are tried on one element */

typedef struct HtmlRules HtmlRules;

HtmlRules *html_rules_new(void);
void html_rules_free(HtmlRules *rules);

/* Adds what is declared for each of the selectors of [at, end). */
void html_rules_add(HtmlRules *rules, const char *at, const char *end, const HtmlCss *css);

bool html_rules_are_none(const HtmlRules *rules);
/* Were there more than are followed? */
bool html_rules_are_cut(const HtmlRules *rules);

/* Opens an element within those that are open, and adds to `css` what the rules declare of it.
 * `classes`, `id`: as the attributes say, "" if there are none. */
void html_rules_enter(HtmlRules *rules, const char *name, const char *classes, const char *id,
                      HtmlCss *css);
/* Closes the element that was opened last. */
void html_rules_leave(HtmlRules *rules);
