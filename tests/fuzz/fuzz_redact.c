/* Any text, any kinds (the first byte says which): nothing of a kind is left in what comes out, it
 * is valid, no longer than it may be, and but for secrets the way back leads to the same text. */
#include "base/text.h"
#include "prompt/redact.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static Redaction *redaction_of(unsigned bits)
{
    const char *kinds[8] = { NULL };
    guint count = 0;

    for (guint i = 0; redact_kind_names[i]; i++)
        if (bits & 1U << i)
            kinds[count++] = redact_kind_names[i];
    return redaction_new(kinds);
}

static void check_nothing_is_left(unsigned bits, const char *text)
{
    g_autoptr(Redaction) again = redaction_of(bits);

    g_free(redaction_apply(again, text));
    for (guint i = 0; redact_kind_names[i]; i++)
        g_assert(redaction_count(again, redact_kind_names[i]) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned bits = size > 0 ? data[0] : 0;
    g_autofree char *text =
        text_clean((const char *)data + MIN(size, 1), (gssize)size - (size > 0), G_MAXSIZE, NULL);
    g_autoptr(Redaction) redaction = redaction_of(bits);
    g_autofree char *redacted = redaction_apply(redaction, text);
    g_autofree char *restored = redaction_restore(redaction, redacted);

    g_assert(g_utf8_validate(redacted, -1, NULL));
    g_assert(strlen(redacted) <= 4 * strlen(text));
    if (redaction_count(redaction, "secrets") == 0)
        g_assert(strcmp(restored, text) == 0);
    check_nothing_is_left(bits, redacted);
    return 0;
}
