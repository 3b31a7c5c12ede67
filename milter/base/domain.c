/* Which domains belong together.  Any thread. */
#include "base/domain.h"

#include "base/public_suffix.h"

#include <string.h>

bool domain_aligns(const char *domain, const char *other)
{
    if (domain[0] == '\0' || other[0] == '\0' || domain[0] == '[' || other[0] == '[')
        return false;
    if (g_ascii_strcasecmp(domain, other) == 0)
        return true;
    g_autofree char *organization = public_suffix_organization(domain);
    g_autofree char *other_organization = public_suffix_organization(other);
    return organization && other_organization && strcmp(organization, other_organization) == 0;
}
