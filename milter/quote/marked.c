/* Signatures that the HTML of a mail marks, found again in its text line by line.
 *
 * The text may be that of the HTML or of the plain part beside it, so lines are compared by their
 * words and blank lines are skipped.  Some people type inside the marked element: one that asks a
 * question, or is longer than signatures are, is left with the text.  Linear in the text, with a
 * bounded look below each line.  Pure; any thread. */
#include "quote/quote.h"

#include <string.h>

#define LINES_MAX (2 * QUOTE_SIGNATURE_LINES)
/* Comparisons for each line of the text, all signatures together. */
#define TRIES_EACH 6

/* Folded, without what plain text writes around words ("*bold*", "<https://…>"). */
static char *bare_words(const char *line, gsize length)
{
    g_autoptr(GString) folded = g_string_new(NULL);
    GString *words = g_string_new(NULL);
    bool link = false;

    quote_fold(folded, line, length);
    for (const char *at = folded->str; *at; at = g_utf8_next_char(at)) {
        link = (link && *at != '>') || *at == '<';
        if (!link && g_unichar_isalnum(g_utf8_get_char(at)))
            g_string_append_unichar(words, g_utf8_get_char(at));
    }
    return g_string_free(words, FALSE);
}

static bool asks(const char *line, gsize length)
{
    while (length > 0 && g_ascii_isspace(line[length - 1]))
        length--;
    return length > 0 && line[length - 1] == '?';
}

/* The words of each line that has some; NULL if it is no signature. */
static GPtrArray *words_read(const char *signature)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

    while (*signature) {
        gsize length = strcspn(signature, "\n");
        char *words = length <= QUOTE_MARKER_MAX ? bare_words(signature, length) : NULL;

        if (!words || asks(signature, length) || lines->len == LINES_MAX) {
            g_free(words);
            return NULL;
        }
        if (*words)
            g_ptr_array_add(lines, words);
        else
            g_free(words);
        signature += length + (signature[length] == '\n');
    }
    return lines->len > 0 ? g_steal_pointer(&lines) : NULL;
}

static bool has_words(const QuoteLine *line, const char *words)
{
    if (line->kind != LINE_TEXT || line->length > QUOTE_MARKER_MAX)
        return false;
    g_autofree char *own = bare_words(line->at, line->length);
    return g_str_equal(own, words);
}

/* The line after the signature that begins at `at`; `at` if none does. */
static gsize end_of(const QuoteText *text, gsize at, const GPtrArray *signature, gsize *tries)
{
    gsize line = at;

    for (guint i = 0; i < signature->len; i++, line++) {
        while (line < text->count && text->lines[line].kind == LINE_BLANK)
            line++;
        if (line == text->count || *tries == 0)
            return at;
        *tries -= 1;
        if (!has_words(&text->lines[line], signature->pdata[i]))
            return at;
    }
    return line;
}

static void mark(QuoteText *text, const GPtrArray *signature, gsize *tries)
{
    for (gsize i = 0, end; i < text->count; i = MAX(end, i + 1)) {
        end = text->lines[i].kind == LINE_TEXT ? end_of(text, i, signature, tries) : i;
        for (gsize line = i; line < end; line++)
            text->lines[line].signature = text->lines[line].kind == LINE_TEXT;
    }
}

void quote_mark_signatures(QuoteText *text, const QuoteMail *mail)
{
    gsize tries = TRIES_EACH * text->count;

    for (gsize i = 0; mail && i < mail->signature_count; i++) {
        g_autoptr(GPtrArray) signature = words_read(mail->signatures[i]);

        if (signature)
            mark(text, signature, &tries);
    }
}
