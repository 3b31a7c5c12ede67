/* Domains compared by who owns them. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Is `domain` equal to `other`, or in the same organizational domain by the public suffix list
 * (relaxed alignment, RFC 7489 3.1)?  A name below which others register theirs ("co.uk",
 * "github.io") aligns with itself only; an address literal with nothing. */
bool domain_aligns(const char *domain, const char *other);

/* Is `inner` equal to `outer` or below it?  ASCII letters compare without case; false if one of
 * them is empty. */
bool domain_is_within(const char *inner, const char *outer);
