/* Numbers, whatever stands between their digits, and what they are numbers of.
 *
 * One separator with three digits behind it can be a comma of thousands here and a point of
 * thousandths there ("1,234"): such a number is compared as it is written.  Everything else says
 * itself what it means.  Pure; any thread. */
#include "reply/find.h"

#include "base/text.h"

#include <string.h>

#define GROUPS_MAX 16
#define UNIT_MAX   24 /* bytes of a word that is looked up */

typedef struct {
    const char *unit, *words; /* between '|', folded */
} Unit;

static const Unit units[] = {
    { "EUR", "€|eur|euro|euros|ευρώ|евро|євро|eurot|euroa" },
    { "USD", "$|usd|dollar|dollars|dólares|доллар|долларов|доларів|美元" },
    { "GBP", "£|gbp|pound|pounds|quid" },
    { "CHF", "chf|franken|sfr|francs" },
    { "JPY", "¥|jpy|yen|円|日元" },
    { "CNY", "cny|rmb|元|人民币|yuan" },
    { "KRW", "₩|krw|원" },
    { "INR", "₹|inr|rs|rupees" },
    { "RUB", "₽|rub|руб|рублей|рубля|рубль" },
    { "UAH", "₴|uah|грн|гривень" },
    { "TRY", "₺|try|tl|lira" },
    { "PLN", "pln|zł|złotych|zloty" },
    { "CZK", "czk|kč|korun" },
    { "SEK", "sek" },
    { "NOK", "nok" },
    { "DKK", "dkk" },
    { "kr", "kr|kronor|kroner" },
    { "HUF", "huf|ft|forint" },
    { "RON", "ron|lei" },
    { "AUD", "aud" },
    { "CAD", "cad" },
    { "NZD", "nzd" },
    { "BRL", "brl|reais" },
    { "MXN", "mxn" },
    { "SGD", "sgd" },
    { "HKD", "hkd" },
    { "ZAR", "zar" },
    { "%", "%|percent|prozent|procent|prosent|prosenttia|pourcent|процентов|процент|відсотків" },
};

bool find_is_digit(const char *at)
{
    return g_ascii_isdigit(*at) || ((guchar)*at >= 0x80 && g_unichar_isdigit(g_utf8_get_char(at)));
}

gsize find_digits(const char *text, gsize at, GString *digits)
{
    const char *end = text + at;

    for (; find_is_digit(end); end = g_utf8_next_char(end))
        g_string_append_c(digits, (char)('0' + g_unichar_digit_value(g_utf8_get_char(end))));
    return (gsize)(end - text) - at;
}

/* -- Values ----------------------------------------------------------------------------------- */

typedef struct {
    GString *digits; /* of all groups */
    gsize groups[GROUPS_MAX];
    gunichar separators[GROUPS_MAX]; /* before each but the first */
    guint count;
    gsize end;
} Groups;

/* Blanks and apostrophes only part thousands. */
static bool only_groups(gunichar c)
{
    return c == ' ' || c == '\'' || c == 0x2019 || c == 0xA0 || c == 0x202F || c == 0x2009;
}

/* Does a group of exactly three digits stand at `at`? */
static bool is_three(const char *at)
{
    for (int i = 0; i < 3; i++, at = g_utf8_next_char(at))
        if (!find_is_digit(at))
            return false;
    return !find_is_digit(at);
}

/* May this separator stand before the next group? */
static bool joins(const Groups *groups, gunichar c, const char *behind)
{
    bool decimal = false;

    if (!find_is_digit(behind) || groups->count == GROUPS_MAX)
        return false;
    if (c == '.' || c == ',')
        return true;
    if (!only_groups(c) || !is_three(behind) || groups->groups[0] > 3)
        return false;
    for (guint i = 1; i < groups->count; i++)
        decimal |= !only_groups(groups->separators[i]);
    return !decimal;
}

static void read_groups(const char *text, gsize at, Groups *groups)
{
    gunichar separator = 0;

    for (;;) {
        gsize before = groups->digits->len;

        at += find_digits(text, at, groups->digits);
        groups->separators[groups->count] = separator;
        groups->groups[groups->count++] = groups->digits->len - before;
        groups->end = at;
        separator = g_utf8_get_char(text + at);
        if (!separator)
            return;
        at = (gsize)(g_utf8_next_char(text + at) - text);
        if (!joins(groups, separator, text + at))
            return;
    }
}

static bool are_thousands(const Groups *groups, guint upto)
{
    for (guint i = 1; i < upto; i++)
        if (groups->groups[i] != 3 || groups->separators[i] != groups->separators[1])
            return false;
    return groups->groups[0] <= 3;
}

/* "1234.5" of groups whose last is a fraction; without zeros at the end. */
static char *with_fraction(const Groups *groups)
{
    gsize last = groups->groups[groups->count - 1];
    GString *value = g_string_new(groups->digits->str);

    g_string_insert_c(value, (gssize)(value->len - last), '.');
    while (value->str[value->len - 1] == '0')
        g_string_truncate(value, value->len - 1);
    if (value->str[value->len - 1] == '.')
        g_string_truncate(value, value->len - 1);
    return g_string_free(value, FALSE);
}

static char *as_written(const char *text, gsize start, gsize end)
{
    return g_strndup(text + start, end - start);
}

static char *value_of(const char *text, gsize start, const Groups *groups)
{
    guint last = groups->count - 1;
    gunichar separator = groups->separators[last];

    if (groups->count == 1)
        return g_strdup(groups->digits->str);
    if (only_groups(separator))
        return g_strdup(groups->digits->str);
    if (groups->count == 2 && groups->groups[1] == 3 && groups->groups[0] <= 3 &&
        *groups->digits->str != '0')
        return as_written(text, start, groups->end);
    if (groups->count == 2)
        return with_fraction(groups);
    if (separator == groups->separators[1])
        return are_thousands(groups, groups->count) ? g_strdup(groups->digits->str)
                                                    : as_written(text, start, groups->end);
    return are_thousands(groups, last) ? with_fraction(groups)
                                       : as_written(text, start, groups->end);
}

gsize find_number(const char *text, gsize at, char **value)
{
    g_autoptr(GString) digits = g_string_new(NULL);
    Groups groups = { .digits = digits };

    read_groups(text, at, &groups);
    *value = value_of(text, at, &groups);
    /* "05" of a date or a list is 5; longer ones are codes. */
    if (strlen(*value) == 2 && **value == '0')
        memmove(*value, *value + 1, 2);
    return groups.end - at;
}

/* -- Units ------------------------------------------------------------------------------------ */

static const char *unit_of(const char *word, gsize length)
{
    g_autofree char *written = g_strndup(word, length);
    g_autofree char *folded = text_fold(written);
    gsize size = strlen(folded);

    for (gsize i = 0; i < G_N_ELEMENTS(units); i++)
        for (const char *at = units[i].words; *at;) {
            gsize known = strcspn(at, "|");

            if (known == size && memcmp(at, folded, size) == 0)
                return units[i].unit;
            at += known + (at[known] == '|');
        }
    return NULL;
}

static bool is_blank(gunichar c)
{
    return c == ' ' || c == 0xA0 || c == 0x202F || c == 0x2009;
}

static bool is_sign(gunichar c)
{
    return c == '%' || c == 0xFF05 || g_unichar_type(c) == G_UNICODE_CURRENCY_SYMBOL;
}

/* The word or sign that begins at `at`. */
static gsize word_length(const char *at)
{
    const char *end = at;

    if (is_sign(g_utf8_get_char(at)))
        return (gsize)(g_utf8_next_char(at) - at);
    while (end - at <= UNIT_MAX && g_unichar_isalpha(g_utf8_get_char(end)))
        end = g_utf8_next_char(end);
    return (gsize)(end - at);
}

/* The same of the one that ends at `at`. */
static gsize word_before(const char *text, const char *at)
{
    const char *start = at;

    if (at > text && is_sign(g_utf8_get_char(g_utf8_prev_char(at))))
        return (gsize)(at - g_utf8_prev_char(at));
    while (start > text && at - start <= UNIT_MAX &&
           g_unichar_isalpha(g_utf8_get_char(g_utf8_prev_char(start))))
        start = g_utf8_prev_char(start);
    return (gsize)(at - start);
}

static const char *before_blank(const char *text, const char *at)
{
    const char *before = at > text ? g_utf8_prev_char(at) : at;

    return before < at && is_blank(g_utf8_get_char(before)) ? before : at;
}

const char *find_unit(const char *text, gsize *start, gsize *length)
{
    const char *end = text + *start + *length;
    const char *ahead = *end && is_blank(g_utf8_get_char(end)) ? g_utf8_next_char(end) : end;
    const char *back = before_blank(text, text + *start);
    gsize word = word_before(text, back);
    const char *unit = word ? unit_of(back - word, word) : NULL;

    if (unit && *unit != '%') {
        *length += *start - (gsize)(back - word - text);
        *start = (gsize)(back - word - text);
        return unit;
    }
    word = word_length(ahead);
    unit = word ? unit_of(ahead, word) : NULL;
    if (unit)
        *length = (gsize)(ahead + word - text) - *start;
    return unit;
}
