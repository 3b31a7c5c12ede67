/* The block of settings on top of a Markdown file. */
#pragma once

#include "knowledge/markdown.h"

/* Takes title, tags and mailboxes out of the front matter, if there is one, and returns what stands
 * behind it; *line becomes that text's line number. */
const char *front_read(const char *text, MarkdownFile *file, int *line);
