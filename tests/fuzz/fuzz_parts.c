/* The readers of a mail's header and parts, each with any bytes: what they give is valid UTF-8, and
 * what they point to lies within. */
#include "mail/address_list.h"
#include "mail/armour.h"
#include "mail/charset.h"
#include "mail/flowed.h"
#include "mail/mend.h"
#include "mail/message.h"
#include "mail/params.h"
#include "mail/tnef.h"
#include "mail/uuencode.h"
#include "mail/words.h"

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

static void check(char *text)
{
    g_assert(!text || g_utf8_validate(text, -1, NULL));
    g_free(text);
}

static void read_words(const char *text, gsize size)
{
    (void)size;
    check(words_decode(text, NULL));
    check(words_decode(text, "gb2312"));
}

static void read_parameters(const char *text, gsize size)
{
    (void)size;
    check(param_find(text, "n", NULL));
    check(param_find(text, "name", "iso-2022-jp"));
}

static void read_addresses(const char *text, gsize size)
{
    g_autoptr(GPtrArray) addresses = address_list_read(text, NULL, 100);

    (void)size;
    g_assert(addresses->len <= 100);
    for (guint i = 0; i < addresses->len; i++) {
        const MailAddress *address = g_ptr_array_index(addresses, i);
        g_autofree char *again = address_fold(address->address);

        g_assert(address->address[0] != '\0' && strcmp(again, address->address) == 0);
        check(g_strdup(address->name));
    }
}

static void read_text(const char *text, gsize size)
{
    bool cut;
    Armour found;
    g_autofree char *clean = charset_decode(text, size, NULL, G_MAXSIZE, &cut);
    g_autoptr(GPtrArray) files = NULL;

    check(flowed_text(clean, size % 2));
    check(armour_strip(clean, &found));
    files = uu_take(clean);
    g_assert(files->len <= UU_FILES_MAX);
    check(g_steal_pointer(&clean));
}

static void read_charset(const char *text, gsize size)
{
    static const char *const claims[] = { "shift_jis",   "iso-2022-jp", "gb2312", "utf-16", "big5",
                                          "iso-2022-kr", "koi8-r",      "utf-7",  "euc-jp", NULL };
    const char *claim = claims[size % G_N_ELEMENTS(claims)];
    bool cut;

    check(charset_decode(text, size, claim, 1000, &cut));
}

static void read_tnef(const char *text, gsize size)
{
    static const guint8 start[] = { 0x78, 0x9F, 0x3E, 0x22, 1, 0 };
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    g_autoptr(GArray) files = NULL;

    g_byte_array_append(bytes, start, sizeof start);
    g_byte_array_append(bytes, (const guint8 *)text, (guint)size);
    files = tnef_files(bytes->data, bytes->len);
    g_assert(files->len <= TNEF_FILES_MAX);
    for (guint i = 0; i < files->len; i++) {
        const TnefFile *file = &g_array_index(files, TnefFile, i);

        g_assert(file->bytes >= bytes->data &&
                 file->bytes + file->size <= bytes->data + bytes->len);
        check(g_strdup(file->name));
    }
}

static void mend(const char *text, gsize size)
{
    g_autoptr(GByteArray) mail = g_byte_array_new();

    g_byte_array_append(mail, (const guint8 *)text, (guint)size);
    mend_header(mail);
    mend_parts(mail);
    g_assert(mail->len <= 2 * size + 1);
}

/* The first byte says which. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const readers[])(const char *text, gsize size) = {
        read_words, read_parameters, read_addresses, read_text, read_charset, read_tnef, mend,
    };
    g_autofree char *text = NULL;

    if (size == 0)
        return 0;
    text = g_strndup((const char *)data + 1, size - 1);
    memcpy(text, data + 1, size - 1);
    readers[data[0] % G_N_ELEMENTS(readers)](text, size - 1);
    return 0;
}
