/* SHA-256 by libcrypto, which has the processor's own instructions for it: every byte of every mail
 * goes through here, attachments twice.  Any thread. */
#include "base/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>

static EVP_MD *sha256;

static void fetch(void)
{
    sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
}

/* Looking for the algorithm takes longer than hashing a small text: once is enough. */
Digest *digest_new(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    Digest *digest = EVP_MD_CTX_new();

    pthread_once(&once, fetch);
    g_assert(digest && EVP_DigestInit_ex(digest, sha256, NULL));
    return digest;
}

void digest_add(Digest *digest, const void *bytes, gsize length)
{
    EVP_DigestUpdate(digest, bytes, length);
}

void digest_sum(Digest *digest, guchar sum[DIGEST_SIZE])
{
    g_assert(EVP_DigestFinal_ex(digest, sum, NULL));
    EVP_MD_CTX_free(digest);
}

Digest *digest_copy(const Digest *digest)
{
    Digest *copy = EVP_MD_CTX_new();

    g_assert(copy && EVP_MD_CTX_copy_ex(copy, digest));
    return copy;
}

void digest_free(Digest *digest)
{
    EVP_MD_CTX_free(digest);
}

char *digest_end(Digest *digest)
{
    static const char digits[] = "0123456789abcdef";
    guchar sum[DIGEST_SIZE];
    GString *hex = g_string_new(NULL);

    digest_sum(digest, sum);
    for (gsize i = 0; i < sizeof sum; i++) {
        g_string_append_c(hex, digits[sum[i] >> 4]);
        g_string_append_c(hex, digits[sum[i] & 0xF]);
    }
    return g_string_free(hex, FALSE);
}

char *digest_of(const void *bytes, gsize length)
{
    Digest *digest = digest_new();

    digest_add(digest, bytes, length);
    return digest_end(digest);
}

void digest_hmac(const void *key, gsize key_length, const void *bytes, gsize length,
                 guchar sum[DIGEST_HMAC_SIZE])
{
    g_assert(key_length <= G_MAXINT);
    g_assert(HMAC(EVP_sha256(), key, (int)key_length, bytes, length, sum, NULL));
}

bool digest_same(const void *one, const void *other, gsize length)
{
    return CRYPTO_memcmp(one, other, length) == 0;
}
