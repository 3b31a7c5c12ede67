/* A customer as values: what MATCH found, and how sure it is. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef enum { MATCH_NONE, MATCH_EXACT, MATCH_DOMAIN, MATCH_AMBIGUOUS } CustomerMatch;
typedef enum {
    TREND_UNKNOWN,
    TREND_INCREASING,
    TREND_STABLE,
    TREND_DECREASING,
    TREND_NEW
} SpendingTrend;

typedef struct {
    gint64 when;                               /* epoch seconds */
    char *type, *category, *summary, *contact; /* contact: folded address, "" if none */
    double sentiment;                          /* -1 … 1, NAN if unknown */
} Interaction;

typedef struct {
    char *title, *severity, *status;
    gint64 opened;
} Issue;

/* One quarter of older history, counted by code. */
typedef struct {
    char *quarter, *type, *category; /* "2026-Q1" */
    int count;
} HistoryCount;

typedef struct {
    CustomerMatch match;
    char *id;              /* "" unless EXACT or DOMAIN; ids are text everywhere */
    GPtrArray *candidates; /* char*: company names, if AMBIGUOUS */
    char *company, *industry, *tier, *owner; /* owner: the account's, a name or address */
    gint64 company_size;                     /* employees, -1 if unknown */
    char *contact_name, *contact_title;
    char *lead_source, *lead_stage;
    double lead_budget; /* -1 if unknown */
    bool earlier_contact;
    char *summary;
    double health_score; /* 0 … 100, -1 if unknown */
    SpendingTrend trend;
    char *usage;              /* product usage in one line */
    GPtrArray *issues;        /* Issue*: the 3 worst open ones */
    GPtrArray *interactions;  /* Interaction*: the 10 latest of 90 days, newest first */
    GPtrArray *history;       /* HistoryCount*: all others, newest quarter first */
    double history_sentiment; /* mean, NAN if none */
    gint64 last_escalation;   /* 0 if none */
    gint64 updated;           /* when the source last wrote the company's row, epoch seconds */
} Customer;

Customer *customer_new(void); /* MATCH_NONE, all strings "", all lists empty */
void customer_free(Customer *customer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Customer, customer_free)

const char *customer_match_name(CustomerMatch match); /* none, exact, domain, ambiguous */
const char *spending_trend_name(SpendingTrend trend);

/* increasing, stable, decreasing: `recent` (30 days) against `before` (the 30 before), ±15 %;
 * new_customer when there is nothing before. */
SpendingTrend spending_trend(double recent, double before, bool any_older);
