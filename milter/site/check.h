/* What values of the site mean in relation to each other. */
#pragma once

#include "site/site.h"

/* Resolves engines, prompts and networks, and adds what doesn't fit together to `diags`. */
void site_check(Site *site, const ConfTree *tree, Diags *diags);

/* "unknown WHAT 'GIVEN'", with what was probably meant, or all there are. */
void check_suggest(Diags *diags, Place place, const char *what, const char *given,
                   const char *const *known);
/* The title of a block.  `taken`: another has it already. */
void check_name(const char *block, const char *name, bool taken, Place place, Diags *diags);
