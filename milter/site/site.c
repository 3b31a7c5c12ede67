/* The site: reads the administrator's files into one immutable snapshot.
 *
 * Everything is read and checked before anything is used, and everything that is wrong is said in
 * one run: load_*() steps go on behind a fault wherever the next one can still find faults of its
 * own.  A Site with a single diagnostic is never handed out, so nothing behind this file checks
 * again. */
#include "site/site.h"

#include "crm/crm.h"
#include "site/check.h"
#include "site/notify.h"
#include "site/place.h"
#include "site/sending.h"
#include "site/settings.h"

#include <string.h>

static void mailbox_free(gpointer data)
{
    Mailbox *mailbox = data;
    settings_clear(&mailbox_settings, mailbox);
    g_free(mailbox->name);
    g_free(mailbox->models);
    g_clear_pointer(&mailbox->policy, policy_free);
    g_clear_pointer(&mailbox->identity, address_free);
    g_free(mailbox->sent_key);
    g_free(mailbox);
}

static void brand_free(gpointer data)
{
    Brand *brand = data;
    settings_clear(&brand_settings, brand);
    g_free(brand->name);
    g_free(brand);
}

static void notify_free(gpointer data)
{
    Notify *notify = data;
    settings_clear(&notify_settings, notify);
    g_free(notify->name);
    g_free(notify->key);
    g_free(notify);
}

static void server_free(gpointer data)
{
    TrustedServer *server = data;
    settings_clear(&trust_settings, server);
    g_free(server->name);
    g_free(server);
}

static void model_free(gpointer data)
{
    LlmModel *model = data;
    settings_clear(&llm_settings, model);
    g_free(model->name);
    g_free(model->key);
    g_free(model);
}

static Site *site_new(const char *path)
{
    Site *site = g_new0(Site, 1);
    atomic_init(&site->references, 1);
    site->path = g_strdup(path);
    site->mailboxes = g_ptr_array_new_with_free_func(mailbox_free);
    site->models = g_ptr_array_new_with_free_func(model_free);
    site->brands = g_ptr_array_new_with_free_func(brand_free);
    site->notifies = g_ptr_array_new_with_free_func(notify_free);
    site->trusted_servers = g_ptr_array_new_with_free_func(server_free);
    site->networks = g_ptr_array_new_with_free_func(g_object_unref);
    site->own_lists = g_ptr_array_new();
    return site;
}

Site *site_ref(Site *site)
{
    atomic_fetch_add(&site->references, 1);
    return site;
}

void site_unref(Site *site)
{
    if (site == NULL || atomic_fetch_sub(&site->references, 1) != 1)
        return;
    settings_clear(&site_settings, site);
    g_free(site->path);
    g_ptr_array_unref(site->mailboxes);
    g_ptr_array_unref(site->models);
    g_ptr_array_unref(site->brands);
    g_ptr_array_unref(site->notifies);
    g_free(site->submission_key);
    g_ptr_array_unref(site->trusted_servers);
    g_ptr_array_unref(site->networks);
    g_ptr_array_unref(site->own_lists);
    g_clear_pointer(&site->price_rows, g_ptr_array_unref);
    g_clear_pointer(&site->field_table, field_table_unref);
    g_clear_pointer(&site->fact_table, fact_table_unref);
    g_clear_pointer(&site->prompt_set, prompts_free);
    g_clear_pointer(&site->reply_templates, reply_templates_free);
    g_strfreev(site->freemail_domains);
    g_free(site);
}

/* Paths in the file are relative to the file. */
static void resolve_path(const Site *site, char **path)
{
    if (*path == NULL || g_path_is_absolute(*path) || strchr(site->path, '/') == NULL)
        return;
    g_autofree char *folder = g_path_get_dirname(site->path);
    char *resolved = g_build_filename(folder, *path, NULL);
    g_free(*path);
    *path = resolved;
}

static char *fold_domain(const char *domain)
{
    g_autofree char *address = g_strconcat("x@", domain, NULL);
    g_autofree char *folded = address_fold(address);
    return g_strdup(strchr(domain, '@') == NULL ? address_domain(folded) : "");
}

/* Brings a list into the form in which mail is compared with it. */
static void fold_list(char **list, char *(*fold)(const char *), const char *expected,
                      const GPtrArray *items, const char *name, Diags *diags)
{
    for (guint i = 0; list[i] != NULL; i++) {
        g_autofree char *given = list[i];
        list[i] = fold(given);
        if (list[i][0] == '\0')
            diags_add(diags, place_of_value(items, name, i, (Place){ .file = "" }),
                      "'%s' in '%s' is no %s", given, name, expected);
    }
}

static void fold_addresses(char **list, const ConfItem *item, const char *name, Diags *diags)
{
    fold_list(list, address_fold, "address like support@example.com", item->items, name, diags);
}

/* Blocks hold settings and nothing else. */
static void refuse_others(const SettingsTable *table, const ConfItem *block, Diags *diags)
{
    for (guint i = 0; i < block->items->len; i++) {
        const ConfItem *item = g_ptr_array_index(block->items, i);
        if (!settings_take(table, item))
            diags_add(diags, item->place, "'%s' can't stand in '%s %s'; expected settings: %s = …",
                      item->name, block->name, conf_title(block), table->rows[0].name);
    }
}

static void refuse_logprobs(const LlmModel *model, const ConfItem *item, Diags *diags)
{
    g_autofree char *apis = llm_logprobs_apis();
    diags_add(diags, place_of_value(item->items, "logprobs", 0, item->place),
              "'logprobs' isn't for api = %s; leave it out, or use one of %s",
              llm_api_names[model->api], apis);
}

static void load_model(Site *site, const ConfItem *item, Diags *diags)
{
    LlmModel *model = g_new0(LlmModel, 1);
    g_ptr_array_add(site->models, model);
    model->name = g_strdup(conf_title(item));
    guint faults = diags_count(diags);
    settings_read(&llm_settings, model, item->items, item->place, diags);
    refuse_others(&llm_settings, item, diags);
    resolve_path(site, &model->key_file);
    resolve_path(site, &model->ca_file);
    if (diags_count(diags) > faults)
        return;
    g_autoptr(GError) error = NULL;
    if (model->logprobs && !llm_api_gives_logprobs(model->api))
        refuse_logprobs(model, item, diags);
    else if (!llm_model_complete(model, &error))
        diags_add(diags, item->place, "%s", error->message);
}

static void load_mailbox(Site *site, const ConfItem *item, Diags *diags)
{
    Mailbox *mailbox = g_new0(Mailbox, 1);
    g_ptr_array_add(site->mailboxes, mailbox);
    mailbox->name = g_strdup(conf_title(item));
    settings_read(&mailbox_settings, mailbox, item->items, item->place, diags);
    refuse_others(&mailbox_settings, item, diags);
    fold_addresses(mailbox->address, item, "address", diags);
    fold_addresses(mailbox->agents, item, "agents", diags);
    resolve_path(site, &mailbox->sent_key_file);
    resolve_path(site, &mailbox->sent_ca_file);
    for (char **list = mailbox->own_lists; *list != NULL; list++)
        g_ptr_array_add(site->own_lists, *list);
}

static void load_brand(Site *site, const ConfItem *item, Diags *diags)
{
    Brand *brand = g_new0(Brand, 1);
    g_ptr_array_add(site->brands, brand);
    brand->name = g_strdup(conf_title(item));
    settings_read(&brand_settings, brand, item->items, item->place, diags);
    refuse_others(&brand_settings, item, diags);
    fold_list(brand->link_domains, fold_domain, "domain like docs.example.com", item->items,
              "link_domains", diags);
}

static void load_notify(Site *site, const ConfItem *item, Diags *diags)
{
    Notify *notify = g_new0(Notify, 1);
    g_ptr_array_add(site->notifies, notify);
    notify->name = g_strdup(conf_title(item));
    settings_read(&notify_settings, notify, item->items, item->place, diags);
    refuse_others(&notify_settings, item, diags);
    resolve_path(site, &notify->key_file);
    resolve_path(site, &notify->ca_file);
}

static void load_trust(Site *site, const ConfItem *item, Diags *diags)
{
    TrustedServer *server = g_new0(TrustedServer, 1);
    g_ptr_array_add(site->trusted_servers, server);
    server->name = g_strdup(conf_title(item));
    settings_read(&trust_settings, server, item->items, item->place, diags);
    refuse_others(&trust_settings, item, diags);
}

/* What may stand at the top level beside settings. */
static const struct {
    const char *name;
    void (*load)(Site *, const ConfItem *, Diags *); /* NULL: fields, read by load_fields() */
} blocks[] = {
    { "llm", load_model },     { "mailbox", load_mailbox }, { "brand", load_brand },
    { "notify", load_notify }, { "trust", load_trust },     { "field", NULL },
};

static void load_block(Site *site, const ConfItem *item, Diags *diags)
{
    static const char *const names[] = {
        "llm", "mailbox", "brand", "notify", "trust", "field", NULL
    };
    for (gsize i = 0; i < G_N_ELEMENTS(blocks); i++) {
        if (!g_str_equal(item->name, blocks[i].name))
            continue;
        if (blocks[i].load == NULL)
            return;
        if (place_is_block(item, item->name))
            blocks[i].load(site, item, diags);
        else
            diags_add(diags, item->place, "expected: %s NAME { … }", item->name);
        return;
    }
    const char *nearest = diags_nearest(item->name, names);
    if (nearest != NULL)
        diags_add(diags, item->place, "unknown block '%s'; did you mean '%s'?", item->name,
                  nearest);
    else
        diags_add(diags, item->place,
                  "'%s' is neither a setting (%s = …) nor a block; there are: llm, mailbox, brand, "
                  "notify, trust, field",
                  item->name, item->name);
}

static void load_blocks(Site *site, const ConfTree *tree, Diags *diags)
{
    for (guint i = 0; i < tree->items->len; i++) {
        const ConfItem *item = g_ptr_array_index(tree->items, i);
        if (!settings_take(&site_settings, item))
            load_block(site, item, diags);
    }
}

/* The shipped fields, and behind them the site's own. */
static void load_fields(Site *site, const ConfTree *tree, Diags *diags)
{
    g_autoptr(ConfTree) shipped = conf_read_file(site->fields, diags);
    g_autoptr(GPtrArray) items = g_ptr_array_new();
    for (guint i = 0; i < shipped->items->len; i++) {
        const ConfItem *item = g_ptr_array_index(shipped->items, i);
        if (!g_str_equal(item->name, "field"))
            diags_add(diags, item->place, "only 'field' entries stand here, not '%s'", item->name);
        g_ptr_array_add(items, (gpointer)item);
    }
    for (guint i = 0; i < tree->items->len; i++) {
        ConfItem *item = g_ptr_array_index(tree->items, i);
        if (g_str_equal(item->name, "field"))
            g_ptr_array_add(items, item);
    }
    site->field_table = field_table_load(items, diags);
}

/* What each model costs, as far as the table knows. */
static void load_prices(Site *site, Diags *diags)
{
    g_autoptr(ConfTree) tree = NULL;
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    if (site->prices != NULL)
        tree = conf_read_file(site->prices, diags);
    site->price_rows = llm_prices_load(tree != NULL ? tree->items : none, diags);
    for (guint i = 0; i < site->models->len; i++) {
        LlmModel *model = g_ptr_array_index(site->models, i);
        const LlmPrice *price =
            model->model != NULL
                ? llm_prices_find(site->price_rows, llm_api_names[model->api], model->model)
                : NULL;
        model->priced = price != NULL;
        if (model->priced)
            model->price = *price;
    }
}

/* How many calls there can be at once is told by who may wait for them. */
static void choose_http(Site *site)
{
    for (guint i = 0; i < site->models->len; i++)
        ((LlmModel *)g_ptr_array_index(site->models, i))->http2 =
            site->max_waiting + site->workers <= LLM_HTTP2_CALLS;
}

static void load_facts(Site *site, Diags *diags)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < site->mailboxes->len; i++)
        g_ptr_array_add(names, ((Mailbox *)g_ptr_array_index(site->mailboxes, i))->name);
    g_ptr_array_add(names, NULL);
    site->fact_table = fact_table_new(site->field_table, (const char *const *)site->tiers,
                                      (const char *const *)names->pdata, diags);
}

static void load_policies(Site *site, const ConfTree *tree, Diags *diags)
{
    g_autoptr(GPtrArray) names = site_notify_names(site);
    const PolicySchema schema = {
        .facts = site->fact_table,
        .fields = site->field_table,
        .local_domains = (const char *const *)site->local_domains,
        .reply_prompts = prompts_reply_names(site->prompt_set),
        .reply_templates =
            site->reply_templates != NULL ? reply_template_names(site->reply_templates) : NULL,
        .notify_names = (const char *const *)names->pdata,
    };
    for (guint i = 0; i < site->mailboxes->len; i++) {
        Mailbox *mailbox = g_ptr_array_index(site->mailboxes, i);
        const ConfItem *item = place_block(tree, "mailbox", i);
        mailbox->policy =
            policy_load(&schema, site->policy_dir, (const char *const *)mailbox->policies,
                        place_of(item->items, "policy", item->place), diags);
    }
}

/* The index has a place of its own beside the store, unless told otherwise. */
static void complete_knowledge(Site *site)
{
    if (site->knowledge_dir != NULL && site->knowledge == NULL)
        site->knowledge = g_strconcat(site->store, ".knowledge", NULL);
}

Site *site_load(const char *path, Diags *diags)
{
    g_autoptr(ConfTree) tree = conf_read_file(path, diags);
    g_autoptr(Site) site = site_new(path);
    Place whole_file = { .file = g_intern_string(path) };

    if (tree->files->len == 0) /* which was said; nothing else is wrong with it */
        return NULL;
    settings_read(&site_settings, site, tree->items, whole_file, diags);
    char **paths[] = { &site->fields,
                       &site->policy_dir,
                       &site->prompt_dir,
                       &site->reply_dir,
                       &site->freemail,
                       &site->prices,
                       &site->knowledge_dir,
                       &site->submission_key_file,
                       &site->submission_ca_file };
    for (gsize i = 0; i < G_N_ELEMENTS(paths); i++)
        resolve_path(site, paths[i]);
    fold_list(site->local_domains, fold_domain, "domain like example.com", tree->items,
              "local_domains", diags);
    load_blocks(site, tree, diags);
    g_ptr_array_add(site->own_lists, NULL);
    load_prices(site, diags);
    choose_http(site);
    load_fields(site, tree, diags);
    load_facts(site, diags);
    site->prompt_set = prompts_load(site->prompt_dir, diags);
    if (site->reply_dir != NULL)
        site->reply_templates = reply_templates_load(site->reply_dir, diags);
    if (field_table_size(site->field_table) > 0) /* else each name would be unknown */
        load_policies(site, tree, diags);
    site->freemail_domains = crm_read_freemail(site->freemail, diags);
    site_check(site, tree, diags);
    sending_check(site, tree, diags);
    notify_check(site, tree, diags);
    complete_knowledge(site);
    return diags_count(diags) == 0 ? g_steal_pointer(&site) : NULL;
}
