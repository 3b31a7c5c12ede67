/* Numbers of settings with their units, both ways: "8s" to 8000 and back.
 *
 * Whole numbers up to 2^53 are exact.  A unit is never guessed: a duration without one is refused,
 * but for 0.  Pure; any thread. */
#include "base/settings_number.h"

#include "base/text.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define EXACT_MAX 9007199254740992.0 /* 2^53 */

typedef struct {
    const char *name;
    double factor;
} Unit;

typedef struct {
    const char *kind;
    const Unit *units; /* smallest first, up to one without a name; the empty name is no unit */
    const char *expected;
    bool whole;
} Measure;

static const Unit no_units[] = { { "", 1 }, { NULL, 0 } };
static const Unit durations[] = { { "ms", 1 },      { "s", 1000 },     { "min", 60000 },
                                  { "h", 3600000 }, { "d", 86400000 }, { NULL, 0 } };
static const Unit sizes[] = {
    { "", 1 }, { "k", 1024 }, { "M", 1048576 }, { "G", 1073741824 }, { NULL, 0 }
};
static const Unit moneys[] = { { "USD/day", 1e9 }, { NULL, 0 } };
static const Unit prices[] = { { "", 1000 }, { NULL, 0 } };

static const Measure measures[] = {
    [SETTING_TYPE_DURATION] = { "a duration", durations, "ms, s, min, h or d, as in 8s", true },
    [SETTING_TYPE_SIZE] = { "a size", sizes, "k, M, G or none, as in 64k", true },
    [SETTING_TYPE_COUNT] = { "a whole number", no_units, "no unit", true },
    [SETTING_TYPE_NUMBER] = { "a number", no_units, "no unit", false },
    [SETTING_TYPE_MONEY] = { "an amount of money", moneys, "USD/day, as in 20 USD/day", true },
    [SETTING_TYPE_PRICE] = { "a price in whole thousandths of a USD", prices,
                             "no unit: USD per million tokens", true },
    [SETTING_TYPE_OCTAL] = { "a file mode in octal digits, as in 0660", NULL, NULL, true },
};

static const Measure *measure_of(const Setting *row)
{
    g_assert(row->type >= SETTING_TYPE_DURATION && row->type <= SETTING_TYPE_OCTAL);
    return &measures[row->type];
}

static const Unit *find_unit(const Measure *measure, const char *name)
{
    for (const Unit *unit = measure->units; unit->name; unit++)
        if (g_str_equal(unit->name, name))
            return unit;
    return NULL;
}

/* Digits with at most one point between them, and a sign; nothing else strtod() knows. */
static bool read_decimal(const char *text, double *number, const char **behind)
{
    const char *at = text + (*text == '-');
    gsize digits = strspn(at, "0123456789"), fraction = 0;

    if (digits == 0)
        return false;
    at += digits;
    if (*at == '.') {
        fraction = strspn(at + 1, "0123456789");
        if (fraction == 0)
            return false;
        at += 1 + fraction;
    }
    *behind = at;
    *number = g_ascii_strtod(text, NULL);
    return true;
}

static bool read_octal(const char *text, double *number)
{
    gsize digits = strspn(text, "01234567");

    if (digits == 0 || digits > 12 || text[digits] != '\0')
        return false;
    *number = (double)g_ascii_strtoull(text, NULL, 8);
    return true;
}

static char *wrong_unit(const Setting *row, const Measure *measure, const char *text,
                        const char *unit)
{
    if (*unit == '\0')
        return g_strdup_printf("'%s' needs a unit: %s, not %s", row->name, measure->expected, text);
    return g_strdup_printf("'%s' has an unknown unit '%s' in %s; there is %s", row->name, unit,
                           text, measure->expected);
}

/* A product that is whole but for the rounding of its factors is whole: 0.29 times 1000. */
static double times(double number, double factor)
{
    double product = number * factor, whole = round(product);

    return fabs(product - whole) <= fabs(product) * DBL_EPSILON ? whole : product;
}

static bool read_number(const Setting *row, const char *text, double *number, char **why)
{
    const Measure *measure = measure_of(row);
    const char *behind = "";
    const Unit *unit;

    if (row->type == SETTING_TYPE_OCTAL ? !read_octal(text, number)
                                        : !read_decimal(text, number, &behind)) {
        *why = g_strdup_printf("'%s' must be %s, not '%s'", row->name, measure->kind, text);
        return false;
    }
    if (row->type == SETTING_TYPE_OCTAL || (*number == 0 && *behind == '\0'))
        return true;
    behind += *behind == ' ';
    unit = find_unit(measure, behind);
    if (!unit) {
        *why = wrong_unit(row, measure, text, behind);
        return false;
    }
    *number = times(*number, unit->factor);
    return true;
}

static bool check_number(const Setting *row, const char *text, double number, char **why)
{
    if (!(number >= row->min && number <= row->max) || fabs(number) > EXACT_MAX) {
        g_autofree char *min = settings_number_text(row, row->min);
        g_autofree char *max = settings_number_text(row, row->max);

        *why = g_strdup_printf("'%s' must be between %s and %s, not %s", row->name, min, max, text);
    } else if (measure_of(row)->whole && number != floor(number)) {
        *why = g_strdup_printf("'%s' must be %s without a fraction of its smallest unit, not %s",
                               row->name, measure_of(row)->kind, text);
    }
    return !*why;
}

bool settings_parse_number(const Setting *row, const char *text, double *out, char **why)
{
    double number = 0;

    *why = NULL;
    if (!read_number(row, text, &number, why) || !check_number(row, text, number, why))
        return false;
    *out = number;
    return true;
}

char *settings_number_text(const Setting *row, double number)
{
    const Measure *measure = measure_of(row);
    const Unit *largest = measure->units;
    g_autofree char *digits = NULL;

    if (row->type == SETTING_TYPE_OCTAL)
        return g_strdup_printf("%#" G_GINT64_MODIFIER "o", (guint64)number);
    for (const Unit *unit = measure->units; unit->name; unit++)
        if (number != 0 && fmod(number, unit->factor) == 0)
            largest = unit;
    digits = text_number(number / largest->factor);
    return g_strconcat(digits, row->type == SETTING_TYPE_MONEY ? " " : "", largest->name, NULL);
}
