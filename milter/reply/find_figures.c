/* Dates, times, phone numbers, amounts and numbers, tried in this order where a word begins.  Pure;
 * any thread. */
#include "reply/find.h"

#include "base/text.h"

#include <string.h>

#define PHONE_DIGITS_MIN 7
#define PHONE_DIGITS_MAX 15
#define BETWEEN_MAX      3 /* signs between two groups of digits */

static bool is_alnum(const char *at)
{
    return g_ascii_isalnum(*at) || ((guchar)*at >= 0x80 && g_unichar_isalnum(g_utf8_get_char(at)));
}

/* -- Phone numbers ---------------------------------------------------------------------------- */

typedef struct {
    GString *digits;
    gsize end;    /* behind the last digit */
    guint groups; /* of digits */
    bool parted;  /* by more than points and commas */
} Phone;

/* What people write between the digits: its length; *parted if it is more than a point. */
static gsize between_groups(const char *at, bool *parted)
{
    static const char *const signs[] = { " ", "-", "/", ")", ".", "\u00A0", "–" };
    gsize length = 0;

    for (int count = 0; count < BETWEEN_MAX; count++) {
        gsize i = 0;

        while (i < G_N_ELEMENTS(signs) && !g_str_has_prefix(at + length, signs[i]))
            i++;
        if (i == G_N_ELEMENTS(signs))
            break;
        *parted |= *signs[i] != '.';
        length += strlen(signs[i]);
    }
    return length;
}

static void read_phone(const char *text, gsize at, Phone *phone)
{
    bool parted = false;

    at += text[at] == '+';
    for (;;) {
        gsize before = phone->digits->len, between;

        at += text[at] == '(';
        at += find_digits(text, at, phone->digits);
        if (phone->digits->len == before || phone->digits->len > PHONE_DIGITS_MAX) {
            g_string_truncate(phone->digits, before);
            return;
        }
        phone->groups++;
        phone->end = at;
        phone->parted = parted;
        between = between_groups(text + at, &parted);
        if (between == 0 && text[at] != '(')
            return;
        at += between;
    }
}

static bool is_phone(const char *start, const Phone *phone)
{
    gsize count = phone->digits->len;

    if (count < PHONE_DIGITS_MIN)
        return false;
    if (*start == '+')
        return true;
    if (*start == '(' || *start == '0')
        return phone->groups >= 2 && (phone->parted || phone->groups > 2);
    return phone->groups == 3 && phone->parted && count == 10 && start[3] == '-';
}

/* Without the zeros that stand for a country or a city. */
static gsize find_phone(const char *text, gsize at, char **value)
{
    g_autoptr(GString) digits = g_string_new(NULL);
    Phone phone = { .digits = digits };
    const char *significant;

    if (!strchr("+(0", text[at]) && !(strnlen(text + at, 4) == 4 && text[at + 3] == '-'))
        return 0;
    read_phone(text, at, &phone);
    if (!is_phone(text + at, &phone))
        return 0;
    significant = digits->str + strspn(digits->str, "0");
    *value = g_strdup(significant);
    return phone.end - at;
}

/* -- Numbers with letters --------------------------------------------------------------------- */

/* "INV-2024-001", "A4711", "10GB", "v2.3": letters and digits, joined by signs to more with digits
 * in them.  *letters, *digits: what it has. */
static gsize run_length(const char *text, gsize at, bool *letters, bool *digits)
{
    const char *start = text + at, *end = start;

    for (; is_alnum(end); end = g_utf8_next_char(end)) {
        bool digit = find_is_digit(end);

        *digits |= digit;
        *letters |= !digit;
    }
    return (gsize)(end - start);
}

static gsize code_length(const char *text, gsize at, bool *letters, bool *digits)
{
    gsize length = run_length(text, at, letters, digits);

    while (text[at + length] && strchr("-_./", text[at + length])) {
        bool more_letters = false, more_digits = false;
        gsize more = run_length(text, at + length + 1, &more_letters, &more_digits);

        if (!more_digits)
            break;
        *letters |= more_letters;
        *digits = true;
        length += 1 + more;
    }
    return length;
}

/* What stands before '-' in "INV-2024", and not in "top-10". */
static bool is_capital_run(const char *text, gsize length)
{
    for (gsize i = 0; i < length; i++)
        if (!g_ascii_isupper(text[i]))
            return false;
    return length > 0 && length <= 8;
}

static char *code_value(const char *text, gsize length)
{
    g_autofree char *written = g_strndup(text, length);
    g_autofree char *folded = text_fold(written);
    GString *value = g_string_new(NULL);

    for (const char *at = folded; *at; at = g_utf8_next_char(at))
        if (is_alnum(at))
            g_string_append_unichar(value, g_utf8_get_char(at));
    return g_string_free(value, FALSE);
}

static gsize find_code(const char *text, gsize at, GPtrArray *found)
{
    bool letters = false, digits = false;
    gsize first = run_length(text, at, &letters, &digits), length;
    bool joined = text[at + first] == '-' && is_capital_run(text + at, first);

    if (!digits && !joined)
        return 0;
    letters = digits = false;
    length = code_length(text, at, &letters, &digits);
    if (!letters || !digits)
        return 0;
    find_add(found, DRAFT_MARK_NUMBER, at, length, code_value(text + at, length), "id");
    return length;
}

/* -- All -------------------------------------------------------------------------------------- */

/* "1." and "2)" at the start of a line count what they stand before. */
static gsize list_item(const char *text, gsize from, gsize at)
{
    gsize digits = strspn(text + at, "0123456789"), before = at;

    while (before > from && strchr(" \t", text[before - 1]))
        before--;
    if (before > 0 && text[before - 1] != '\n')
        return 0;
    return digits >= 1 && digits <= 2 && strchr(".)", text[at + digits]) &&
                   text[at + digits + 1] == ' '
               ? digits
               : 0;
}

static gsize find_plain(const char *text, gsize at, GPtrArray *found)
{
    g_autofree char *value = NULL;
    gsize start = at, length = find_number(text, at, &value);
    const char *end = text + at + length;
    const char *unit = find_unit(text, &start, &length);

    if (!unit && is_alnum(end)) { /* "10GB": the letters belong to it */
        gsize code = find_code(text, at, found);

        if (code > 0)
            return code;
    }
    find_add(found, unit ? DRAFT_MARK_AMOUNT : DRAFT_MARK_NUMBER, start, length,
             g_steal_pointer(&value), unit ? unit : "");
    return start + length - at;
}

static gsize find_one(const char *text, gsize from, gsize at, GPtrArray *found)
{
    char *value = NULL;
    gsize length = find_date(text, at, &value);

    if (length > 0) {
        find_add(found, DRAFT_MARK_DATE, at, length, value, NULL);
        return length + (text[at + length] == 'T' && find_is_digit(text + at + length + 1));
    }
    if ((length = list_item(text, from, at)))
        return length;
    if ((length = find_time(text, at, &value)))
        find_add(found, DRAFT_MARK_TIME, at, length, value, NULL);
    else if ((length = find_phone(text, at, &value)))
        find_add(found, DRAFT_MARK_ADDRESS, at, length, value, "phone");
    else if (find_is_digit(text + at))
        length = find_plain(text, at, found);
    else
        length = find_code(text, at, found);
    return length;
}

void find_figures(const char *text, gsize from, gsize to, GPtrArray *found)
{
    gsize at = from;

    while (at < to) {
        bool word = is_alnum(text + at);
        gsize length = 0;

        if (word || ((text[at] == '+' || text[at] == '(') && find_is_digit(text + at + 1)))
            length = find_one(text, from, at, found);
        if (length == 0 && word) {
            bool letters = false, digits = false;

            length = run_length(text, at, &letters, &digits);
        }
        at += length ? length : (gsize)(g_utf8_next_char(text + at) - (text + at));
    }
}
