/* Whatever a text is, its four parts are valid, hold nothing that was not in it, and are no longer
 * than it; something new remains of every text that says anything. */
#include "quote/split.h"

#include "base/text.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static gsize count_lines(const char *text)
{
    gsize lines = 1;

    for (; *text; text++)
        lines += *text == '\n' || *text == '\r';
    return lines;
}

/* The same bytes in the same order, line ends aside, with others between. */
static bool is_part_of(const char *part, const char *text)
{
    for (; *part; part++) {
        if (*part == '\n')
            continue;
        while (*text && *text != *part)
            text++;
        if (!*text++)
            return false;
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = text_clean((const char *)data, (gssize)size, G_MAXSIZE, NULL);
    g_autofree char *blank = text_line(text, G_MAXSIZE);
    char *parts[4];
    gsize length = 0;

    quote_split(text, NULL, &parts[0], &parts[1], &parts[2], &parts[3]);
    g_assert(*parts[0] || !*blank || strstr(text, "\u1427")); /* a tracker's glyph is blank */
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_assert(g_utf8_validate(parts[i], -1, NULL));
        g_assert(is_part_of(parts[i], text));
        length += strlen(parts[i]);
        g_free(parts[i]);
    }
    g_assert(length <= strlen(text) + 2 * count_lines(text));
    return 0;
}
