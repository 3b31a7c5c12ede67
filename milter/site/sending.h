/* What a site needs to send mail. */
#pragma once

#include "site/site.h"

/* Resolves brands and identities, reads the passwords, and adds what is missing or doesn't fit
 * together to `diags`. */
void sending_check(Site *site, const ConfTree *tree, Diags *diags);
