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

bool domain_is_within(const char *inner, const char *outer)
{
    gsize length = strlen(inner);
    gsize end = strlen(outer);

    return end > 0 && length >= end && g_ascii_strcasecmp(inner + length - end, outer) == 0 &&
           (length == end || inner[length - end - 1] == '.');
}
