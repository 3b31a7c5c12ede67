/* stats show: the store's numbers of some days, and beside them what is set today: budgets and
 * prices.  With --json all of it as it is, else as lines and tables, each a row below. */
#include "base/text.h"
#include "ctl/calibration.h"
#include "ctl/shared.h"

#define SECONDS_PER_DAY 86400
#define DAYS_MAX        3650
/* Names on a line; there are more in the JSON. */
#define NAMES_SHOWN 6

/* ── the JSON ── */

static void add_budget(cJSON *budgets, Purse *purse, PurseKind kind, const char *name,
                       gint64 budget, gint64 now)
{
    if (budget == 0)
        return;
    cJSON *row = cJSON_CreateObject();
    cJSON_AddStringToObject(row, "kind", purse_kind_name(kind));
    cJSON_AddStringToObject(row, "name", name);
    cJSON_AddNumberToObject(row, "budget_usd", (double)budget / USD);
    if (kind != PURSE_SENDER)
        cJSON_AddNumberToObject(row, "today_usd",
                                (double)purse_spent(purse, kind, name, now) / USD);
    cJSON_AddItemToArray(budgets, row);
}

static void add_budgets(cJSON *stats, const Site *site, Purse *purse, gint64 now)
{
    cJSON *budgets = cJSON_AddArrayToObject(stats, "budgets");
    add_budget(budgets, purse, PURSE_HOUSE, "", site->budget, now);
    add_budget(budgets, purse, PURSE_SENDER, "", site->sender_budget, now);
    for (guint i = 0; i < site->models->len; i++) {
        const LlmModel *model = g_ptr_array_index(site->models, i);
        add_budget(budgets, purse, PURSE_LLM, model->name, model->budget, now);
    }
    for (guint i = 0; i < site->mailboxes->len; i++) {
        const Mailbox *mailbox = g_ptr_array_index(site->mailboxes, i);
        add_budget(budgets, purse, PURSE_MAILBOX, mailbox->name, mailbox->budget, now);
    }
}

static void add_price(cJSON *row, const char *key, gint64 price)
{
    cJSON_AddNumberToObject(row, key, (double)price / 1000);
}

static void add_prices(cJSON *stats, const Site *site)
{
    cJSON *prices = cJSON_AddArrayToObject(stats, "prices");
    for (guint i = 0; i < site->models->len; i++) {
        const LlmModel *model = g_ptr_array_index(site->models, i);
        cJSON *row = cJSON_CreateObject();
        cJSON_AddItemToArray(prices, row);
        cJSON_AddStringToObject(row, "engine", model->name);
        cJSON_AddStringToObject(row, "model", model->model);
        if (!model->priced)
            continue;
        add_price(row, "input", model->price.input);
        add_price(row, "cached", model->price.cached);
        add_price(row, "output", model->price.output);
    }
}

static cJSON *collect(const Site *site, Store *store, gint64 since, gint64 now, GError **error)
{
    g_autoptr(Purse) purse = purse_new();
    g_autoptr(cJSON) stats = store_stats(store, since, error);
    if (stats == NULL || !store_spent(store, now, purse, error))
        return NULL;
    add_budgets(stats, site, purse, now);
    add_prices(stats, site);
    return g_steal_pointer(&stats);
}

/* ── the text ── */

/* Whole, or money: as many digits behind the point as say something, but two. */
static char *number_text(const char *key, double number)
{
    if (!g_str_has_suffix(key, "_usd"))
        return text_number(number);
    g_autofree char *digits = g_strdup_printf("%.6f", number);
    gsize length = strlen(digits);
    while (digits[length - 1] == '0' && digits[length - 3] != '.')
        digits[--length] = '\0';
    return g_steal_pointer(&digits);
}

/* "llm 100 (83 %), fallback 20 (17 %)": the largest first, as the store gives them.  `total` 0: no
 * shares. */
static char *names_text(const char *path, const cJSON *object, double total)
{
    g_autoptr(GString) text = g_string_new(NULL);
    int count = cJSON_GetArraySize(object), shown = 0;
    const cJSON *number;
    cJSON_ArrayForEach(number, object)
    {
        if (shown++ == NAMES_SHOWN)
            break;
        g_autofree char *value = number_text(path, number->valuedouble);
        g_string_append_printf(text, "%s%s %s", shown > 1 ? ", " : "", number->string, value);
        if (total > 0)
            g_string_append_printf(text, " (%.0f %%)", 100 * number->valuedouble / total);
    }
    if (count > NAMES_SHOWN)
        g_string_append_printf(text, ", and %d more", count - NAMES_SHOWN);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static double total_of(const cJSON *stats, const char *path)
{
    const cJSON *total = json_at(stats, "decisions.total");
    return g_str_has_prefix(path, "decisions.") && total != NULL ? total->valuedouble : 0;
}

static const struct {
    const char *path, *label;
} lines[] = {
    { "decisions.total", "Decisions" },
    { "decisions.by_status", "  by status" },
    { "decisions.by_engine", "  by engine" },
    { "decisions.by_why", "  why not by a model" },
    { "decisions.by_mailbox", "  by mailbox" },
    { "decisions.by_mark", "  by mark" },
    { "proven.yes_by_reason", "Proven senders" },
    { "proven.no_by_reason", "Unproven senders" },
    { "tickets.total", "Tickets" },
    { "tickets.by_queue", "  by queue" },
    { "tickets.by_status", "  by status" },
    { "drafts.total", "Drafts" },
    { "drafts.by_state", "  by state" },
    { "calls.total", "Calls" },
    { "calls.by_purpose", "  by purpose" },
    { "calls.by_outcome", "  by outcome" },
    { "calls.without_price", "  without a price" },
    { "money.total_usd", "Spent, in USD" },
    { "money.per_decision_usd", "  for one decision" },
    { "money.by_day_usd", "  by day" },
    { "money.by_engine_usd", "  by engine" },
    { "money.by_purpose_usd", "  by purpose" },
    { "money.by_mailbox_usd", "  by mailbox" },
    { "money.by_sender_usd", "  by sender" },
};

static void print_lines(const cJSON *stats)
{
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
        const cJSON *value = json_at(stats, lines[i].path);
        if (value == NULL)
            continue;
        g_autofree char *text =
            cJSON_IsObject(value) ? names_text(lines[i].path, value, total_of(stats, lines[i].path))
                                  : number_text(lines[i].path, value->valuedouble);
        g_print("%-20s %s\n", lines[i].label, text);
    }
}

typedef struct {
    const char *key, *title;
    bool share; /* of a hundred */
} Column;

static void print_number(const cJSON *row, const char *name, const Column *column)
{
    const cJSON *number = cJSON_GetObjectItemCaseSensitive(row, name);
    g_autofree char *text = NULL;
    if (number == NULL)
        text = g_strdup("-");
    else if (column->share)
        text = g_strdup_printf("%.0f %%", 100 * number->valuedouble);
    else
        text = number_text(column->key, number->valuedouble);
    g_print(" %9s", text);
}

static void print_titles(const char *title, const Column *columns, gsize count)
{
    g_print("\n%-32s", title);
    for (gsize i = 0; i < count; i++)
        g_print(" %9s", columns[i].title);
    g_print("\n");
}

/* Objects of numbers by name, side by side: the first column's names are the rows. */
static void print_by_name(const cJSON *group, const char *title, const Column *columns, gsize count)
{
    const cJSON *name;
    if (json_at(group, columns[0].key) == NULL)
        return;
    print_titles(title, columns, count);
    cJSON_ArrayForEach(name, json_at(group, columns[0].key))
    {
        g_print("%-32s", name->string);
        for (gsize i = 0; i < count; i++)
            print_number(json_at(group, columns[i].key), name->string, &columns[i]);
        g_print("\n");
    }
}

/* A list of objects: what names a row, and the columns. */
static void print_table(const cJSON *list, const char *title, const char *first, const char *second,
                        const Column *columns, gsize count)
{
    const cJSON *row;
    if (cJSON_GetArraySize(list) == 0)
        return;
    print_titles(title, columns, count);
    cJSON_ArrayForEach(row, list)
    {
        g_autofree char *name =
            g_strdup_printf("%s %s", json_text_at(row, first), json_text_at(row, second));
        g_print("%-32s", name);
        for (gsize i = 0; i < count; i++)
            print_number(row, columns[i].key, &columns[i]);
        g_print("\n");
    }
}

static void print_stats(const cJSON *stats, gint64 since)
{
    static const Column models[] = {
        { .key = "asked", .title = "CALLS" },
        { .key = "input_tokens", .title = "INPUT" },
        { .key = "cached_tokens", .title = "CACHED" },
        { .key = "output_tokens", .title = "OUTPUT" },
        { .key = "p50_ms", .title = "P50 MS" },
        { .key = "p95_ms", .title = "P95 MS" },
        { .key = "cost_usd", .title = "USD" },
    };
    static const Column topics[] = {
        { "decided", "DECIDED", false },
        { "unedited", "UNEDITED", true },
        { "rejected", "REJECTED", true },
        { "similarity", "SIMILAR", true },
    };
    static const Column budgets[] = { { .key = "today_usd", .title = "TODAY" },
                                      { .key = "budget_usd", .title = "A DAY" } };
    static const Column prices[] = { { .key = "input", .title = "INPUT" },
                                     { .key = "cached", .title = "CACHED" },
                                     { .key = "output", .title = "OUTPUT" } };
    g_autofree char *from = ctl_time(since);
    g_print("Since %s\n\n", from);
    print_lines(stats);
    print_by_name(json_at(stats, "calls"), "MODEL", models, G_N_ELEMENTS(models));
    print_by_name(json_at(stats, "drafts"), "DRAFTS ON", topics, G_N_ELEMENTS(topics));
    print_table(json_at(stats, "budgets"), "BUDGET (USD)", "kind", "name", budgets,
                G_N_ELEMENTS(budgets));
    print_table(json_at(stats, "prices"), "PRICE (USD for a million tokens)", "engine", "model",
                prices, G_N_ELEMENTS(prices));
}

int ctl_stats_show(Ctl *ctl)
{
    bool calibration = ctl_flag(ctl, "--calibration");
    const char *days_text = ctl_option(ctl, "--days");
    gint64 days = 7, now = g_get_real_time() / G_USEC_PER_SEC;
    if (days_text != NULL && calibration) {
        g_printerr("triagectl: '--calibration' shows what is in use, and takes no '--days'\n");
        return CTL_USAGE;
    }
    if (days_text != NULL && !g_ascii_string_to_signed(days_text, 10, 1, DAYS_MAX, &days, NULL)) {
        g_printerr("triagectl: '--days' must be a number from 1 to %d, not '%s'\n", DAYS_MAX,
                   days_text);
        return CTL_USAGE;
    }
    if (calibration)
        return ctl_calibration_show(ctl, now);
    Store *store = ctl_store(ctl);
    if (store == NULL)
        return CTL_FINDINGS;
    g_autoptr(GError) error = NULL;
    gint64 since = now - days * SECONDS_PER_DAY;
    cJSON *stats = collect(ctl->site, store, since, now, &error);
    if (stats == NULL)
        return ctl_fail(error);
    if (ctl->json) {
        ctl_print_json(stats);
        return CTL_GOOD;
    }
    print_stats(stats, since);
    cJSON_Delete(stats);
    return CTL_GOOD;
}
