/* The store's tables, and how a file of an earlier program becomes one of this program's. */
#pragma once

#include "base/sqlite.h"

/* "Tria": says that a file is a store of ours. */
#define SCHEMA_APPLICATION 0x54726961

/* Takes a file from one version to the next: statements, ends with NULL. */
typedef const char *const *SchemaStep;

/* From version n to n + 1; ends with NULL. */
extern const SchemaStep schema_steps[];

/* Runs the steps that a file has not seen, each in a transaction of its own.  TRIAGE_ERROR_STORE:
 * the file is something else's, or newer than `steps`; it is then left as it was. */
bool schema_migrate(sqlite3 *db, const SchemaStep *steps, GError **error);

/* Is the file exactly as new as `steps`? */
bool schema_check(sqlite3 *db, const SchemaStep *steps, GError **error);
