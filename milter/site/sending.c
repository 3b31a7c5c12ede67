/* Identities, servers and passwords of what a site sends.
 *
 * A mailbox writes as one of its own addresses: only so answers come back to it, and only so its
 * replies are known as ours when they pass by. */
#include "site/sending.h"

#include "base/ca_file.h"
#include "base/key_file.h"
#include "reply/bounce_address.h"
#include "site/check.h"
#include "site/place.h"

#include <string.h>

/* Without the quotes around it, which commas and the like need; NULL if it can't be one. */
static char *read_name(const char *text)
{
    g_autofree char *name = g_strstrip(g_strdup(text));
    gsize length = strlen(name);
    bool quoted = length >= 2 && name[0] == '"' && name[length - 1] == '"';
    g_autofree char *plain = quoted ? g_strndup(name + 1, length - 2) : g_strdup(name);
    bool good = length <= NAME_MAX_BYTES && strpbrk(plain, "\"\\\n") == NULL &&
                (quoted || strpbrk(plain, "<>()[]:;@,") == NULL);
    return good ? g_steal_pointer(&plain) : NULL;
}

/* "Acme Support <support@example.com>", or the address alone; NULL for what is neither. */
static MailAddress *read_from(const char *from)
{
    const char *open = strrchr(from, '<');
    g_autofree char *before = g_strndup(from, open != NULL ? (gsize)(open - from) : 0);
    g_autofree char *name = read_name(before);
    g_autofree char *address = address_fold(open != NULL ? open : from);
    return name != NULL && address[0] != '\0' ? address_new(address, name) : NULL;
}

/* ── servers ── */

typedef struct {
    const char *plain, *safe; /* schemes */
    bool folder;              /* the path names one */
} Form;

static const Form submission_form = { "smtp", "smtps", false };
static const Form folder_form = { "imap", "imaps", true };

static const char *url_fault(const char *url, const Form *form)
{
    g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_ENCODED, NULL);
    const char *scheme = uri != NULL ? g_uri_get_scheme(uri) : "";
    const char *host = uri != NULL ? g_uri_get_host(uri) : NULL;
    bool known = g_str_equal(scheme, form->plain) || g_str_equal(scheme, form->safe);
    if (!known || host == NULL || host[0] == '\0')
        return form->folder ? "is not of the form imaps://HOST/FOLDER"
                            : "is not of the form smtp://HOST:PORT or smtps://HOST";
    if (g_uri_get_userinfo(uri) != NULL)
        return "holds a user name, which has a setting of its own";
    bool path = strlen(g_uri_get_path(uri)) > 1;
    if (path != form->folder || g_uri_get_query(uri) != NULL || g_uri_get_fragment(uri) != NULL)
        return form->folder ? "names no folder: imaps://HOST/FOLDER" : "has more than a server";
    return NULL;
}

/* Settings that go together: a server, who we are to it, how we prove that, and how it does. */
typedef struct {
    const char *url_name, *user_name, *file_name, *ca_name;
    const char *url, *user, *file, *ca;
    const Form *form;
    bool needs_user;
} Account;

static Place first_of(const Account *account, const GPtrArray *items, Place otherwise)
{
    Place file = place_of(items, account->file_name, place_of(items, account->ca_name, otherwise));
    return place_of(items, account->user_name, file);
}

static void check_authorities(const Account *account, const GPtrArray *items, Place otherwise,
                              Diags *diags)
{
    g_autoptr(GError) error = NULL;
    if (!ca_file_check(account->ca, account->ca_name, &error))
        diags_add(diags, place_of_value(items, account->ca_name, 0, otherwise), "%s",
                  error->message);
}

static void check_account(const Account *account, const GPtrArray *items, Place otherwise,
                          Diags *diags)
{
    Place url = place_of_value(items, account->url_name, 0, otherwise);
    const char *fault = account->url != NULL ? url_fault(account->url, account->form) : NULL;
    if (fault != NULL)
        diags_add(diags, url, "'%s' %s", account->url_name, fault);
    if (account->url == NULL &&
        (account->user != NULL || account->file != NULL || account->ca != NULL))
        diags_add(diags, first_of(account, items, otherwise), "there is no server for it: %s = …",
                  account->url_name);
    if (account->url != NULL && account->needs_user && account->user == NULL)
        diags_add(diags, url, "nobody is known there without a user: %s = …", account->user_name);
    if (account->user != NULL && account->file == NULL)
        diags_add(diags, place_of(items, account->user_name, otherwise),
                  "'%s' needs a password: %s = …", account->user_name, account->file_name);
    if (account->user == NULL && account->file != NULL)
        diags_add(diags, place_of(items, account->file_name, otherwise),
                  "whose password is it? %s = …", account->user_name);
    check_authorities(account, items, otherwise, diags);
}

static char *read_account_key(const Account *account, const GPtrArray *items, Place otherwise,
                              Diags *diags)
{
    g_autoptr(GError) error = NULL;
    if (account->file == NULL)
        return NULL;
    char *key = key_file_read(account->file, account->file_name, &error);
    if (key == NULL)
        diags_add(diags, place_of_value(items, account->file_name, 0, otherwise), "%s",
                  error->message);
    return key;
}

static void check_submission(Site *site, const ConfTree *tree, Place whole_file, Diags *diags)
{
    const Account account = { .url_name = "submission_url",
                              .user_name = "submission_user",
                              .file_name = "submission_key_file",
                              .ca_name = "submission_ca_file",
                              .url = site->submission_url,
                              .user = site->submission_user,
                              .file = site->submission_key_file,
                              .ca = site->submission_ca_file,
                              .form = &submission_form };
    check_account(&account, tree->items, whole_file, diags);
    site->submission_key = read_account_key(&account, tree->items, whole_file, diags);
}

static void check_sent_folder(Mailbox *mailbox, const ConfItem *item, Diags *diags)
{
    const Account account = { .url_name = "sent_folder",
                              .user_name = "sent_user",
                              .file_name = "sent_key_file",
                              .ca_name = "sent_ca_file",
                              .url = mailbox->sent_folder,
                              .user = mailbox->sent_user,
                              .file = mailbox->sent_key_file,
                              .ca = mailbox->sent_ca_file,
                              .form = &folder_form,
                              .needs_user = true };
    check_account(&account, item->items, item->place, diags);
    mailbox->sent_key = read_account_key(&account, item->items, item->place, diags);
}

/* ── identities ── */

static const Brand *find_brand(const Site *site, const char *name)
{
    for (guint i = 0; i < site->brands->len; i++) {
        const Brand *brand = g_ptr_array_index(site->brands, i);
        if (g_str_equal(brand->name, name))
            return brand;
    }
    return NULL;
}

static void check_language(const char *language, Place place, Diags *diags)
{
    if (strlen(language) != 2 || !g_ascii_islower(language[0]) || !g_ascii_islower(language[1]))
        diags_add(diags, place, "'%s' is no language; expected two letters, like de", language);
}

/* A whole top level would be everybody's. */
static void check_link_domain(const char *domain, Place place, Diags *diags)
{
    if (domain[0] != '\0' && strchr(domain, '.') == NULL)
        diags_add(diags, place,
                  "'%s' in 'link_domains' would be all sites that end so; name yours, like "
                  "docs.example.com",
                  domain);
}

static void check_brand(const Site *site, const Brand *brand, const ConfItem *item, Diags *diags)
{
    check_name("brand", brand->name, find_brand(site, brand->name) != brand, item->place, diags);
    for (guint i = 0; brand->languages[i] != NULL; i++)
        check_language(brand->languages[i], place_of_value(item->items, "language", i, item->place),
                       diags);
    for (guint i = 0; brand->link_domains[i] != NULL; i++)
        check_link_domain(brand->link_domains[i],
                          place_of_value(item->items, "link_domains", i, item->place), diags);
    if (brand->from == NULL)
        return;
    MailAddress *from = read_from(brand->from);
    if (from == NULL)
        diags_add(diags, place_of_value(item->items, "from", 0, item->place),
                  "'from' must be like \"Acme Support <support@example.com>\", not '%s'",
                  brand->from);
    g_clear_pointer(&from, address_free);
}

static void check_identity(const Mailbox *mailbox, Place place, Diags *diags)
{
    const char *address = mailbox->identity->address;
    g_autoptr(GError) error = NULL;
    g_autofree char *longest = NULL;
    if (!g_strv_contains((const char *const *)mailbox->address, address)) {
        diags_add(diags, place, "brand '%s' writes as %s, which is no address of mailbox '%s'",
                  mailbox->brand, address, mailbox->name);
        return;
    }
    if (mailbox->delimiter == DELIMITER_NONE)
        return;
    longest = bounce_address(address, '+', G_MAXINT32, "", 0, &error);
    if (longest == NULL)
        diags_add(diags, place,
                  "%s has no room for a tag, by which a bounce could name its reply; choose "
                  "delimiter = none",
                  address);
}

/* Whom the mailbox writes as; false if that is a fault that was told. */
static bool resolve_identity(const Site *site, Mailbox *mailbox, Place place, Diags *diags)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < site->brands->len; i++)
        g_ptr_array_add(names, ((Brand *)g_ptr_array_index(site->brands, i))->name);
    g_ptr_array_add(names, NULL);
    mailbox->look = mailbox->brand != NULL ? find_brand(site, mailbox->brand) : NULL;
    if (mailbox->brand != NULL && mailbox->look == NULL)
        check_suggest(diags, place, "brand", mailbox->brand, (const char *const *)names->pdata);
    else if (mailbox->look == NULL && mailbox->address[0] != NULL)
        mailbox->identity = address_new(mailbox->address[0], "");
    else if (mailbox->look != NULL && mailbox->look->from != NULL)
        mailbox->identity = read_from(mailbox->look->from);
    return mailbox->identity != NULL && mailbox->identity->address[0] != '\0';
}

/* ── what is sent ── */

static void check_acknowledgement(const Site *site, const Mailbox *mailbox, const ConfItem *item,
                                  Diags *diags)
{
    static const char *const none[] = { NULL };
    const ReplyTemplates *templates = site->reply_templates;
    Place place = place_of_value(item->items, "acknowledge", 0, item->place);
    if (templates == NULL || reply_template(templates, mailbox->acknowledge) == NULL)
        check_suggest(diags, place, "reply template", mailbox->acknowledge,
                      templates != NULL ? reply_template_names(templates) : none);
    if (mailbox->mode != MODE_FULL || mailbox->keep != KEEP_TEXT)
        diags_add(diags, place,
                  "'acknowledge' needs tickets and kept mail: mode = full, keep = text");
}

/* Drafts that nobody could send would be a trap for those who approve them. */
static void check_sent(const Site *site, const Mailbox *mailbox, const ConfItem *item, Diags *diags)
{
    if (mailbox->acknowledge != NULL)
        check_acknowledgement(site, mailbox, item, diags);
    if (site->submission_url != NULL)
        return;
    if (mailbox->drafts != DRAFTS_NONE)
        diags_add(diags, place_of(item->items, "drafts", item->place),
                  "what is drafted here could not be sent: submission_url = …");
    if (mailbox->acknowledge != NULL)
        diags_add(diags, place_of(item->items, "acknowledge", item->place),
                  "an acknowledgement could not be sent: submission_url = …");
}

void sending_check(Site *site, const ConfTree *tree, Diags *diags)
{
    Place whole_file = { .file = g_intern_string(site->path) };
    check_submission(site, tree, whole_file, diags);
    for (guint i = 0; i < site->brands->len; i++)
        check_brand(site, g_ptr_array_index(site->brands, i), place_block(tree, "brand", i), diags);
    for (guint i = 0; i < site->mailboxes->len; i++) {
        Mailbox *mailbox = g_ptr_array_index(site->mailboxes, i);
        const ConfItem *item = place_block(tree, "mailbox", i);
        Place brand = place_of_value(item->items, "brand", 0, item->place);
        check_sent_folder(mailbox, item, diags);
        check_sent(site, mailbox, item, diags);
        if (resolve_identity(site, mailbox, brand, diags))
            check_identity(mailbox, brand, diags);
    }
}
