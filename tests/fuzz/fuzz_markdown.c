/* Whatever a file is, its passages are valid, bounded, in its order and within its lines, and what
 * they are looked up by is nothing but words. */
#include "knowledge/markdown.h"
#include "knowledge/query.h"
#include "knowledge/terms.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int count_lines(const char *text)
{
    int lines = 1;

    for (; *text; text++)
        lines += *text == '\n' || *text == '\r';
    return lines;
}

static bool holds_control(const char *text)
{
    for (; *text; text++)
        if (((guchar)*text < ' ' && *text != '\n' && *text != '\t') || *text == 0x7F)
            return true;
    return false;
}

/* Words with one blank between them; FTS5's quotes hold them. */
static void check_terms(const char *text)
{
    g_autofree char *terms = terms_of(text);
    g_autoptr(GArray) asked = query_terms(text);

    g_assert(g_utf8_validate(terms, -1, NULL));
    g_assert(!strpbrk(terms, "\"'*^:+-(){}\n\t") && !strstr(terms, "  "));
    g_assert(*terms != ' ' && !g_str_has_suffix(terms, " "));
    g_assert(asked->len <= QUERY_TERMS_MAX);
    for (guint i = 0; i < asked->len; i++)
        g_array_index(asked, QueryTerm, i).passages = i;
    g_free(query_expression(asked, QUERY_TERMS_MAX));
}

static void check_passage(const MarkdownPassage *passage, int after, int lines)
{
    g_assert(passage->line >= after && passage->line <= lines);
    g_assert(*passage->text && strlen(passage->text) <= MARKDOWN_PASSAGE_BOUND);
    g_assert(strlen(passage->trail) <= (MARKDOWN_LEVELS + 1) * (MARKDOWN_HEADING_MAX + 3));
    g_assert(g_utf8_validate(passage->text, -1, NULL) && !holds_control(passage->text));
    g_assert(g_utf8_validate(passage->trail, -1, NULL) && !strchr(passage->trail, '\n'));
    check_terms(passage->text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(Diags) diags = diags_new();
    g_autofree char *text = g_strndup((const char *)data, size);
    g_autoptr(MarkdownFile) file =
        markdown_read("a.md", (const char *)data ? (const char *)data : "", size, diags);
    int line = 1;

    g_assert((file == NULL) == !g_utf8_validate_len((const char *)data, size, NULL));
    if (!file)
        return 0;
    g_assert(file->mailboxes->len <= MARKDOWN_LIST_MAX);
    for (guint i = 0; i < file->passages->len; i++) {
        const MarkdownPassage *passage = file->passages->pdata[i];

        check_passage(passage, line, count_lines(text));
        line = passage->line;
    }
    return 0;
}
