/* Any bytes become a Message whose every word is valid UTF-8 and within the limits, and an object
 * that prints. */
#include "mail/address.h"
#include "mail/message.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const MailLimits limits = {
    .max_header_bytes = 16 * 1024,
    .max_parts = 50,
    .max_depth = 5,
    .max_text_bytes = 8 * 1024,
    .max_work = 256 * 1024,
};

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    message_init();
    return 0;
}

static void check_text(const char *text, gsize max)
{
    g_assert_nonnull(text);
    g_assert_true(g_utf8_validate(text, -1, NULL));
    g_assert_cmpuint(strlen(text), <=, max);
}

static void check_address(const MailAddress *address)
{
    g_autofree char *again = address_fold(address->address);

    check_text(address->address, ADDRESS_MAX);
    check_text(address->name, NAME_MAX_BYTES);
    g_assert_cmpstr(again, ==, address->address);
}

static void check_attachment(const Attachment *attachment)
{
    check_text(attachment->name, 256);
    check_text(attachment->claimed_type, 128);
    check_text(attachment->text, 4096);
    g_assert_null(strchr(attachment->name, '\n'));
    g_assert_cmpuint(strlen(attachment->sha256), ==, 64);
}

static void check_strings(const cJSON *value)
{
    if (cJSON_IsString(value))
        g_assert_true(g_utf8_validate(value->valuestring, -1, NULL));
    for (const cJSON *child = value->child; child; child = child->next)
        check_strings(child);
}

static void check_message(const Message *message)
{
    check_address(message->from);
    check_address(message->person);
    for (guint i = 0; i < message->to->len; i++)
        check_address(g_ptr_array_index(message->to, i));
    check_text(message->subject, 998);
    check_text(message->message_id, 512);
    check_text(message->text, (gsize)limits.max_text_bytes);
    g_assert_cmpuint(message->references->len, <=, 100);
    g_assert_cmpuint(message->suspicious->len, <=, 20);
    g_assert_cmpint(message->attachments->len, <=, limits.max_parts + 1);
    for (guint i = 0; i < message->attachments->len; i++)
        check_attachment(g_ptr_array_index(message->attachments, i));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char server[] = "mx.example.com";
    static char *trusted[] = { server, NULL };
    MailTrust trust = { .authserv_ids = trusted };
    g_autoptr(Message) message =
        message_read((const char *)data, size, size % 2 ? NULL : "a@example.com", &limits, &trust);
    cJSON *object = message_to_json(message);
    char *printed = cJSON_PrintUnformatted(object);

    check_message(message);
    check_strings(object);
    g_assert_nonnull(printed);
    cJSON_free(printed);
    cJSON_Delete(object);
    return 0;
}
