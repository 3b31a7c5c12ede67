/* One CSV file of an import. */
#pragma once

#include "base/diag.h"
#include "base/sqlite.h"
#include "crm/columns.h"

/* Inserts the rows of FOLDER's file of `table` into that table; *rows: how many.  A missing file is
 * none, unless it is required.  TRIAGE_ERROR_INPUT: it can't be read, its header row lacks a
 * required column, or it is required and no row of it is good. */
bool load_file(sqlite3 *db, const CsvTable *table, const char *folder, const char *const *tiers,
               Diags *diags, gint64 *rows, GError **error);
