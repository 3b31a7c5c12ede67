/* SPF (RFC 7208): may this client use that name? */
#pragma once

#include "auth/dns.h"

typedef enum {
    SPF_NONE,
    SPF_NEUTRAL,
    SPF_PASS,
    SPF_FAIL,
    SPF_SOFTFAIL,
    SPF_TEMPERROR,
    SPF_PERMERROR
} SpfResult;

/* Terms that cost look-ups, and look-ups without an answer, that one check may have (RFC 7208
 * 4.6.4); also hosts of one MX, and names of one PTR. */
#define SPF_LOOKUPS_MAX 10
#define SPF_VOIDS_MAX   2
/* Bytes of a record; a longer one is a permerror (RFC 7208 3.4 asks for less than 512). */
#define SPF_RECORD_MAX 8192

typedef struct {
    const char *client; /* "192.0.2.1", "2001:db8::1" */
    const char *helo;   /* as the client said it; "" if it said none */
    const char *sender; /* MAIL FROM without <>, domain in ASCII form; "" for the null sender: then
                           it is postmaster at the HELO name that is checked */
} SpfQuery;

/* check_host() of RFC 7208 4.  false: answers are missing, see dns_answers_missing().  `exp` is
 * checked for syntax and never fetched. */
bool spf_check(const SpfQuery *query, DnsAnswers *answers, SpfResult *result);

/* The domain that is checked; points into the query. */
const char *spf_domain(const SpfQuery *query);

const char *spf_result_name(SpfResult result); /* "softfail" */
