/* The error domain, and the one question callers ask of an error without looking at its code: is it
 * worth another try? */
#include "base/error.h"

G_DEFINE_QUARK(triage - error - quark, triage_error)

bool triage_error_is_temporary(const GError *error)
{
    return g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_BUSY) ||
           g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_DEADLINE);
}
