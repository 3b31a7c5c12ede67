/* One connection to the CRM file; belongs to one thread at a time. */
#pragma once

#include "crm/customer.h"

typedef struct CrmReader CrmReader;

/* Opens read-only.  Refused (TRIAGE_ERROR_STORE): another schema, and a file in which one of our
 * questions would read a whole table. */
CrmReader *crm_reader_open(const char *path, GError **error);
void crm_reader_close(CrmReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CrmReader, crm_reader_close)

/* By exact folded address, then by `domain`; NULL: the address alone.  MATCH_NONE if unknown. */
Customer *crm_reader_find(CrmReader *reader, const char *address, const char *domain, gint64 now,
                          GError **error);
/* By the company's id; TRIAGE_ERROR_NOT_FOUND. */
Customer *crm_reader_get(CrmReader *reader, const char *id, gint64 now, GError **error);
