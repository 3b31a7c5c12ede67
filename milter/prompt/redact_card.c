/* Payment cards: a length that the prefix's scheme has, and Luhn's sum.  Of random numbers with 16
 * digits one in forty passes; with other lengths, fewer.
 *
 * A row of digit groups is tried from each of them on, so that a number in front of a card doesn't
 * hide it.  Groups may be separated by any sign that people put there, and by the end of a line;
 * letters beside a card don't hide it ("card4111…"), other digits do.  The 13 digits of old Visa
 * cards are left to article numbers, which begin with 4 in some countries. */
#include "prompt/redact_find.h"

#include <string.h>

#define CARD_MIN     13
#define CARD_MAX     19
#define FIRST_GROUP  4
#define INNER_GROUPS 3
#define SEPARATORS   " -./_,:+*\t\r\n>·"

static const struct {
    int from, to; /* of the first four digits */
    gsize least, most;
} schemes[] = {
    { 2200, 2204, 16, 19 },                                                 /* Mir */
    { 2221, 2720, 16, 16 },                                                 /* Mastercard */
    { 3000, 3059, 14, 19 },                                                 /* Diners Club */
    { 3400, 3499, 15, 15 },                                                 /* American Express */
    { 3528, 3589, 16, 19 },                                                 /* JCB */
    { 3600, 3699, 14, 19 },                                                 /* Diners Club */
    { 3700, 3799, 15, 15 },                                                 /* American Express */
    { 3800, 3999, 16, 19 },                                                 /* Diners Club */
    { 4000, 4999, 16, 16 },                                                 /* Visa */
    { 4000, 4999, 19, 19 }, { 5018, 5018, 13, 19 },                         /* Maestro */
    { 5020, 5020, 13, 19 }, { 5038, 5038, 13, 19 }, { 5100, 5599, 16, 16 }, /* Mastercard */
    { 5893, 5893, 13, 19 },                                                 /* Maestro */
    { 6011, 6011, 16, 19 },                                                 /* Discover */
    { 6200, 6299, 16, 19 },                                                 /* UnionPay */
    { 6304, 6304, 13, 19 },                                                 /* Maestro */
    { 6440, 6599, 16, 19 },                                                 /* Discover */
    { 6759, 6759, 13, 19 },                                                 /* Maestro */
    { 6761, 6763, 13, 19 }, { 8171, 8171, 16, 19 },                         /* UnionPay */
    { 9792, 9792, 16, 16 },                                                 /* Troy */
};

static bool has_scheme(const char *digits, gsize length)
{
    int first = 0;

    for (int i = 0; i < 4; i++)
        first = first * 10 + (digits[i] - '0');
    for (gsize i = 0; i < G_N_ELEMENTS(schemes); i++)
        if (first >= schemes[i].from && first <= schemes[i].to && length >= schemes[i].least &&
            length <= schemes[i].most)
            return true;
    return false;
}

/* Groups as people make them: the first has four digits at least, those within three. */
static bool is_grouped(const RedactChars *chars, gsize length)
{
    gsize group = 0, groups = 0;

    for (gsize i = 0; i < length; i++) {
        if (i > 0 && chars->gap[i]) {
            if (group < (groups == 0 ? FIRST_GROUP : INNER_GROUPS))
                return false;
            groups++;
            group = 0;
        }
        group++;
    }
    return true;
}

static bool is_card(const RedactChars *chars, gsize length)
{
    bool ends = chars->gap[length] || !g_ascii_isdigit(chars->text[length]);

    return ends && has_scheme(chars->text, length) && is_grouped(chars, length) &&
           redact_luhn(chars->text, length);
}

/* The first digit of the next run of digits, from `at` on. */
static const char *next_digits(const char *at, bool inside)
{
    for (; *at; at = g_utf8_next_char(at)) {
        bool digit = g_ascii_isdigit(redact_plain(redact_char(at)));

        if (digit && !inside)
            break;
        inside = digit;
    }
    return at;
}

bool redact_find_card(const char *text, RedactSpan *span)
{
    for (const char *at = next_digits(text, false); *at; at = next_digits(at, true)) {
        RedactChars chars;
        gsize digits;

        redact_read_chars(&chars, at, SEPARATORS);
        digits = strspn(chars.text, "0123456789");
        for (gsize length = MIN(digits, CARD_MAX); length >= CARD_MIN; length--) {
            if (!is_card(&chars, length))
                continue;
            *span = (RedactSpan){ at, chars.end[length - 1] };
            return true;
        }
    }
    return false;
}
