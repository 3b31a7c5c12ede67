/* How reliable stated confidence was, in the two usual numbers.  Pure. */
#include "classify/calibration.h"

#include <math.h>

/* Standard deviations to both sides that hold 95 of 100. */
#define DEVIATIONS 1.959963984540054

/* Wilson's interval: of few decisions it stays wide, and within 0 … 1 where all were right. */
Reliability reliability_of(gint64 right, gint64 count)
{
    double n = (double)count, share = (double)right / n, z = DEVIATIONS;
    double middle = share + z * z / (2 * n);
    double reach = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n));
    double scale = 1 + z * z / n;
    return (Reliability){ .share = share,
                          .low = fmax((middle - reach) / scale, 0),
                          .high = fmin((middle + reach) / scale, 1) };
}

double calibration_error(const GPtrArray *counts, guint first, guint end)
{
    double apart = 0, all = 0;
    for (guint i = first; i < end; i++) {
        const CalibrationCount *count = g_ptr_array_index(counts, i);
        apart += fabs((double)count->right - count->stated * (double)count->looked_at);
        all += (double)count->looked_at;
    }
    return apart / all;
}
