/* Lines that a program broke become paragraphs again: a line that ends in a blank goes on in the
 * next one of the same depth of quotation (RFC 3676 4).  Linear.  Pure; any thread. */
#include "mail/flowed.h"

#include <string.h>

typedef struct {
    gsize depth; /* of quotation */
    const char *words;
    gsize length; /* of the words */
    bool flows;   /* into the next line */
} Line;

static Line read_line(const char *text, gsize length, bool delsp)
{
    Line line = { .words = text };

    while (line.depth < length && text[line.depth] == '>')
        line.depth++;
    line.words += line.depth;
    line.length = length - line.depth;
    if (line.length > 0 && *line.words == ' ') {
        line.words++;
        line.length--;
    }
    line.flows = line.length > 0 && line.words[line.length - 1] == ' ' &&
                 !(line.length == 3 && memcmp(line.words, "-- ", 3) == 0);
    line.length -= line.flows && delsp;
    return line;
}

static void begin(GString *out, const Line *line)
{
    for (gsize i = 0; i < line->depth; i++)
        g_string_append_c(out, '>');
    if (line->depth > 0 && line->length > 0)
        g_string_append_c(out, ' ');
}

char *flowed_text(const char *text, bool delsp)
{
    GString *out = g_string_sized_new(strlen(text));
    Line before = { 0 };

    while (*text) {
        gsize length = strcspn(text, "\n");
        Line line = read_line(text, length, delsp);
        bool signature = line.length == 3 && memcmp(line.words, "-- ", 3) == 0;
        bool joins = before.flows && before.depth == line.depth && !signature;

        if (before.flows && !joins)
            g_string_append_c(out, '\n');
        if (!joins)
            begin(out, &line);
        g_string_append_len(out, line.words, (gssize)line.length);
        text += length;
        if (!line.flows && *text)
            g_string_append_c(out, '\n');
        text += *text != '\0';
        before = line;
    }
    if (before.flows)
        g_string_append_c(out, '\n');
    return g_string_free(out, FALSE);
}
