/* From what a model says of its own certainty to how often it is right.
 *
 * The fixed table is where everything begins; counted shares move it.  Each is smoothed with a Beta
 * prior around the fixed value, so that ten lucky decisions don't make a model infallible.  Then
 * neighbours that contradict what the words mean (high is right less often than medium) are pooled
 * until they don't.  Pure.
 */
#include "classify/calibration.h"

#include <string.h>

/* The last one is whatever says none of the others. */
static const char *const certainties[CERTAINTIES] = { "low", "medium", "high", "" };
/* So many of them have an order. */
#define ORDERED (CERTAINTIES - 1)

const CertaintyTable certainty_table_fixed = { { 0.40, 0.65, 0.85, 0.50 } };

static guint row_of(const char *certainty)
{
    guint row = 0;
    while (row < CERTAINTIES - 1 && strcmp(certainties[row], certainty) != 0)
        row++;
    return row;
}

double certainty_table_confidence(const CertaintyTable *table, const char *certainty)
{
    return table->confidence[row_of(certainty)];
}

gint64 certainty_samples(const GPtrArray *counts, guint first, guint end)
{
    gint64 samples = 0;
    for (guint i = first; i < end; i++) {
        const CalibrationCount *count = g_ptr_array_index(counts, i);
        samples += count->tenth < 0 ? count->looked_at : 0;
    }
    return samples;
}

/* Decisions that were right, and all of them; the prior's are among them. */
typedef struct {
    double right, all;
    guint rows; /* pooled */
} Pool;

static double share(const Pool *pool)
{
    return pool->right / pool->all;
}

static void count_all(Pool pools[CERTAINTIES], const GPtrArray *counts, guint first, guint end)
{
    for (guint i = 0; i < CERTAINTIES; i++)
        pools[i] = (Pool){ CALIBRATION_PRIOR_WEIGHT * certainty_table_fixed.confidence[i],
                           CALIBRATION_PRIOR_WEIGHT, 1 };
    for (guint i = first; i < end; i++) {
        const CalibrationCount *count = g_ptr_array_index(counts, i);
        if (count->tenth >= 0)
            continue;
        Pool *pool = &pools[row_of(count->certainty)];
        pool->right += (double)count->right;
        pool->all += (double)count->looked_at;
    }
}

/* Leaves the pools whose shares rise; returns how many they are. */
static guint pool_violators(Pool *pools, guint count)
{
    guint top = 0;
    for (guint i = 0; i < count; i++) {
        Pool pool = pools[i];
        for (; top > 0 && share(&pools[top - 1]) > share(&pool); top--) {
            pool.right += pools[top - 1].right;
            pool.all += pools[top - 1].all;
            pool.rows += pools[top - 1].rows;
        }
        pools[top++] = pool;
    }
    return top;
}

bool certainty_table_fit(CertaintyTable *table, const GPtrArray *counts, guint first, guint end)
{
    Pool pools[CERTAINTIES];
    *table = certainty_table_fixed;
    if (certainty_samples(counts, first, end) < CALIBRATION_SAMPLES_MIN)
        return false;
    count_all(pools, counts, first, end);
    table->confidence[ORDERED] = share(&pools[ORDERED]);
    guint left = pool_violators(pools, ORDERED), row = 0;
    for (guint i = 0; i < left; i++) {
        for (guint end_row = row + pools[i].rows; row < end_row; row++)
            table->confidence[row] = share(&pools[i]);
    }
    return true;
}
