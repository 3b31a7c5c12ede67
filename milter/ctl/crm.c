/* customer show, crm import. */
#include "base/error.h"
#include "base/json.h"
#include "ctl/shared.h"

#include <math.h>
#include <string.h>

static void add_text(cJSON *object, const char *key, const char *value)
{
    if (value != NULL && value[0] != '\0')
        cJSON_AddStringToObject(object, key, value);
}

static void add_number(cJSON *object, const char *key, double value)
{
    if (value >= 0)
        cJSON_AddNumberToObject(object, key, value);
}

static cJSON *issues(const GPtrArray *list)
{
    cJSON *array = cJSON_CreateArray();
    for (guint i = 0; i < list->len; i++) {
        const Issue *issue = g_ptr_array_index(list, i);
        cJSON *row = cJSON_CreateObject();
        add_text(row, "title", issue->title);
        add_text(row, "severity", issue->severity);
        cJSON_AddItemToArray(array, row);
    }
    return array;
}

static cJSON *interactions(const GPtrArray *list)
{
    cJSON *array = cJSON_CreateArray();
    for (guint i = 0; i < list->len; i++) {
        const Interaction *interaction = g_ptr_array_index(list, i);
        cJSON *row = cJSON_CreateObject();
        g_autofree char *when = ctl_time(interaction->when);
        add_text(row, "when", when);
        add_text(row, "type", interaction->type);
        add_text(row, "summary", interaction->summary);
        cJSON_AddItemToArray(array, row);
    }
    return array;
}

static cJSON *customer_to_json(const Customer *customer)
{
    cJSON *object = cJSON_CreateObject();
    add_text(object, "match", customer_match_name(customer->match));
    add_text(object, "id", customer->id);
    add_text(object, "company", customer->company);
    add_text(object, "industry", customer->industry);
    add_text(object, "tier", customer->tier);
    add_text(object, "owner", customer->owner);
    add_text(object, "contact", customer->contact_name);
    add_text(object, "title", customer->contact_title);
    add_text(object, "lead_source", customer->lead_source);
    add_text(object, "lead_stage", customer->lead_stage);
    add_text(object, "summary", customer->summary);
    add_text(object, "usage", customer->usage);
    add_text(object, "spending_trend", spending_trend_name(customer->trend));
    add_number(object, "company_size", (double)customer->company_size);
    add_number(object, "lead_budget", customer->lead_budget);
    add_number(object, "health_score", customer->health_score);
    cJSON_AddItemToObject(object, "candidates", json_list(customer->candidates));
    cJSON_AddItemToObject(object, "issues", issues(customer->issues));
    cJSON_AddItemToObject(object, "interactions", interactions(customer->interactions));
    return object;
}

static void print_customer(const cJSON *object)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, object)
    {
        if (cJSON_IsString(item))
            g_print("%-16s %s\n", item->string, item->valuestring);
        else if (cJSON_IsNumber(item))
            g_print("%-16s %g\n", item->string, item->valuedouble);
        else if (cJSON_GetArraySize(item) > 0)
            g_print("%-16s %d\n", item->string, cJSON_GetArraySize(item));
    }
}

int ctl_customer_show(Ctl *ctl)
{
    if (ctl->argument_count != 1)
        return CTL_USAGE;
    Services *services = ctl_services(ctl);
    Crm *crm = services != NULL ? services_crm(services) : NULL;
    if (crm == NULL) {
        if (services != NULL)
            g_printerr("triagectl: %s names no crm\n", ctl->conf);
        return CTL_FINDINGS;
    }
    g_autoptr(GError) error = NULL;
    const char *who = ctl->arguments[0];
    gint64 now = g_get_real_time() / G_USEC_PER_SEC;
    g_autofree char *address = address_fold(who);
    g_autoptr(Customer) customer = strchr(who, '@') != NULL ? crm_find(crm, address, now, &error)
                                                            : crm_get(crm, who, now, &error);
    if (customer == NULL)
        return ctl_fail(error);
    cJSON *object = customer_to_json(customer);
    if (ctl->json) {
        ctl_print_json(object);
    } else {
        print_customer(object);
        cJSON_Delete(object);
    }
    return customer->match == MATCH_NONE ? CTL_FINDINGS : CTL_GOOD;
}

int ctl_crm_import(Ctl *ctl)
{
    if (ctl->argument_count != 1)
        return CTL_USAGE;
    const Site *site = ctl_site(ctl);
    if (site == NULL)
        return CTL_FINDINGS;
    if (site->crm == NULL) {
        g_printerr("triagectl: %s names no crm\n", ctl->conf);
        return CTL_FINDINGS;
    }
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(GError) error = NULL;
    gint64 rows = 0;
    bool imported = crm_import(site_sqlite_path(site->crm), ctl->arguments[0],
                               (const char *const *)site->tiers, diags, &rows, &error);
    ctl_say_findings(ctl, diags);
    if (!imported)
        return ctl_fail(error);
    ctl_say(ctl, "%" G_GINT64_FORMAT " rows imported, %u findings", rows, diags_count(diags));
    return diags_count(diags) > 0 ? CTL_FINDINGS : CTL_GOOD;
}
