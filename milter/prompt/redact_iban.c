/* IBANs: a country's length, and ISO 7064's sum (ISO 13616).
 *
 * That is certain enough to look within words too: "IBANDE89…" is how forms glue them. */
#include "prompt/redact_find.h"

#include <string.h>

static const struct {
    char country[3];
    guchar length;
} countries[] = {
    { "AD", 24 }, { "AE", 23 }, { "AL", 28 }, { "AT", 20 }, { "AZ", 28 }, { "BA", 20 },
    { "BE", 16 }, { "BG", 22 }, { "BH", 22 }, { "BI", 27 }, { "BR", 29 }, { "BY", 28 },
    { "CH", 21 }, { "CR", 22 }, { "CY", 28 }, { "CZ", 24 }, { "DE", 22 }, { "DJ", 27 },
    { "DK", 18 }, { "DO", 28 }, { "EE", 20 }, { "EG", 29 }, { "ES", 24 }, { "FI", 18 },
    { "FK", 18 }, { "FO", 18 }, { "FR", 27 }, { "GB", 22 }, { "GE", 22 }, { "GI", 23 },
    { "GL", 18 }, { "GR", 27 }, { "GT", 28 }, { "HR", 21 }, { "HU", 28 }, { "IE", 22 },
    { "IL", 23 }, { "IQ", 23 }, { "IS", 26 }, { "IT", 27 }, { "JO", 30 }, { "KW", 30 },
    { "KZ", 20 }, { "LB", 28 }, { "LC", 32 }, { "LI", 21 }, { "LT", 20 }, { "LU", 20 },
    { "LV", 21 }, { "LY", 25 }, { "MC", 27 }, { "MD", 24 }, { "ME", 22 }, { "MK", 19 },
    { "MN", 20 }, { "MR", 27 }, { "MT", 31 }, { "MU", 30 }, { "NI", 28 }, { "NL", 18 },
    { "NO", 15 }, { "OM", 23 }, { "PK", 24 }, { "PL", 28 }, { "PS", 29 }, { "PT", 25 },
    { "QA", 29 }, { "RO", 24 }, { "RS", 22 }, { "RU", 33 }, { "SA", 24 }, { "SC", 31 },
    { "SD", 18 }, { "SE", 24 }, { "SI", 19 }, { "SK", 24 }, { "SM", 27 }, { "SO", 23 },
    { "ST", 25 }, { "SV", 28 }, { "TL", 23 }, { "TN", 24 }, { "TR", 26 }, { "UA", 29 },
    { "VA", 22 }, { "VG", 24 }, { "XK", 20 },
};

/* 0: no country whose accounts have IBANs. */
static gsize length_in(const char *country)
{
    for (gsize i = 0; i < G_N_ELEMENTS(countries); i++)
        if (strncmp(country, countries[i].country, 2) == 0)
            return countries[i].length;
    return 0;
}

/* The number with its first four characters behind the others, letters as 10 to 35, is 1 modulo 97.
 */
static bool has_sum(const char *iban, gsize length)
{
    int rest = 0;

    for (gsize i = 0; i < length; i++) {
        char c = iban[(i + 4) % length];

        rest = g_ascii_isdigit(c) ? rest * 10 + (c - '0') : rest * 100 + (c - 'A' + 10);
        rest %= 97;
    }
    return rest == 1;
}

/* Two letters and two digits. */
static bool begins_like_one(const char *at)
{
    if (g_ascii_isspace(*at)) /* as often */
        return false;
    for (int i = 0; i < 4; i++, at = g_utf8_next_char(at)) {
        char plain = redact_plain(redact_char(at));

        if (i < 2 ? !g_ascii_isalpha(plain) : !g_ascii_isdigit(plain))
            return false;
    }
    return true;
}

/* Where a word ends, or the next one is glued on. */
static bool ends_one(const RedactChars *chars, gsize length)
{
    return redact_chars_end(chars, length) ||
           (length < chars->length && begins_like_one(chars->end[length - 1]));
}

bool redact_find_iban(const char *text, RedactSpan *span)
{
    for (; *text; text = g_utf8_next_char(text)) {
        RedactChars chars;
        gsize length;

        if (!begins_like_one(text))
            continue;
        redact_read_chars(&chars, text, " -.");
        length = length_in(chars.text);
        if (length == 0 || chars.length < length || !ends_one(&chars, length) ||
            !has_sum(chars.text, length))
            continue;
        *span = (RedactSpan){ text, chars.end[length - 1] };
        return true;
    }
    return false;
}
