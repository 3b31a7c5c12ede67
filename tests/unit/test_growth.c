/* What a stranger can make long costs time in proportion to its length: each function of growth.h
 * with each of its kinds of content, at 4 and 64 KB.  LONG makes them 256 KB and 4 MB. */
#include "growth.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define KB             1024
#define EXPONENT_LIMIT 1.25

static void expect_linear(const GrowthFunction *function, GString *faults)
{
    bool whole = g_getenv("LONG") != NULL;
    gsize small = whole ? 256 * KB : 4 * KB, large = whole ? 4096 * KB : 64 * KB;
    for (gsize i = 0; i < G_N_ELEMENTS(growths); i++) {
        if (!(growths[i].use & function->use))
            continue;
        GrowthResult result = growth_measure(function, &growths[i], small, large, EXPONENT_LIMIT);
        if (result.exponent >= EXPONENT_LIMIT)
            g_string_append_printf(faults, "%s of '%s': exponent %.2f, %.0f ns per byte\n",
                                   function->name, growths[i].name, result.exponent,
                                   result.nanoseconds);
    }
}

static void every_function_is_linear_in_every_kind_of_content(void **state)
{
    (void)state;
    const char *sanitizers = g_getenv("SAN");
    if (sanitizers != NULL && *sanitizers != '\0')
        skip(); /* they allocate in their own time */
    g_autoptr(GString) faults = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(growth_functions); i++)
        expect_linear(&growth_functions[i], faults);
    assert_string_equal(faults->str, "");
}

/* What the table would show of a function that isn't. */
static void quadratic(const char *text, gsize length)
{
    for (const char *at = text; *at != '\0'; at += 64)
        g_assert(strlen(at) <= length);
}

static void a_quadratic_function_would_be_found(void **state)
{
    (void)state;
    const GrowthFunction function = { "quadratic", GROWS_TEXT, "%s", quadratic, 0, 1 };
    const Growth growth = { "words", GROWS_TEXT, "", "0123456789abcdef", "" };
    GrowthResult result = growth_measure(&function, &growth, 64 * KB, 1024 * KB, EXPONENT_LIMIT);
    assert_true(result.exponent > 1.6);
}

int main(void)
{
    growth_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_function_is_linear_in_every_kind_of_content),
        cmocka_unit_test(a_quadratic_function_would_be_found),
    };
    return cmocka_run_group_tests_name("growth", tests, NULL, NULL);
}
