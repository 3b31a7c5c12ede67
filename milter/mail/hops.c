/* Received fields (RFC 5321 4.4), as far as they say where a mail came from.
 *
 * Every server writes its own above those that came with the mail, so a field can be believed as
 * long as all above it are those of servers that can.  Within one, the greeting and the recipient
 * are the client's own words: so every address counts that could be the client's, and every
 * protocol. Pure; any thread. */
#include "mail/hops.h"

#include <gio/gio.h>
#include <string.h>

#define ADDRESS_CHARS "0123456789abcdefABCDEF.:"
#define IPV6_TAG      "IPv6:"
#define MAPPED        "::ffff:" /* IPv4 as IPv6 */

void hop_free(Hop *hop)
{
    if (!hop)
        return;
    g_ptr_array_unref(hop->addresses);
    g_free(hop);
}

/* The address that follows a bracket or parenthesis, "" if none does. */
static char *address_at(const char *at)
{
    if (g_ascii_strncasecmp(at, IPV6_TAG, strlen(IPV6_TAG)) == 0)
        at += strlen(IPV6_TAG);
    gsize length = strspn(at, ADDRESS_CHARS);
    if (length == 0 || at[length] == '\0' || !strchr("])%", at[length]))
        return g_strdup("");
    g_autofree char *text = g_strndup(at, length);
    const char *mapped = g_ascii_strncasecmp(text, MAPPED, strlen(MAPPED)) == 0 && strchr(text, '.')
                             ? text + strlen(MAPPED)
                             : text;
    g_autoptr(GInetAddress) address = g_inet_address_new_from_string(mapped);
    return address ? g_inet_address_to_string(address) : g_strdup("");
}

static void add_addresses(Hop *hop, const char *value)
{
    for (const char *at = strpbrk(value, "[("); at; at = strpbrk(at + 1, "[(")) {
        g_autofree char *address = address_at(at + 1);

        hop->unclear |= *address && hop->addresses->len == HOP_ADDRESSES_MAX;
        if (*address && !hop->unclear)
            g_ptr_array_add(hop->addresses, g_steal_pointer(&address));
    }
}

/* RFC 3848, RFC 6531, and what webmail and Exchange write for people who logged in. */
static bool is_authenticated(const char *protocol)
{
    static const char *const protocols[] = { "ESMTPA", "ESMTPSA", "UTF8SMTPA", "UTF8SMTPSA",
                                             "LMTPA",  "LMTPSA",  "UTF8LMTPA", "UTF8LMTPSA",
                                             "HTTP",   "HTTPS",   "MAPI" };

    for (gsize i = 0; i < G_N_ELEMENTS(protocols); i++)
        if (g_ascii_strcasecmp(protocol, protocols[i]) == 0)
            return true;
    return false;
}

/* Wherever the field says "with": a client can write a protocol into its greeting or a recipient,
 * but can't take away the one that the server wrote. */
static bool logged_in(const char *value)
{
    g_auto(GStrv) words = g_strsplit_set(value, " \t()<>\",;", -1);
    const char *before = "";
    bool authenticated = false;

    for (char **word = words; *word; word++) {
        if (!**word)
            continue;
        bool protocol = g_ascii_strcasecmp(before, "with") == 0;
        if (protocol && is_authenticated(*word))
            authenticated = true;
        else if (protocol && strcasestr(*word, "MTP"))
            return false;
        before = *word;
    }
    return authenticated;
}

GPtrArray *hops_read(const HeaderView *view)
{
    GPtrArray *hops = g_ptr_array_new_with_free_func((GDestroyNotify)hop_free);

    for (guint i = 0; i < view->fields->len && hops->len < HOPS_MAX; i++) {
        const HeaderField *field = g_ptr_array_index(view->fields, i);

        if (g_ascii_strcasecmp(field->name, "Received") != 0)
            continue;
        Hop *hop = g_new0(Hop, 1);
        hop->addresses = g_ptr_array_new_with_free_func(g_free);
        hop->authenticated = logged_in(field->value);
        add_addresses(hop, field->value);
        g_ptr_array_add(hops, hop);
    }
    return hops;
}
