/* The text that grows out of HTML: blanks run together, lines break where they are asked to. */
#pragma once

#include "base/unseen.h"

typedef struct {
    GString *text;
    gsize max;
    Unseen unseen;
    guint breaks; /* owed before the next word: 1 ends the line, 2 leaves an empty one */
    guint blanks; /* owed before the next word, where blanks count */
    char blank;   /* owed before the next word, '\0' if none */
    guint quotes; /* open quotations: lines begin with "> " */
    guint indent; /* and then so many blanks */
    guint lines;  /* begun so far */
    gsize mark;   /* nothing breaks the line here: a list's mark or a cell just began; 0 if none */
    bool cut;
} HtmlOut;

void html_out_break(HtmlOut *out, guint breaks); /* at least so many are owed */
void html_out_line_break(HtmlOut *out);          /* one more, at most 2 */
void html_out_blank(HtmlOut *out, char blank);   /* ' ' or '\t' */
void html_out_kept_blank(HtmlOut *out);          /* one more */
void html_out_char(HtmlOut *out, gunichar c);    /* no blank */
/* The same for words of visible ASCII with one space between them. */
void html_out_ascii(HtmlOut *out, const char *text, gsize length);
void html_out_words(HtmlOut *out, const char *text); /* blanks in it run together */
void html_out_limit_breaks(HtmlOut *out, guint most);
void html_out_hold_line(HtmlOut *out); /* what opens here breaks no line before its first word */
void html_out_release_line(HtmlOut *out);
