/* MATCH's thinking, over rows that the edge brings as values.  Pure. */
#pragma once

#include "crm/customer.h"

/* Company names that are listed when there are several. */
#define MATCH_CANDIDATES 10

/* One company that an address or a domain leads to; texts are clean: valid, bounded, one line. */
typedef struct {
    char *company_id, *company, *contact_name, *contact_title;
} MatchRow;

void match_row_free(MatchRow *row);

/* No row: false, nothing is changed.  One: id, company and contact are set, and `found` says how.
 * Several: ambiguous, their names are the candidates. */
bool match_decide(Customer *customer, const GPtrArray *rows, CustomerMatch found);

/* Severities as the schema stores them, 1 to 4; "" for others. */
const char *match_severity_name(gint64 severity);
extern const char *const match_severities[]; /* lowest first, NULL-terminated */
