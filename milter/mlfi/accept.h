/* What libmilter calls in place of libc's accept(). */
#pragma once

/* How many descriptors are kept for the store, the CRM, calls to models and reloads; a process that
 * may have fewer than four times as many keeps a quarter. */
#define ACCEPT_KEPT 128

/* Opens the spare descriptor.  Once, before libmilter listens. */
void accept_prepare(void);
