/* Whatever HTML is, its text is valid, bounded, free of what nobody sees, and no line of it ends in
 * blanks; and nothing is read differently the second time. */
#include "html/text.h"

#include "base/text.h"

#include <stdint.h>
#include <string.h>

#define LEAST_ROOM 16
#define MOST_ROOM  4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool has_blank_end(const char *text)
{
    for (const char *at = text; *at; at++)
        if ((*at == ' ' || *at == '\t') && (at[1] == '\n' || at[1] == '\0'))
            return true;
    return g_str_has_suffix(text, "\n");
}

static bool has_unseen(const char *text)
{
    g_autofree char *stripped = g_strdup(text);
    Unseen unseen = { 0 };

    unseen_strip(stripped, &unseen);
    return strcmp(stripped, text) != 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *html = text_clean((const char *)data, (gssize)size, G_MAXSIZE, NULL);
    gsize max = LEAST_ROOM + size * 7 % MOST_ROOM;
    HtmlReport report, again;
    g_autofree char *text = html_text(html, strlen(html), max, &report);
    g_autofree char *twice = html_text(html, strlen(html), max, &again);

    g_assert(strlen(text) <= max);
    g_assert(g_utf8_validate(text, -1, NULL));
    g_assert(!has_blank_end(text));
    g_assert(!has_unseen(text));
    g_assert_cmpstr(text, ==, twice);
    g_assert(memcmp(&report, &again, sizeof(bool)) == 0);
    return 0;
}
