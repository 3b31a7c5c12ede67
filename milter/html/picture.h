/* What stands for a picture in the text. */
#pragma once

#include "html/out.h"
#include "html/token.h"

/* Has it words that a reader may see instead of it? */
bool html_picture_speaks(const HtmlToken *tag);

/* "[words]", or a smiley as it is.  `scratch` is written over. */
void html_picture_write(HtmlOut *out, const HtmlToken *tag, GString *scratch);
