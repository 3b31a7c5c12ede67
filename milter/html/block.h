/* The beginning and the end of an element in the text. */
#pragma once

#include "html/out.h"
#include "html/stack.h"

#define HTML_LIST_INDENT 2

/* `frame` is about to be pushed, and is seen. */
void html_block_begin(HtmlOut *out, const HtmlStack *stack, const HtmlToken *tag, HtmlFrame *frame);
/* It is still the innermost one. */
void html_block_end(HtmlOut *out, const HtmlStack *stack, const HtmlFrame *frame);
