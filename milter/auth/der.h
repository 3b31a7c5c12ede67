/* RSA public keys in DER (RFC 8017 A.1.1, RFC 5280 4.1.2.7). */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct {
    const guchar *bytes;
    gsize length;
} DerSpan;

typedef struct {
    DerSpan modulus, exponent; /* big-endian, without leading zeros */
} DerRsaKey;

/* A SubjectPublicKeyInfo of an RSA key, or the RSAPublicKey alone.  Points into `bytes`.  False for
 * anything else, anything after it, and negative or zero numbers. */
bool der_read_rsa(DerRsaKey *key, const guchar *bytes, gsize length);
