/* The text between two tags. */
#pragma once

#include "html/out.h"
#include "html/token.h"

/* `pre`: line ends and blanks count. */
void html_words_write(HtmlOut *out, const HtmlToken *token, bool pre);

/* Does it say anything: is there a letter or a digit? */
bool html_words_any(const HtmlToken *token);
