/* A closing, "Best regards", with a business card below it, or the card alone.
 *
 * A customer's last lines may look like one, so it is taken for a card only if every line below the
 * closing is short and no sentence, one tells how to reach its owner, and none names an order, asks
 * or speaks of itself.  Without a closing the card must begin with From's name.  A name alone stays
 * with the text.  Pure; any thread. */
#include "quote/quote.h"

#include "base/text.h"

#include <string.h>

#define CLOSER_WORDS_MAX 8
#define CLOSER_ENDS      " ,.!-"
#define CARD_WORDS_MAX   12
#define CARD_LENGTH_MAX  120
#define CARD_LINES_MAX   12
/* A line that ends with a full stop, "Pumps Ltd.", has at most so many words. */
#define STOPPED_WORDS_MAX  4
#define SENTENCE_WORDS_MIN 4
#define PHONE_DIGITS_MIN   7

/* The language in which a line is "Best regards," and no more; NULL if it is no closing. */
static const QuoteClosing *closing_of(const QuoteLine *line)
{
    const QuoteClosing *found = NULL;
    gsize longest = 0;

    if (!*line->folded || quote_count_words(line->folded) > CLOSER_WORDS_MAX)
        return NULL;
    for (gsize i = 0; i < quote_closing_count; i++)
        for (gsize k = 0; k < G_N_ELEMENTS(quote_closings[i].closers); k++) {
            const char *closer = quote_closings[i].closers[k];

            if (!closer)
                break;
            if (!quote_begins_with(line->folded, closer) || strlen(closer) <= longest)
                continue;
            longest = strlen(closer);
            found = &quote_closings[i];
        }
    const char *rest = line->folded + longest + strspn(line->folded + longest, CLOSER_ENDS);
    return !*rest || strchr("/|", *rest) ? found : NULL; /* often said again in English */
}

/* Does a line tell of what a customer has or wants, rather than of who he is? */
static bool is_told(const QuoteClosing *closing, const char *folded)
{
    for (gsize i = 0; i < G_N_ELEMENTS(closing->records); i++)
        if (closing->records[i] && strstr(folded, closing->records[i]))
            return true;
    for (gsize i = 0; i < G_N_ELEMENTS(closing->persons); i++)
        if (closing->persons[i] && text_has_word(folded, closing->persons[i]))
            return true;
    return false;
}

static bool tells(const QuoteText *text, gsize from, gsize to, const QuoteClosing *closing)
{
    for (gsize i = from; i < to; i++)
        if (is_told(closing, text->lines[i].folded))
            return true;
    return false;
}

/* "+44 (0)20 7946-0911": many digits with nothing but their ornaments between. */
static bool has_phone(const char *folded)
{
    int digits = 0;

    for (; *folded; folded++) {
        if (g_ascii_isdigit(*folded))
            digits++;
        else if (!strchr("+()-/. ", *folded))
            digits = 0;
        if (digits >= PHONE_DIGITS_MIN)
            return true;
    }
    return false;
}

/* How to reach somebody. */
static bool is_contact(const QuoteLine *line)
{
    return line->signs.addressed || strstr(line->folded, "www.") || strstr(line->folded, "://") ||
           (!line->signs.dated && has_phone(line->folded));
}

/* Does most of it begin in lower case, as no title, name or street does? */
static bool is_sentence(const QuoteLine *line)
{
    int words = 0, lower = 0;

    for (gsize i = 0; i < line->length; i++) {
        if (line->at[i] == ' ' || (i > 0 && line->at[i - 1] != ' '))
            continue;
        words++;
        lower += g_unichar_islower(g_utf8_get_char(line->at + i));
    }
    return words >= SENTENCE_WORDS_MIN && 2 * lower > words;
}

/* A line of a business card: short, no sentence, nothing that somebody wants. */
static bool is_card_line(const QuoteLine *line)
{
    const char *folded = line->folded;
    gsize length = strlen(folded);

    if (length == 0 || length > CARD_LENGTH_MAX || quote_count_words(folded) > CARD_WORDS_MAX ||
        is_sentence(line))
        return false;
    if (g_str_has_prefix(folded, "ps") || g_str_has_prefix(folded, "p.s"))
        return false;
    if (strchr("?!:", folded[length - 1]))
        return false;
    return folded[length - 1] != '.' || quote_count_words(folded) <= STOPPED_WORDS_MAX;
}

/* The ruler below a heading begins no card. */
static bool is_open_above(const QuoteText *text, gsize from, gsize at)
{
    return at == from || text->lines[at - 1].kind == LINE_BLANK;
}

/* Does the sender's name begin a paragraph of its own here?  Where the address stands below, one
 * word of the name will do ("John E. Doe, PhD").  Below "My data:" they are what the text says. */
static bool begins_own_card(const QuoteText *text, gsize from, gsize at, bool addressed)
{
    const QuoteLine *line = &text->lines[at];
    gsize above = at;

    if (!is_open_above(text, from, at) ||
        !(quote_is_sender(text, line) || (addressed && quote_names_sender(text, line))))
        return false;
    while (above > from && text->lines[above - 1].kind == LINE_BLANK)
        above--;
    return above > from && !g_str_has_suffix(text->lines[above - 1].folded, ":");
}

/* Does any language tell so? */
static bool tells_in_any(const QuoteText *text, gsize from, gsize to)
{
    for (gsize i = 0; i < quote_closing_count; i++)
        if (tells(text, from, to, &quote_closings[i]))
            return true;
    return false;
}

/* Where a closing, a ruler or the sender's name, with a card below it begins; `to` if there is
 * none. */
gsize quote_card(const QuoteText *text, gsize from, gsize to)
{
    bool contact = false, addressed = false;
    gsize own = 0; /* the line below that where a card without a closing begins; 0: none does */

    for (gsize i = to, lines = 0; i > from && lines <= CARD_LINES_MAX; i--) {
        const QuoteLine *line = &text->lines[i - 1];

        if (line->kind == LINE_BLANK)
            continue;
        bool ruler = quote_is_ruler(line, "-_=*~", 2) && is_open_above(text, from, i - 1);
        const QuoteClosing *closing = ruler ? &quote_closings[0] : closing_of(line);
        if (contact && closing)
            return tells(text, i, to, closing) ? to : i - 1;
        if (!is_card_line(line))
            break;
        contact |= is_contact(line);
        if (contact && !own && begins_own_card(text, from, i - 1, addressed))
            own = i; /* unless a closing stands above it */
        addressed |= quote_has_address(text, line);
        lines++;
    }
    return own && !tells_in_any(text, own - 1, to) ? own - 1 : to;
}
