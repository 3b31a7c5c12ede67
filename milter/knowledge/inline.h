/* What stands within a paragraph of Markdown. */
#pragma once

/* `text` with links as "label (url)", those without a scheme and images as their label alone; code
 * between backticks stays as it is.  Caller frees. */
char *inline_plain(const char *text);
