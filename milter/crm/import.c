/* Builds a new CRM file from CSV files and puts it in the old one's place.
 *
 * Whatever fails leaves the old one alone.  One thread, of triagectl; it may take minutes. */
#include "crm/crm.h"

#include "base/replace.h"
#include "crm/load.h"
#include "crm/schema.h"

#include <glib/gstdio.h>

static bool build(const char *path, const char *folder, const char *const *tiers, Diags *diags,
                  gint64 *rows, GError **error)
{
    g_autoptr(sqlite3) db = sqlite_open(path, SQLITE_FOR_BUILDING, 0, error);

    if (!db || !sqlite_run(db, "BEGIN", error) || !sqlite_run(db, crm_schema, error))
        return false;
    for (const CsvTable *table = csv_tables; table->file; table++) {
        gint64 taken;

        if (!load_file(db, table, folder, tiers, diags, &taken, error))
            return false;
        *rows += taken;
    }
    return sqlite_run(db, "COMMIT", error);
}

bool crm_import(const char *path, const char *folder, const char *const *tiers, Diags *diags,
                gint64 *rows, GError **error)
{
    g_autofree char *new_path = replace_begin(path, error);

    *rows = 0;
    if (!new_path)
        return false;
    if (build(new_path, folder, tiers, diags, rows, error) && replace_end(new_path, path, error))
        return true;
    g_unlink(new_path);
    return false;
}
