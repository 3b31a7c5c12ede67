/* Looks into a file of certificates when it is named: curl would say that it holds none at the
 * first call only, and then as a server's fault. */
#include "base/ca_file.h"

#include "base/error.h"
#include "base/files.h"

#include <string.h>

#define CA_FILE_MAX (8 * 1024 * 1024) /* forty times what Debian trusts */

bool ca_file_check(const char *path, const char *name, GError **error)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) fault = NULL;
    gsize length;
    if (path == NULL || *path == '\0')
        return true;
    text = files_read(path, CA_FILE_MAX, &length, &fault);
    if (text == NULL)
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_CONFIG, "can't read %s %s: %s", name, path,
                    fault->message);
    else if (strstr(text, "-----BEGIN CERTIFICATE-----") == NULL)
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_CONFIG, "%s holds no certificate in PEM form",
                    name);
    else
        return true;
    return false;
}
