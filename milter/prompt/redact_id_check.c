/* The checksums of national identity numbers, each as its country defines it.  What stands for a
 * date must be one: that is worth more than most of the sums.  Values have the pattern of their row
 * in redact_id.c, as ASCII capitals.  Pure. */
#include "prompt/redact_find.h"

#include <string.h>

static int digit(char c)
{
    return c - '0';
}

static int number(const char *digits, gsize count)
{
    int value = 0;

    while (count-- > 0)
        value = value * 10 + digit(*digits++);
    return value;
}

static int weigh(const char *digits, const int *weights, gsize count)
{
    int sum = 0;

    for (gsize i = 0; i < count; i++)
        sum += digit(digits[i]) * weights[i];
    return sum;
}

static gint64 large(const char *digits, gsize count)
{
    gint64 value = 0;

    while (count-- > 0)
        value = value * 10 + digit(*digits++);
    return value;
}

static bool is_day(int month, int day)
{
    return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/* Social Security numbers have no sum; some groups were never given. */
bool redact_check_us(const char *value)
{
    int area = number(value, 3);

    return area != 0 && area != 666 && area < 900 && number(value + 3, 2) != 0 &&
           number(value + 5, 4) != 0;
}

/* Steuer-ID: among the first ten digits one occurs twice or three times, the others once at most;
 * ISO 7064, modulo 11, 10. */
bool redact_check_de(const char *value)
{
    int seen[10] = { 0 }, repeated = 0, product = 10;

    for (int i = 0; i < 10; i++) {
        int sum = (digit(value[i]) + product) % 10;

        product = (sum == 0 ? 10 : sum) * 2 % 11;
        seen[digit(value[i])]++;
    }
    for (int i = 0; i < 10; i++) {
        repeated += seen[i] > 1;
        if (seen[i] > 3)
            return false;
    }
    return value[0] != '0' && repeated == 1 && (11 - product) % 10 == digit(value[10]);
}

/* DNI and NIE, whose first letter counts as a digit. */
bool redact_check_es(const char *value)
{
    static const char letters[] = "TRWAGMYFPDXBNJZSQVHLCKE", first[] = "XYZ";
    const char *letter = strchr(first, value[0]);
    int rest = letter ? (int)(letter - first) * 10000000 + number(value + 1, 7) : number(value, 8);

    return (letter || g_ascii_isdigit(value[0])) && value[8] == letters[rest % 23];
}

/* Where the codice fiscale has digits, letters may stand for them. */
static bool it_has_digits(const char *value)
{
    static const char places[] = { 6, 7, 9, 10, 12, 13, 14 };

    for (gsize i = 0; i < sizeof places; i++)
        if (!g_ascii_isdigit(value[(int)places[i]]) && !strchr("LMNPQRSTUV", value[(int)places[i]]))
            return false;
    return strchr("ABCDEHLMPRST", value[8]) != NULL;
}

bool redact_check_it(const char *value)
{
    static const int odd[] = { 1,  0,  5, 7, 9, 13, 15, 17, 19, 21, 2,  4,  18,
                               20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23 };
    int sum = 0;

    for (int i = 0; i < 15; i++) {
        int place = g_ascii_isdigit(value[i]) ? digit(value[i]) : value[i] - 'A';

        sum += i % 2 == 0 ? odd[place] : place;
    }
    return it_has_digits(value) && value[15] == 'A' + sum % 26;
}

/* NIR with its key; Corsica's departments have letters. */
bool redact_check_fr(const char *value)
{
    char digits[16];
    bool corsica = value[5] == '2' && (value[6] == 'A' || value[6] == 'B');

    if (!strchr("123478", value[0]) ||
        (!corsica && !(g_ascii_isdigit(value[5]) && g_ascii_isdigit(value[6]))))
        return false;
    g_strlcpy(digits, value, sizeof digits);
    if (corsica) {
        digits[5] = '1';
        digits[6] = value[6] == 'A' ? '9' : '8';
    }
    return 97 - large(digits, 13) % 97 == number(digits + 13, 2);
}

/* PESEL: the century is added to the month. */
bool redact_check_pl(const char *value)
{
    static const int weights[] = { 1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1 };

    return is_day(number(value + 2, 2) % 20, number(value + 4, 2)) &&
           weigh(value, weights, 11) % 10 == 0;
}

/* BSN. */
bool redact_check_nl(const char *value)
{
    static const int weights[] = { 9, 8, 7, 6, 5, 4, 3, 2, -1 };

    return number(value, 9) != 0 && weigh(value, weights, 9) % 11 == 0;
}

/* Personnummer, 10 digits or 12; those who were given a coordination number have 60 added to the
 * day.  Dates from 2020 on number orders, not people who write. */
bool redact_check_se(const char *value)
{
    bool whole = strlen(value) == 12;
    const char *short_form = whole ? value + 2 : value;

    return (!whole || number(value, 2) == 19 || (number(value, 2) == 20 && value[2] < '2')) &&
           is_day(number(short_form + 2, 2), number(short_form + 4, 2) % 60) &&
           redact_luhn(short_form, 10);
}

/* Henkilötunnus; the sign for the century is gone where it is none of letter or digit. */
bool redact_check_fi(const char *value)
{
    static const char letters[] = "0123456789ABCDEFHJKLMNPRSTUVWXY";
    gsize length = strlen(value);
    const char *individual = value + length - 4;

    if (length == 11 && !strchr("ABCDEFYXWVU", value[6]))
        return false;
    return is_day(number(value + 2, 2), number(value, 2)) &&
           letters[(number(value, 6) * G_GINT64_CONSTANT(1000) + number(individual, 3)) % 31] ==
               individual[3];
}

/* CPR has had no sum since 2007. */
bool redact_check_dk(const char *value)
{
    return is_day(number(value + 2, 2), number(value, 2));
}

/* Fødselsnummer; a D-number has 40 added to the day. */
bool redact_check_no(const char *value)
{
    static const int first[] = { 3, 7, 6, 1, 8, 9, 4, 5, 2, 1 };
    static const int second[] = { 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1 };

    return is_day(number(value + 2, 2), number(value, 2) % 40) &&
           weigh(value, first, 10) % 11 == 0 && weigh(value, second, 11) % 11 == 0;
}

/* CPF: eleven equal digits have good sums, and nobody has them. */
bool redact_check_br(const char *value)
{
    static const int weights[] = { 11, 10, 9, 8, 7, 6, 5, 4, 3, 2 };

    return strspn(value, (char[]){ value[0], '\0' }) < 11 &&
           weigh(value, weights + 1, 9) * 10 % 11 % 10 == digit(value[9]) &&
           weigh(value, weights, 10) * 10 % 11 % 10 == digit(value[10]);
}

/* National Insurance numbers have no sum; some letters and prefixes are never given. */
bool redact_check_gb(const char *value)
{
    static const char *const never[] = { "BG", "GB", "KN", "NK", "NT", "TN", "ZZ" };

    for (gsize i = 0; i < G_N_ELEMENTS(never); i++)
        if (strncmp(value, never[i], 2) == 0)
            return false;
    return !strchr("DFIQUV", value[0]) && !strchr("DFIOQUV", value[1]) && strchr("ABCD", value[8]);
}

/* T.C. kimlik numarası. */
bool redact_check_tr(const char *value)
{
    static const int tenth[] = { 7, -1, 7, -1, 7, -1, 7, -1, 7 };
    static const int ones[] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 };

    return value[0] != '0' && (weigh(value, tenth, 9) % 10 + 10) % 10 == digit(value[9]) &&
           weigh(value, ones, 10) % 10 == digit(value[10]);
}

/* Rodné číslo: women have 50 added to the month, and 20 is added where a day ran out of numbers.
 * Those with nine digits are from before 1954 and have no sum. */
bool redact_check_cz(const char *value)
{
    return is_day(number(value + 2, 2) % 50 % 20, number(value + 4, 2)) &&
           (strlen(value) == 9 ? number(value, 2) < 54 : large(value, 10) % 11 == 0);
}
