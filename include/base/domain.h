/* Domains compared by who owns them. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Is `domain` equal to `other`, or in the same organizational domain by the public suffix list
 * (relaxed alignment, RFC 7489 3.1)?  A name below which others register theirs ("co.uk",
 * "github.io") aligns with itself only; an address literal with nothing. */
bool domain_aligns(const char *domain, const char *other);
