/* Where something stays on this machine, and may therefore be told in clear.  Pure; any thread. */
#include "base/host.h"

#include <arpa/inet.h>

bool host_is_loopback(const char *host)
{
    if (g_ascii_strcasecmp(host, "localhost") == 0)
        return true;
    struct in_addr v4;
    struct in6_addr v6;
    if (inet_pton(AF_INET, host, &v4) == 1)
        return ntohl(v4.s_addr) >> 24 == IN_LOOPBACKNET;
    return inet_pton(AF_INET6, host, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

bool host_of_uri_is_loopback(const char *uri)
{
    g_autoptr(GUri) parsed = g_uri_parse(uri, G_URI_FLAGS_NONE, NULL);
    return parsed && g_uri_get_host(parsed) && host_is_loopback(g_uri_get_host(parsed));
}
