/* The public suffix list: below which names different people register theirs. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* The organizational domain of a host or mail domain (RFC 7489 3.2): its public suffix and one
 * label more, in lower case and ASCII (A-labels), so "example.co.uk" for "Mail.Example.co.uk.".  A
 * top-level domain that the list doesn't know is a public suffix.  `domain` may be in UTF-8 or in
 * A-labels and may end with a dot.  NULL if it is itself a public suffix ("co.uk", "github.io",
 * "localhost"), an IP address or no domain name.  Caller frees; any thread. */
char *public_suffix_organization(const char *domain);

/* Is that label, in any letters, a top-level domain that the list names?  Any thread. */
bool public_suffix_is_top_level(const char *label);

/* Is that name itself a public suffix?  The same names as above may be given; false for an IP
 * address and for what is no domain name.  Any thread. */
bool public_suffix_is(const char *name);
