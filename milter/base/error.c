/* The error domain, and the one question callers ask of an error without looking at its code: is it
 * worth another try? */
#include "base/error.h"

/* GLib is asked each time: G_DEFINE_QUARK() keeps the answer where threads would race for it. */
GQuark triage_error_quark(void)
{
    return g_quark_from_static_string("triage-error-quark");
}

bool triage_error_is_temporary(const GError *error)
{
    return g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_BUSY) ||
           g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_DEADLINE);
}
