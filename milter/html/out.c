/* Whitespace of the text that is made of HTML.  Blanks and line breaks are owed until a word
 * follows, so no line ends in blanks, no text begins or ends in empty lines, and any number of
 * empty elements makes one empty line at most.  What nobody sees never gets in. */
#include "html/out.h"

#include <string.h>

#define QUOTES_SHOWN  8
#define INDENT_SHOWN  16
#define BLANKS_SHOWN  80
#define CHARACTER_MAX 6

void html_out_hold_line(HtmlOut *out)
{
    out->mark = out->text->len;
}

void html_out_release_line(HtmlOut *out)
{
    out->mark = 0;
}

static bool is_held(const HtmlOut *out)
{
    return out->mark > 0 && out->mark == out->text->len;
}

/* A break is no part of a word, whether it will be seen or not. */
static void end_word(HtmlOut *out)
{
    unseen_drops(&out->unseen, ' ');
    out->blanks = 0;
}

void html_out_break(HtmlOut *out, guint breaks)
{
    if (is_held(out))
        return;
    end_word(out);
    out->breaks = MAX(out->breaks, breaks);
}

void html_out_line_break(HtmlOut *out)
{
    end_word(out);
    out->breaks = MIN(out->breaks + 1, 2);
}

void html_out_limit_breaks(HtmlOut *out, guint most)
{
    out->breaks = MIN(out->breaks, most);
}

void html_out_blank(HtmlOut *out, char blank)
{
    unseen_drops(&out->unseen, ' ');
    if (out->blank != '\t')
        out->blank = blank;
}

void html_out_kept_blank(HtmlOut *out)
{
    unseen_drops(&out->unseen, ' ');
    out->blanks = MIN(out->blanks + 1, BLANKS_SHOWN);
}

static void append_blanks(HtmlOut *out, guint count)
{
    for (guint i = 0; i < count; i++)
        g_string_append_c(out->text, ' ');
}

static void begin_line(HtmlOut *out)
{
    if (out->text->len > 0)
        g_string_append(out->text, out->breaks > 1 ? "\n\n" : "\n");
    for (guint i = 0; i < MIN(out->quotes, QUOTES_SHOWN); i++)
        g_string_append(out->text, "> ");
    append_blanks(out, MIN(out->indent, INDENT_SHOWN));
    out->lines++;
}

static void pay_debts(HtmlOut *out)
{
    if (out->breaks > 0 || out->text->len == 0)
        begin_line(out);
    else if (out->blank != '\0' && out->blanks == 0)
        g_string_append_c(out->text, out->blank);
    append_blanks(out, out->blanks);
    out->breaks = 0;
    out->blanks = 0;
    out->blank = '\0';
    out->mark = 0;
}

/* So many bytes at most go before the next word. */
static gsize owed(const HtmlOut *out)
{
    return 2 + 2 * MIN(out->quotes, QUOTES_SHOWN) + MIN(out->indent, INDENT_SHOWN) + out->blanks;
}

/* How many bytes fit behind what is owed. */
static gsize room(const HtmlOut *out)
{
    return out->max - MIN(out->max, owed(out) + out->text->len);
}

void html_out_char(HtmlOut *out, gunichar c)
{
    if (unseen_drops(&out->unseen, c))
        return;
    if (room(out) < CHARACTER_MAX) {
        out->cut = true;
        return;
    }
    pay_debts(out);
    g_string_append_unichar(out->text, c);
}

static void append_word(HtmlOut *out, const char *word, gsize length)
{
    gsize fits = MIN(length, room(out));

    out->cut |= fits < length;
    if (fits == 0)
        return;
    unseen_drops(&out->unseen, (guchar)word[fits - 1]);
    pay_debts(out);
    g_string_append_len(out->text, word, (gssize)fits);
}

/* All at once, unless a word of it may have to be cut. */
void html_out_ascii(HtmlOut *out, const char *text, gsize length)
{
    const char *end = text + length, *blank;

    while (length + owed(out) > room(out) && (blank = memchr(text, ' ', length))) {
        append_word(out, text, (gsize)(blank - text));
        if (out->cut)
            return;
        html_out_blank(out, ' ');
        text = blank + 1;
        length = (gsize)(end - text);
    }
    if (memchr(text, ' ', length))
        unseen_drops(&out->unseen, ' ');
    append_word(out, text, length);
}

void html_out_words(HtmlOut *out, const char *text)
{
    for (const char *at = text; *at;) {
        const char *run = at;

        while (*at > ' ' && *at < 0x7F)
            at++;
        if (at > run) {
            html_out_ascii(out, run, (gsize)(at - run));
            continue;
        }
        gunichar c = g_utf8_get_char(at);
        if (g_unichar_isspace(c))
            html_out_blank(out, ' ');
        else if (!g_unichar_iscntrl(c))
            html_out_char(out, c);
        at = g_utf8_next_char(at);
    }
}
