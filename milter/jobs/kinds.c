/* The kinds of jobs, a row each. */
#include "jobs/kinds.h"

static const JobKind kinds[] = {
    { "late", job_late, 3, 30 },
};

const JobKind *job_kind(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (g_str_equal(kinds[i].name, name))
            return &kinds[i];
    }
    return NULL;
}
