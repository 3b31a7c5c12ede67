/* Telephone numbers: with a plus, with a name in front, or in the form in which numbers of a
 * country are written.
 *
 * They have no sum, and orders and customers have numbers too, so a row of digits alone is none
 * unless it begins like a mobile's.  Dates are told by their groups. */
#include "prompt/redact_find.h"

#include <string.h>

#define DIGITS_MAX   15 /* ITU-T E.164 */
#define LABELLED_MIN 5
#define BETWEEN      " :.=/"

/* A number as it is written: digits, and where groups end. */
typedef struct {
    char digits[DIGITS_MAX + 1];
    int count, groups;
    int group[DIGITS_MAX];       /* the digits of each */
    const char *end[DIGITS_MAX]; /* behind each */
    bool plus;
} Number;

static const char *const labels[] = {
    "tel",       "telefon",  "telefono",  "teléfono", "telefone",     "telephone",
    "téléphone", "telefoon", "phone",     "mobile",   "mobil",        "mobiel",
    "handy",     "cell",     "fax",       "puhelin",  "telefax",      "тел",
    "телефон",   "τηλ",      "τηλέφωνο",  "電話",     "电话",         "전화",
    "cep",       "portable", "cellulare", "móvil",    "matkapuhelin",
};

/* Forms by their groups, those of a row ending with 0; `first` are the digits it can begin with. */
static const struct {
    const char *first;
    int group[6];
} forms[] = {
    { "23456789", { 3, 3, 4 } }, /* 555-123-4567 */
    { "1", { 1, 3, 3, 4 } },     /* 1-800-555-0199 */
    { "0", { 2, 2, 2, 2, 2 } },  /* 01 23 45 67 89 */
    { "0", { 3, 3, 2, 2 } },     /* 070 123 45 67 */
    { "0", { 4, 3, 2, 2 } },     /* 0532 123 45 67 */
};

static bool is_gap(char plain)
{
    return plain != '\0' && strchr(" -./()", plain);
}

static void add_digit(Number *number, char digit, bool new_group)
{
    if (number->count == 0 || new_group)
        number->group[number->groups++] = 0;
    number->group[number->groups - 1]++;
    number->digits[number->count++] = digit;
}

/* Up to DIGITS_MAX digits with small gaps between them. */
static void read_number(Number *number, const char *at)
{
    int gap = 0;

    *number = (Number){ .plus = *at == '+' };
    if (*at == '+' || *at == '(')
        at++;
    for (; number->count < DIGITS_MAX && gap <= REDACT_GAP_MAX; at = g_utf8_next_char(at)) {
        char plain = redact_plain(redact_char(at));

        if (g_ascii_isdigit(plain)) {
            add_digit(number, plain, gap > 0);
            number->end[number->groups - 1] = g_utf8_next_char(at);
            gap = 0;
        } else if (is_gap(plain)) {
            gap++;
        } else {
            break;
        }
    }
}

static void drop_group(Number *number)
{
    number->count -= number->group[--number->groups];
    number->digits[number->count] = '\0';
}

static bool begins_with(const Number *number, const char *first)
{
    return strncmp(number->digits, first, strlen(first)) == 0;
}

static bool has_groups(const Number *number, const int *group)
{
    for (int i = 0; i < number->groups; i++)
        if (number->group[i] != group[i])
            return false;
    return group[number->groups] == 0;
}

static bool has_form(const Number *number)
{
    for (gsize i = 0; i < G_N_ELEMENTS(forms); i++)
        if (number->groups <= 5 && strchr(forms[i].first, number->digits[0]) &&
            has_groups(number, forms[i].group))
            return true;
    return false;
}

/* 0 and an area's number, in two or three groups of which none is a date's. */
static bool is_national(const Number *number)
{
    return begins_with(number, "0") && !begins_with(number, "00") && number->count >= 8 &&
           number->count <= 12 && number->groups >= 2 && number->groups <= 4 &&
           number->group[0] >= 2 && !(number->group[0] <= 2 && number->group[1] <= 2);
}

/* Mobiles are often written in one piece. */
static bool is_mobile(const Number *number)
{
    static const char *const first[] = { "015", "016", "017", "06", "07", "09" };

    for (gsize i = 0; i < G_N_ELEMENTS(first); i++)
        if (number->groups == 1 && number->count >= 10 && number->count <= 12 &&
            begins_with(number, first[i]))
            return true;
    return false;
}

static bool is_international(const Number *number)
{
    bool zeros = begins_with(number, "00") && !begins_with(number, "000") && number->groups > 1;

    return (number->plus && number->count >= 7 && !begins_with(number, "0")) ||
           (zeros && number->count >= 10);
}

static bool is_phone(const Number *number)
{
    return is_international(number) || is_national(number) || is_mobile(number) || has_form(number);
}

/* Behind a label and what stands between it and its number, NULL if there is none here. */
static const char *behind_label(const char *at)
{
    for (gsize i = 0; i < G_N_ELEMENTS(labels); i++) {
        bool ascii = (guchar)*at < 0x80; /* the first letter settles it nearly always */
        const char *behind =
            ascii && redact_lower(*at) != *labels[i] ? NULL : redact_word_end(at, labels[i]);

        if (behind && *behind && strchr(BETWEEN, *behind))
            return behind + strspn(behind, BETWEEN);
    }
    return NULL;
}

/* At least five digits behind a label. */
static bool is_labelled(const Number *number)
{
    return number->count >= LABELLED_MIN;
}

/* The longest row of groups from `begin` on that is one. */
static bool find_number(const char *text, const char *begin, bool (*is_one)(const Number *),
                        RedactSpan *span)
{
    Number number;

    for (read_number(&number, begin); number.groups > 0; drop_group(&number)) {
        const char *end = number.end[number.groups - 1];

        *span = (RedactSpan){ begin, end };
        if (is_one(&number) && !redact_is_glued(text, begin, end) &&
            !redact_joins(redact_char(end)))
            return true;
    }
    return false;
}

static bool find_labelled(const char *at, RedactSpan *span)
{
    const char *begin = behind_label(at);

    return begin && find_number(begin, begin, is_labelled, span);
}

bool redact_find_phone(const char *text, RedactSpan *span)
{
    bool inside = false;

    for (const char *at = text; *at; at = g_utf8_next_char(at)) {
        gunichar c = redact_char(at);
        bool begins = *at == '+' || *at == '(' || g_unichar_isdigit(c);

        if (!inside && (begins ? find_number(text, at, is_phone, span) : find_labelled(at, span)))
            return true;
        inside = redact_joins(c) || *at == '+';
    }
    return false;
}
