/* Whitespace of the text that is made of HTML.  Blanks and line breaks are owed until a word
 * follows, so no line ends in blanks, no text begins or ends in empty lines, and any number of
 * empty elements makes one empty line at most. */
#include "mail/html_out.h"

#include <string.h>

#define QUOTES_SHOWN 8

void html_out_break(HtmlOut *out, guint breaks)
{
    out->breaks = MAX(out->breaks, breaks);
}

void html_out_line_break(HtmlOut *out)
{
    out->breaks = MIN(out->breaks + 1, 2);
}

void html_out_blank(HtmlOut *out, char blank)
{
    if (out->blank != '\t')
        out->blank = blank;
}

static void begin_line(HtmlOut *out)
{
    if (out->text->len > 0)
        g_string_append(out->text, out->breaks > 1 ? "\n\n" : "\n");
    for (guint i = 0; i < MIN(out->quotes, QUOTES_SHOWN); i++)
        g_string_append(out->text, "> ");
}

static void pay_debts(HtmlOut *out)
{
    if (out->breaks > 0 || out->text->len == 0)
        begin_line(out);
    else if (out->blank != '\0')
        g_string_append_c(out->text, out->blank);
    out->breaks = 0;
    out->blank = '\0';
}

void html_out_char(HtmlOut *out, gunichar c)
{
    /* Room for the character, two line ends and the marks of the quotation. */
    if (out->text->len + 6 + 2 + 2 * QUOTES_SHOWN > out->max) {
        out->cut = true;
        return;
    }
    pay_debts(out);
    g_string_append_unichar(out->text, c);
}

void html_out_words(HtmlOut *out, const char *text)
{
    for (const char *at = text; *at; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);

        if (g_unichar_isspace(c))
            html_out_blank(out, ' ');
        else
            html_out_char(out, c);
    }
}
