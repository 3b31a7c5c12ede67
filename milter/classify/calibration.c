/* The calibration as a snapshot: a table for each model and prompt that have been counted often
 * enough.  Immutable and counted by reference, so that who is asking a model keeps the one it began
 * with, whoever counts anew meanwhile. */
#include "classify/calibration.h"

#include <stdatomic.h>

struct Calibration {
    atomic_int references;
    GHashTable *tables; /* key ─▶ CertaintyTable* */
};

void calibration_count_free(CalibrationCount *count)
{
    if (count == NULL)
        return;
    g_free(count->model);
    g_free(count->prompt);
    g_free(count->certainty);
    g_free(count);
}

guint calibration_group_end(const GPtrArray *counts, guint first)
{
    const CalibrationCount *head = g_ptr_array_index(counts, first);
    guint end = first + 1;
    for (; end < counts->len; end++) {
        const CalibrationCount *count = g_ptr_array_index(counts, end);
        if (!g_str_equal(count->model, head->model) || !g_str_equal(count->prompt, head->prompt))
            break;
    }
    return end;
}

/* A prompt's id has no blanks. */
static char *key_of(const char *model, const char *prompt)
{
    return g_strconcat(prompt, " ", model, NULL);
}

Calibration *calibration_new(const GPtrArray *counts)
{
    Calibration *calibration = g_new0(Calibration, 1);
    atomic_init(&calibration->references, 1);
    calibration->tables = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (guint first = 0, end; first < counts->len; first = end) {
        const CalibrationCount *head = g_ptr_array_index(counts, first);
        CertaintyTable table;
        end = calibration_group_end(counts, first);
        if (certainty_table_fit(&table, counts, first, end))
            g_hash_table_insert(calibration->tables, key_of(head->model, head->prompt),
                                g_memdup2(&table, sizeof(table)));
    }
    return calibration;
}

Calibration *calibration_ref(Calibration *calibration)
{
    atomic_fetch_add(&calibration->references, 1);
    return calibration;
}

void calibration_unref(Calibration *calibration)
{
    if (calibration == NULL || atomic_fetch_sub(&calibration->references, 1) != 1)
        return;
    g_hash_table_unref(calibration->tables);
    g_free(calibration);
}

const CertaintyTable *calibration_table(const Calibration *calibration, const char *model,
                                        const char *prompt)
{
    g_autofree char *key = key_of(model, prompt);
    return calibration != NULL ? g_hash_table_lookup(calibration->tables, key) : NULL;
}
