/* Domains in ASCII and lower case, compared by who owns them. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Is `domain` equal to `other`, or a subdomain of the same organizational domain?  (Relaxed
 * alignment, RFC 7489 3.1, by the rule of the last two labels, three where the last but one is a
 * common second level such as "co.uk".) */
bool domain_aligns(const char *domain, const char *other);
