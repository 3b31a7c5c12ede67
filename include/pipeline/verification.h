/* Verifying the sender of one message ourselves, beside everything else that happens to it. */
#pragma once

#include "auth/resolver.h"
#include "pipeline/pipeline.h"

/* At the end of the header: reads it from submission->bytes, as far as an empty line, and begins to
 * ask DNS.  Of a client that is one of our own hosts (site_is_relay()) SPF is not asked.  `site`
 * NULL: default limits, and no ARC seal is believed.  NULL: the header was cut, and nothing can be
 * said about it.  Never waits. */
Verification *verification_begin(const Site *site, Resolver *resolver,
                                 const Submission *submission);

/* Must all of the body be given, however much of it is read? */
bool verification_wants_body(const Verification *verification);
void verification_body(Verification *verification, const void *bytes, gsize length);

/* After the last byte: waits for DNS at most until `until` (monotonic) and at most LOOKUPS_LIMIT_MS
 * from the beginning.  Once; NULL gives NULL.  `now`: epoch seconds. */
SenderResult *verification_end(Verification *verification, gint64 until, gint64 now,
                               void (*tick)(void *), void *tick_data);
void verification_free(Verification *verification); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Verification, verification_free)
