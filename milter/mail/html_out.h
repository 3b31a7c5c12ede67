/* The text that grows out of HTML: blanks run together, lines break where they are asked to. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct {
    GString *text;
    gsize max;
    guint breaks; /* owed before the next word: 1 ends the line, 2 leaves an empty one */
    char blank;   /* owed before the next word, '\0' if none */
    guint quotes; /* open quotations: lines begin with "> " */
    bool cut;
} HtmlOut;

void html_out_break(HtmlOut *out, guint breaks);     /* at least so many are owed */
void html_out_line_break(HtmlOut *out);              /* one more, at most 2 */
void html_out_blank(HtmlOut *out, char blank);       /* ' ' or '\t' */
void html_out_char(HtmlOut *out, gunichar c);        /* no blank */
void html_out_words(HtmlOut *out, const char *text); /* blanks in it run together */
