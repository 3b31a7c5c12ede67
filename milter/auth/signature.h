/* One field that signs: DKIM-Signature (RFC 6376 3.5), ARC-Message-Signature or ARC-Seal (RFC 8617
 * 4.1).  They share their tags. */
#pragma once

#include "auth/dkim.h"
#include "auth/header.h"
#include "auth/key.h"

typedef enum { SIGNATURE_DKIM = 1, SIGNATURE_MESSAGE = 2, SIGNATURE_SEAL = 4 } SignatureKind;

typedef struct {
    SignatureKind kind;
    gsize field; /* its index in the header section */

    char *domain, *selector, *identity, *compact, *query; /* as in DkimSignature */
    const KeyAlgorithm *algorithm;
    GBytes *bytes;          /* b= */
    gsize cut_from, cut_to; /* where the value of b= stands in the field's */
    char **names;           /* h=, in lower case */
    GBytes *body_hash;      /* bh= */
    bool relaxed_header, relaxed_body;
    gint64 made, expires; /* t=, x=; -1: not given */
    guint instance;       /* i= of ARC */
    char *chain;          /* cv= in lower case */

    DkimReason reason; /* VALID, or why it proves nothing whatever its key and the time */
} Signature;

/* Reads a field.  `header` says whether From is alone. */
Signature *signature_read(SignatureKind kind, const Header *header, const DkimField *fields,
                          gsize field);
void signature_free(Signature *signature);

/* Is it out of date?  VALID if not. */
DkimReason signature_judge_time(const Signature *signature, gint64 now);
/* Is its i= of the very domain d=? */
bool signature_is_of_domain(const Signature *signature);
