/* Whether the rows that an address or a domain leads to name one company or several.
 *
 * Several are never settled by a guess: a wrong customer's record is worse than none.  Pure; any
 * thread. */
#include "crm/match.h"

void match_row_free(MatchRow *row)
{
    g_free(row->company_id);
    g_free(row->company);
    g_free(row->contact_name);
    g_free(row->contact_title);
    g_free(row);
}

static void set(char **member, const char *value)
{
    g_free(*member);
    *member = g_strdup(value);
}

static void set_match(Customer *customer, const MatchRow *row, CustomerMatch found)
{
    customer->match = found;
    set(&customer->id, row->company_id);
    set(&customer->company, row->company);
    set(&customer->contact_name, row->contact_name);
    set(&customer->contact_title, row->contact_title);
}

static void set_candidates(Customer *customer, const GPtrArray *rows)
{
    customer->match = MATCH_AMBIGUOUS;
    for (guint i = 0; i < rows->len && i < MATCH_CANDIDATES; i++) {
        const MatchRow *row = rows->pdata[i];

        g_ptr_array_add(customer->candidates, g_strdup(row->company));
    }
}

bool match_decide(Customer *customer, const GPtrArray *rows, CustomerMatch found)
{
    if (rows->len == 1)
        set_match(customer, rows->pdata[0], found);
    else if (rows->len > 1)
        set_candidates(customer, rows);
    return rows->len > 0;
}

const char *const match_severities[] = { "low", "medium", "high", "critical", NULL };

const char *match_severity_name(gint64 severity)
{
    return severity >= 1 && severity <= 4 ? match_severities[severity - 1] : "";
}
