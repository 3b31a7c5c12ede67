/* The CRM's edge: an SQLite file with the schema of conf/crm-schema.sql, replaced whole by imports.
 */
#pragma once

#include "base/diag.h"
#include "crm/customer.h"

#include <gio/gio.h>

typedef struct Crm Crm;

/* The CRM at PATH, which is opened when it is first asked, read-only, and anew when it has been
 * swapped; it may be absent until then.  A small pool of connections; any thread may call
 * crm_find().  Never NULL. */
Crm *crm_open(const char *path, const char *const *freemail);
void crm_close(Crm *crm);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Crm, crm_close)

/* Can it serve now: is the file there, with our schema and query plans? */
bool crm_check(Crm *crm, GError **error);

/* Exact address first, then the company's domain (never a freemail one).  More than one company:
 * AMBIGUOUS, none chosen. Always gives a Customer (MATCH_NONE if unknown); NULL only when the CRM
 * can't be read (TRIAGE_ERROR_BUSY, _STORE). */
Customer *crm_find(Crm *crm, const char *address, gint64 now, GError **error);

/* Several addresses' worth of rows by customer id, for `triagectl customer show`. */
Customer *crm_get(Crm *crm, const char *customer_id, gint64 now, GError **error);

/* Builds a new file from the CSV files of FOLDER (companies.csv, domains.csv, contacts.csv, …: the
 * header row names the columns) and renames it over PATH.  Bad rows are diagnostics with their line
 * and are skipped; a file that can't be read, or a missing companies.csv, is an error and leaves
 * PATH as it is.  *rows: rows taken over. */
bool crm_import(const char *path, const char *folder, const char *const *tiers, Diags *diags,
                gint64 *rows, GError **error);

/* One address or domain per line, '#' comments; folded.  NULL-terminated, caller g_strfreev()s;
 * NULL if anything is wrong, which is in `diags`. */
char **crm_read_freemail(const char *path, Diags *diags);
