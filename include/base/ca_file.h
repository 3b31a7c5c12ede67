/* Files of certificates that vouch for a server. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Does it hold certificates in PEM form?  NULL and "" are no file, which is good.  false and
 * TRIAGE_ERROR_CONFIG: it can't be read, or holds something else; `name` is the setting's. */
bool ca_file_check(const char *path, const char *name, GError **error);
