/* DMARC (RFC 7489): does what SPF and DKIM found concern the From domain? */
#pragma once

#include "auth/dns.h"

typedef enum { DMARC_NONE, DMARC_PASS, DMARC_FAIL, DMARC_TEMPERROR } DmarcResult;

typedef enum { DMARC_POLICY_NONE, DMARC_POLICY_QUARANTINE, DMARC_POLICY_REJECT } DmarcPolicy;

/* What the From domain's owner published. */
typedef struct {
    DmarcResult result; /* NONE: no usable record; TEMPERROR: not to be had now; PASS: found */
    DmarcPolicy policy; /* for the From domain: sp= where the record is its organization's */
    bool strict_dkim, strict_spf;
} DmarcRecord;

/* Looks at the From domain, then at its organizational domain (6.6.3).  `from`: in lower case and
 * A-labels.  false: answers are missing. */
bool dmarc_find(DnsAnswers *answers, const char *from, DmarcRecord *record);

/* One record as text; false: it is none, or has no usable policy.  `is_own`: it stands at the From
 * domain itself. */
bool dmarc_read(const char *text, bool is_own, DmarcRecord *record);

/* Is `domain` in line with `from`: the same, or unless `strict` of the same organization (3.1)? */
bool dmarc_aligns(const char *domain, const char *from, bool strict);

/* What passed, and what could not be found out. */
typedef struct {
    const char *const *dkim; /* d= of the signatures that passed; NULL at the end */
    const char *spf;         /* the domain that SPF passed for; NULL: none */
    bool undecided;          /* a DNS failure kept another signature or SPF from passing */
} DmarcPasses;

/* FAIL only where nothing that is aligned passed and nothing failed for want of an answer. */
DmarcResult dmarc_evaluate(const DmarcRecord *record, const char *from, const DmarcPasses *passes);

const char *dmarc_result_name(DmarcResult result); /* "temperror" */
const char *dmarc_policy_name(DmarcPolicy policy); /* "quarantine" */
