/* The words of a piece of text, its character references resolved.  Runs of plain ASCII, which most
 * of it is, go as they are.  Pure; any thread. */
#include "html/words.h"

#include "html/entity.h"

#define TAB_BLANKS 4

static bool is_plain(char c)
{
    return c > ' ' && c < 0x7F && c != '&';
}

static gunichar next_char(const char **at, const char *end, bool literal)
{
    gsize used;
    gunichar c = **at == '&' && !literal ? html_entity(*at, end, &used) : 0;

    if (c == 0) {
        c = g_utf8_get_char_validated(*at, end - *at);
        used = c >= (gunichar)-2 ? 1 : (gsize)(g_utf8_next_char(*at) - *at);
    }
    *at += used;
    return c;
}

static void write_blank(HtmlOut *out, gunichar c, bool pre)
{
    if (!pre) {
        html_out_blank(out, ' ');
    } else if (c == '\n') {
        html_out_line_break(out);
    } else if (c != '\r') {
        for (int i = 0; i < (c == '\t' ? TAB_BLANKS : 1); i++)
            html_out_kept_blank(out);
    }
}

/* Words of plain ASCII with one space between them; one word where blanks count. */
static gsize plain_run(const char *begin, const char *end, bool pre)
{
    const char *at = begin;

    while (at < end && (is_plain(*at) || (*at == ' ' && !pre && at > begin && at[-1] != ' ')))
        at++;
    return (gsize)(at - begin) - (at > begin && at[-1] == ' ');
}

void html_words_write(HtmlOut *out, const HtmlToken *token, bool pre)
{
    const char *end = token->text.at + token->text.length;

    for (const char *at = token->text.at; at < end && !out->cut;) {
        gsize run = plain_run(at, end, pre);

        if (run > 0) {
            html_out_ascii(out, at, run);
            at += run;
            continue;
        }
        gunichar c = next_char(&at, end, token->literal);
        if (c == ' ' || g_unichar_isspace(c))
            write_blank(out, c, pre);
        else if (c < (gunichar)-2 && !g_unichar_iscntrl(c))
            html_out_char(out, c);
    }
}

bool html_words_any(const HtmlToken *token)
{
    const char *end = token->text.at + token->text.length;

    for (const char *at = token->text.at; at < end;)
        if (g_unichar_isalnum(next_char(&at, end, token->literal)))
            return true;
    return false;
}
