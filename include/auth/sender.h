/* Who sent this mail, as far as we can find out ourselves: DKIM, SPF, DMARC and ARC together.
 *
 *   SenderCheck *check = sender_check_new(&input);          at the end of the header
 *   sender_check_ask(answers, check)                        until nothing is missing
 *   sender_check_body(check, chunk, length);                meanwhile, as the body arrives
 *   SenderResult *result = sender_check_end(check, answers, now);
 *
 * Pure.  sender_check_ask() may run in another thread than sender_check_body(). */
#pragma once

#include "auth/dkim.h"
#include "auth/dns.h"
#include "auth/sender_result.h"
#include "auth/spf.h"

typedef struct {
    const DkimField *fields; /* the header section, byte for byte */
    gsize count;
    const char *from;     /* domain of the From address, in lower case and A-labels; "" if none */
    SpfQuery spf;         /* client "": SPF isn't asked */
    char *const *sealers; /* whose ARC seals are believed; NULL: nobody's */
} SenderInput;

typedef struct SenderCheck SenderCheck;

/* Copies what it needs. */
SenderCheck *sender_check_new(const SenderInput *input);
void sender_check_free(SenderCheck *check);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SenderCheck, sender_check_free)

/* Asks the table for all it needs; false: answers are missing.  `check` is a SenderCheck; a
 * LookupsStep. */
bool sender_check_ask(DnsAnswers *answers, void *check);

/* Is there a signature that may hold, so that all of the body must be seen? */
bool sender_check_wants_body(const SenderCheck *check);
void sender_check_body(SenderCheck *check, const void *bytes, gsize length);

/* Once, after the last byte; what is missing in the table counts as failed.  `now`: epoch seconds.
 */
SenderResult *sender_check_end(SenderCheck *check, DnsAnswers *answers, gint64 now);
