/* A Markdown file as passages.  Pure. */
#pragma once

#include "base/diag.h"

/* Bytes of a passage: shorter ones are joined to their neighbours in the same section, longer ones
 * are cut; none is longer than the bound. */
#define MARKDOWN_PASSAGE_MIN   150
#define MARKDOWN_PASSAGE_MAX   1200
#define MARKDOWN_PASSAGE_BOUND (MARKDOWN_PASSAGE_MAX + 2 * (MARKDOWN_PASSAGE_MIN + 2))

#define MARKDOWN_HEADING_MAX 200 /* bytes of a heading, a title, a tag */
#define MARKDOWN_LEVELS      6
#define MARKDOWN_LIST_MAX    50 /* tags, and mailboxes, of a file */

typedef struct {
    char *trail; /* "Billing > Refunds": title and headings above it; "" if there are none */
    char *text;  /* paragraphs with an empty line between them */
    int line;    /* where it begins, from 1 */
} MarkdownPassage;

typedef struct {
    char *title;          /* of the front matter; "" without one */
    GPtrArray *tags;      /* char* */
    GPtrArray *mailboxes; /* char*: those it is for; none: all */
    int mailboxes_line;
    GPtrArray *passages; /* MarkdownPassage* */
} MarkdownFile;

/* Reads text[0..length); `name` is the file's in diagnostics.  NULL if it isn't UTF-8, which is
 * said. */
MarkdownFile *markdown_read(const char *name, const char *text, gsize length, Diags *diags);
void markdown_file_free(MarkdownFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MarkdownFile, markdown_file_free)
