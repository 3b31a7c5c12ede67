/* Who pays for a mail.
 *
 * A forger writes under a customer's address but pays as the network he writes from, and neither a
 * new name nor a new address in his network gives a stranger another budget.  Pure. */
#include "pipeline/payer.h"

#include <gio/gio.h>
#include <string.h>

#define IPV4_BYTES   4
#define IPV6_BYTES   16
#define IPV4_NETWORK 3 /* bytes of a /24 */
#define IPV6_NETWORK 6 /* bytes of a /48 */

/* ::ffff:192.0.2.1 is 192.0.2.1. */
static const guint8 mapped[IPV6_BYTES - IPV4_BYTES] = { [10] = 0xFF, [11] = 0xFF };

static char *network_of(GSocketFamily family, const guint8 *address, gsize kept)
{
    guint8 bytes[IPV6_BYTES] = { 0 };
    memcpy(bytes, address, kept);
    g_autoptr(GInetAddress) network = g_inet_address_new_from_bytes(bytes, family);
    g_autofree char *text = g_inet_address_to_string(network);
    return g_strdup_printf("%s/%zu", text, kept * 8);
}

char *payer_of(const Message *message, const Envelope *envelope)
{
    if (message->authentication.proven && message->from->address[0] != '\0')
        return g_strdup(message->from->address);
    g_autoptr(GInetAddress) client = g_inet_address_new_from_string(envelope->client_address);
    if (client == NULL)
        return g_strdup("nobody");
    const guint8 *bytes = g_inet_address_to_bytes(client);
    if (g_inet_address_get_family(client) == G_SOCKET_FAMILY_IPV4)
        return network_of(G_SOCKET_FAMILY_IPV4, bytes, IPV4_NETWORK);
    if (memcmp(bytes, mapped, sizeof mapped) == 0)
        return network_of(G_SOCKET_FAMILY_IPV4, bytes + sizeof mapped, IPV4_NETWORK);
    return network_of(G_SOCKET_FAMILY_IPV6, bytes, IPV6_NETWORK);
}
