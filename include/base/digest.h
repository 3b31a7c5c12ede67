/* SHA-256, as hexadecimal digits or as bytes; and with a key, as bytes. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Of bytes.  Caller frees. */
char *digest_of(const void *bytes, gsize length);

/* The same of bytes that come piece by piece. */
typedef struct evp_md_ctx_st Digest;
Digest *digest_new(void);
void digest_add(Digest *digest, const void *bytes, gsize length);
char *digest_end(Digest *digest); /* frees it; caller frees the digits */

#define DIGEST_SIZE 32

/* The bytes of the sum instead of digits; frees the digest. */
void digest_sum(Digest *digest, guchar sum[DIGEST_SIZE]);
/* A second digest of what was added so far. */
Digest *digest_copy(const Digest *digest);
void digest_free(Digest *digest); /* of one that is not ended; may be NULL */

#define DIGEST_HMAC_SIZE 32

/* HMAC-SHA256 (RFC 2104) of bytes. */
void digest_hmac(const void *key, gsize key_length, const void *bytes, gsize length,
                 guchar sum[DIGEST_HMAC_SIZE]);

/* Are they equal?  Takes as long wherever they differ. */
bool digest_same(const void *one, const void *other, gsize length);
