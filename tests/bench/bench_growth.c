/* How cost grows with size: each function of growth.h with each of its kinds of content, from
 * 256 KB to 4 MB.  Prints of each function the dearest content and the one whose cost grows
 * fastest, then every row at or beyond the limit; fails if there is one.
 *
 *   bench_growth [FUNCTION [CONTENT]]    all without arguments */
#include "../unit/growth.h"

#include <stdio.h>

#define SMALL          (256 * 1024)
#define LARGE          (4 * 1024 * 1024)
#define EXPONENT_LIMIT 1.15

static bool is_wanted(const char *name, int count, char **arguments, int index)
{
    return index >= count || g_str_equal(name, arguments[index]);
}

static void print_function(const char *name, const GArray *results)
{
    const GrowthResult *first = &g_array_index(results, GrowthResult, 0);
    const GrowthResult *dearest = first, *fastest = first;
    for (const GrowthResult *one = first; one < first + results->len; one++) {
        dearest = one->nanoseconds > dearest->nanoseconds ? one : dearest;
        fastest = one->exponent > fastest->exponent ? one : fastest;
    }
    printf("%-16s %3u kinds  dearest %6.0f ns/byte (%s)  fastest growing %.2f (%s)\n", name,
           results->len, dearest->nanoseconds, dearest->growth->name, fastest->exponent,
           fastest->growth->name);
    fflush(stdout);
}

static guint measure(const GrowthFunction *function, int count, char **arguments)
{
    g_autoptr(GArray) results = g_array_new(FALSE, FALSE, sizeof(GrowthResult));
    guint beyond = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(growths); i++) {
        if (!(growths[i].use & function->use) || !is_wanted(growths[i].name, count, arguments, 2))
            continue;
        GrowthResult result = growth_measure(function, &growths[i], SMALL, LARGE, EXPONENT_LIMIT);
        beyond += result.exponent >= EXPONENT_LIMIT;
        g_array_append_val(results, result);
    }
    if (results->len > 0)
        print_function(function->name, results);
    for (guint i = 0; i < results->len; i++) {
        const GrowthResult *result = &g_array_index(results, GrowthResult, i);
        if (result->exponent >= EXPONENT_LIMIT)
            printf("    %.2f, %.0f ns/byte: %s\n", result->exponent, result->nanoseconds,
                   result->growth->name);
    }
    return beyond;
}

int main(int count, char **arguments)
{
    guint beyond = 0;
    growth_init();
    for (gsize i = 0; i < G_N_ELEMENTS(growth_functions); i++) {
        if (is_wanted(growth_functions[i].name, count, arguments, 1))
            beyond += measure(&growth_functions[i], count, arguments);
    }
    printf("%u at or beyond %.2f\n", beyond, EXPONENT_LIMIT);
    return beyond > 0;
}
