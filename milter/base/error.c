/* The error domain, and the two questions callers ask of an error without looking at its code:
 * is it worth another try, and was the thing simply not there? */
#include "base/error.h"

G_DEFINE_QUARK(triage - error - quark, triage_error)

bool triage_error_is_temporary(const GError *error)
{
    return g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_BUSY) ||
           g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_DEADLINE);
}

bool triage_error_is_not_found(const GError *error)
{
    return g_error_matches(error, TRIAGE_ERROR, TRIAGE_ERROR_NOT_FOUND);
}
