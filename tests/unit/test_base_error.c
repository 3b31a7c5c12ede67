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
        bool temporary, not_found;
    } rows[] = {
        { TRIAGE_ERROR_CONFIG, false, false },   { TRIAGE_ERROR_INPUT, false, false },
        { TRIAGE_ERROR_NOT_FOUND, false, true }, { TRIAGE_ERROR_BUSY, true, false },
        { TRIAGE_ERROR_DEADLINE, true, false },  { TRIAGE_ERROR_STORE, false, false },
        { TRIAGE_ERROR_SYSTEM, false, false },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = g_error_new(TRIAGE_ERROR, rows[i].code, "x");
        assert_int_equal(triage_error_is_temporary(error), rows[i].temporary);
        assert_int_equal(triage_error_is_not_found(error), rows[i].not_found);
    }
}

static void errors_of_other_domains_are_neither(void **state)
{
    (void)state;
    g_autoptr(GError) error =
        g_error_new(g_quark_from_static_string("other"), TRIAGE_ERROR_BUSY, "x");
    assert_false(triage_error_is_temporary(error));
    assert_false(triage_error_is_not_found(error));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_busy_and_deadline_are_temporary),
        cmocka_unit_test(errors_of_other_domains_are_neither),
    };
    return cmocka_run_group_tests_name("base: error", tests, NULL, NULL);
}
