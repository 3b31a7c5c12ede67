/* Questions to a site: whose address, which network, what stands behind a scheme.
 *
 * Addresses come folded, as the site's own are since it was loaded.  A snapshot never changes, so
 * any thread may ask. */
#include "site/site.h"

#include "reply/bounce_address.h"

#include <string.h>

const Mailbox *site_mailbox(const Site *site, const char *name)
{
    for (guint i = 0; i < site->mailboxes->len; i++) {
        const Mailbox *mailbox = g_ptr_array_index(site->mailboxes, i);
        if (g_str_equal(mailbox->name, name))
            return mailbox;
    }
    return NULL;
}

static const Mailbox *mailbox_with(const Site *site, const char *address, bool agents_too)
{
    for (guint i = 0; i < site->mailboxes->len; i++) {
        const Mailbox *mailbox = g_ptr_array_index(site->mailboxes, i);
        if (g_strv_contains((const char *const *)mailbox->address, address) ||
            (agents_too && g_strv_contains((const char *const *)mailbox->agents, address)))
            return mailbox;
    }
    return NULL;
}

/* Behind a '-' only what may be a bounce address is a tag: it stands in names too. */
static bool is_bounce_tag(const Mailbox *mailbox, const char *recipient)
{
    if (mailbox->delimiter != DELIMITER_MINUS)
        return false;
    for (char **address = mailbox->address; *address != NULL; address++) {
        gsize local = strcspn(*address, "@");
        if (strncmp(*address, recipient, local) == 0 &&
            g_str_has_prefix(recipient + local, "-" BOUNCE_MARK) &&
            g_str_equal(address_domain(*address), address_domain(recipient)))
            return true;
    }
    return false;
}

const Mailbox *site_mailbox_for(const Site *site, const char *recipient)
{
    g_autofree char *plain = address_without_tag(recipient);
    const Mailbox *mailbox = mailbox_with(site, plain, false);
    for (guint i = 0; mailbox == NULL && i < site->mailboxes->len; i++) {
        if (is_bounce_tag(g_ptr_array_index(site->mailboxes, i), recipient))
            mailbox = g_ptr_array_index(site->mailboxes, i);
    }
    return mailbox;
}

char *mailbox_new_message_id(const Mailbox *mailbox)
{
    g_autofree char *random = g_uuid_string_random();
    return g_strdup_printf("%s@%s", random, address_domain(mailbox->identity->address));
}

static const char delimiter_characters[] = {
    [DELIMITER_PLUS] = '+', [DELIMITER_MINUS] = '-', [DELIMITER_NONE] = '\0'
};

char *mailbox_bounce_address(const Mailbox *mailbox, gint64 draft, const char *secret)
{
    const char *plain = mailbox->identity->address;
    char delimiter = delimiter_characters[mailbox->delimiter];
    char *address = NULL;
    if (delimiter != '\0')
        address = bounce_address(plain, delimiter, draft, secret, strlen(secret), NULL);
    return address != NULL ? address : g_strdup(plain);
}

gint64 mailbox_bounced_draft(const Mailbox *mailbox, const GPtrArray *recipients,
                             const char *secret)
{
    char delimiter = delimiter_characters[mailbox->delimiter];
    gint64 draft = 0;
    for (guint i = 0; delimiter != '\0' && i < recipients->len; i++) {
        for (char **address = mailbox->address; draft == 0 && *address != NULL; address++)
            draft = bounce_address_draft(recipients->pdata[i], *address, delimiter, secret,
                                         strlen(secret));
    }
    return draft;
}

const Mailbox *site_mailbox_of_author(const Site *site, const char *address)
{
    return address[0] != '\0' ? mailbox_with(site, address, true) : NULL;
}

const Notify *site_notify(const Site *site, const char *name)
{
    for (guint i = 0; i < site->notifies->len; i++) {
        const Notify *notify = g_ptr_array_index(site->notifies, i);
        if (g_str_equal(notify->name, name))
            return notify;
    }
    return NULL;
}

bool site_tells_timeline(const Site *site, const Mailbox *mailbox)
{
    return mailbox->timeline && site->crm != NULL;
}

bool site_is_local(const Site *site, const char *address)
{
    return g_strv_contains((const char *const *)site->local_domains, address_domain(address));
}

bool site_is_relay(const Site *site, const char *client_address)
{
    return site_is_our_network(site, client_address) ||
           (site->trusted_hops != NULL &&
            g_strv_contains((const char *const *)site->trusted_hops, client_address));
}

bool site_is_our_network(const Site *site, const char *client_address)
{
    g_autoptr(GInetAddress) client = g_inet_address_new_from_string(client_address);
    for (guint i = 0; client != NULL && i < site->networks->len; i++) {
        if (g_inet_address_mask_matches(g_ptr_array_index(site->networks, i), client))
            return true;
    }
    return false;
}

static const char *behind(const char *value, const char *prefix)
{
    return value != NULL && g_str_has_prefix(value, prefix) ? value + strlen(prefix) : NULL;
}

const char *site_sqlite_path(const char *value)
{
    return behind(value, "sqlite:");
}

const char *site_unix_path(const char *value)
{
    return behind(value, "unix:");
}
