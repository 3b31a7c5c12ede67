/* Tells a customer's interactions: the latest in full, everything else as counts by quarter, type
 * and category, so that ten years of mail cost a model no more tokens than one.
 *
 * Rows are strangers' words in somebody's CRM; they are cleaned and bounded here, once for each
 * interaction told and each pair counted.  Pure; any thread. */
#include "crm/timeline.h"

#include "base/text.h"

#include <math.h>
#include <string.h>
#include <time.h>

#define SECONDS_PER_DAY 86400

/* Bytes that are kept. */
#define LABEL_BYTES   40
#define SUMMARY_BYTES 300
#define CONTACT_BYTES 320

struct Timeline {
    Customer *customer; /* its lists are filled while rows come by */
    gint64 now;
    GHashTable
        *counts;  /* quarter, type and category as rows have them ─▶ HistoryCount*, borrowed */
    GString *key; /* of the row being counted; kept to spare allocations */
    double sentiment; /* sum */
    int sentiments;
};

Timeline *timeline_new(Customer *customer, gint64 now)
{
    Timeline *timeline = g_new0(Timeline, 1);

    timeline->customer = customer;
    timeline->now = now;
    timeline->counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    timeline->key = g_string_new(NULL);
    return timeline;
}

void timeline_free(Timeline *timeline)
{
    if (!timeline)
        return;
    g_hash_table_unref(timeline->counts);
    g_string_free(timeline->key, TRUE);
    g_free(timeline);
}

static bool is_latest(const Timeline *timeline, const TimelineRow *row)
{
    return timeline->customer->interactions->len < TIMELINE_LATEST &&
           row->when > timeline->now - TIMELINE_DAYS * SECONDS_PER_DAY;
}

static Interaction *interaction_new(const TimelineRow *row)
{
    Interaction *interaction = g_new0(Interaction, 1);

    interaction->when = row->when;
    interaction->type = text_line(row->type, LABEL_BYTES);
    interaction->category = text_line(row->category, LABEL_BYTES);
    interaction->summary = text_line(row->summary, SUMMARY_BYTES);
    interaction->contact = text_line(row->contact, CONTACT_BYTES);
    interaction->sentiment = row->sentiment;
    return interaction;
}

/* Quarters since the year 0. */
static int quarter_of(gint64 when)
{
    time_t seconds = (time_t)when;
    struct tm day = { 0 };

    gmtime_r(&seconds, &day);
    return (day.tm_year + 1900) * 4 + day.tm_mon / 3;
}

static HistoryCount *history_count_new(int quarter, const TimelineRow *row)
{
    HistoryCount *count = g_new0(HistoryCount, 1);

    count->quarter = g_strdup_printf("%d-Q%d", quarter / 4, quarter % 4 + 1);
    count->type = text_line(row->type, LABEL_BYTES);
    count->category = text_line(row->category, LABEL_BYTES);
    return count;
}

static HistoryCount *history_count_for(Timeline *timeline, const TimelineRow *row)
{
    int quarter = quarter_of(row->when);
    GString *key = timeline->key;
    HistoryCount *count;

    g_string_printf(key, "%d\n%.*s\n%.*s", quarter, LABEL_BYTES, row->type, LABEL_BYTES,
                    row->category);
    count = g_hash_table_lookup(timeline->counts, key->str);
    if (!count) {
        count = history_count_new(quarter, row);
        g_hash_table_insert(timeline->counts, g_strdup(key->str), count);
        g_ptr_array_add(timeline->customer->history, count);
    }
    return count;
}

static void add_to_history(Timeline *timeline, const TimelineRow *row)
{
    history_count_for(timeline, row)->count++;
    if (!isnan(row->sentiment)) {
        timeline->sentiment += row->sentiment;
        timeline->sentiments++;
    }
}

void timeline_add(Timeline *timeline, const TimelineRow *row)
{
    Customer *customer = timeline->customer;

    customer->earlier_contact = true;
    if (strcmp(row->type, TIMELINE_ESCALATION) == 0)
        customer->last_escalation = MAX(customer->last_escalation, row->when);
    if (is_latest(timeline, row))
        g_ptr_array_add(customer->interactions, interaction_new(row));
    else
        add_to_history(timeline, row);
}

static int compare_counts(gconstpointer a, gconstpointer b)
{
    const HistoryCount *left = *(HistoryCount *const *)a, *right = *(HistoryCount *const *)b;
    int order = strcmp(right->quarter, left->quarter);

    if (order == 0)
        order = right->count - left->count;
    if (order == 0)
        order = strcmp(left->type, right->type);
    return order != 0 ? order : strcmp(left->category, right->category);
}

void timeline_end(Timeline *timeline)
{
    Customer *customer = timeline->customer;

    g_ptr_array_sort(customer->history, compare_counts);
    g_ptr_array_set_size(customer->history, (int)MIN(customer->history->len, TIMELINE_HISTORY));
    if (timeline->sentiments > 0)
        customer->history_sentiment = timeline->sentiment / timeline->sentiments;
}
