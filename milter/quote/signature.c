/* Where the signature of some lines begins: at a delimiter, at the ruler of a list's footer, at a
 * closing with a card, or at lines about the device that sent the mail.
 *
 * What a person wrote last must not be taken for one; see card.c and device.c for what
 * that takes.  Pure; any thread. */
#include "quote/quote.h"

#include <string.h>

#define FOOTER_RULER_MIN 10
#define RULER_MIN        3

/* RFC 3676 4.3 */
static bool is_delimiter(const QuoteLine *line)
{
    return line->length == 3 && memcmp(line->at, "-- ", 3) == 0;
}

/* A delimiter that lost its space or became one long dash, or the ruler above a list's footer. */
static bool may_be_delimiter(const QuoteLine *line)
{
    static const char *const dashes[] = { "--", "—", "–", "–-", "-- ", "— " };

    for (gsize i = 0; i < G_N_ELEMENTS(dashes); i++)
        if (strlen(dashes[i]) == line->length && memcmp(line->at, dashes[i], line->length) == 0)
            return true;
    return quote_is_ruler(line, "_", FOOTER_RULER_MIN);
}

/* A ruler of any length right above the sender's name. */
static bool rules_off_sender(const QuoteText *text, gsize at, gsize to)
{
    gsize below = at + 1;

    if (!quote_is_ruler(&text->lines[at], "-_=*~", RULER_MIN))
        return false;
    while (below < to && text->lines[below].kind == LINE_BLANK)
        below++;
    return below < to && quote_is_sender(text, &text->lines[below]);
}

/* Where a delimiter begins the signature of [from, to); `to` if none does. */
static gsize delimited_signature(const QuoteText *text, gsize from, gsize to)
{
    gsize below = 0; /* lines with text */
    gsize begin = to;

    for (gsize i = to; i > from; i--) {
        const QuoteLine *line = &text->lines[i - 1];

        if (is_delimiter(line) || (below <= QUOTE_SIGNATURE_LINES &&
                                   (may_be_delimiter(line) || rules_off_sender(text, i - 1, to))))
            begin = i - 1;
        below += line->kind != LINE_BLANK;
    }
    return begin;
}

gsize quote_signature(const QuoteText *text, gsize from, gsize to)
{
    gsize delimited = delimited_signature(text, from, to);
    gsize devices = quote_devices(text, from, delimited);

    return quote_card(text, from, devices);
}
