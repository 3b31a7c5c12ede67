/* The addresses of a header field. */
#pragma once

#include "mail/address.h"

/* MailAddress* of all entries with a usable address, groups entered, at most max.  `charset` is
 * what bytes beyond ASCII are in, NULL if unknown. */
GPtrArray *address_list_read(const char *value, const char *charset, guint max);
