/* Whatever bytes an S/MIME wrapper has: what comes out lies within them, and a mail around them is
 * read, with wrappers inside each other too. */
#include "mail/smime.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    message_init();
    return 0;
}

static void read_mail(const uint8_t *data, size_t size)
{
    static const MailTrust trust = { .authserv_ids = NULL };
    g_autofree char *base64 = g_base64_encode(data, size);
    g_autofree char *mail = g_strdup_printf(
        "From: ann@example.com\nSubject: Pump\nContent-Type: "
        "application/pkcs7-mime; smime-type=signed-data\nContent-Transfer-Encoding: "
        "base64\n\n%s\n",
        base64);
    g_autoptr(Message) message =
        message_read(mail, strlen(mail), NULL, &mail_limits_default, &trust);

    g_assert(g_utf8_validate(message->text, -1, NULL));
    g_assert(strcmp(message->subject, "Pump") == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    GByteArray *inside = smime_content(data, size);

    g_assert(!inside || (inside->len > 0 && inside->len <= size));
    if (inside)
        g_byte_array_unref(inside);
    read_mail(data, size);
    return 0;
}
