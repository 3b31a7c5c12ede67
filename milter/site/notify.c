/* Who is told that something has come: a server, or a person.
 *
 * Nothing leaves the house by this but to a server that the administrator named, in TLS unless it
 * stands on this machine; and never to one of our own mailboxes, which would triage what it is told
 * and could tell it again. */
#include "site/notify.h"

#include "base/ca_file.h"
#include "base/host.h"
#include "base/key_file.h"
#include "site/check.h"
#include "site/place.h"

GPtrArray *site_notify_names(const Site *site)
{
    GPtrArray *names = g_ptr_array_new();
    for (guint i = 0; i < site->notifies->len; i++)
        g_ptr_array_add(names, ((Notify *)g_ptr_array_index(site->notifies, i))->name);
    g_ptr_array_add(names, NULL);
    return names;
}

static const char *url_fault(const char *url)
{
    g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_ENCODED, NULL);
    const char *scheme = uri != NULL ? g_uri_get_scheme(uri) : "";
    const char *host = uri != NULL ? g_uri_get_host(uri) : NULL;
    bool plain = g_str_equal(scheme, "http");
    if ((!plain && !g_str_equal(scheme, "https")) || host == NULL || host[0] == '\0')
        return "is not of the form https://HOST/PATH";
    if (g_uri_get_userinfo(uri) != NULL)
        return "holds a user name; what we prove ourselves with belongs into key_file";
    if (g_uri_get_fragment(uri) != NULL)
        return "has a '#', behind which no server would see anything";
    if (plain && !host_is_loopback(host))
        return "would tell it in clear; use https, or http to 127.0.0.1";
    return NULL;
}

static void check_server(Notify *notify, const ConfItem *item, Diags *diags)
{
    const char *fault = url_fault(notify->url);
    g_autoptr(GError) error = NULL;
    if (fault != NULL)
        diags_add(diags, place_of_value(item->items, "url", 0, item->place), "'url' %s", fault);
    if (notify->key_file != NULL)
        notify->key = key_file_read(notify->key_file, "key_file", &error);
    if (error != NULL)
        diags_add(diags, place_of_value(item->items, "key_file", 0, item->place), "%s",
                  error->message);
    g_clear_error(&error);
    if (!ca_file_check(notify->ca_file, "ca_file", &error))
        diags_add(diags, place_of_value(item->items, "ca_file", 0, item->place), "%s",
                  error->message);
}

static void check_person(const Site *site, Notify *notify, const ConfItem *item, Diags *diags)
{
    Place place = place_of_value(item->items, "address", 0, item->place);
    g_autofree char *given = notify->address;
    notify->address = address_fold(given);
    if (notify->address[0] == '\0')
        diags_add(diags, place, "'%s' in 'address' is no address like lead@example.com", given);
    else if (!site_is_local(site, notify->address))
        diags_add(diags, place, "%s is not in local_domains; nobody elsewhere is told",
                  notify->address);
    else if (site_mailbox_for(site, notify->address) != NULL)
        diags_add(diags, place, "%s belongs to mailbox '%s', which would triage what it is told",
                  notify->address, site_mailbox_for(site, notify->address)->name);
    if (site->submission_url == NULL)
        diags_add(diags, place, "no mail server takes the mail; name one: submission_url = …");
    if (notify->key_file != NULL || notify->ca_file != NULL)
        diags_add(diags,
                  place_of(item->items, "key_file", place_of(item->items, "ca_file", item->place)),
                  "only a server has one: url = …");
}

static void check_block(const Site *site, Notify *notify, const ConfItem *item, Diags *diags)
{
    check_name("notify", notify->name, site_notify(site, notify->name) != notify, item->place,
               diags);
    if (notify->url != NULL && notify->address != NULL)
        diags_add(diags, place_of(item->items, "address", item->place),
                  "'notify %s' has a url and an address; make a block of each and name both",
                  notify->name);
    else if (notify->url != NULL)
        check_server(notify, item, diags);
    else if (notify->address != NULL)
        check_person(site, notify, item, diags);
    else
        diags_add(diags, item->place, "'notify %s' tells nobody; give it a url or an address",
                  notify->name);
}

/* Who is told of what is overdue must be somebody. */
static void check_remind(const Site *site, const Mailbox *mailbox, const ConfItem *item,
                         Diags *diags)
{
    g_autoptr(GPtrArray) names = site_notify_names(site);
    for (guint i = 0; mailbox->remind[i] != NULL; i++) {
        if (site_notify(site, mailbox->remind[i]) == NULL)
            check_suggest(diags, place_of_value(item->items, "remind", i, item->place),
                          "notify block", mailbox->remind[i], (const char *const *)names->pdata);
    }
}

void notify_check(Site *site, const ConfTree *tree, Diags *diags)
{
    for (guint i = 0; i < site->notifies->len; i++)
        check_block(site, g_ptr_array_index(site->notifies, i), place_block(tree, "notify", i),
                    diags);
    for (guint i = 0; i < site->mailboxes->len; i++)
        check_remind(site, g_ptr_array_index(site->mailboxes, i), place_block(tree, "mailbox", i),
                     diags);
}
