/* Whom a site can tell. */
#pragma once

#include "site/site.h"

/* char*, NULL-terminated; points into the site. */
GPtrArray *site_notify_names(const Site *site);

/* Reads the keys of servers, folds the addresses of people, and adds what is missing or doesn't fit
 * together to `diags`. */
void notify_check(Site *site, const ConfTree *tree, Diags *diags);
