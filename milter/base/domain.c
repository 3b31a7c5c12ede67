/* Which domains belong together.  The organizational domain is a rule of thumb, not the public
 * suffix list: it errs towards too many labels only for the second levels in the table.  Pure; any
 * thread. */
#include "base/domain.h"

#include <string.h>

static bool is_common_second_level(const char *label, gsize length)
{
    static const char *const labels[] = { "ac",  "co",  "com", "edu", "go",  "gob", "gov", "gv",
                                          "ltd", "mil", "ne",  "net", "nom", "or",  "org", "plc" };

    for (gsize i = 0; i < G_N_ELEMENTS(labels); i++)
        if (strlen(labels[i]) == length && g_ascii_strncasecmp(label, labels[i], length) == 0)
            return true;
    return false;
}

/* The start of the last label before `end`. */
static const char *label_before(const char *domain, const char *end)
{
    const char *start = end;

    while (start > domain && start[-1] != '.')
        start--;
    return start;
}

static const char *organizational(const char *domain)
{
    const char *end = domain + strlen(domain);
    const char *top = label_before(domain, end);
    const char *second;

    if (top == domain)
        return domain;
    second = label_before(domain, top - 1);
    if (second == domain)
        return domain;
    if (end - top == 2 && is_common_second_level(second, (gsize)(top - 1 - second)))
        return label_before(domain, second - 1);
    return second;
}

bool domain_aligns(const char *domain, const char *other)
{
    if (domain[0] == '\0' || other[0] == '\0' || domain[0] == '[' || other[0] == '[')
        return false;
    return g_ascii_strcasecmp(organizational(domain), organizational(other)) == 0;
}
