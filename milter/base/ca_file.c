/* Looks into a file of certificates when it is named: curl would say that it holds none at the
 * first call only, and then as a server's fault. */
#include "base/ca_file.h"

#include "base/error.h"

#include <string.h>

bool ca_file_check(const char *path, const char *name, GError **error)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) fault = NULL;
    if (path == NULL || *path == '\0')
        return true;
    if (!g_file_get_contents(path, &text, NULL, &fault))
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_CONFIG, "%s: %s", name, fault->message);
    else if (strstr(text, "-----BEGIN CERTIFICATE-----") == NULL)
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_CONFIG, "%s holds no certificate in PEM form",
                    name);
    else
        return true;
    return false;
}
