/* Calibration against numbers that were worked out by hand: how many samples it takes, what the
 * prior is worth, that confidence never falls as certainty rises, and how reliability is told. */
#include "classify/calibration.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_near(double value, double expected)
{
    if (fabs(value - expected) > 0.00005)
        fail_msg("%.6f is not %.6f", value, expected);
}

static void add(GPtrArray *counts, CalibrationCount given)
{
    CalibrationCount *count = g_new0(CalibrationCount, 1);
    *count = given;
    count->model = g_strdup(given.model != NULL ? given.model : "haiku-1");
    count->prompt = g_strdup(given.prompt != NULL ? given.prompt : "support@1");
    count->certainty = g_strdup(given.certainty != NULL ? given.certainty : "");
    g_ptr_array_add(counts, count);
}

static GPtrArray *no_counts(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)calibration_count_free);
}

/* How often each certainty was looked at, and was right. */
typedef struct {
    gint64 looked_at, right;
} Seen;

static GPtrArray *counts_of(const Seen seen[CERTAINTIES])
{
    static const char *const names[] = { "low", "medium", "high", "" };
    GPtrArray *counts = no_counts();
    for (guint i = 0; i < CERTAINTIES; i++) {
        if (seen[i].looked_at > 0)
            add(counts, (CalibrationCount){ .certainty = (char *)names[i],
                                            .tenth = -1,
                                            .looked_at = seen[i].looked_at,
                                            .right = seen[i].right });
    }
    return counts;
}

static void shares_are_smoothed_and_never_fall(void **state)
{
    static const struct {
        Seen seen[CERTAINTIES]; /* low, medium, high, none */
        double expected[CERTAINTIES];
    } rows[] = {
        /* (24 + 8.5) / 40; what nobody looked at stays where it began */
        { { { 0, 0 }, { 0, 0 }, { 30, 24 } }, { 0.40, 0.65, 0.8125, 0.50 } },
        /* without anything right, and with everything */
        { { { 30, 0 } }, { 0.10, 0.65, 0.85, 0.50 } },
        { { { 0, 0 }, { 0, 0 }, { 90, 90 } }, { 0.40, 0.65, 0.985, 0.50 } },
        /* medium 24.5 / 30 above high 10.5 / 20: both 35 / 50 */
        { { { 0, 0 }, { 20, 18 }, { 10, 2 } }, { 0.40, 0.70, 0.70, 0.50 } },
        /* low 34 / 40 pulls medium 6.5 / 10 up to 40.5 / 50; high 0.85 is above */
        { { { 30, 30 } }, { 0.81, 0.81, 0.85, 0.50 } },
        /* high 8.5 / 40 drags all down to 39 / 80 */
        { { { 20, 20 }, { 0, 0 }, { 30, 0 } }, { 0.4875, 0.4875, 0.4875, 0.50 } },
        /* what states no certainty stands beside the others: 35 / 40 */
        { { { 0, 0 }, { 0, 0 }, { 0, 0 }, { 30, 30 } }, { 0.40, 0.65, 0.85, 0.875 } },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GPtrArray) counts = counts_of(rows[i].seen);
        CertaintyTable table;
        assert_true(certainty_table_fit(&table, counts, 0, counts->len));
        for (guint k = 0; k < CERTAINTIES; k++)
            assert_near(table.confidence[k], rows[i].expected[k]);
    }
}

static void whatever_was_counted_confidence_rises_with_certainty(void **state)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(7);
    (void)state;
    for (int i = 0; i < 2000; i++) {
        Seen seen[CERTAINTIES];
        for (guint k = 0; k < CERTAINTIES; k++) {
            seen[k].looked_at = g_rand_int_range(rand, k == 0 ? CALIBRATION_SAMPLES_MIN : 0, 200);
            seen[k].right = g_rand_int_range(rand, 0, (gint32)seen[k].looked_at + 1);
        }
        g_autoptr(GPtrArray) counts = counts_of(seen);
        CertaintyTable table;
        assert_true(certainty_table_fit(&table, counts, 0, counts->len));
        assert_true(table.confidence[0] > 0 && table.confidence[0] <= table.confidence[1]);
        assert_true(table.confidence[1] <= table.confidence[2] && table.confidence[2] < 1);
        assert_true(table.confidence[3] > 0 && table.confidence[3] < 1);
    }
}

static void it_takes_samples_enough(void **state)
{
    static const struct {
        gint64 looked_at, computed;
        bool enough;
    } rows[] = {
        { CALIBRATION_SAMPLES_MIN - 1, 0, false },
        { CALIBRATION_SAMPLES_MIN, 0, true },
        { CALIBRATION_SAMPLES_MIN + 1, 0, true },
        { CALIBRATION_SAMPLES_MIN - 1, 1000, false },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GPtrArray) counts = counts_of((Seen[CERTAINTIES]){ { 10, 9 } });
        add(counts, (CalibrationCount){ .certainty = (char *)"medium",
                                        .tenth = -1,
                                        .looked_at = rows[i].looked_at - 10 });
        add(counts, (CalibrationCount){ .tenth = 9, .looked_at = rows[i].computed });
        CertaintyTable table;
        assert_int_equal(certainty_samples(counts, 0, counts->len), rows[i].looked_at);
        assert_int_equal(certainty_table_fit(&table, counts, 0, counts->len), rows[i].enough);
        if (!rows[i].enough)
            assert_memory_equal(&table, &certainty_table_fixed, sizeof table);
    }
}

static void words_that_are_no_certainty_have_a_row_of_their_own(void **state)
{
    static const struct {
        const char *certainty;
        double confidence;
    } rows[] = {
        { "low", 0.40 }, { "medium", 0.65 }, { "high", 0.85 }, { "", 0.50 }, { "sure", 0.50 }
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_near(certainty_table_confidence(&certainty_table_fixed, rows[i].certainty),
                    rows[i].confidence);
}

static void each_model_and_prompt_has_its_own_table(void **state)
{
    g_autoptr(GPtrArray) counts = no_counts();
    (void)state;
    add(counts, (CalibrationCount){ .certainty = (char *)"high", .tenth = -1, .looked_at = 29 });
    add(counts, (CalibrationCount){ .prompt = (char *)"support@2",
                                    .certainty = (char *)"high",
                                    .tenth = -1,
                                    .looked_at = 20,
                                    .right = 20 });
    add(counts, (CalibrationCount){ .prompt = (char *)"support@2",
                                    .certainty = (char *)"low",
                                    .tenth = -1,
                                    .looked_at = 10 });
    add(counts, (CalibrationCount){ .model = (char *)"opus-1",
                                    .prompt = (char *)"support@2",
                                    .certainty = (char *)"high",
                                    .tenth = -1,
                                    .looked_at = 30 });
    assert_int_equal(calibration_group_end(counts, 0), 1);
    assert_int_equal(calibration_group_end(counts, 1), 3);
    assert_int_equal(calibration_group_end(counts, 3), 4);
    g_autoptr(Calibration) calibration = calibration_new(counts);
    g_autoptr(Calibration) kept = calibration_ref(calibration);
    assert_null(calibration_table(kept, "haiku-1", "support@1"));
    assert_null(calibration_table(kept, "opus-1", "support@1"));
    assert_null(calibration_table(NULL, "opus-1", "support@2"));
    const CertaintyTable *haiku = calibration_table(kept, "haiku-1", "support@2");
    const CertaintyTable *opus = calibration_table(kept, "opus-1", "support@2");
    assert_near(certainty_table_confidence(haiku, "high"), 0.95);
    assert_near(certainty_table_confidence(haiku, "low"), 0.20);
    assert_near(certainty_table_confidence(opus, "high"), 19.0 / 60);
}

static void an_interval_is_wilsons(void **state)
{
    static const struct {
        gint64 right, count;
        double low, high;
    } rows[] = {
        { 8, 10, 0.4902, 0.9433 }, { 10, 10, 0.7225, 1 }, { 0, 10, 0, 0.2775 },
        { 1, 1, 0.2065, 1 },       { 0, 1, 0, 0.7935 },   { 50, 100, 0.4038, 0.5962 },
        { 1, 2, 0.0945, 0.9055 },
    };
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        Reliability reliability = reliability_of(rows[i].right, rows[i].count);
        assert_near(reliability.share, (double)rows[i].right / (double)rows[i].count);
        assert_near(reliability.low, rows[i].low);
        assert_near(reliability.high, rows[i].high);
    }
}

static void the_error_weighs_each_row_by_its_decisions(void **state)
{
    g_autoptr(GPtrArray) counts = no_counts();
    (void)state;
    add(counts, (CalibrationCount){ .tenth = 3, .looked_at = 50, .right = 50, .stated = 0.35 });
    add(counts, (CalibrationCount){ .tenth = 9, .looked_at = 10, .right = 8, .stated = 0.9 });
    add(counts, (CalibrationCount){ .tenth = 4, .looked_at = 30, .right = 15, .stated = 0.4 });
    assert_near(calibration_error(counts, 0, 1), 0.65);
    assert_near(calibration_error(counts, 1, 3), (1 + 3) / 40.0);
    assert_near(calibration_error(counts, 0, 3), (32.5 + 1 + 3) / 90);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_smoothed_and_never_fall),
        cmocka_unit_test(whatever_was_counted_confidence_rises_with_certainty),
        cmocka_unit_test(it_takes_samples_enough),
        cmocka_unit_test(words_that_are_no_certainty_have_a_row_of_their_own),
        cmocka_unit_test(each_model_and_prompt_has_its_own_table),
        cmocka_unit_test(an_interval_is_wilsons),
        cmocka_unit_test(the_error_weighs_each_row_by_its_decisions),
    };
    return cmocka_run_group_tests_name("classify: calibration", tests, NULL, NULL);
}
