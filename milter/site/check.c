/* The relations between settings: names that must exist, addresses that must be unique, times that
 * must leave room for each other.  Each fault is said at the setting it is about. */
#include "site/check.h"

#include "auth/resolver.h"
#include "base/text.h"
#include "site/place.h"

#include <string.h>
#include <sys/un.h>

#define TIER_MAX        64
#define AUTHSERV_ID_MAX 253

/* A socket is bound under its name and ".PID" first. */
#define SOCKET_PATH_MAX (sizeof(((struct sockaddr_un *)NULL)->sun_path) - sizeof(".4194304"))

void check_suggest(Diags *diags, Place place, const char *what, const char *given,
                   const char *const *known)
{
    const char *nearest = diags_nearest(given, known);
    g_autofree char *all = g_strjoinv(", ", (char **)known);
    if (nearest != NULL)
        diags_add(diags, place, "unknown %s '%s'; did you mean '%s'?", what, given, nearest);
    else if (known[0] != NULL)
        diags_add(diags, place, "unknown %s '%s'; there are: %s", what, given, all);
    else
        diags_add(diags, place, "unknown %s '%s'; there is none at all", what, given);
}

static const LlmModel *find_model(const Site *site, const char *name)
{
    for (guint i = 0; i < site->models->len; i++) {
        const LlmModel *model = g_ptr_array_index(site->models, i);
        if (g_str_equal(model->name, name))
            return model;
    }
    return NULL;
}

static bool given_before(char **list, guint index)
{
    for (guint i = 0; i < index; i++) {
        if (g_str_equal(list[i], list[index]))
            return true;
    }
    return false;
}

static void check_engines(const Site *site, Mailbox *mailbox, const ConfItem *item, Diags *diags)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < site->models->len; i++)
        g_ptr_array_add(names, ((LlmModel *)g_ptr_array_index(site->models, i))->name);
    g_ptr_array_add(names, NULL);

    guint count = g_strv_length(mailbox->engines), used = 0;
    mailbox->models = g_new0(const LlmModel *, count + 1);
    for (guint i = 0; i < count; i++) {
        const LlmModel *model = find_model(site, mailbox->engines[i]);
        Place place = place_of_value(item->items, "engines", i, item->place);
        if (model == NULL)
            check_suggest(diags, place, "llm", mailbox->engines[i],
                          (const char *const *)names->pdata);
        else if (given_before(mailbox->engines, i))
            diags_add(diags, place, "'engines' names '%s' twice; it is asked once", model->name);
        else
            mailbox->models[used++] = model;
    }
}

static void check_prompt(const Site *site, Mailbox *mailbox, const ConfItem *item, Diags *diags)
{
    Place place = place_of_value(item->items, "prompt", 0, item->place);
    if (mailbox->prompt == NULL) {
        if (mailbox->engines[0] != NULL)
            diags_add(diags, place_of(item->items, "engines", item->place),
                      "mailbox '%s' has engines but no prompt to ask them with: prompt = …",
                      mailbox->name);
        return;
    }
    mailbox->active_prompt = prompts_active(site->prompt_set, mailbox->prompt);
    if (mailbox->active_prompt != NULL && mailbox->active_prompt->replies)
        diags_add(diags, place,
                  "prompt '%s' asks for a reply; name one that asks for fields, and "
                  "this one in a policy: draft = %s",
                  mailbox->prompt, mailbox->prompt);
    if (mailbox->active_prompt != NULL)
        return;
    if (g_strv_contains(prompts_names(site->prompt_set), mailbox->prompt))
        diags_add(diags, place, "no version of prompt '%s' is in use; name one in %s/active.conf",
                  mailbox->prompt, site->prompt_dir);
    else
        check_suggest(diags, place, "prompt", mailbox->prompt, prompts_names(site->prompt_set));
}

/* Outside local_domains nothing but the id is ever written. */
static void check_marks(const Site *site, const Mailbox *mailbox, const char *address, Place place,
                        Diags *diags)
{
    if (mailbox->mode != MODE_OBSERVE && mailbox->headers != MARK_ID &&
        !site_is_local(site, address))
        diags_add(diags, place,
                  "%s is outside 'local_domains', where no header but the id is written; add its "
                  "domain there, or choose headers = id",
                  address);
}

static void check_address(const Site *site, const Mailbox *mailbox, const char *address,
                          Place place, Diags *diags)
{
    const Mailbox *first = site_mailbox_for(site, address);
    if (strchr(address, '+') != NULL)
        diags_add(diags, place, "'%s' has a +tag; mail with any tag comes here without it",
                  address);
    else if (first != mailbox)
        diags_add(diags, place, "%s belongs to mailbox '%s' already", address, first->name);
    else
        check_marks(site, mailbox, address, place, diags);
}

static void check_addresses(const Site *site, const Mailbox *mailbox, const ConfItem *item,
                            Diags *diags)
{
    for (guint i = 0; mailbox->address[i] != NULL; i++) {
        if (mailbox->address[i][0] != '\0')
            check_address(site, mailbox, mailbox->address[i],
                          place_of_value(item->items, "address", i, item->place), diags);
    }
}

void check_name(const char *block, const char *name, bool taken, Place place, Diags *diags)
{
    if (!text_is_token(name, 64))
        diags_add(diags, place,
                  "'%s' can't name a block '%s': letters, digits, '.', '_' and '-', at most 64",
                  name, block);
    if (taken)
        diags_add(diags, place, "there is a block '%s %s' already", block, name);
}

static void check_policies(const Mailbox *mailbox, const ConfItem *item, Diags *diags)
{
    for (guint i = 0; mailbox->policies[i] != NULL; i++) {
        if (given_before(mailbox->policies, i))
            diags_add(diags, place_of_value(item->items, "policy", i, item->place),
                      "'policy' names '%s' twice", mailbox->policies[i]);
    }
}

static void check_mailbox(const Site *site, Mailbox *mailbox, const ConfItem *item, Diags *diags)
{
    check_name("mailbox", mailbox->name, site_mailbox(site, mailbox->name) != mailbox, item->place,
               diags);
    check_addresses(site, mailbox, item, diags);
    check_engines(site, mailbox, item, diags);
    check_prompt(site, mailbox, item, diags);
    check_policies(mailbox, item, diags);
    if (!text_is_token(mailbox->ticket_prefix, 8) || strpbrk(mailbox->ticket_prefix, "-._") != NULL)
        diags_add(diags, place_of_value(item->items, "ticket_prefix", 0, item->place),
                  "'ticket_prefix' is made of letters and digits, like SUP, not '%s'",
                  mailbox->ticket_prefix);
    if (mailbox->deadline_ms <= site->store_wait_ms)
        diags_add(diags, place_of_value(item->items, "deadline", 0, item->place),
                  "'deadline' must be longer than 'store_wait', which is %" G_GINT64_FORMAT "ms",
                  site->store_wait_ms);
}

static void check_mailboxes(const Site *site, const ConfTree *tree, Place whole_file, Diags *diags)
{
    if (site->mailboxes->len == 0)
        diags_add(diags, whole_file, "no mailbox; expected at least one: mailbox NAME { … }");
    for (guint i = 0; i < site->mailboxes->len; i++)
        check_mailbox(site, g_ptr_array_index(site->mailboxes, i), place_block(tree, "mailbox", i),
                      diags);
}

/* Kinds of values, or the word that there are none. */
static void check_redact(const LlmModel *model, const ConfItem *item, Diags *diags)
{
    char **redact = model->privacy.redact;
    for (guint i = 0; redact[i] != NULL; i++) {
        Place place = place_of_value(item->items, "redact", i, item->place);
        if (!g_strv_contains(redact_kind_names, redact[i]))
            check_suggest(diags, place, "kind of value", redact[i], redact_kind_names);
        else if (given_before(redact, i))
            diags_add(diags, place, "'redact' names '%s' twice", redact[i]);
        else if (g_str_equal(redact[i], REDACT_NONE) && redact[1] != NULL)
            diags_add(diags, place, "'" REDACT_NONE "' stands alone: redact = " REDACT_NONE);
    }
}

static void check_models(const Site *site, const ConfTree *tree, Diags *diags)
{
    for (guint i = 0; i < site->models->len; i++) {
        const LlmModel *model = g_ptr_array_index(site->models, i);
        const ConfItem *item = place_block(tree, "llm", i);
        check_name("llm", model->name, find_model(site, model->name) != model, item->place, diags);
        check_redact(model, item, diags);
    }
}

static void check_methods(const TrustedServer *server, const ConfItem *item, Diags *diags)
{
    for (guint i = 0; server->methods[i] != NULL; i++) {
        Place place = place_of_value(item->items, "methods", i, item->place);
        if (!g_strv_contains(mail_trust_methods, server->methods[i]))
            check_suggest(diags, place, "method", server->methods[i], mail_trust_methods);
        else if (given_before(server->methods, i))
            diags_add(diags, place, "'methods' names '%s' twice", server->methods[i]);
    }
}

/* Is the server also in `trust = …`, or in an earlier block? */
static bool is_trusted_twice(const Site *site, guint index)
{
    const char *name = ((const TrustedServer *)site->trusted_servers->pdata[index])->name;
    for (char **id = site->trust; *id != NULL; id++)
        if (g_ascii_strcasecmp(*id, name) == 0)
            return true;
    for (guint i = 0; i < index; i++)
        if (g_ascii_strcasecmp(((const TrustedServer *)site->trusted_servers->pdata[i])->name,
                               name) == 0)
            return true;
    return false;
}

static void check_trust(const Site *site, const ConfTree *tree, Diags *diags)
{
    for (guint i = 0; i < site->trusted_servers->len; i++) {
        const TrustedServer *server = g_ptr_array_index(site->trusted_servers, i);
        const ConfItem *item = place_block(tree, "trust", i);
        if (!text_is_token(server->name, AUTHSERV_ID_MAX))
            diags_add(diags, item->place,
                      "'%s' is no authserv-id like mx.example.com: letters, digits, '.', '_' and "
                      "'-', at most %d",
                      server->name, AUTHSERV_ID_MAX);
        if (is_trusted_twice(site, i))
            diags_add(diags, item->place,
                      "'%s' is trusted twice; keep the block with its methods, or 'trust = %s'",
                      server->name, server->name);
        check_methods(server, item, diags);
    }
}

static void check_authentication(const Site *site, const ConfTree *tree, Place whole_file,
                                 Diags *diags)
{
    const char *name = site->authentication_results;
    Place place = place_of_value(tree->items, "authentication_results", 0, whole_file);
    if (site->resolver != NULL && !resolver_address_is_valid(site->resolver))
        diags_add(diags, place_of_value(tree->items, "resolver", 0, whole_file),
                  "'resolver' must be an IP address, with @PORT where the port isn't 53, not '%s'",
                  site->resolver);
    if (name == NULL)
        return;
    if (!text_is_token(name, AUTHSERV_ID_MAX))
        diags_add(diags, place,
                  "'authentication_results' must be a name like triage.example.com: letters, "
                  "digits, '.', '_' and '-', at most %d",
                  AUTHSERV_ID_MAX);
    if (site->authenticate == AUTHENTICATE_TRUST)
        diags_add(diags, place,
                  "'authentication_results' needs 'authenticate = own' or 'both': nothing is "
                  "verified here");
    bool trusted = false;
    for (guint i = 0; site->trust[i] != NULL; i++)
        trusted |= g_ascii_strcasecmp(site->trust[i], name) == 0;
    for (guint i = 0; i < site->trusted_servers->len; i++) {
        const TrustedServer *server = g_ptr_array_index(site->trusted_servers, i);
        trusted |= g_ascii_strcasecmp(server->name, name) == 0;
    }
    if (trusted)
        diags_add(diags, place,
                  "'%s' is in 'trust': fields of that name that arrive are not ours; use a name "
                  "of its own",
                  name);
}

/* GLib asserts where a prefix is longer than any address. */
static GInetAddressMask *read_network(const char *text)
{
    const char *slash = strchr(text, '/');
    guint64 length;
    if (slash != NULL && !g_ascii_string_to_unsigned(slash + 1, 10, 0, 128, &length, NULL))
        return NULL;
    return g_inet_address_mask_new_from_string(text, NULL);
}

static void check_networks(Site *site, const ConfTree *tree, Place whole_file, Diags *diags)
{
    for (guint i = 0; site->our_networks[i] != NULL; i++) {
        GInetAddressMask *mask = read_network(site->our_networks[i]);
        if (mask != NULL)
            g_ptr_array_add(site->networks, mask);
        else
            diags_add(diags, place_of_value(tree->items, "our_networks", i, whole_file),
                      "'%s' is no network; expected its first address and the length of its "
                      "prefix, as 192.0.2.0/24 or 2001:db8::/32",
                      site->our_networks[i]);
    }
}

static void check_tiers(const Site *site, const ConfTree *tree, Place whole_file, Diags *diags)
{
    for (guint i = 0; site->tiers[i] != NULL; i++) {
        Place place = place_of_value(tree->items, "tiers", i, whole_file);
        if (!text_is_token(site->tiers[i], TIER_MAX))
            diags_add(diags, place,
                      "'%s' can't be a tier: letters, digits, '.', '_' and '-', at most %d",
                      site->tiers[i], TIER_MAX);
        else if (given_before(site->tiers, i))
            diags_add(diags, place, "'tiers' names '%s' twice", site->tiers[i]);
    }
}

/* The daemon and triagectl start in different folders. */
static void check_database(const char *name, const char *value, Place place, Diags *diags)
{
    const char *path = value != NULL ? site_sqlite_path(value) : NULL;
    if (value != NULL && (path == NULL || !g_path_is_absolute(path)))
        diags_add(diags, place, "'%s' must be sqlite:/PATH, not '%s'", name, value);
}

static void check_databases(const Site *site, const ConfTree *tree, Place whole_file, Diags *diags)
{
    Place crm = place_of_value(tree->items, "crm", 0, whole_file);
    check_database("store", site->store, place_of_value(tree->items, "store", 0, whole_file),
                   diags);
    check_database("crm", site->crm, crm, diags);
    if (site->store != NULL && g_strcmp0(site->store, site->crm) == 0)
        diags_add(diags, crm,
                  "'crm' is the file of 'store', which an import would replace; name another");
}

/* The folder must be there to be read, and the index may replace nothing else. */
static void check_knowledge(const Site *site, const ConfTree *tree, Place whole_file, Diags *diags)
{
    Place index = place_of_value(tree->items, "knowledge", 0, whole_file);
    g_autoptr(GError) error = NULL;
    g_autoptr(GDir) folder =
        site->knowledge_dir != NULL ? g_dir_open(site->knowledge_dir, 0, &error) : NULL;
    if (site->knowledge_dir != NULL && folder == NULL)
        diags_add(diags, place_of_value(tree->items, "knowledge_dir", 0, whole_file),
                  "'knowledge_dir' must be a folder of Markdown files: %s", error->message);
    check_database("knowledge", site->knowledge, index, diags);
    if (site->knowledge == NULL)
        return;
    if (site->knowledge_dir == NULL)
        diags_add(diags, index,
                  "'knowledge' is the index of no folder; name one: knowledge_dir = …");
    if (g_strcmp0(site->knowledge, site->store) == 0 || g_strcmp0(site->knowledge, site->crm) == 0)
        diags_add(diags, index,
                  "'knowledge' is the file of '%s', which the index would replace; name another",
                  g_strcmp0(site->knowledge, site->store) == 0 ? "store" : "crm");
}

/* PORT@HOST or PORT */
static bool is_port(const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, "@", 2);
    guint64 port;
    return parts[0] != NULL && g_ascii_string_to_unsigned(parts[0], 10, 1, 65535, &port, NULL) &&
           (parts[1] == NULL || parts[1][0] != '\0');
}

static void check_socket(const Site *site, Place place, Diags *diags)
{
    if (site->socket == NULL)
        return;
    const char *path = site_unix_path(site->socket);
    const char *port = strchr(site->socket, ':');
    bool inet = g_str_has_prefix(site->socket, "inet:") || g_str_has_prefix(site->socket, "inet6:");
    if (path != NULL ? path[0] != '/' : !inet || !is_port(port + 1))
        diags_add(diags, place, "'socket' must be unix:/PATH or inet:PORT@HOST, not '%s'",
                  site->socket);
    else if (path != NULL && strlen(path) > SOCKET_PATH_MAX)
        diags_add(diags, place, "the socket's path may have at most %zu bytes, not %zu",
                  SOCKET_PATH_MAX, strlen(path));
}

static void check_times(const Site *site, const ConfTree *tree, Place whole_file, Diags *diags)
{
    if (site->decisions_for_ms < site->keep_for_ms)
        diags_add(
            diags,
            place_of(tree->items, "decisions_for", place_of(tree->items, "keep_for", whole_file)),
            "'decisions_for' must not be shorter than 'keep_for': text goes with its decision");
}

/* The fields that the program reads itself must be what it takes them for. */
static void check_fields(const Site *site, Diags *diags)
{
    static const struct {
        const char *name;
        FieldType type;
        const char *expected;
    } known[] = {
        { "kind", FIELD_ENUM, "values in {}" },
        { "priority", FIELD_ORDERED, "'ordered' and values in {}" },
        { "intent_score", FIELD_NUMBER, "'number' or 'whole'" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(known); i++) {
        const Field *field = field_find(site->field_table, known[i].name);
        if (field != NULL && field->type != known[i].type)
            diags_add(diags, field->place, "the program itself reads '%s', which needs %s",
                      known[i].name, known[i].expected);
    }
}

void site_check(Site *site, const ConfTree *tree, Diags *diags)
{
    Place whole_file = { .file = g_intern_string(site->path) };
    check_socket(site, place_of_value(tree->items, "socket", 0, whole_file), diags);
    check_databases(site, tree, whole_file, diags);
    check_knowledge(site, tree, whole_file, diags);
    check_networks(site, tree, whole_file, diags);
    check_tiers(site, tree, whole_file, diags);
    check_times(site, tree, whole_file, diags);
    check_fields(site, diags);
    check_models(site, tree, diags);
    check_trust(site, tree, diags);
    check_authentication(site, tree, whole_file, diags);
    check_mailboxes(site, tree, whole_file, diags);
}
