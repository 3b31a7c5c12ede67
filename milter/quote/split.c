/* Parts the text of a mail into what its sender wrote now, what is quoted, the signature, and what
 * lawyers and gateways added.
 *
 * One walk over the lines finds where older mail begins; what stands before it is read as a
 * sequence of the sender's text and of quotations with ">".  A quotation belongs to the new text if
 * an answer stands under it and the sender picked it by hand: there are several such, it goes on
 * below the answer, or no attribution leads it.  A whole mail quoted above the answer, or below it,
 * does not.  Under- and over-cutting are not equal: what is cut wrongly can't be triaged, so every
 * cut needs two signs, and when nothing would be left the whole text counts as new, unless the mail
 * answers another: what it quotes is then the other's.
 *
 * Linear in the text: no regular expressions, a bounded look around each line.  Pure; any thread.
 */
#include "quote/split.h"

#include "quote/quote.h"

#include <string.h>

#define RULER_MIN 3

static gsize skip_blank(const QuoteText *text, gsize at)
{
    while (at < text->count && text->lines[at].kind == LINE_BLANK)
        at++;
    return at;
}

/* The rulers and blank lines directly above belong to what begins here. */
static gsize above_rulers(const QuoteText *text, gsize at)
{
    while (at > 0 && (text->lines[at - 1].kind == LINE_BLANK ||
                      quote_is_ruler(&text->lines[at - 1], "-_=*", RULER_MIN)))
        at--;
    return at;
}

/* Marks the attribution that ends at this line, if any; true if what it announces is not marked
 * with ">", so that the rest is quoted.  `*begin` is then its first line. */
static bool opens_unmarked_quote(QuoteText *text, gsize at, gsize next, gsize *begin)
{
    bool marked = next < text->count && text->lines[next].kind == LINE_QUOTED;
    gsize lines = quote_attribution_lines(text, at, marked);

    for (gsize i = 0; i < lines; i++)
        text->lines[at - i].kind = LINE_ATTRIBUTION;
    *begin = at + 1 - lines;
    return lines > 0 && !marked;
}

static void find_end(QuoteText *text)
{
    gsize next = 0; /* the first line below that is not blank */

    for (gsize at = 0; at < text->count; at++) {
        gsize begin = at;

        next = MAX(next, skip_blank(text, MAX(next, at + 1)));
        if (text->lines[at].kind != LINE_TEXT)
            continue;
        if (quote_begins_original(text, at) || opens_unmarked_quote(text, at, next, &begin)) {
            text->end = above_rulers(text, begin);
            return;
        }
    }
}

static bool has_text(const QuoteText *text, gsize from, gsize to)
{
    for (gsize i = from; i < to; i++)
        if (text->lines[i].kind != LINE_BLANK && !text->lines[i].signature)
            return true;
    return false;
}

static void assign(QuoteText *text, gsize from, gsize to, LinePart part)
{
    for (gsize i = from; i < to; i++)
        text->lines[i].part = part;
}

/* Gives signature and disclaimer away; true if any of the sender's words remain. */
static bool sign(QuoteText *text, gsize from, gsize to)
{
    gsize devices = quote_devices(text, from, to);
    gsize disclaimer = quote_disclaimer(text, from, devices);
    gsize signature = quote_signature(text, from, disclaimer);

    assign(text, devices, to, PART_SIGNATURE);
    assign(text, disclaimer, devices, PART_DISCLAIMER);
    assign(text, signature, disclaimer, PART_SIGNATURE);
    return has_text(text, from, signature);
}

typedef struct {
    gsize from, to;
    bool attributed, answered;
} Quotation;

static bool is_quotation(LineKind kind)
{
    return kind == LINE_QUOTED || kind == LINE_ATTRIBUTION;
}

/* The quotation that begins at this line, up to the next words of the sender. */
static Quotation quotation_read(const QuoteText *text, gsize at)
{
    Quotation quotation = { .from = at, .to = at };

    for (; at < text->end; at++) {
        LineKind kind = text->lines[at].kind;

        if (kind == LINE_TEXT)
            break;
        if (is_quotation(kind))
            quotation.to = at + 1;
        if (kind == LINE_ATTRIBUTION)
            quotation.attributed = true;
    }
    return quotation;
}

static gsize text_end(const QuoteText *text, gsize at)
{
    while (at < text->end && !is_quotation(text->lines[at].kind))
        at++;
    return at;
}

/* Walks text and quotations in turn. */
static GArray *quotations_read(QuoteText *text)
{
    GArray *quotations = g_array_new(FALSE, FALSE, sizeof(Quotation));
    gsize banner = quote_banner(text, 0, text->end);
    gsize at = text_end(text, banner);

    assign(text, 0, banner, PART_DISCLAIMER);
    sign(text, banner, at);
    while (at < text->end) {
        Quotation quotation = quotation_read(text, at);

        at = text_end(text, quotation.to);
        quotation.answered = sign(text, quotation.to, at);
        g_array_append_val(quotations, quotation);
    }
    return quotations;
}

static void place_quotations(QuoteText *text)
{
    g_autoptr(GArray) quotations = quotations_read(text);
    gsize answered = 0;

    for (guint i = 0; i < quotations->len; i++)
        answered += g_array_index(quotations, Quotation, i).answered;
    for (guint i = 0; i < quotations->len; i++) {
        const Quotation *quotation = &g_array_index(quotations, Quotation, i);
        bool goes_on = i + 1 < quotations->len && !quotation[1].attributed;
        bool picked = quotation->answered && (answered > 1 || goes_on || !quotation->attributed);

        assign(text, quotation->from, quotation->to, picked ? PART_REPLY : PART_QUOTED);
    }
}

static char *strip(char *part)
{
    const char *begin = part;
    const char *end = part + strlen(part);

    while (*begin && g_unichar_isspace(g_utf8_get_char(begin)))
        begin = g_utf8_next_char(begin);
    while (end > begin && g_unichar_isspace(g_utf8_get_char(g_utf8_prev_char(end))))
        end = g_utf8_prev_char(end);
    memmove(part, begin, (gsize)(end - begin));
    part[end - begin] = '\0';
    return part;
}

/* The lines of one part; a blank line stands for what lay between. */
static char *collect(const QuoteText *text, LinePart part)
{
    GString *lines = g_string_new(NULL);
    gsize next = 0;

    for (gsize i = 0; i < text->count; i++) {
        bool joins = i == next;

        if (text->lines[i].part != part || (!joins && text->lines[i].kind == LINE_BLANK))
            continue;
        if (!joins && lines->len > 0) {
            while (lines->len > 0 && lines->str[lines->len - 1] == '\n')
                g_string_truncate(lines, lines->len - 1);
            g_string_append(lines, "\n\n");
        }
        if (text->lines[i].kind != LINE_BLANK)
            g_string_append_len(lines, text->lines[i].at, (gssize)text->lines[i].length);
        g_string_append_c(lines, '\n');
        next = i + 1;
    }
    return strip(g_string_free(lines, FALSE));
}

static bool has_part(const QuoteText *text, LinePart part)
{
    for (gsize i = 0; i < text->count; i++)
        if (text->lines[i].part == part && text->lines[i].kind != LINE_BLANK)
            return true;
    return false;
}

/* What HTML marks as the signature is one in new text, unless nothing else is new. */
static void place_signatures(QuoteText *text)
{
    bool more = false;

    for (gsize i = 0; i < text->count; i++)
        more |= text->lines[i].part == PART_REPLY && text->lines[i].kind != LINE_BLANK &&
                !text->lines[i].signature;
    for (gsize i = 0; more && i < text->count; i++)
        if (text->lines[i].signature && text->lines[i].part == PART_REPLY)
            text->lines[i].part = PART_SIGNATURE;
}

void quote_split(const char *text, const QuoteMail *mail, char **reply, char **quoted,
                 char **signature, char **disclaimer)
{
    QuoteText read;

    quote_text_read(&read, text, mail);
    find_end(&read);
    assign(&read, read.end, read.count, PART_QUOTED);
    place_quotations(&read);
    place_signatures(&read);
    *reply = collect(&read, PART_REPLY);
    /* An answer of which only the quotation is left says nothing of its own. */
    if (!**reply && !(mail && mail->answers && has_part(&read, PART_QUOTED))) {
        g_free(*reply);
        assign(&read, 0, read.count, PART_REPLY);
        *reply = collect(&read, PART_REPLY);
    }
    *quoted = collect(&read, PART_QUOTED);
    *signature = collect(&read, PART_SIGNATURE);
    *disclaimer = collect(&read, PART_DISCLAIMER);
    quote_text_clear(&read);
}
