/* Who pays for a mail.
 *
 * A forger writes under a customer's address but pays as the network he writes from, and neither a
 * new name, nor a new address in his network or under his own domain, gives a stranger another
 * budget.  Pure. */
#include "pipeline/payer.h"

#include "base/public_suffix.h"
#include "mail/address.h"

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

/* a.nn.a+x@googlemail.com is anna@gmail.com: Gmail ignores dots and tags, and has two names. */
static char *gmail_account(const char *address, const char *at)
{
    g_autoptr(GString) account = g_string_new(NULL);
    for (const char *c = address; c < at; c++)
        if (*c != '.')
            g_string_append_c(account, *c);
    g_string_append(account, "@gmail.com");
    return g_string_free(g_steal_pointer(&account), FALSE);
}

static char *freemail_account(const char *address)
{
    g_autofree char *plain = address_without_tag(address);
    const char *at = strrchr(plain, '@');
    if (g_str_equal(at, "@gmail.com") || g_str_equal(at, "@googlemail.com"))
        return gmail_account(plain, at);
    return g_steal_pointer(&plain);
}

static char *proven_account(const char *address, const char *const *freemail)
{
    const char *at = strrchr(address, '@');
    if (at == NULL)
        return g_strdup(address);
    if (g_strv_contains(freemail, at + 1) || g_strv_contains(freemail, address))
        return freemail_account(address);
    char *organization = public_suffix_organization(at + 1);
    return organization != NULL ? organization : g_strdup(at + 1);
}

bool payer_is_stranger(const Message *message, const Customer *customer)
{
    return !message->authentication.proven || customer->match != MATCH_EXACT;
}

char *payer_of(const Message *message, const Envelope *envelope, const Customer *customer,
               const char *const *freemail)
{
    const char *address = message->from->address;
    if (message->authentication.proven && address[0] != '\0')
        return payer_is_stranger(message, customer) ? proven_account(address, freemail)
                                                    : g_strdup(address);
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
