/* Key records, and what libcrypto makes of them.  Any thread. */
#include "auth/key.h"

#include "auth/der.h"
#include "auth/tag_list.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <string.h>

/* Signatures under a public exponent of many bits take as long to verify as to make. */
#define EXPONENT_BITS_MAX 33
#define ED25519_KEY_SIZE  32

void key_clear(Key *key)
{
    EVP_PKEY_free(key->key);
    key->key = NULL;
}

/* -- Which record ----------------------------------------------------------------------------- */

typedef enum { RECORD_FOREIGN, RECORD_MALFORMED, RECORD_KEY } RecordKind;

/* v= comes first where it stands; records of SPF and others have another one, or no p=. */
static RecordKind kind_of(GBytes *record, TagList *list)
{
    gsize length;
    const char *text = g_bytes_get_data(record, &length);

    if (!tag_list_parse(list, text, length))
        return RECORD_MALFORMED;
    const Tag *version = tag_list_find(list, "v");
    if (version && (version != list->tags || version->length != strlen("DKIM1") ||
                    memcmp(version->value, "DKIM1", version->length) != 0))
        return RECORD_FOREIGN;
    return tag_list_find(list, "p") ? RECORD_KEY : version ? RECORD_MALFORMED : RECORD_FOREIGN;
}

/* Does it begin as keys do?  Of such a record, a fault is a fault of the key. */
static bool begins_as_key(GBytes *record)
{
    gsize length;
    const char *text = g_bytes_get_data(record, &length);

    return length >= strlen("v=DKIM1") && memcmp(text, "v=DKIM1", strlen("v=DKIM1")) == 0;
}

static DkimReason choose(const DkimAnswer *answer, TagList *chosen)
{
    gsize keys = 0, malformed = 0;
    TagList list;

    if (answer->status == DKIM_ANSWER_UNAVAILABLE)
        return DKIM_REASON_KEY_UNAVAILABLE;
    if (answer->status == DKIM_ANSWER_NONE || answer->count == 0)
        return DKIM_REASON_KEY_MISSING;
    for (gsize i = 0; i < answer->count; i++) {
        RecordKind kind = kind_of(answer->records[i], &list);

        if (kind == RECORD_KEY && ++keys == 1)
            *chosen = list;
        malformed +=
            kind == RECORD_MALFORMED && (answer->count == 1 || begins_as_key(answer->records[i]));
    }
    return malformed > 0 ? DKIM_REASON_KEY_MALFORMED
           : keys > 1    ? DKIM_REASON_KEY_AMBIGUOUS
           : keys == 0   ? DKIM_REASON_KEY_MISSING
                         : DKIM_REASON_VALID;
}

/* -- The key in it, and what it signed -------------------------------------------------------- */

static guint bits_of(DerSpan number)
{
    return 8 * (guint)(number.length - 1) + (guint)g_bit_storage(number.bytes[0]);
}

static EVP_PKEY *make_rsa(const DerRsaKey *numbers)
{
    BIGNUM *n = BN_bin2bn(numbers->modulus.bytes, (int)numbers->modulus.length, NULL);
    BIGNUM *e = BN_bin2bn(numbers->exponent.bytes, (int)numbers->exponent.length, NULL);
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    OSSL_PARAM *parameters = NULL;
    EVP_PKEY *key = NULL;

    if (n && e && builder && context && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e) &&
        (parameters = OSSL_PARAM_BLD_to_param(builder)) && EVP_PKEY_fromdata_init(context) > 0)
        EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters);
    OSSL_PARAM_free(parameters);
    OSSL_PARAM_BLD_free(builder);
    EVP_PKEY_CTX_free(context);
    BN_free(n);
    BN_free(e);
    ERR_clear_error();
    return key;
}

/* The sizes are judged before libcrypto computes with them. */
static DkimReason read_rsa(Key *key, const guchar *bytes, gsize length)
{
    DerRsaKey numbers;

    if (!der_read_rsa(&numbers, bytes, length))
        return DKIM_REASON_KEY_MALFORMED;
    key->bits = bits_of(numbers.modulus);
    guint exponent = bits_of(numbers.exponent);
    if (exponent < 2)
        return DKIM_REASON_KEY_MALFORMED;
    if (key->bits < KEY_BITS_MIN)
        return DKIM_REASON_KEY_SHORT;
    if (key->bits > KEY_BITS_MAX || exponent > EXPONENT_BITS_MAX)
        return DKIM_REASON_KEY_LARGE;
    key->key = make_rsa(&numbers);
    return key->key ? DKIM_REASON_VALID : DKIM_REASON_KEY_MALFORMED;
}

static DkimReason read_ed25519(Key *key, const guchar *bytes, gsize length)
{
    if (length != ED25519_KEY_SIZE)
        return DKIM_REASON_KEY_MALFORMED;
    key->key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, bytes, length);
    ERR_clear_error();
    key->bits = key->key ? 8 * ED25519_KEY_SIZE : 0;
    return key->key ? DKIM_REASON_VALID : DKIM_REASON_KEY_MALFORMED;
}

static bool verifies_rsa(EVP_PKEY *key, const guchar sum[DIGEST_SIZE], const guchar *signature,
                         gsize length)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
    bool good = context && EVP_PKEY_verify_init(context) > 0 &&
                EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) > 0 &&
                EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) > 0 &&
                EVP_PKEY_verify(context, signature, length, sum, DIGEST_SIZE) == 1;

    EVP_PKEY_CTX_free(context);
    return good;
}

/* PureEdDSA over the SHA-256 (RFC 8463 3). */
static bool verifies_ed25519(EVP_PKEY *key, const guchar sum[DIGEST_SIZE], const guchar *signature,
                             gsize length)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good = context && EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) > 0 &&
                EVP_DigestVerify(context, signature, length, sum, DIGEST_SIZE) == 1;

    EVP_MD_CTX_free(context);
    return good;
}

/* -- The algorithms --------------------------------------------------------------------------- */

struct KeyAlgorithm {
    const char *name, *key_type; /* a= of signatures, k= of keys */
    DkimReason (*read)(Key *key, const guchar *bytes, gsize length);
    bool (*verifies)(EVP_PKEY *key, const guchar sum[DIGEST_SIZE], const guchar *signature,
                     gsize length);
};

static const KeyAlgorithm algorithms[] = {
    { "rsa-sha256", "rsa", read_rsa, verifies_rsa },
    { "ed25519-sha256", "ed25519", read_ed25519, verifies_ed25519 },
};

const KeyAlgorithm *key_algorithm(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(algorithms); i++)
        if (g_ascii_strcasecmp(name, algorithms[i].name) == 0)
            return &algorithms[i];
    return NULL;
}

const char *key_algorithm_name(const KeyAlgorithm *algorithm)
{
    return algorithm->name;
}

static DkimReason read_public_key(Key *key, const Tag *tag)
{
    if (tag->length == 0)
        return DKIM_REASON_KEY_REVOKED;
    g_autoptr(GBytes) bytes = tag_bytes(tag);
    if (!bytes)
        return DKIM_REASON_KEY_MALFORMED;
    return key->algorithm->read(key, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
}

/* k= is "rsa" where a key does not say; a revoked key need not. */
static bool is_of_type(const TagList *list, const char *type)
{
    const Tag *own = tag_list_find(list, "k");

    return tag_list_find(list, "p")->length == 0 ||
           (own ? tag_is(own, type) : strcmp(type, "rsa") == 0);
}

DkimReason key_read(Key *key, const DkimAnswer *answer, const KeyAlgorithm *algorithm)
{
    TagList list;
    DkimReason reason = choose(answer, &list);

    *key = (Key){ algorithm, NULL, false, 0 };
    if (reason != DKIM_REASON_VALID)
        return reason;
    const Tag *hashes = tag_list_find(&list, "h"), *services = tag_list_find(&list, "s");
    const Tag *flags = tag_list_find(&list, "t");
    if (!is_of_type(&list, algorithm->key_type))
        return DKIM_REASON_KEY_TYPE;
    if (hashes && !tag_holds(hashes, "sha256"))
        return DKIM_REASON_KEY_HASH;
    if (services && !tag_holds(services, "email") && !tag_holds(services, "*"))
        return DKIM_REASON_KEY_SERVICE;
    key->strict = flags && tag_holds(flags, "s");
    reason = read_public_key(key, tag_list_find(&list, "p"));
    if (reason == DKIM_REASON_VALID && flags && tag_holds(flags, "y"))
        return DKIM_REASON_KEY_TESTING;
    return reason;
}

bool key_verifies(const Key *key, Digest *digest, GBytes *signature)
{
    guchar sum[DIGEST_SIZE];

    digest_sum(digest, sum);
    bool good = key->algorithm->verifies(key->key, sum, g_bytes_get_data(signature, NULL),
                                         g_bytes_get_size(signature));
    ERR_clear_error();
    return good;
}
