/* What stands for a picture in the text. */
#pragma once

#include "mail/html_out.h"
#include "mail/html_token.h"

/* Has it words that a reader may see instead of it? */
bool html_picture_speaks(const HtmlToken *tag);

/* "[words]", or a smiley as it is.  `scratch` is written over. */
void html_picture_write(HtmlOut *out, const HtmlToken *tag, GString *scratch);
