/* Prices of models, from the file that the setting `prices` names.  Money is in whole nano-USD: a
 * price per token is exact to a thousandth of a dollar per million tokens, and sums stay exact. */
#pragma once

#include "base/conf.h"

#include <stdbool.h>

#define USD G_GINT64_CONSTANT(1000000000)

typedef struct {
    gint64 input, cached,
        output; /* per token; `cached`: of input that the provider had in memory */
} LlmPrice;

typedef struct {
    char *api, *model; /* as in an llm block */
    LlmPrice price;
} LlmPriceRow;

/* Reads `price API MODEL { input = …; cached = …; output = … }` items, in USD per million tokens.
 * What is wrong is in `diags`.  Array of LlmPriceRow*, never NULL. */
GPtrArray *llm_prices_load(const GPtrArray *items, Diags *diags);
/* NULL if there is none. */
const LlmPrice *llm_prices_find(const GPtrArray *prices, const char *api, const char *model);

/* More tokens than any model takes; counts beyond are cut. */
#define LLM_TOKENS_MAX 1000000000
/* Of counted tokens; `cached` ones are among the input, negative numbers count as 0. */
gint64 llm_cost(const LlmPrice *price, gint64 input, gint64 cached, gint64 output);
