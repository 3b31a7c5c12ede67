/* The public suffix list by libpsl, which takes the newer of the list that it was built with and
 * the one that the system's package installs.  It is opened once and kept for the life of the
 * process; libpsl only reads it. */
#include "base/public_suffix.h"

#include <gio/gio.h>
#include <idn2.h>
#include <libpsl.h>
#include <pthread.h>
#include <string.h>

#define NAME_MAX_BYTES 253 /* RFC 1035 2.3.4, without the root's dot */

static const psl_ctx_t *list;
static pthread_once_t opened = PTHREAD_ONCE_INIT;

static void open_list(void)
{
    list = psl_latest(NULL);
}

static bool is_name(const char *name)
{
    gsize length = strlen(name);

    return length > 0 && length <= NAME_MAX_BYTES && name[0] != '.' && name[length - 1] != '.' &&
           !strstr(name, "..") &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_.") == length &&
           !g_hostname_is_ip_address(name);
}

/* In A-labels and lower case, without the root's dot; NULL if it is no domain name.  A label that
 * is ASCII stays, even where IDNA doesn't allow it: a name server may. */
static char *ascii_name(const char *domain)
{
    g_autofree char *name = NULL;
    char *ascii = NULL;

    if (g_str_is_ascii(domain))
        name = g_ascii_strdown(domain, -1);
    else if (idn2_to_ascii_8z(domain, &ascii, IDN2_NONTRANSITIONAL) == IDN2_OK)
        name = g_ascii_strdown(ascii, -1);
    else
        return NULL;
    idn2_free(ascii);
    if (g_str_has_suffix(name, "."))
        name[strlen(name) - 1] = '\0';
    return is_name(name) ? g_steal_pointer(&name) : NULL;
}

char *public_suffix_organization(const char *domain)
{
    g_autofree char *name = ascii_name(domain);

    if (!name)
        return NULL;
    pthread_once(&opened, open_list);
    return g_strdup(psl_registrable_domain(list, name));
}

bool public_suffix_is(const char *name)
{
    g_autofree char *ascii = ascii_name(name);

    if (!ascii)
        return false;
    pthread_once(&opened, open_list);
    return psl_is_public_suffix(list, ascii);
}

bool public_suffix_is_top_level(const char *label)
{
    g_autofree char *ascii = strchr(label, '.') == NULL ? ascii_name(label) : NULL;

    if (!ascii)
        return false;
    pthread_once(&opened, open_list);
    return psl_is_public_suffix2(list, ascii, PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE);
}
