/* Look-ups: fills a table of answers by asking the DNS, while the caller does something else. */
#pragma once

#include "auth/dns.h"

/* How long the look-ups of one message may take, in milliseconds. */
#define LOOKUPS_LIMIT_MS 3000
/* Questions of one message, and questions of all messages that wait for an answer; beyond either a
 * question fails at once. */
#define LOOKUPS_MAX          200
#define RESOLVER_WAITING_MAX 2000
/* Messages in a row that got no answer at all within their limit, until the resolver is left alone,
 * and the seconds after which it is tried again. */
#define RESOLVER_SILENT_MAX 5
#define RESOLVER_REST       30

typedef struct Resolver Resolver;

/* `address`: "192.0.2.53", "2001:db8::53@5353", the recursive resolver that is asked; NULL: those
 * of /etc/resolv.conf, 127.0.0.1 where that names none.  Starts a thread of its own and one of
 * libunbound's, which keeps answers, negative ones too, for their TTL in at most 12 MB. */
Resolver *resolver_new(const char *address, GError **error);
/* All look-ups have ended. */
void resolver_free(Resolver *resolver);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Resolver, resolver_free)

/* Is it an address as above? */
bool resolver_address_is_valid(const char *address);

/* Asks the table for what it needs; false: something is missing.  Must end when all that it asks
 * for is there. */
typedef bool (*LookupsStep)(DnsAnswers *answers, void *data);

typedef struct Lookups Lookups;

/* Runs `step`, looks up what it finds missing, and runs it again with each answer, on the
 * resolver's thread, one run at a time.  Never waits. */
Lookups *lookups_begin(Resolver *resolver, LookupsStep step, void *data);

/* Waits until nothing is missing, at most until `until` (monotonic microseconds) and at most
 * LOOKUPS_LIMIT_MS from the beginning; what has not come by then is DNS_FAILED.  `tick` may be
 * NULL; else it is called about every second.  Afterwards the step isn't called any more, and the
 * table is complete and the caller's to read until lookups_free(). */
DnsAnswers *lookups_finish(Lookups *lookups, gint64 until, void (*tick)(void *), void *tick_data);

/* Ends them also where they were not finished.  NULL is fine. */
void lookups_free(Lookups *lookups);
