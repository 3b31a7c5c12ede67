/* Dates and times of day in their common spellings.
 *
 * A date comes to "2024-05-12", or to "05-12" without a year; where day and month could be either,
 * to its digits as they are written.  A weekday comes to its number, a time to "14:30".  Pure; any
 * thread. */
#include "reply/find.h"

#include "base/text.h"
#include "language/language.h"
#include "language/word.h"

#include <string.h>

#define WORD_BYTES_MAX 40

/* At most `most` digits that no other follows; -1 if there are none or more. */
static int number_at(const char *text, gsize *at, gsize least, gsize most)
{
    g_autoptr(GString) digits = g_string_new(NULL);
    gsize size = find_digits(text, *at, digits);

    if (digits->len < least || digits->len > most)
        return -1;
    *at += size;
    return (int)g_ascii_strtoll(digits->str, NULL, 10);
}

static char *date_value(int year, int month, int day)
{
    return year > 0 ? g_strdup_printf("%04d-%02d-%02d", year, month, day)
                    : g_strdup_printf("%02d-%02d", month, day);
}

static bool is_day(int month, int day)
{
    return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

static int whole_year(int year)
{
    return year < 100 ? year + (year < 70 ? 2000 : 1900) : year;
}

/* -- In digits -------------------------------------------------------------------------------- */

/* Points stand between day and month; of slashes and dashes a number above 12 tells. */
static char *day_first(int first, int second, int year, char separator)
{
    if (separator == '.' || (first > 12 && is_day(second, first)))
        return is_day(second, first) ? date_value(whole_year(year), second, first) : NULL;
    if (second > 12)
        return is_day(first, second) ? date_value(whole_year(year), first, second) : NULL;
    if (first == second)
        return is_day(first, second) ? date_value(whole_year(year), first, second) : NULL;
    return is_day(first, second) ? g_strdup_printf("%d/%d/%d", first, second, whole_year(year))
                                 : NULL;
}

static gsize numeric_date(const char *text, gsize start, char **value)
{
    gsize at = start, digits;
    int first = number_at(text, &at, 1, 4), second, third;
    char separator = text[at];

    digits = at - start;
    if (first < 0 || digits == 3 || !separator || !strchr(".-/", separator))
        return 0;
    at++;
    second = number_at(text, &at, 1, 2);
    if (second < 0 || text[at] != separator)
        return 0;
    at++;
    third = digits == 4 ? number_at(text, &at, 1, 2) : number_at(text, &at, 2, 4);
    if (third < 0 || (text[at] == separator && find_is_digit(text + at + 1)))
        return 0;
    if (digits == 4)
        *value = is_day(second, third) ? date_value(first, second, third) : NULL;
    else
        *value = day_first(first, second, third, separator);
    return *value ? at - start : 0;
}

static bool skip(const char *text, gsize *at, const char *what)
{
    gsize blanks = strspn(text + *at, " ");

    if (!g_str_has_prefix(text + *at + blanks, what))
        return false;
    *at += blanks + strlen(what);
    return true;
}

/* 2024年5月12日, 5월 12일 */
static gsize east_asian_date(const char *text, gsize start, char **value)
{
    gsize at = start;
    int month = number_at(text, &at, 1, 4), day, year = 0;

    if (month > 0 && (skip(text, &at, "年") || skip(text, &at, "년"))) {
        year = month;
        at += strspn(text + at, " ");
        month = number_at(text, &at, 1, 2);
    }
    if (month < 1 || month > 12 || !(skip(text, &at, "月") || skip(text, &at, "월")))
        return 0;
    at += strspn(text + at, " ");
    day = number_at(text, &at, 1, 2);
    if (!is_day(month, day) ||
        !(skip(text, &at, "日") || skip(text, &at, "일") || skip(text, &at, "号")))
        return 0;
    *value = date_value(year, month, day);
    return at - start;
}

/* -- With names ------------------------------------------------------------------------------- */

static gsize letters_at(const char *text, gsize at)
{
    const char *end = text + at;

    while ((gsize)(end - text) - at < WORD_BYTES_MAX && g_unichar_isalpha(g_utf8_get_char(end)))
        end = g_utf8_next_char(end);
    return (gsize)(end - text) - at;
}

static int month_at(const char *text, gsize *at)
{
    gsize length = letters_at(text, *at);
    const WordRoles *roles =
        length ? reply_word_roles(reply_hash_folded(text + *at, length)) : NULL;

    if (!roles || !roles->languages[ROLE_MONTH])
        return 0;
    *at += length;
    return roles->number;
}

/* Behind a day: "th", ".", "º", "of", "de". */
static void skip_links(const char *text, gsize *at)
{
    static const char *const ordinals[] = { "st", "nd", "rd", "th", "er", ".", "º" };
    static const char *const links[] = { "of ", "de " };

    for (gsize i = 0; i < G_N_ELEMENTS(ordinals); i++)
        if (g_str_has_prefix(text + *at, ordinals[i])) {
            *at += strlen(ordinals[i]);
            break;
        }
    *at += strspn(text + *at, " ");
    for (gsize i = 0; i < G_N_ELEMENTS(links); i++)
        if (g_str_has_prefix(text + *at, links[i]))
            *at += strlen(links[i]);
}

/* A year behind a date, with a comma or "de" before it; 0 and nothing passed if there is none. */
static int year_at(const char *text, gsize *at)
{
    gsize ahead = *at + strspn(text + *at, " .,");
    int year;

    if (g_str_has_prefix(text + ahead, "de "))
        ahead += 3;
    year = ahead > *at ? number_at(text, &ahead, 4, 4) : -1;
    if (year < 1900 || year > 2100)
        return 0;
    *at = ahead;
    return year;
}

/* "12. Mai 2024", "5th of May" */
static gsize day_and_name(const char *text, gsize start, char **value)
{
    gsize at = start;
    int day = number_at(text, &at, 1, 2), month, year;

    if (day < 1 || day > 31)
        return 0;
    skip_links(text, &at);
    month = month_at(text, &at);
    if (month == 0)
        return 0;
    year = year_at(text, &at);
    *value = date_value(year, month, day);
    return at - start;
}

/* "May 12, 2024", "May 2024" */
static gsize name_and_day(const char *text, gsize start, char **value)
{
    gsize at = start, behind;
    int month = month_at(text, &at), day, year;

    at += text[at] == '.';
    if (month == 0 || text[at] != ' ')
        return 0;
    behind = ++at;
    day = number_at(text, &at, 1, 2);
    if (is_day(month, day) && text[at] != ':') {
        skip_links(text, &at);
        while (text[at - 1] == ' ')
            at--;
        year = year_at(text, &at);
        *value = date_value(year, month, day);
        return at - start;
    }
    year = number_at(text, &behind, 4, 4);
    if (year < 1900 || year > 2100)
        return 0;
    *value = g_strdup_printf("%04d-%02d", year, month);
    return behind - start;
}

static gsize weekday_at(const char *text, gsize start, char **value)
{
    gsize length = letters_at(text, start);
    const WordRoles *roles;

    if (text[start + length] == '-' && g_str_has_prefix(text + start + length, "-feira"))
        length += strlen("-feira");
    roles = length ? reply_word_roles(reply_hash_phrase(text + start, length)) : NULL;
    if (!roles || !roles->languages[ROLE_WEEKDAY] || roles->languages[ROLE_COMMON])
        return 0;
    *value = g_strdup_printf("weekday %d", roles->number);
    return length;
}

gsize find_date(const char *text, gsize at, char **value)
{
    gsize length;

    *value = NULL;
    if (find_is_digit(text + at)) {
        length = numeric_date(text, at, value);
        length = length ? length : east_asian_date(text, at, value);
        length = length ? length : day_and_name(text, at, value);
    } else {
        length = name_and_day(text, at, value);
        length = length ? length : weekday_at(text, at, value);
    }
    return length;
}

/* -- Times ------------------------------------------------------------------------------------ */

typedef enum { HALF_NONE, HALF_MORNING, HALF_AFTERNOON, HALF_WHOLE } Half;

/* "pm", "a.m.", "Uhr" behind a time. */
static Half half_at(const char *text, gsize *at)
{
    static const struct {
        const char *word;
        Half half;
    } rows[] = {
        { "am", HALF_MORNING },     { "a.m.", HALF_MORNING },  { "pm", HALF_AFTERNOON },
        { "p.m.", HALF_AFTERNOON }, { "uhr", HALF_WHOLE },     { "uur", HALF_WHOLE },
        { "o'clock", HALF_WHOLE },  { "o’clock", HALF_WHOLE },
    };
    gsize begin = *at + strspn(text + *at, " ");

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        gsize length = strlen(rows[i].word);

        if (g_ascii_strncasecmp(text + begin, rows[i].word, length) == 0 &&
            !g_ascii_isalnum(text[begin + length])) {
            *at = begin + length;
            return rows[i].half;
        }
    }
    return HALF_NONE;
}

static char *time_value(int hour, int minute, Half half)
{
    if (half == HALF_AFTERNOON && hour < 12)
        hour += 12;
    else if (half == HALF_MORNING && hour == 12)
        hour = 0;
    return g_strdup_printf("%02d:%02d", hour, minute);
}

gsize find_time(const char *text, gsize start, char **value)
{
    gsize at = start, behind;
    int hour = find_is_digit(text + at) ? number_at(text, &at, 1, 2) : -1, minute = -1;
    char separator = text[at];
    Half half;

    *value = NULL;
    if (hour < 0 || hour > 24)
        return 0;
    behind = at;
    if (separator && strchr(":.h", separator) && find_is_digit(text + at + 1)) {
        behind = at + 1;
        minute = number_at(text, &behind, 2, 2);
    }
    if (minute > 59 || (minute < 0 && separator == ':'))
        return 0;
    if (minute >= 0) {
        at = behind;
        if (separator == ':' && text[at] == ':' && find_is_digit(text + at + 1)) {
            behind = at + 1;
            if (number_at(text, &behind, 2, 2) >= 0)
                at = behind;
        }
    }
    half = half_at(text, &at);
    if (half == HALF_NONE && (minute < 0 || separator == '.'))
        return 0;
    *value = time_value(hour, MAX(minute, 0), half);
    return at - start;
}
