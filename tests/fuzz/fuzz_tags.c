/* Tag lists and key records of any bytes: tags lie within their list, one after the other, and have
 * different names; no record makes a valid signature of one that was made with another key. */
#include "auth/key.h"
#include "auth/tag_list.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_tag(const TagList *list, gsize i, const char *text, gsize size)
{
    const Tag *tag = &list->tags[i];
    g_autofree char *value = tag_text(tag);
    g_autofree char *compact = tag_compact(tag);
    g_autoptr(GBytes) bytes = tag_bytes(tag);

    g_assert(tag->name_length > 0 && tag->name >= text &&
             tag->name + tag->name_length < text + size);
    g_assert(tag->after_equals > tag->name && tag->end >= tag->after_equals);
    g_assert(tag->value >= tag->after_equals && tag->value + tag->length <= tag->end);
    g_assert(tag->end <= text + size && (i == 0 || list->tags[i - 1].end < tag->name));
    g_assert(strlen(value) == tag->length && strlen(compact) <= tag->length);
    g_assert(!bytes ||
             (g_bytes_get_size(bytes) > 0 && g_bytes_get_size(bytes) <= strlen(compact) / 4 * 3));
    for (gsize k = 0; k < i; k++)
        g_assert(list->tags[k].name_length != tag->name_length ||
                 memcmp(list->tags[k].name, tag->name, tag->name_length) != 0);
}

static void check_list(const char *text, gsize size)
{
    TagList list;

    if (!tag_list_parse(&list, text, size))
        return;
    g_assert(list.count > 0 && list.count <= TAGS_MAX);
    for (gsize i = 0; i < list.count; i++)
        check_tag(&list, i, text, size);
}

static void check_record(GBytes *const *records, gsize count, const char *algorithm)
{
    static const guchar zeros[256] = { 0 };
    DkimAnswer answer = { DKIM_ANSWER_FOUND, records, count };
    Key key;
    DkimReason reason = key_read(&key, &answer, key_algorithm(algorithm));

    g_assert(reason < DKIM_REASON_COUNT);
    if (reason == DKIM_REASON_VALID) {
        g_autoptr(GBytes) signature =
            g_bytes_new_static(zeros, key.bits == 256 ? 64 : key.bits / 8);
        Digest *digest = digest_new();

        g_assert(key.bits == 256 || (key.bits >= KEY_BITS_MIN && key.bits <= KEY_BITS_MAX));
        digest_add(digest, "text", 4);
        key_verifies(&key, digest, signature);
    }
    key_clear(&key);
}

/* The bytes as one record, and halved as two. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    g_autoptr(GBytes) whole = g_bytes_new(data, size);
    g_autoptr(GBytes) first = g_bytes_new(data, size / 2);
    g_autoptr(GBytes) second = g_bytes_new(data + size / 2, size - size / 2);
    GBytes *halves[] = { first, second };

    check_list(text, size);
    check_record(&whole, 1, "rsa-sha256");
    check_record(&whole, 1, "ed25519-sha256");
    check_record(halves, 2, "rsa-sha256");
    return 0;
}
