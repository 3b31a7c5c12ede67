/* A customer's interactions: the latest one by one, what lies before as counts.  Pure. */
#pragma once

#include "crm/customer.h"

/* Interactions that are told one by one, and how far back. */
#define TIMELINE_LATEST  10
#define TIMELINE_DAYS    90
#define TIMELINE_HISTORY 40 /* lines of history */

/* The type of interaction that counts as an escalation. */
#define TIMELINE_ESCALATION "escalation"

/* A row as it stands in the CRM: borrowed, "" for what is missing, not yet clean. */
typedef struct {
    gint64 when;
    const char *type, *category, *summary, *contact;
    double sentiment; /* NAN if unknown */
} TimelineRow;

/* Fills interactions, history, history_sentiment, last_escalation and earlier_contact of a customer
 * that must outlive it. */
typedef struct Timeline Timeline;
Timeline *timeline_new(Customer *customer, gint64 now);
void timeline_free(Timeline *timeline);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Timeline, timeline_free)

/* Rows come newest first. */
void timeline_add(Timeline *timeline, const TimelineRow *row);

/* Behind the last row: history is ordered by quarter, newest first, then by count. */
void timeline_end(Timeline *timeline);
