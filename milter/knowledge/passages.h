/* Paragraphs, joined and cut into passages. */
#pragma once

#include "knowledge/markdown.h"

typedef struct {
    MarkdownFile *file;
    char *headings[MARKDOWN_LEVELS]; /* above what is added, NULL where there is none */
    guint section;                   /* the number of this section's first passage */
    GString *joined;                 /* paragraphs that belong together, and where they begin */
    int line;
} Passages;

void passages_begin(Passages *passages, MarkdownFile *file);
/* A heading of level 1 to 6 begins a section. */
void passages_heading(Passages *passages, int level, const char *heading);
/* A paragraph of the section, which begins at `line`. */
void passages_add(Passages *passages, const char *text, int line);
/* The file ends. */
void passages_end(Passages *passages);
