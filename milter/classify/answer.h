/* Private to classify/: where the answer stands in a model's text. */
#pragma once

#include "classify/classify.h"

/* The text without blanks around it and, if `fenced`, without one pair of ```json fences; points
 * into it. */
const char *answer_within(const char *text, bool fenced, gsize *length);
