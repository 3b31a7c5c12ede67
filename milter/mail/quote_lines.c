/* The lines of a text as values: what kind each is, and its words in the form that is compared.
 * Pure; any thread. */
#include "mail/quote.h"

#include <string.h>

#define WIDE_COLON  0xFF1A
#define WORDS_CHUNK 4096

static bool is_blank(const char *at, gsize length)
{
    for (gsize i = 0; i < length;) {
        gunichar c = g_utf8_get_char(at + i);

        if (!g_unichar_isspace(c))
            return false;
        i += (gsize)(g_utf8_next_char(at + i) - (at + i));
    }
    return true;
}

/* Does the line leave "<ann@example.com" open, so that a ">" on the next one only closes it? */
static bool leaves_bracket_open(const QuoteLine *line)
{
    if (line->kind != LINE_TEXT || line->length > QUOTE_MARKER_MAX)
        return false;
    const char *open = memrchr(line->at, '<', line->length);
    return open && !memchr(open, '>', line->length - (gsize)(open - line->at));
}

static bool ends_with_colon(const QuoteLine *line)
{
    gsize length = line->length;

    while (length > 0 && g_ascii_isspace(line->at[length - 1]))
        length--;
    return length > 0 && line->at[length - 1] == ':';
}

static LineKind kind_of(const QuoteLine *line, const QuoteLine *before)
{
    gsize indent = 0;

    if (is_blank(line->at, line->length))
        return LINE_BLANK;
    while (indent < 3 && line->at[indent] == ' ')
        indent++;
    if (line->at[indent] != '>')
        return LINE_TEXT;
    return before && leaves_bracket_open(before) && ends_with_colon(line) ? LINE_TEXT : LINE_QUOTED;
}

/* Lower case, blanks as one space, the wide colon as the narrow one: much cheaper than text_fold(),
 * and enough for the words of mail programs. */
static void fold_line(const QuoteLine *line, GString *folded)
{
    const char *end = line->at + line->length;

    g_string_truncate(folded, 0);
    for (const char *at = line->at; at < end; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        bool after_blank = folded->len == 0 || folded->str[folded->len - 1] == ' ';

        if (!g_unichar_isspace(c))
            g_string_append_unichar(folded, c == WIDE_COLON ? ':' : g_unichar_tolower(c));
        else if (!after_blank)
            g_string_append_c(folded, ' ');
    }
    if (g_str_has_suffix(folded->str, " "))
        g_string_truncate(folded, folded->len - 1);
}

/* One more line, of `length` bytes. */
static void add_line(QuoteText *text, const char *at, gsize length, GString *scratch)
{
    QuoteLine line = { .at = at, .length = length, .folded = "" };
    const QuoteLine *before = text->count ? &text->lines[text->count - 1] : NULL;

    line.kind = kind_of(&line, before);
    if (line.kind == LINE_TEXT && length <= QUOTE_MARKER_MAX) {
        fold_line(&line, scratch);
        line.folded = g_string_chunk_insert_len(text->words, scratch->str, (gssize)scratch->len);
    }
    text->lines[text->count++] = line;
}

static gsize count_lines(const char *bytes)
{
    gsize count = 1;

    for (; *bytes; bytes++)
        count += *bytes == '\n' || *bytes == '\r';
    return count;
}

void quote_text_read(QuoteText *text, const char *bytes)
{
    g_autoptr(GString) scratch = g_string_new(NULL);

    text->lines = g_new(QuoteLine, count_lines(bytes));
    text->count = 0;
    text->words = g_string_chunk_new(WORDS_CHUNK);
    while (*bytes) {
        gsize length = strcspn(bytes, "\r\n");

        add_line(text, bytes, length, scratch);
        bytes += length;
        if (*bytes)
            bytes += bytes[0] == '\r' && bytes[1] == '\n' ? 2 : 1;
    }
    text->end = text->count;
}

void quote_text_clear(QuoteText *text)
{
    g_free(text->lines);
    g_string_chunk_free(text->words);
}

bool quote_is_ruler(const QuoteLine *line, const char *characters, gsize least)
{
    g_autofree char *text = g_strndup(line->at, MIN(line->length, QUOTE_MARKER_MAX));

    g_strstrip(text);
    return line->length <= QUOTE_MARKER_MAX && strlen(text) >= least &&
           strspn(text, characters) == strlen(text);
}
