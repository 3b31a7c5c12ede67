/* A customer as a value: made, freed, named, and the one judgement that needs no rows, how spending
 * moves.
 *
 * Nothing here knows where a customer comes from (match.c and crm_sqlite.c do) or what a model may
 * see of it (context.c does).  Pure; any thread. */
#include "crm/customer.h"

#include <math.h>
#include <stddef.h>

static void interaction_free(gpointer data)
{
    Interaction *interaction = data;

    g_free(interaction->type);
    g_free(interaction->category);
    g_free(interaction->summary);
    g_free(interaction->contact);
    g_free(interaction);
}

static void issue_free(gpointer data)
{
    Issue *issue = data;

    g_free(issue->title);
    g_free(issue->severity);
    g_free(issue->status);
    g_free(issue);
}

static void history_count_free(gpointer data)
{
    HistoryCount *count = data;

    g_free(count->quarter);
    g_free(count->type);
    g_free(count->category);
    g_free(count);
}

#define TEXT(member) offsetof(Customer, member)

static const gsize texts[] = {
    TEXT(id),         TEXT(company),      TEXT(industry),      TEXT(tier),
    TEXT(owner),      TEXT(contact_name), TEXT(contact_title), TEXT(lead_source),
    TEXT(lead_stage), TEXT(summary),      TEXT(usage),
};

Customer *customer_new(void)
{
    Customer *customer = g_new0(Customer, 1);

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        G_STRUCT_MEMBER(char *, customer, texts[i]) = g_strdup("");
    customer->candidates = g_ptr_array_new_with_free_func(g_free);
    customer->issues = g_ptr_array_new_with_free_func(issue_free);
    customer->interactions = g_ptr_array_new_with_free_func(interaction_free);
    customer->history = g_ptr_array_new_with_free_func(history_count_free);
    customer->company_size = -1;
    customer->lead_budget = -1;
    customer->health_score = -1;
    customer->history_sentiment = NAN;
    return customer;
}

void customer_free(Customer *customer)
{
    if (!customer)
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(G_STRUCT_MEMBER(char *, customer, texts[i]));
    g_ptr_array_unref(customer->candidates);
    g_ptr_array_unref(customer->issues);
    g_ptr_array_unref(customer->interactions);
    g_ptr_array_unref(customer->history);
    g_free(customer);
}

const char *customer_match_name(CustomerMatch match)
{
    static const char *const names[] = {
        [MATCH_NONE] = "none",
        [MATCH_EXACT] = "exact",
        [MATCH_DOMAIN] = "domain",
        [MATCH_AMBIGUOUS] = "ambiguous",
    };

    return names[match];
}

const char *spending_trend_name(SpendingTrend trend)
{
    static const char *const names[] = {
        [TREND_UNKNOWN] = "unknown",  [TREND_INCREASING] = "increasing",
        [TREND_STABLE] = "stable",    [TREND_DECREASING] = "decreasing",
        [TREND_NEW] = "new_customer",
    };

    return names[trend];
}

/* Smaller changes than this share are noise. */
#define TREND_NOISE 0.15

SpendingTrend spending_trend(double recent, double before, bool any_older)
{
    bool paid_before = any_older || before != 0;

    /* Refunds can make a month negative: then only the direction says something. */
    if (before <= 0) {
        if (recent > 0)
            return paid_before ? TREND_INCREASING : TREND_NEW;
        return paid_before ? TREND_STABLE : TREND_UNKNOWN;
    }
    if ((recent - before) / before > TREND_NOISE)
        return TREND_INCREASING;
    return (recent - before) / before < -TREND_NOISE ? TREND_DECREASING : TREND_STABLE;
}
