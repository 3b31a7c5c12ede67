/* What values of the site mean in relation to each other. */
#pragma once

#include "site/site.h"

/* Resolves engines, prompts and networks, and adds what doesn't fit together to `diags`. */
void site_check(Site *site, const ConfTree *tree, Diags *diags);
