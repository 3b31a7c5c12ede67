/* Style sheets become rules. */
#pragma once

#include "html/rules.h"

/* Adds the rules of one <style>. */
void html_sheet_read(HtmlRules *rules, const char *css, gsize length);

/* Does "screen, print", of a media attribute or of @media, hold for every screen? */
bool html_sheet_is_for_screens(const char *media, gsize length);
