/* The code of a draft: what a person types, or a page sends, to say which draft they saw. */
#pragma once

#include "store/draft.h"

/* Caller frees. */
char *code_of_draft(const Draft *draft, const char *digest, const char *secret);

/* Is `given` this code?  Small letters, O for 0, I and L for 1 and hyphens are forgiven. */
bool code_is(const char *code, const char *given);
