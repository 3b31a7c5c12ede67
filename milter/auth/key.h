/* The public key of a signer, as its DNS record has it (RFC 6376 3.6.1, RFC 8463 4). */
#pragma once

#include "auth/dkim.h"
#include "base/digest.h"

/* RSA keys, in bits (RFC 8301 3.2).  Larger ones take too long to verify. */
#define KEY_BITS_MIN 1024
#define KEY_BITS_MAX 4096

typedef struct KeyAlgorithm KeyAlgorithm;

/* In any case; NULL for one that is not verified. */
const KeyAlgorithm *key_algorithm(const char *name);
const char *key_algorithm_name(const KeyAlgorithm *algorithm); /* "rsa-sha256" */

typedef struct {
    const KeyAlgorithm *algorithm;
    struct evp_pkey_st *key; /* NULL: unusable */
    bool strict;             /* t=s: i= must be of the very domain d= */
    guint bits;              /* 0: no key was read */
} Key;

/* Reads the key for the algorithm.  Records that are no keys are passed over where others are; two
 * keys are ambiguous.  Whatever is returned, key_clear() frees the rest. */
DkimReason key_read(Key *key, const DkimAnswer *answer, const KeyAlgorithm *algorithm);
void key_clear(Key *key);

/* Is the signature that of the digest, under the key?  Frees the digest. */
bool key_verifies(const Key *key, Digest *digest, GBytes *signature);
