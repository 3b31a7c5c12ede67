/* What verifying costs on one core: one mail of 4 KB with an RSA-2048 or Ed25519 signature whose
 * key is at hand, and bodies of 100 KB to 40 MB in each canonicalization, and headers of up to
 * 100,000 fields, all signed. */
#include "auth/dkim.h"

#include "../unit/auth_sign.h"

#include <stdio.h>
#include <time.h>

#define SECONDS 0.5

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static char *mail_of(gsize length)
{
    GString *mail = g_string_new("Received: from a.example.org (a.example.org [192.0.2.1])\r\n"
                                 "\tby mx.example.com (Postfix) with ESMTPS id 4ABC\r\n"
                                 "\tfor <support@example.com>; Mon, 3 Mar 2025 10:11:00 +0100\r\n"
                                 "From: Ann Lee <ann@example.org>\r\nTo: support@example.com\r\n"
                                 "Subject: Order 4711 has not arrived\r\n"
                                 "Message-ID: <4711@example.org>\r\nMIME-Version: 1.0\r\n"
                                 "Date: Mon, 3 Mar 2025 10:14:00 +0100\r\n"
                                 "Content-Type: text/plain; charset=utf-8\r\n\r\n");

    while (mail->len < length)
        g_string_append(mail,
                        "Some words that make a line of about seventy bytes, as mail has it.\r\n");
    return g_string_free(mail, FALSE);
}

/* All that is done for one message: reading its fields, hashing the body, key and signature. */
static void verify(const AuthMail *mail, const DkimAnswer *answer)
{
    g_autoptr(DkimBody) body = dkim_body_new();
    g_autoptr(DkimCheck) check = dkim_check_new((const DkimField *)mail->fields->data,
                                                mail->fields->len, "example.org", body);

    dkim_body_add(body, mail->body, mail->body_length);
    dkim_body_end(body);
    g_assert(dkim_check_verify(check, 0, answer, 0).reason == DKIM_REASON_VALID);
}

static void measure_mail(const char *what, EVP_PKEY *key, const char *algorithm, const char *form,
                         const char *text, const char *tags, const char *names)
{
    g_autofree char *type = g_strndup(algorithm, strcspn(algorithm, "-"));
    g_autofree char *published = sign_public(key);
    g_autofree char *record = g_strdup_printf("v=DKIM1; k=%s; p=%s", type, published);
    const ZoneRow zone[] = { { "s._domainkey.example.org", record }, { NULL, NULL } };
    g_autoptr(ZoneAnswer) found = zone_ask(zone, zone[0].name);
    g_autofree char *signed_mail =
        sign_mail(key, text, "DKIM-Signature", tags, names, strcmp(form, "relaxed") == 0);
    g_auto(AuthMail) mail = auth_mail_of(signed_mail);
    gsize times = 0, length = strlen(signed_mail);
    double begun = cpu_seconds(), took;

    do {
        verify(&mail, &found->answer);
        times++;
        took = cpu_seconds() - begun;
    } while (took < SECONDS);
    printf("%-10s %-8s %10zu bytes %9.4f ms a mail %8.0f MB/s\n", what, form, length,
           took * 1e3 / (double)times, (double)length * (double)times / took / 1e6);
}

#define NAMES "from:to:subject:date:message-id:mime-version:content-type"

static void measure_body(const char *what, EVP_PKEY *key, const char *algorithm, const char *form,
                         gsize length)
{
    g_autofree char *text = mail_of(length);
    g_autofree char *tags = g_strdup_printf(
        "v=1; a=%s; c=%s/%s; d=example.org; s=s; bh=%%h; h=" NAMES, algorithm, form, form);

    measure_mail(what, key, algorithm, form, text, tags, NAMES);
}

/* Verifying is linear in the header too, however often a name is signed. */
static void measure_header(EVP_PKEY *key, guint count)
{
    GString *text = g_string_new(NULL), *names = g_string_new("from");

    for (guint i = 0; i < count; i++) {
        g_string_append(text, "X-Same: a value of some words\r\n");
        g_string_append(names, ":x-same");
    }
    g_string_append(text, "From: ann@example.org\r\n\r\nHi.\r\n");
    g_autofree char *tags =
        g_strdup_printf("v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=s; "
                        "bh=%%h; h=%s",
                        names->str);
    measure_mail("header", key, "rsa-sha256", "relaxed", text->str, tags, names->str);
    g_string_free(text, TRUE);
    g_string_free(names, TRUE);
}

int main(void)
{
    static const gsize lengths[] = { 100 * 1000, 1000 * 1000, 10 * 1000 * 1000, 40 * 1000 * 1000 };
    EVP_PKEY *rsa = EVP_RSA_gen(2048), *ed25519 = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");

    measure_body("RSA-2048", rsa, "rsa-sha256", "relaxed", 4096);
    measure_body("RSA-2048", rsa, "rsa-sha256", "simple", 4096);
    measure_body("Ed25519", ed25519, "ed25519-sha256", "relaxed", 4096);
    for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++) {
        measure_body("RSA-2048", rsa, "rsa-sha256", "relaxed", lengths[i]);
        measure_body("RSA-2048", rsa, "rsa-sha256", "simple", lengths[i]);
    }
    for (guint count = 1000; count <= 100000; count *= 10)
        measure_header(rsa, count);
    EVP_PKEY_free(rsa);
    EVP_PKEY_free(ed25519);
    return 0;
}
