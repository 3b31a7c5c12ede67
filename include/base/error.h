/* The one error domain.  Fallible functions take `GError **error` last, set it exactly once and
 * only when they fail; whoever decides what to do about it logs it.  Broken invariants are
 * g_assert(). */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef enum {
    TRIAGE_ERROR_CONFIG,    /* a file of the administrator's needs mending */
    TRIAGE_ERROR_INPUT,     /* something from outside is not what it should be */
    TRIAGE_ERROR_NOT_FOUND, /* what was named does not exist */
    TRIAGE_ERROR_BUSY,      /* temporary: another try can help */
    TRIAGE_ERROR_DEADLINE,  /* there was no time left */
    TRIAGE_ERROR_STORE,     /* a database or the disk below it refuses */
    TRIAGE_ERROR_SYSTEM     /* the operating system refuses */
} TriageError;

#define TRIAGE_ERROR (triage_error_quark())
GQuark triage_error_quark(void);

/* May the same call succeed a moment later? */
bool triage_error_is_temporary(const GError *error);
