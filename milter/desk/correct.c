/* Corrections: what a person says is final for the fields they named, and for no others.
 *
 * Everything is checked before anything is written; the store then adds one revision and one audit
 * row in one transaction. */
#include "desk/ticket.h"

#include "base/error.h"
#include "desk/about.h"

#include <string.h>

static const Field *field_named(const FieldTable *fields, const char *name, GError **error)
{
    const Field *field = field_find(fields, name);
    if (field != NULL)
        return field;
    const char *nearest = diags_nearest(name, field_names(fields));
    if (nearest != NULL)
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT,
                    "unknown field '%s'; did you mean '%s'?", name, nearest);
    else
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT, "unknown field '%s'", name);
    return NULL;
}

static bool assign(Verdict *values, const char *assignment, GError **error)
{
    const char *equals = strchr(assignment, '=');
    if (equals == NULL) {
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT,
                    "'%s' is no correction; expected field=value", assignment);
        return false;
    }
    g_autofree char *name = g_strndup(assignment, (gsize)(equals - assignment));
    const Field *field = field_named(values->fields, name, error);
    return field != NULL && verdict_set_text(values, field, equals + 1, error);
}

bool desk_ticket_correct(const Desk *desk, const char *ticket, const char *const *assignments,
                         GError **error)
{
    g_autoptr(Verdict) values = verdict_new(desk->site->field_table);
    for (; *assignments != NULL; assignments++) {
        if (!assign(values, *assignments, error))
            return false;
    }
    g_autoptr(Ticket) row = desk_ticket(desk, ticket, error);
    return row != NULL &&
           store_correct(desk->store, ticket, desk->actor.name, values, NULL, desk->now, error);
}
