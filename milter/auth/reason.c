/* What each finding about a signature means, in the words of RFC 8601 2.7.1 and in plain ones. */
#include "auth/dkim.h"

static const struct {
    DkimOutcome outcome;
    const char *text;
} reasons[DKIM_REASON_COUNT] = {
    [DKIM_REASON_VALID] = { DKIM_PASS, "valid" },
    [DKIM_REASON_MALFORMED] = { DKIM_NEUTRAL, "the signature field is malformed" },
    [DKIM_REASON_UNKNOWN_ALGORITHM] = { DKIM_NEUTRAL, "unknown algorithm" },
    [DKIM_REASON_UNKNOWN_CANONICALIZATION] = { DKIM_NEUTRAL, "unknown canonicalization" },
    [DKIM_REASON_UNKNOWN_QUERY] = { DKIM_NEUTRAL, "the key is not in DNS TXT records" },
    [DKIM_REASON_SHA1] = { DKIM_POLICY, "rsa-sha1 is not accepted" },
    [DKIM_REASON_PARTIAL_BODY] = { DKIM_POLICY, "l= may leave a part of the body unsigned" },
    [DKIM_REASON_FROM_COUNT] = { DKIM_PERMERROR, "the message has not exactly one From field" },
    [DKIM_REASON_FROM_UNSIGNED] = { DKIM_PERMERROR, "the From field is not signed" },
    [DKIM_REASON_IDENTITY] = { DKIM_PERMERROR, "i= is not within d=" },
    [DKIM_REASON_EXPIRED] = { DKIM_POLICY, "the signature has expired" },
    [DKIM_REASON_NOT_YET_VALID] = { DKIM_POLICY, "the signature is dated in the future" },
    [DKIM_REASON_KEY_MISSING] = { DKIM_PERMERROR, "the key is not published" },
    [DKIM_REASON_KEY_UNAVAILABLE] = { DKIM_TEMPERROR, "DNS gave no answer about the key" },
    [DKIM_REASON_KEY_AMBIGUOUS] = { DKIM_PERMERROR, "several keys are published under one name" },
    [DKIM_REASON_KEY_MALFORMED] = { DKIM_PERMERROR, "the key record is malformed" },
    [DKIM_REASON_KEY_REVOKED] = { DKIM_PERMERROR, "the key has been revoked" },
    [DKIM_REASON_KEY_TYPE] = { DKIM_PERMERROR, "the key is for another algorithm" },
    [DKIM_REASON_KEY_HASH] = { DKIM_PERMERROR, "the key does not allow SHA-256" },
    [DKIM_REASON_KEY_SERVICE] = { DKIM_PERMERROR, "the key is not for email" },
    [DKIM_REASON_KEY_SUBDOMAIN] = { DKIM_PERMERROR, "the key does not allow subdomains in i=" },
    [DKIM_REASON_KEY_TESTING] = { DKIM_POLICY, "the key is in testing mode" },
    [DKIM_REASON_KEY_SHORT] = { DKIM_POLICY, "the key is shorter than 1024 bits" },
    [DKIM_REASON_KEY_LARGE] = { DKIM_POLICY, "the key is larger than is verified" },
    [DKIM_REASON_BODY_HASH] = { DKIM_FAIL, "the body hash differs" },
    [DKIM_REASON_SIGNATURE] = { DKIM_FAIL, "the signature does not fit header and key" },
    [DKIM_REASON_CHAIN] = { DKIM_FAIL, "the sealer found the chain broken" },
};

static const char *const outcomes[] = {
    [DKIM_PASS] = "pass",       [DKIM_FAIL] = "fail",           [DKIM_POLICY] = "policy",
    [DKIM_NEUTRAL] = "neutral", [DKIM_TEMPERROR] = "temperror", [DKIM_PERMERROR] = "permerror",
};

DkimOutcome dkim_reason_outcome(DkimReason reason)
{
    return reasons[reason].outcome;
}

const char *dkim_reason_text(DkimReason reason)
{
    return reasons[reason].text;
}

const char *dkim_outcome_name(DkimOutcome outcome)
{
    return outcomes[outcome];
}
