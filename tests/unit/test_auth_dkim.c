/* Which signatures prove something: their tags, their keys, what they sign, how many are looked at.
 * Each mail is signed here, with the tags of its row: what fails does so for the row's reason. */
#include "auth/key.h"
#include "auth_sign.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define NOW    1700000000
#define MAIL   "From: Ann <ann@example.org>\r\nSubject: Order\r\nTo: us@example.com\r\n\r\nHi.\r\n"
#define DOMAIN "d=example.org; s=s; h=from:subject; bh=%h"
#define TAGS   "v=1; a=rsa-sha256; c=relaxed/relaxed; " DOMAIN

static EVP_PKEY *rsa, *ed25519;
static char *rsa_public, *ed25519_public;

static int set_up(void **state)
{
    (void)state;
    rsa = EVP_RSA_gen(1024);
    ed25519 = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    rsa_public = sign_public(rsa);
    ed25519_public = sign_public(ed25519);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    EVP_PKEY_free(rsa);
    EVP_PKEY_free(ed25519);
    g_free(rsa_public);
    g_free(ed25519_public);
    return 0;
}

static DkimResult verify(const char *text, const ZoneRow *zone, gint64 now)
{
    g_auto(AuthMail) mail = auth_mail_of(text);
    g_autoptr(DkimBody) body = dkim_body_new();
    g_autoptr(DkimCheck) check =
        dkim_check_new((const DkimField *)mail.fields->data, mail.fields->len, "example.org", body);

    dkim_body_add(body, mail.body, mail.body_length);
    dkim_body_end(body);
    g_autoptr(ZoneAnswer) found = zone_ask(zone, dkim_check_signature(check, 0)->query);
    return dkim_check_verify(check, 0, &found->answer, now);
}

static void assert_reason(DkimReason got, DkimReason wanted, const char *of)
{
    if (got != wanted)
        fail_msg("\"%s\" instead of \"%s\": %s", dkim_reason_text(got), dkim_reason_text(wanted),
                 of);
}

/* -- The field -------------------------------------------------------------------------------- */

typedef struct {
    const char *tags;
    DkimReason reason;
} TagRow;

#define REST       "s=s; h=from:subject; bh=%h"
#define LONG_LABEL "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggg" /* 63 */

static const TagRow tag_rows[] = {
    { TAGS, DKIM_REASON_VALID },
    { TAGS "; unknown=x; z=From:x|To:y", DKIM_REASON_VALID },
    { "v=1; a=RSA-SHA256; c=Relaxed/RELAXED; " DOMAIN, DKIM_REASON_VALID },
    { TAGS "; i=ann@example.org", DKIM_REASON_VALID },
    { TAGS "; i=@mail.example.org", DKIM_REASON_VALID },
    { TAGS "; i=@EXAMPLE.org", DKIM_REASON_VALID },
    { TAGS "; i=ann=2Blee@example.org", DKIM_REASON_VALID },
    { TAGS "; i=ann@ex=61mple.org", DKIM_REASON_VALID },
    { TAGS "; q=dns/txt", DKIM_REASON_VALID },
    { TAGS "; q=http:dns/txt", DKIM_REASON_VALID },
    { "v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=s; h= from :\r\n Subject; bh=%h",
      DKIM_REASON_VALID },

    { "a=rsa-sha256; c=relaxed/relaxed; " DOMAIN, DKIM_REASON_MALFORMED },
    { "v=2; a=rsa-sha256; c=relaxed/relaxed; " DOMAIN, DKIM_REASON_MALFORMED },
    { "v=1.0; a=rsa-sha256; c=relaxed/relaxed; " DOMAIN, DKIM_REASON_MALFORMED },
    { "v=1; c=relaxed/relaxed; " DOMAIN, DKIM_REASON_MALFORMED },
    { "v=1; a=rsa-sha256; c=relaxed/relaxed; " REST, DKIM_REASON_MALFORMED },
    { "v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; h=from; bh=%h", DKIM_REASON_MALFORMED },
    { "v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=s; bh=%h", DKIM_REASON_MALFORMED },
    { "v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=s; h=from:subject",
      DKIM_REASON_MALFORMED },
    { "v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=s; h=from; bh=",
      DKIM_REASON_MALFORMED },
    { "v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=s; h=from; bh=A",
      DKIM_REASON_MALFORMED },
    { TAGS "; d=example.org", DKIM_REASON_MALFORMED },
    { TAGS "; b=AAAA", DKIM_REASON_MALFORMED },
    { TAGS "; bh=%h", DKIM_REASON_MALFORMED },
    { TAGS ";", DKIM_REASON_MALFORMED },
    { TAGS "; x", DKIM_REASON_MALFORMED },

    { "v=1; a=rsa-sha1; c=relaxed/relaxed; " DOMAIN, DKIM_REASON_SHA1 },
    { "v=1; a=rsa-sha512; c=relaxed/relaxed; " DOMAIN, DKIM_REASON_UNKNOWN_ALGORITHM },
    { "v=1; a=; c=relaxed/relaxed; " DOMAIN, DKIM_REASON_UNKNOWN_ALGORITHM },
    { "v=1; a=rsa-sha256; c=nofws/relaxed; " DOMAIN, DKIM_REASON_UNKNOWN_CANONICALIZATION },
    { "v=1; a=rsa-sha256; c=relaxed/nofws; " DOMAIN, DKIM_REASON_UNKNOWN_CANONICALIZATION },
    { "v=1; a=rsa-sha256; c=relaxed/; " DOMAIN, DKIM_REASON_UNKNOWN_CANONICALIZATION },
    { "v=1; a=rsa-sha256; c=relaxed/simple/simple; " DOMAIN, DKIM_REASON_UNKNOWN_CANONICALIZATION },
    { "v=1; a=rsa-sha256; c=; " DOMAIN, DKIM_REASON_UNKNOWN_CANONICALIZATION },
    { TAGS "; q=http", DKIM_REASON_UNKNOWN_QUERY },
    { TAGS "; l=5", DKIM_REASON_PARTIAL_BODY },
    { TAGS "; l=0", DKIM_REASON_PARTIAL_BODY },
    { TAGS "; l=999999", DKIM_REASON_PARTIAL_BODY },

    { "v=1; a=rsa-sha256; d=example.org;x; " REST, DKIM_REASON_MALFORMED },
    { "v=1; a=rsa-sha256; d=example.org(x); " REST, DKIM_REASON_MALFORMED },
    { "v=1; a=rsa-sha256; d=\"example.org\"; " REST, DKIM_REASON_MALFORMED },
    { "v=1; a=rsa-sha256; d=example. org; " REST, DKIM_REASON_MALFORMED },
    { "v=1; a=rsa-sha256; d=example.\r\n org; " REST, DKIM_REASON_MALFORMED },
    { "v=1; a=rsa-sha256; d=example.org.; " REST, DKIM_REASON_MALFORMED },
    { "v=1; a=rsa-sha256; d=.example.org; " REST, DKIM_REASON_MALFORMED },
    { "v=1; a=rsa-sha256; d=example..org; " REST, DKIM_REASON_MALFORMED },
    { "v=1; a=rsa-sha256; d=ex\xc3\xa4mple.org; " REST, DKIM_REASON_MALFORMED },
    { "v=1; a=rsa-sha256; d=ex\x01mple.org; " REST, DKIM_REASON_MALFORMED },
    { "v=1; a=rsa-sha256; d=; " REST, DKIM_REASON_MALFORMED },
    { "v=1; a=rsa-sha256; d=a" LONG_LABEL ".example.org; " REST, DKIM_REASON_MALFORMED },
    { "v=1; a=rsa-sha256; d=example.org; s=s(x); h=from:subject; bh=%h", DKIM_REASON_MALFORMED },
    { "v=1; a=rsa-sha256; d=example.org; s=\"s\"; h=from:subject; bh=%h", DKIM_REASON_MALFORMED },
    { "v=1; a=rsa-sha256; d=example.org; s=s t; h=from:subject; bh=%h", DKIM_REASON_MALFORMED },
    { "v=1; a=rsa-sha256; d=example.org; s=; h=from:subject; bh=%h", DKIM_REASON_MALFORMED },
    { TAGS "; i=example.org", DKIM_REASON_MALFORMED },
    { TAGS "; i=", DKIM_REASON_MALFORMED },
    { TAGS "; i=@", DKIM_REASON_MALFORMED },
    { TAGS "; i=ann=3B@example.org", DKIM_REASON_MALFORMED },
    { TAGS "; i=ann=28x=29@example.org", DKIM_REASON_MALFORMED },
    { TAGS "; i=ann(x)@example.org", DKIM_REASON_MALFORMED },
    { TAGS "; i==22ann=22@example.org", DKIM_REASON_MALFORMED },
    { TAGS "; i=ann=20lee@example.org", DKIM_REASON_MALFORMED },
    { TAGS "; i=ann=0D=0Ax@example.org", DKIM_REASON_MALFORMED },
    { TAGS "; i=ann=00@example.org", DKIM_REASON_MALFORMED },
    { TAGS "; i=ann=FC@example.org", DKIM_REASON_MALFORMED },
    { TAGS "; i=f\xc3\xbcr@example.org", DKIM_REASON_MALFORMED },
    { TAGS "; i=ann=2@example.org", DKIM_REASON_MALFORMED },
    { TAGS "; i=ann=@example.org", DKIM_REASON_MALFORMED },
    { TAGS "; i=ann@evil.example=40example.org", DKIM_REASON_MALFORMED },
    { TAGS "; i=@evil.example", DKIM_REASON_IDENTITY },
    { TAGS "; i=@evilexample.org", DKIM_REASON_IDENTITY },
    { TAGS "; i=@org", DKIM_REASON_IDENTITY },
    { TAGS "; i=@example.org.evil.example", DKIM_REASON_IDENTITY },

    { TAGS "; t=1700000300", DKIM_REASON_VALID },
    { TAGS "; t=1700000301", DKIM_REASON_NOT_YET_VALID },
    { TAGS "; t=0", DKIM_REASON_VALID },
    { TAGS "; t=-1", DKIM_REASON_MALFORMED },
    { TAGS "; t=", DKIM_REASON_MALFORMED },
    { TAGS "; t=1e9", DKIM_REASON_MALFORMED },
    { TAGS "; t=000000000001", DKIM_REASON_VALID },
    { TAGS "; t=0000000000001", DKIM_REASON_MALFORMED },
    { TAGS "; x=1700000000", DKIM_REASON_VALID },
    { TAGS "; x=1699999999", DKIM_REASON_EXPIRED },
    { TAGS "; t=5; x=1699999999", DKIM_REASON_EXPIRED },
    { TAGS "; x=999999999999", DKIM_REASON_VALID },
    { TAGS "; x=9999999999999", DKIM_REASON_MALFORMED },
    { TAGS "; t=1699999999; x=1699999999", DKIM_REASON_MALFORMED },
    { TAGS "; t=1700000100; x=1700000050", DKIM_REASON_MALFORMED },
    { TAGS "; x=soon", DKIM_REASON_MALFORMED },

    { "v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=s; h=; bh=%h",
      DKIM_REASON_MALFORMED },
    { "v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=s; h=from:; bh=%h",
      DKIM_REASON_MALFORMED },
    { "v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=s; h=fr om; bh=%h",
      DKIM_REASON_MALFORMED },
    { "v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=s; h=subject; bh=%h",
      DKIM_REASON_FROM_UNSIGNED },
    { "v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=s; h=x-from; bh=%h",
      DKIM_REASON_FROM_UNSIGNED },
};

static void tags_decide(void **state)
{
    g_autofree char *record = g_strdup_printf("v=DKIM1; p=%s", rsa_public);
    const ZoneRow zone[] = { { "s._domainkey.example.org", record }, { NULL, NULL } };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(tag_rows); i++) {
        g_autofree char *mail =
            sign_mail(rsa, MAIL, "DKIM-Signature", tag_rows[i].tags, "from:subject", true);

        assert_reason(verify(mail, zone, NOW).reason, tag_rows[i].reason, tag_rows[i].tags);
    }
}

/* Names of 253 bytes can be asked for, longer ones can't. */
static void queries_are_as_long_as_names_may_be(void **state)
{
    g_autofree char *domain =
        g_strdup_printf("%s.%s.%.*s.example.org", LONG_LABEL, LONG_LABEL, 53, LONG_LABEL);
    const gsize fixed = strlen("._domainkey.") + strlen(domain);

    (void)state;
    for (gsize length = 252 - fixed; length <= 254 - fixed; length++) {
        g_autofree char *selector = g_strnfill(length, 's');
        g_autofree char *name = g_strdup_printf("%s._domainkey.%s", selector, domain);
        g_autofree char *record = g_strdup_printf("p=%s", rsa_public);
        const ZoneRow zone[] = { { name, record }, { NULL, NULL } };
        g_autofree char *tags = g_strdup_printf(
            "v=1; a=rsa-sha256; c=relaxed/relaxed; d=%s; s=%s; h=from:subject; bh=%%h", domain,
            selector);
        g_autofree char *mail = sign_mail(rsa, MAIL, "DKIM-Signature", tags, "from:subject", true);

        assert_reason(verify(mail, zone, NOW).reason,
                      strlen(name) <= 253 ? DKIM_REASON_VALID : DKIM_REASON_MALFORMED, name);
    }
}

/* -- The key ---------------------------------------------------------------------------------- */

/* "%r" and "%e" in the records stand for the RSA and the Ed25519 key. */
static const struct {
    const char *records[3]; /* NULL first: no answer */
    DkimReason of_rsa, of_ed25519;
} key_rows[] = {
#define BOTH(reason) reason, reason
    { { "v=DKIM1; p=%r" }, DKIM_REASON_VALID, DKIM_REASON_KEY_TYPE },
    { { "v=DKIM1; k=rsa; p=%r" }, DKIM_REASON_VALID, DKIM_REASON_KEY_TYPE },
    { { "p=%r" }, DKIM_REASON_VALID, DKIM_REASON_KEY_TYPE },
    { { "k=RSA; p=%r; n=a note; unknown=x" }, DKIM_REASON_VALID, DKIM_REASON_KEY_TYPE },
    { { "v=DKIM1; k=ed25519; p=%e" }, DKIM_REASON_KEY_TYPE, DKIM_REASON_VALID },
    { { "v=DKIM1; k=ed25519; p=%r" }, DKIM_REASON_KEY_TYPE, DKIM_REASON_KEY_MALFORMED },
    { { "v=DKIM1; k=rsa; p=%e" }, DKIM_REASON_KEY_MALFORMED, DKIM_REASON_KEY_TYPE },
    { { "v=DKIM1; k=dsa; p=%r" }, BOTH(DKIM_REASON_KEY_TYPE) },
    { { NULL }, BOTH(DKIM_REASON_KEY_UNAVAILABLE) },
    { { "v=DKIM1; p=" }, BOTH(DKIM_REASON_KEY_REVOKED) },
    { { "v=DKIM1; k=ed25519; p= " }, BOTH(DKIM_REASON_KEY_REVOKED) },
    { { "v=DKIM1; k=rsa" }, BOTH(DKIM_REASON_KEY_MALFORMED) },
    { { "v=DKIM1" }, BOTH(DKIM_REASON_KEY_MALFORMED) },
    { { "" }, BOTH(DKIM_REASON_KEY_MALFORMED) },
    { { "v=DKIM1; p=!" }, DKIM_REASON_KEY_MALFORMED, DKIM_REASON_KEY_TYPE },
    { { "v=DKIM1; p=AAAA" }, DKIM_REASON_KEY_MALFORMED, DKIM_REASON_KEY_TYPE },
    { { "v=DKIM1; p=%r; p=%r" }, BOTH(DKIM_REASON_KEY_MALFORMED) },
    { { "v=DKIM1\\; p=%r" }, BOTH(DKIM_REASON_KEY_MISSING) },
    { { "v=DKIM2; p=%r" }, BOTH(DKIM_REASON_KEY_MISSING) },
    { { "v=dkim1; p=%r" }, BOTH(DKIM_REASON_KEY_MISSING) },
    { { "p=%r; v=DKIM1" }, BOTH(DKIM_REASON_KEY_MISSING) },
    { { "v=spf1 -all" }, BOTH(DKIM_REASON_KEY_MISSING) },
    { { "v=DKIM1; h=sha256; p=%r" }, DKIM_REASON_VALID, DKIM_REASON_KEY_TYPE },
    { { "v=DKIM1; h=sha1:sha256; p=%r" }, DKIM_REASON_VALID, DKIM_REASON_KEY_TYPE },
    { { "v=DKIM1; h=sha1; p=%r" }, DKIM_REASON_KEY_HASH, DKIM_REASON_KEY_TYPE },
    { { "v=DKIM1; h=; p=%r" }, DKIM_REASON_KEY_HASH, DKIM_REASON_KEY_TYPE },
    { { "v=DKIM1; s=email; p=%r" }, DKIM_REASON_VALID, DKIM_REASON_KEY_TYPE },
    { { "v=DKIM1; s=*; p=%r" }, DKIM_REASON_VALID, DKIM_REASON_KEY_TYPE },
    { { "v=DKIM1; s=tlsrpt; p=%r" }, DKIM_REASON_KEY_SERVICE, DKIM_REASON_KEY_TYPE },
    { { "v=DKIM1; s=tlsrpt:email; p=%r" }, DKIM_REASON_VALID, DKIM_REASON_KEY_TYPE },
    { { "v=DKIM1; t=y; p=%r" }, DKIM_REASON_KEY_TESTING, DKIM_REASON_KEY_TYPE },
    { { "v=DKIM1; t=s:y; p=%r" }, DKIM_REASON_KEY_TESTING, DKIM_REASON_KEY_TYPE },
    { { "v=DKIM1; t=s; p=%r" }, DKIM_REASON_VALID, DKIM_REASON_KEY_TYPE },
    { { "v=DKIM1; g=ann; p=%r" }, DKIM_REASON_VALID, DKIM_REASON_KEY_TYPE },
    { { "v=spf1 -all", "v=DKIM1; p=%r" }, DKIM_REASON_VALID, DKIM_REASON_KEY_TYPE },
    { { "v=DKIM1; p=%r", "some words" }, DKIM_REASON_VALID, DKIM_REASON_KEY_TYPE },
    { { "v=DKIM1; p=%r", "v=DKIM1; k=ed25519; p=%e" }, BOTH(DKIM_REASON_KEY_AMBIGUOUS) },
    { { "v=DKIM1; p=%r", "p=%r" }, BOTH(DKIM_REASON_KEY_AMBIGUOUS) },
    { { "v=DKIM1; p=", "v=DKIM1; p=%r" }, BOTH(DKIM_REASON_KEY_AMBIGUOUS) },
    { { "v=DKIM1; p=%r; p=x", "v=DKIM1; p=%r" }, BOTH(DKIM_REASON_KEY_MALFORMED) },
    { { "some words", "other words" }, BOTH(DKIM_REASON_KEY_MISSING) },
};

static char *filled(const char *record)
{
    g_auto(GStrv) rsa_parts = g_strsplit(record, "%r", -1);
    g_autofree char *with_rsa = g_strjoinv(rsa_public, rsa_parts);
    g_auto(GStrv) parts = g_strsplit(with_rsa, "%e", -1);

    return g_strjoinv(ed25519_public, parts);
}

static void assert_key_row(const char *mail, gsize row, DkimReason wanted)
{
    ZoneRow zone[4] = { { "s._domainkey.example.org", NULL } };
    const char *const *records = key_rows[row].records;

    for (gsize i = 0; records[i]; i++)
        zone[i] = (ZoneRow){ zone[0].name, filled(records[i]) };
    assert_reason(verify(mail, zone, NOW).reason, wanted, records[0] ? records[0] : "no answer");
    for (gsize i = 0; records[i]; i++)
        g_free((char *)zone[i].record);
}

static void key_records_decide(void **state)
{
    g_autofree char *by_rsa = sign_mail(rsa, MAIL, "DKIM-Signature", TAGS, "from:subject", true);
    g_autofree char *by_ed25519 =
        sign_mail(ed25519, MAIL, "DKIM-Signature",
                  "v=1; a=ed25519-sha256; c=relaxed/relaxed; " DOMAIN, "from:subject", true);

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(key_rows); i++) {
        assert_key_row(by_rsa, i, key_rows[i].of_rsa);
        assert_key_row(by_ed25519, i, key_rows[i].of_ed25519);
    }
}

static void strict_keys_want_the_very_domain(void **state)
{
    g_autofree char *record = g_strdup_printf("v=DKIM1; t=s; p=%s", rsa_public);
    const ZoneRow zone[] = { { "s._domainkey.example.org", record }, { NULL, NULL } };
    g_autofree char *same =
        sign_mail(rsa, MAIL, "DKIM-Signature", TAGS "; i=ann@example.org", "from:subject", true);
    g_autofree char *below =
        sign_mail(rsa, MAIL, "DKIM-Signature", TAGS "; i=@m.example.org", "from:subject", true);

    (void)state;
    assert_reason(verify(same, zone, NOW).reason, DKIM_REASON_VALID, same);
    assert_reason(verify(below, zone, NOW).reason, DKIM_REASON_KEY_SUBDOMAIN, below);
}

static DkimResult verify_with(EVP_PKEY *key, const char *published)
{
    g_autofree char *record = g_strdup_printf("v=DKIM1; p=%s", published);
    const ZoneRow zone[] = { { "s._domainkey.example.org", record }, { NULL, NULL } };
    g_autofree char *mail = sign_mail(key, MAIL, "DKIM-Signature", TAGS, "from:subject", true);

    return verify(mail, zone, NOW);
}

/* A value of DER; frees `content`. */
static GByteArray *der_value(guchar type, GByteArray *content)
{
    GByteArray *value = g_byte_array_new();
    const guchar head[] = { type, 0x82, (guchar)(content->len >> 8), (guchar)content->len };
    const guchar middle[] = { type, 0x81, (guchar)content->len };
    const guchar little[] = { type, (guchar)content->len };

    if (content->len > 255)
        g_byte_array_append(value, head, sizeof head);
    else if (content->len > 127)
        g_byte_array_append(value, middle, sizeof middle);
    else
        g_byte_array_append(value, little, sizeof little);
    g_byte_array_append(value, content->data, content->len);
    g_byte_array_unref(content);
    return value;
}

/* An odd number of that many bits. */
static GByteArray *number_of(guint bits)
{
    GByteArray *number = g_byte_array_new();
    guchar first = (guchar)(1 << (bits - 1) % 8);

    if (bits % 8 == 0)
        g_byte_array_append(number, (const guchar *)"", 1);
    g_byte_array_append(number, &first, 1);
    for (guint i = 1; i < (bits + 7) / 8; i++)
        g_byte_array_append(number, (const guchar *)"\xC5", 1);
    return number;
}

/* RSAPublicKey { modulus of that many bits, exponent }, in base64. */
static char *public_key_of(guint bits, const char *exponent, gsize length)
{
    GByteArray *both = der_value(0x02, number_of(bits));
    GByteArray *second = g_byte_array_new();

    g_byte_array_append(second, (const guchar *)exponent, (guint)length);
    second = der_value(0x02, second);
    g_byte_array_append(both, second->data, second->len);
    g_byte_array_unref(second);
    GByteArray *key = der_value(0x30, both);
    char *text = g_base64_encode(key->data, key->len);
    g_byte_array_unref(key);
    return text;
}

/* Rows: a size, and what is said of a signature by another key where that size is accepted. */
static void keys_have_1024_to_4096_bits(void **state)
{
    static const struct {
        guint bits;
        DkimReason reason;
    } rows[] = {
        { 8, DKIM_REASON_KEY_SHORT },     { 512, DKIM_REASON_KEY_SHORT },
        { 1023, DKIM_REASON_KEY_SHORT },  { 1024, DKIM_REASON_SIGNATURE },
        { 1025, DKIM_REASON_SIGNATURE },  { 4095, DKIM_REASON_SIGNATURE },
        { 4096, DKIM_REASON_SIGNATURE },  { 4097, DKIM_REASON_KEY_LARGE },
        { 16384, DKIM_REASON_KEY_LARGE }, { 65536, DKIM_REASON_KEY_LARGE },
    };
    EVP_PKEY *key = EVP_RSA_gen(2048);
    g_autofree char *own = sign_public(key);

    (void)state;
    assert_reason(verify_with(key, own).reason, DKIM_REASON_VALID, own);
    EVP_PKEY_free(key);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *published = public_key_of(rows[i].bits, "\x01\x00\x01", 3);
        DkimResult result = verify_with(rsa, published);

        assert_reason(result.reason, rows[i].reason, published);
        assert_int_equal(result.key_bits, rows[i].bits);
    }
}

/* Rows: an exponent, and what is said of a key of 1024 bits that has it. */
static void exponents_are_small_and_no_less_than_three(void **state)
{
    static const struct {
        const char *bytes;
        gsize length;
        DkimReason reason;
    } rows[] = {
        { "\x03", 1, DKIM_REASON_SIGNATURE },
        { "\x01\x00\x01", 3, DKIM_REASON_SIGNATURE },
        { "\x01\x00\x00\x00\x01", 5, DKIM_REASON_SIGNATURE },
        { "\x02\x00\x00\x00\x01", 5, DKIM_REASON_KEY_LARGE },
        { "\x01\x00\x00\x00\x00\x00\x00\x01", 8, DKIM_REASON_KEY_LARGE },
        { "\x01", 1, DKIM_REASON_KEY_MALFORMED },
        { "\x00", 1, DKIM_REASON_KEY_MALFORMED },
        { "", 0, DKIM_REASON_KEY_MALFORMED },
        { "\x81", 1, DKIM_REASON_KEY_MALFORMED },
        { "\x00\x03", 2, DKIM_REASON_KEY_MALFORMED },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *published = public_key_of(1024, rows[i].bytes, rows[i].length);

        assert_reason(verify_with(rsa, published).reason, rows[i].reason, published);
    }
}

/* Each start of a key, and a key with something after it, is malformed. */
static void keys_are_read_whole(void **state)
{
    gsize length;
    g_autofree guchar *bytes = g_base64_decode(rsa_public, &length);
    g_autofree guchar *longer = g_malloc0(length + 1);

    (void)state;
    memcpy(longer, bytes, length);
    for (gsize part = 1; part <= length + 1; part++) {
        g_autofree char *published = g_base64_encode(longer, part);

        assert_reason(verify_with(rsa, published).reason,
                      part == length ? DKIM_REASON_VALID : DKIM_REASON_KEY_MALFORMED, published);
    }
    g_autofree char *bare = g_base64_encode(bytes + 22, length - 22); /* the RSAPublicKey in it */
    assert_reason(verify_with(rsa, bare).reason, DKIM_REASON_VALID, bare);
}

/* -- The message ------------------------------------------------------------------------------ */

#define OVERSIGNED "from:from:subject:subject:to:to:cc"

/* Rows: what is changed after signing, and what is said of a signature with OVERSIGNED names. */
static void changes_after_signing_are_found(void **state)
{
    static const struct {
        const char *from, *to;
        DkimReason relaxed, simple;
    } rows[] = {
        { "Hi.", "Hi.", DKIM_REASON_VALID, DKIM_REASON_VALID },
        { "Hi.\r\n", "Hi.\r\n\r\n\r\n", DKIM_REASON_VALID, DKIM_REASON_VALID },
        { "Hi.\r\n", "Hi. \t\r\n", DKIM_REASON_VALID, DKIM_REASON_BODY_HASH },
        { "Hi.\r\n", "Hi.\r\nMore.\r\n", DKIM_REASON_BODY_HASH, DKIM_REASON_BODY_HASH },
        { "Hi.\r\n", "", DKIM_REASON_BODY_HASH, DKIM_REASON_BODY_HASH },
        { "\r\n\r\nHi", "\r\n\r\n\r\nHi", DKIM_REASON_BODY_HASH, DKIM_REASON_BODY_HASH },
        { "Subject: Order", "SUBJECT:  Order ", DKIM_REASON_VALID, DKIM_REASON_SIGNATURE },
        { "Subject: Order", "Subject:\r\n\tOrder", DKIM_REASON_VALID, DKIM_REASON_SIGNATURE },
        { "Subject: Order", "Subject : Order", DKIM_REASON_VALID, DKIM_REASON_SIGNATURE },
        { "Subject: Order", "Subject: order", DKIM_REASON_SIGNATURE, DKIM_REASON_SIGNATURE },
        { "Subject: Order", "Subject: Order\r", DKIM_REASON_SIGNATURE, DKIM_REASON_SIGNATURE },
        { "Subject: Order", "X: y\r\nSubject: Order", DKIM_REASON_VALID, DKIM_REASON_VALID },
        { "Subject: Order", "Subject: Order\r\nSubject: Order", DKIM_REASON_SIGNATURE,
          DKIM_REASON_SIGNATURE },
        { "Subject: Order", "Subject: Order\r\nCc: x@example.org", DKIM_REASON_SIGNATURE,
          DKIM_REASON_SIGNATURE },
        { "Subject: Order\r\n", "", DKIM_REASON_SIGNATURE, DKIM_REASON_SIGNATURE },
        { "From: Ann", "From: <b@example.com>\r\nFrom: Ann", DKIM_REASON_FROM_COUNT,
          DKIM_REASON_FROM_COUNT },
        { "From: Ann", "from : <b@example.com>\r\nFrom: Ann", DKIM_REASON_FROM_COUNT,
          DKIM_REASON_FROM_COUNT },
        { "From: Ann", "Sender: Ann", DKIM_REASON_FROM_COUNT, DKIM_REASON_FROM_COUNT },
    };
    g_autofree char *record = g_strdup_printf("v=DKIM1; p=%s", rsa_public);
    const ZoneRow zone[] = { { "s._domainkey.example.org", record }, { NULL, NULL } };
    g_autofree char *relaxed = sign_mail(rsa, MAIL, "DKIM-Signature",
                                         "v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=s;"
                                         " bh=%h; h=" OVERSIGNED,
                                         OVERSIGNED, true);
    g_autofree char *simple =
        sign_mail(rsa, MAIL, "DKIM-Signature",
                  "v=1; a=rsa-sha256; d=example.org; s=s; bh=%h; h=" OVERSIGNED, OVERSIGNED, false);

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(GStrv) relaxed_parts = g_strsplit(relaxed, rows[i].from, 2);
        g_auto(GStrv) simple_parts = g_strsplit(simple, rows[i].from, 2);
        g_autofree char *relaxed_mail = g_strjoinv(rows[i].to, relaxed_parts);
        g_autofree char *simple_mail = g_strjoinv(rows[i].to, simple_parts);

        assert_reason(verify(relaxed_mail, zone, NOW).reason, rows[i].relaxed, rows[i].to);
        assert_reason(verify(simple_mail, zone, NOW).reason, rows[i].simple, rows[i].to);
    }
}

/* b= may stand anywhere, folded, and be followed by a semicolon: its value alone is left out. */
static void a_signature_signs_all_of_its_field_but_its_value(void **state)
{
    g_autofree char *record = g_strdup_printf("v=DKIM1; p=%s", rsa_public);
    const ZoneRow zone[] = { { "s._domainkey.example.org", record }, { NULL, NULL } };
    g_autofree char *mail = sign_mail(rsa, MAIL, "DKIM-Signature", TAGS, "from:subject", true);
    char *value = strstr(mail, "; b=") + strlen("; b=");
    g_autofree char *folded =
        g_strdup_printf("%.*s\r\n\t%.10s\r\n %s", (int)(value - mail), mail, value, value + 10);
    g_autofree char *added =
        g_strdup_printf("%.*s%.*s;%s", (int)(value - mail), mail, (int)strcspn(value, "\r"), value,
                        value + strcspn(value, "\r"));

    (void)state;
    assert_reason(verify(folded, zone, NOW).reason, DKIM_REASON_VALID, folded);
    assert_reason(verify(added, zone, NOW).reason, DKIM_REASON_SIGNATURE, added);
}

/* A second signer signs the first one's field too; its own is never among those it names. */
static void a_signature_may_sign_others(void **state)
{
    g_autofree char *record = g_strdup_printf("v=DKIM1; p=%s", rsa_public);
    const ZoneRow zone[] = { { "s._domainkey.example.org", record },
                             { "s._domainkey.list.example", record },
                             { NULL, NULL } };
    g_autofree char *first = sign_mail(rsa, MAIL, "DKIM-Signature", TAGS, "from:subject", true);
    g_autofree char *both =
        sign_mail(rsa, first, "DKIM-Signature",
                  "v=1; a=rsa-sha256; c=relaxed/relaxed; d=list.example; s=s; bh=%h;"
                  " h=from:dkim-signature:dkim-signature",
                  "from:dkim-signature:dkim-signature", true);
    g_autofree char *third = g_strdup_printf("DKIM-Signature: v=1; x\r\n%s", both);
    g_autofree char *two = auth_verdicts(both, zone, "example.org", NOW);
    g_autofree char *three = auth_verdicts(third, zone, "example.org", NOW);

    (void)state;
    assert_string_equal(two, "example.org pass: valid | list.example pass: valid");
    assert_string_equal(three, "example.org pass: valid | list.example fail: the signature does not"
                               " fit header and key | ? neutral: the signature field is malformed");
}

/* -- How many --------------------------------------------------------------------------------- */

static char *with_signatures(const char *domain, guint count, const char *below)
{
    char *mail = g_strdup(below);

    for (guint i = 0; i < count; i++) {
        char *next = g_strdup_printf("DKIM-Signature: v=1; a=rsa-sha256; d=%s; s=s%u; h=from;"
                                     " bh=AAAA; b=AAAA\r\n%s",
                                     domain, i, mail);
        g_free(mail);
        mail = next;
    }
    return mail;
}

/* The domains of those looked at, and how many were left out. */
static char *looked_at(const char *text, const char *organization)
{
    g_auto(AuthMail) mail = auth_mail_of(text);
    g_autoptr(DkimBody) body = dkim_body_new();
    g_autoptr(DkimCheck) check =
        dkim_check_new((const DkimField *)mail.fields->data, mail.fields->len, organization, body);
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < dkim_check_count(check); i++) {
        const DkimSignature *signature = dkim_check_signature(check, i);
        g_string_append_printf(out, "%s ", signature->query ? signature->query : "-");
    }
    g_string_append_printf(out, "+%u", dkim_check_left_out(check));
    return g_string_free(out, FALSE);
}

static void eight_signatures_are_looked_at(void **state)
{
    (void)state;
    for (guint count = 0; count <= 1000; count = count < 10 ? count + 1 : count * 10) {
        g_autofree char *mail = with_signatures("a.example", count, MAIL);
        g_autofree char *got = looked_at(mail, NULL);
        g_autofree char *left_out =
            g_strdup_printf("+%u", count > DKIM_SIGNATURES_MAX ? count - DKIM_SIGNATURES_MAX : 0);
        g_auto(GStrv) words = g_strsplit(got, " ", -1);

        assert_int_equal(g_strv_length(words) - 1, MIN(count, DKIM_SIGNATURES_MAX));
        assert_string_equal(words[g_strv_length(words) - 1], left_out);
    }
}

static void aligned_ones_come_first_and_useless_ones_last(void **state)
{
    static const char useless[] = "DKIM-Signature: v=1; a=rsa-sha1; d=example.org; s=s; h=from;"
                                  " bh=AAAA; b=AAAA\r\nDKIM-Signature: x\r\n";
    g_autofree char *bottom = with_signatures("m.example.org", 1, MAIL);
    g_autofree char *middle = with_signatures("a.example", 2, bottom);
    g_autofree char *top = with_signatures("notexample.org", 1, middle);
    g_autofree char *next = with_signatures("Example.ORG", 1, top);
    g_autofree char *mail = g_strconcat(useless, next, NULL);
    g_autofree char *got = looked_at(mail, "example.org");
    g_autofree char *unknown = looked_at(mail, NULL);

    (void)state;
    assert_string_equal(got, "s0._domainkey.example.org s0._domainkey.m.example.org "
                             "s0._domainkey.notexample.org s1._domainkey.a.example "
                             "s0._domainkey.a.example - - +0");
    assert_string_equal(unknown, "s0._domainkey.example.org s0._domainkey.notexample.org "
                                 "s1._domainkey.a.example s0._domainkey.a.example "
                                 "s0._domainkey.m.example.org - - +0");
}

typedef struct {
    const char *mail;
    const ZoneRow *zone;
    guint valid;
} Work;

static void *verify_again_and_again(void *data)
{
    Work *work = data;

    for (guint i = 0; i < 50; i++)
        work->valid += verify(work->mail, work->zone, NOW).reason == DKIM_REASON_VALID;
    return NULL;
}

static void threads_verify_side_by_side(void **state)
{
    g_autofree char *record = g_strdup_printf("v=DKIM1; p=%s", rsa_public);
    const ZoneRow zone[] = { { "s._domainkey.example.org", record }, { NULL, NULL } };
    g_autofree char *mail = sign_mail(rsa, MAIL, "DKIM-Signature", TAGS, "from:subject", true);
    Work work[4];
    pthread_t threads[G_N_ELEMENTS(work)];

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(work); i++) {
        work[i] = (Work){ mail, zone, 0 };
        assert_int_equal(pthread_create(&threads[i], NULL, verify_again_and_again, &work[i]), 0);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(work); i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(work[i].valid, 50);
    }
}

/* Names beyond the fields there are, and fields beyond the names. */
static void thousands_of_fields_are_signed(void **state)
{
    g_autofree char *record = g_strdup_printf("v=DKIM1; p=%s", rsa_public);
    const ZoneRow zone[] = { { "s._domainkey.example.org", record }, { NULL, NULL } };
    GString *mail = g_string_new(NULL), *names = g_string_new("from");

    (void)state;
    for (guint i = 0; i < 20000; i++)
        g_string_append_printf(mail, "X-%u: value\r\nX-Same: %u\r\n", i % 5000, i);
    for (guint i = 0; i < 20000; i++)
        g_string_append_printf(names, ":x-%u:x-same", i % 10000);
    g_string_append(mail, MAIL);
    g_autofree char *tags = g_strdup_printf(
        "v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=s; bh=%%h; h=%s", names->str);
    g_autofree char *text = sign_mail(rsa, mail->str, "DKIM-Signature", tags, names->str, true);
    assert_reason(verify(text, zone, NOW).reason, DKIM_REASON_VALID, "20,000 names");
    *strstr(text, "X-Same: 7\r") = 'Y';
    assert_reason(verify(text, zone, NOW).reason, DKIM_REASON_SIGNATURE, "20,000 names");
    g_string_free(mail, TRUE);
    g_string_free(names, TRUE);
}

static void what_a_signature_says_is_shown(void **state)
{
    g_autofree char *text = sign_mail(rsa, MAIL, "DKIM-Signature",
                                      "v=1; a=RSA-SHA256; c=relaxed/relaxed; d=Example.ORG; s=S_1;"
                                      " i=ann=2Blee@m.Example.org; h=from; bh=%h",
                                      "from", true);
    g_auto(AuthMail) mail = auth_mail_of(text);
    g_autoptr(DkimBody) body = dkim_body_new();
    g_autoptr(DkimCheck) check =
        dkim_check_new((const DkimField *)mail.fields->data, mail.fields->len, "example.org", body);
    const DkimSignature *shown = dkim_check_signature(check, 0);

    (void)state;
    assert_string_equal(shown->domain, "example.org");
    assert_string_equal(shown->selector, "s_1");
    assert_string_equal(shown->identity, "ann+lee@m.Example.org");
    assert_string_equal(shown->algorithm, "rsa-sha256");
    assert_string_equal(shown->query, "s_1._domainkey.example.org");
    assert_int_equal(strlen(shown->signature), 172); /* 128 bytes in base64 */
    assert_int_equal(shown->reason, DKIM_REASON_VALID);
}

static void every_reason_has_words(void **state)
{
    (void)state;
    for (DkimReason reason = 0; reason < DKIM_REASON_COUNT; reason++) {
        assert_non_null(dkim_reason_text(reason));
        assert_non_null(dkim_outcome_name(dkim_reason_outcome(reason)));
        assert_int_equal(dkim_reason_outcome(reason) == DKIM_PASS, reason == DKIM_REASON_VALID);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tags_decide),
        cmocka_unit_test(queries_are_as_long_as_names_may_be),
        cmocka_unit_test(key_records_decide),
        cmocka_unit_test(strict_keys_want_the_very_domain),
        cmocka_unit_test(keys_have_1024_to_4096_bits),
        cmocka_unit_test(exponents_are_small_and_no_less_than_three),
        cmocka_unit_test(keys_are_read_whole),
        cmocka_unit_test(changes_after_signing_are_found),
        cmocka_unit_test(a_signature_signs_all_of_its_field_but_its_value),
        cmocka_unit_test(a_signature_may_sign_others),
        cmocka_unit_test(eight_signatures_are_looked_at),
        cmocka_unit_test(aligned_ones_come_first_and_useless_ones_last),
        cmocka_unit_test(threads_verify_side_by_side),
        cmocka_unit_test(thousands_of_fields_are_signed),
        cmocka_unit_test(what_a_signature_says_is_shown),
        cmocka_unit_test(every_reason_has_words),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
