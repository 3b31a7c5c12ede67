/* What a model's word is worth, counted: of the decisions that a person has looked at, how many
 * they left as they were.
 *
 * A share that is counted so is no better than the people: whoever closes a ticket without a look
 * says that it was right.  Which decisions count, and what makes one wrong, is
 * store/calibration.h's to say.  Pure; values are immutable and any thread may read them. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Decisions of one model and prompt that stated the same, at least one. */
typedef struct {
    char *model, *prompt; /* the provider's name of it; "support@1" */
    char *certainty;      /* what the model said of itself, "" nothing */
    int tenth; /* of a confidence that the provider computed, 0 … 9; -1: it computed none */
    gint64 looked_at, right;
    double stated; /* mean of the confidences that they were marked with */
} CalibrationCount;
void calibration_count_free(CalibrationCount *count);

/* Of `counts` (CalibrationCount*, those of a model and prompt side by side), where the ones of the
 * model and prompt at `first` end. */
guint calibration_group_end(const GPtrArray *counts, guint first);

/* From certainty to confidence ──────────────────────────────────────── */

/* What is said of a model's certainty before anybody has looked counts as much as this many
 * decisions. */
#define CALIBRATION_PRIOR_WEIGHT 10
/* Decisions of a model and prompt that must have been looked at before they say anything. */
#define CALIBRATION_SAMPLES_MIN 30

/* Confidence by certainty: low, medium, high, and for whatever says none of them. */
#define CERTAINTIES 4
typedef struct {
    double confidence[CERTAINTIES];
} CertaintyTable;

/* Holds where nothing was counted: first guesses. */
extern const CertaintyTable certainty_table_fixed;

/* "" and unknown words are no certainty. */
double certainty_table_confidence(const CertaintyTable *table, const char *certainty);

/* The counts from `first` to before `end`, which are one model's and prompt's, as a table: shares
 * smoothed towards the fixed table's, and never falling from low to high.  Confidences that a
 * provider computed don't count.  false: there are fewer than CALIBRATION_SAMPLES_MIN, and the
 * table is the fixed one. */
bool certainty_table_fit(CertaintyTable *table, const GPtrArray *counts, guint first, guint end);
/* How many of them count. */
gint64 certainty_samples(const GPtrArray *counts, guint first, guint end);

/* A table for each model and prompt of which enough is known. */
typedef struct Calibration Calibration;
Calibration *calibration_new(const GPtrArray *counts); /* grouped as above */
Calibration *calibration_ref(Calibration *calibration);
void calibration_unref(Calibration *calibration); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Calibration, calibration_unref)

/* NULL: too little is known, or `calibration` is NULL.  Belongs to it. */
const CertaintyTable *calibration_table(const Calibration *calibration, const char *model,
                                        const char *prompt);

/* How reliable it was ───────────────────────────────────────────────── */

/* The share of `right` in `count` (not 0), and Wilson's interval that holds the true one in 95 of
 * 100 cases. */
typedef struct {
    double share, low, high;
} Reliability;
Reliability reliability_of(gint64 right, gint64 count);

/* Expected calibration error of the counts from `first` to before `end`: how far the stated
 * confidence is from the share that was right, each count weighted by its decisions.  0 … 1. */
double calibration_error(const GPtrArray *counts, guint first, guint end);
