/* What verifying costs on one core: one mail of 4 KB with an RSA-2048 or Ed25519 signature whose
 * key is at hand, and bodies of 100 KB to 40 MB in each canonicalization. */
#include "auth/dkim.h"

#include "../unit/auth_sign.h"

#include <stdio.h>
#include <time.h>

#define SECONDS 1.0

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

static void measure(const char *what, EVP_PKEY *key, const char *algorithm, const char *form,
                    gsize length)
{
    g_autofree char *type = g_strndup(algorithm, strcspn(algorithm, "-"));
    g_autofree char *published = sign_public(key);
    g_autofree char *record = g_strdup_printf("v=DKIM1; k=%s; p=%s", type, published);
    const ZoneRow zone[] = { { "s._domainkey.example.org", record }, { NULL, NULL } };
    g_autoptr(ZoneAnswer) found = zone_ask(zone, zone[0].name);
    g_autofree char *text = mail_of(length);
    g_autofree char *tags =
        g_strdup_printf("v=1; a=%s; c=%s/%s; d=example.org; s=s; h=from:to:subject:date:"
                        "message-id:mime-version:content-type; bh=%%h",
                        algorithm, form, form);
    g_autofree char *signed_mail = sign_mail(
        key, text, "DKIM-Signature", tags,
        "from:to:subject:date:message-id:mime-version:content-type", strcmp(form, "relaxed") == 0);
    g_auto(AuthMail) mail = auth_mail_of(signed_mail);
    gsize times = 0;
    double begun = cpu_seconds(), took;

    do {
        verify(&mail, &found->answer);
        times++;
        took = cpu_seconds() - begun;
    } while (took < SECONDS);
    printf("%-10s %-8s %10zu bytes %9.4f ms a mail %8.0f MB/s\n", what, form, length,
           took * 1e3 / (double)times, (double)length * (double)times / took / 1e6);
}

int main(void)
{
    static const gsize lengths[] = { 100 * 1000, 1000 * 1000, 10 * 1000 * 1000, 40 * 1000 * 1000 };
    EVP_PKEY *rsa = EVP_RSA_gen(2048), *ed25519 = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");

    measure("RSA-2048", rsa, "rsa-sha256", "relaxed", 4096);
    measure("RSA-2048", rsa, "rsa-sha256", "simple", 4096);
    measure("Ed25519", ed25519, "ed25519-sha256", "relaxed", 4096);
    for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++) {
        measure("RSA-2048", rsa, "rsa-sha256", "relaxed", lengths[i]);
        measure("RSA-2048", rsa, "rsa-sha256", "simple", lengths[i]);
    }
    EVP_PKEY_free(rsa);
    EVP_PKEY_free(ed25519);
    return 0;
}
