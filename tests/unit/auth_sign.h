/* Signs mails of the tests' own.  Bodies must stand in their canonical form already, in both. */
#pragma once

#include "auth/header.h"
#include "auth_case.h"

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

/* p= of its record.  Caller frees. */
static inline char *sign_public(EVP_PKEY *key)
{
    guchar bytes[4096], *at = bytes;
    gsize length = sizeof bytes;

    if (EVP_PKEY_is_a(key, "RSA"))
        length = (gsize)i2d_PUBKEY(key, &at);
    else
        g_assert(EVP_PKEY_get_raw_public_key(key, bytes, &length));
    return g_base64_encode(bytes, length);
}

/* Base64 of the signature of a digest, which is freed.  Caller frees. */
static inline char *sign_digest(EVP_PKEY *key, Digest *digest)
{
    guchar sum[DIGEST_SIZE], signature[1024];
    gsize length = sizeof signature;

    digest_sum(digest, sum);
    if (EVP_PKEY_is_a(key, "RSA")) {
        EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
        g_assert(EVP_PKEY_sign_init(context) > 0 &&
                 EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) > 0 &&
                 EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) > 0 &&
                 EVP_PKEY_sign(context, signature, &length, sum, sizeof sum) > 0);
        EVP_PKEY_CTX_free(context);
    } else {
        EVP_MD_CTX *context = EVP_MD_CTX_new();
        g_assert(EVP_DigestSignInit(context, NULL, NULL, NULL, key) > 0 &&
                 EVP_DigestSign(context, signature, &length, sum, sizeof sum) > 0);
        EVP_MD_CTX_free(context);
    }
    return g_base64_encode(signature, length);
}

/* Base64 of the body's hash.  Caller frees. */
static inline char *sign_body(const char *body)
{
    guchar sum[DIGEST_SIZE];
    Digest *digest = digest_new();

    digest_add(digest, body, strlen(body));
    digest_sum(digest, sum);
    return g_base64_encode(sum, sizeof sum);
}

/* A field of that name on top of the mail, which ends in the signature of it and of the fields that
 * `names` ("from:subject") selects, in the relaxed form if so asked.  "%h" in `tags` stands for the
 * hash of the body.  Caller frees. */
static inline char *sign_mail(EVP_PKEY *key, const char *mail, const char *name, const char *tags,
                              const char *names, bool relaxed)
{
    g_auto(AuthMail) read = auth_mail_of(mail);
    const DkimField *fields = (const DkimField *)read.fields->data;
    g_autoptr(Header) header = header_new(fields, read.fields->len);
    g_autofree char *hash = sign_body(read.body);
    g_auto(GStrv) halves = g_strsplit(tags, "%h", 2);
    g_autofree char *filled = g_strjoinv(hash, halves);
    g_autofree char *value = g_strdup_printf(" %s; b=", filled);
    g_auto(GStrv) selected = g_strsplit(names, ":", -1);
    DkimField own = { name, value };
    Digest *digest = digest_new();

    header_add_selected(header, selected, G_MAXSIZE, relaxed, digest);
    header_add_own(&own, strlen(value), strlen(value), relaxed, digest);
    g_autofree char *signature = sign_digest(key, digest);
    return g_strdup_printf("%s:%s%s\r\n%s", name, value, signature, mail);
}

/* A further set on top of the mail, whose newest sets stand on top.  `chain`: cv=.  `message` is
 * added to the tags of the message signature, `seal` to those of the seal.  Caller frees. */
static inline char *sign_set(EVP_PKEY *key, const char *mail, guint instance, const char *chain,
                             const char *message, const char *seal)
{
    g_autofree char *tags = g_strdup_printf(
        "i=%u; a=rsa-sha256; c=relaxed/relaxed; d=hop%u.example; s=arc; h=from:subject; bh=%%h%s",
        instance, instance, message);
    g_autofree char *message_signed =
        sign_mail(key, mail, "ARC-Message-Signature", tags, "from:subject", true);
    g_autofree char *with_results =
        g_strdup_printf("ARC-Authentication-Results: i=%u; mx.hop%u.example;\r\n spf=pass\r\n%s",
                        instance, instance, message_signed);
    g_autofree char *value =
        g_strdup_printf(" i=%u; a=rsa-sha256; cv=%s; d=hop%u.example; s=arc%s; b=", instance, chain,
                        instance, seal);
    g_auto(AuthMail) read = auth_mail_of(with_results);
    const DkimField *fields = (const DkimField *)read.fields->data;
    Digest *digest = digest_new();
    DkimField own = { "ARC-Seal", value };

    for (guint set = 1; set < instance; set++) {
        guint at = 3 * (instance - set) - 1; /* below the two new fields: seal, results, message */
        header_add_field(&fields[at + 1], true, digest);
        header_add_field(&fields[at + 2], true, digest);
        header_add_field(&fields[at], true, digest);
    }
    header_add_field(&fields[0], true, digest);
    header_add_field(&fields[1], true, digest);
    header_add_own(&own, strlen(value), strlen(value), true, digest);
    g_autofree char *signature = sign_digest(key, digest);
    return g_strdup_printf("ARC-Seal:%s%s\r\n%s", value, signature, with_results);
}
