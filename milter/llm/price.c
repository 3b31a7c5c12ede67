/* The price table, and what a call costs by it.
 *
 * Nothing is guessed: a model without a row has no price, and what it costs is unknown.  The
 * product of the highest price and the most tokens is far below what a gint64 holds.  Pure. */
#include "llm/price.h"

#include "base/settings.h"
#include "llm/llm.h"

#define PRICE_MAX (10 * 1000 * 1000) /* 10000 USD per million tokens */

#define PRICE(n, member, h)                                                                        \
    {                                                                                              \
        .name = n, .type = SETTING_TYPE_PRICE, .offset = offsetof(LlmPrice, member),               \
        .max = PRICE_MAX, .required = true, .help = h                                              \
    }

static const Setting price_rows[] = {
    PRICE("input", input, "USD per million tokens that are sent."),
    PRICE("cached", cached, "USD per million of them that the provider still had in memory."),
    PRICE("output", output, "USD per million tokens that come back."),
    { .name = NULL },
};

static const SettingsTable price_settings = {
    .block = "price",
    .size = sizeof(LlmPrice),
    .rows = price_rows,
};

static void row_free(gpointer data)
{
    LlmPriceRow *row = data;
    g_free(row->api);
    g_free(row->model);
    g_free(row);
}

static bool is_price(const ConfItem *item)
{
    return g_str_equal(item->name, "price") && item->head->len == 2 && item->items != NULL;
}

static void say_unknown_api(const Token *token, Diags *diags)
{
    const char *nearest = diags_nearest(token->text, llm_api_names);
    g_autofree char *all = g_strjoinv(", ", (char **)llm_api_names);
    if (nearest != NULL)
        diags_add(diags, token->place, "unknown api '%s'; did you mean '%s'?", token->text,
                  nearest);
    else
        diags_add(diags, token->place, "unknown api '%s'; there are: %s", token->text, all);
}

static void refuse_others(const ConfItem *block, Diags *diags)
{
    for (guint i = 0; i < block->items->len; i++) {
        const ConfItem *item = g_ptr_array_index(block->items, i);
        if (!settings_take(&price_settings, item))
            diags_add(diags, item->place, "'%s' can't stand in a price; expected: input = …",
                      item->name);
    }
}

static void add_price(GPtrArray *prices, const ConfItem *item, Diags *diags)
{
    const Token *api = g_ptr_array_index(item->head, 0);
    const Token *model = g_ptr_array_index(item->head, 1);
    LlmPriceRow *row = g_new0(LlmPriceRow, 1);
    settings_read(&price_settings, &row->price, item->items, item->place, diags);
    refuse_others(item, diags);
    if (!g_strv_contains(llm_api_names, api->text))
        say_unknown_api(api, diags);
    else if (llm_prices_find(prices, api->text, model->text) != NULL)
        diags_add(diags, model->place, "there is a price of %s %s already", api->text, model->text);
    row->api = g_strdup(api->text);
    row->model = g_strdup(model->text);
    g_ptr_array_add(prices, row);
}

GPtrArray *llm_prices_load(const GPtrArray *items, Diags *diags)
{
    GPtrArray *prices = g_ptr_array_new_with_free_func(row_free);
    for (guint i = 0; i < items->len; i++) {
        const ConfItem *item = g_ptr_array_index(items, i);
        if (is_price(item))
            add_price(prices, item, diags);
        else
            diags_add(diags, item->place,
                      "expected: price API MODEL { input = …; cached = …; "
                      "output = … }");
    }
    return prices;
}

const LlmPrice *llm_prices_find(const GPtrArray *prices, const char *api, const char *model)
{
    for (guint i = 0; i < prices->len; i++) {
        const LlmPriceRow *row = g_ptr_array_index(prices, i);
        if (g_str_equal(row->api, api) && g_str_equal(row->model, model))
            return &row->price;
    }
    return NULL;
}

gint64 llm_cost(const LlmPrice *price, gint64 input, gint64 cached, gint64 output)
{
    input = CLAMP(input, 0, LLM_TOKENS_MAX);
    cached = CLAMP(cached, 0, input);
    output = CLAMP(output, 0, LLM_TOKENS_MAX);
    return (input - cached) * price->input + cached * price->cached + output * price->output;
}
