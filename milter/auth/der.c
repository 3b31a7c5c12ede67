/* The few structures of DER that an RSA key is written in.
 *
 * libcrypto reads them too, but looks for a fitting decoder among all it has, which takes longer
 * than verifying a signature.  Pure; any thread. */
#include "auth/der.h"

#include <string.h>

#define INTEGER    0x02
#define BIT_STRING 0x03
#define SEQUENCE   0x30

/* rsaEncryption, 1.2.840.113549.1.1.1, with the parameters NULL. */
static const guchar rsa_encryption[] = { 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7,
                                         0x0D, 0x01, 0x01, 0x01, 0x05, 0x00 };

/* The length octets: short, or long with up to four that begin with no zero. */
static bool take_length(DerSpan *from, gsize *length)
{
    if (from->length == 0)
        return false;
    gsize count = from->bytes[0] & 0x7F, value = 0;
    bool in_short = from->bytes[0] < 0x80;

    from->bytes++;
    from->length--;
    if (in_short) {
        *length = count;
        return true;
    }
    if (count == 0 || count > 4 || count > from->length || from->bytes[0] == 0)
        return false;
    for (gsize i = 0; i < count; i++)
        value = value << 8 | from->bytes[i];
    from->bytes += count;
    from->length -= count;
    *length = value;
    return value >= 0x80;
}

/* The contents of the value at the start of `from`, which then begins after it. */
static bool take(DerSpan *from, guchar type, DerSpan *contents)
{
    gsize length;

    if (from->length == 0 || from->bytes[0] != type)
        return false;
    from->bytes++;
    from->length--;
    if (!take_length(from, &length) || length > from->length)
        return false;
    *contents = (DerSpan){ from->bytes, length };
    from->bytes += length;
    from->length -= length;
    return true;
}

/* Above zero, and not longer than it must be. */
static bool take_number(DerSpan *from, DerSpan *number)
{
    if (!take(from, INTEGER, number) || number->length == 0 || number->bytes[0] >= 0x80)
        return false;
    if (number->bytes[0] != 0)
        return true;
    number->bytes++;
    number->length--;
    return number->length > 0 && number->bytes[0] >= 0x80;
}

/* SEQUENCE { modulus INTEGER, publicExponent INTEGER } and nothing else. */
static bool read_key(DerRsaKey *key, DerSpan from)
{
    DerSpan inside;

    return take(&from, SEQUENCE, &inside) && from.length == 0 &&
           take_number(&inside, &key->modulus) && take_number(&inside, &key->exponent) &&
           inside.length == 0;
}

/* SEQUENCE { SEQUENCE { algorithm }, BIT STRING { key } } and nothing else. */
static bool unwrap(DerSpan from, DerSpan *key)
{
    DerSpan inside, algorithm;

    if (!take(&from, SEQUENCE, &inside) || from.length > 0 ||
        !take(&inside, SEQUENCE, &algorithm) || !take(&inside, BIT_STRING, key) ||
        inside.length > 0 || algorithm.length != sizeof rsa_encryption ||
        memcmp(algorithm.bytes, rsa_encryption, sizeof rsa_encryption) != 0 || key->length == 0 ||
        key->bytes[0] != 0)
        return false;
    key->bytes++; /* the number of unused bits */
    key->length--;
    return true;
}

bool der_read_rsa(DerRsaKey *key, const guchar *bytes, gsize length)
{
    DerSpan whole = { bytes, length }, wrapped;

    return read_key(key, unwrap(whole, &wrapped) ? wrapped : whole);
}
