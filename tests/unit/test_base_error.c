/* The error domain: which errors are worth another try. */
#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void only_busy_and_deadline_are_temporary(void **state)
{
    (void)state;
    static const struct {
        TriageError code;
        bool temporary;
    } rows[] = {
        { TRIAGE_ERROR_CONFIG, false },    { TRIAGE_ERROR_INPUT, false },
        { TRIAGE_ERROR_NOT_FOUND, false }, { TRIAGE_ERROR_BUSY, true },
        { TRIAGE_ERROR_DEADLINE, true },   { TRIAGE_ERROR_STORE, false },
        { TRIAGE_ERROR_SYSTEM, false },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = g_error_new(TRIAGE_ERROR, rows[i].code, "x");
        assert_int_equal(triage_error_is_temporary(error), rows[i].temporary);
    }
}

static void errors_of_other_domains_are_not(void **state)
{
    (void)state;
    g_autoptr(GError) error =
        g_error_new(g_quark_from_static_string("other"), TRIAGE_ERROR_BUSY, "x");
    assert_false(triage_error_is_temporary(error));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_busy_and_deadline_are_temporary),
        cmocka_unit_test(errors_of_other_domains_are_not),
    };
    return cmocka_run_group_tests_name("base: error", tests, NULL, NULL);
}
