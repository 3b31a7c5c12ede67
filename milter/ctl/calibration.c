/* stats show --calibration: how often each model was right, beside how sure it said it was. */
#include "ctl/calibration.h"

#include "base/json.h"
#include "store/calibration.h"

/* ── the JSON ── */

/* What it stated: a certainty, or a tenth of the confidence that the server computed. */
static void add_stated(cJSON *row, const CalibrationCount *count, const CertaintyTable *table)
{
    if (count->tenth >= 0) {
        cJSON_AddNumberToObject(row, "from", count->tenth / 10.0);
        cJSON_AddNumberToObject(row, "to", (count->tenth + 1) / 10.0);
        return;
    }
    cJSON_AddStringToObject(row, "certainty", count->certainty);
    cJSON_AddNumberToObject(row, "now", certainty_table_confidence(table, count->certainty));
}

static void add_row(cJSON *rows, const CalibrationCount *count, const CertaintyTable *table)
{
    const Reliability reliability = reliability_of(count->right, count->looked_at);
    cJSON *row = cJSON_CreateObject();
    cJSON_AddItemToArray(rows, row);
    add_stated(row, count, table);
    cJSON_AddNumberToObject(row, "looked_at", (double)count->looked_at);
    cJSON_AddNumberToObject(row, "right", (double)count->right);
    cJSON_AddNumberToObject(row, "share", reliability.share);
    cJSON_AddNumberToObject(row, "low", reliability.low);
    cJSON_AddNumberToObject(row, "high", reliability.high);
    cJSON_AddNumberToObject(row, "stated", count->stated);
}

static void add_group(cJSON *list, const GPtrArray *counts, guint first, guint end)
{
    const CalibrationCount *head = g_ptr_array_index(counts, first);
    CertaintyTable table;
    bool calibrated = certainty_table_fit(&table, counts, first, end);
    cJSON *group = cJSON_CreateObject();
    cJSON_AddItemToArray(list, group);
    cJSON_AddStringToObject(group, "model", head->model);
    cJSON_AddStringToObject(group, "prompt", head->prompt);
    cJSON_AddBoolToObject(group, "calibrated", calibrated);
    cJSON_AddNumberToObject(group, "samples", (double)certainty_samples(counts, first, end));
    cJSON_AddNumberToObject(group, "needed", CALIBRATION_SAMPLES_MIN);
    cJSON_AddNumberToObject(group, "error", calibration_error(counts, first, end));
    cJSON *rows = cJSON_AddArrayToObject(group, "rows");
    for (guint i = first; i < end; i++)
        add_row(rows, g_ptr_array_index(counts, i), &table);
}

static cJSON *to_json(const GPtrArray *counts, gint64 since)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddNumberToObject(json, "since", (double)since);
    cJSON *list = cJSON_AddArrayToObject(json, "calibration");
    for (guint first = 0, end; first < counts->len; first = end) {
        end = calibration_group_end(counts, first);
        add_group(list, counts, first, end);
    }
    return json;
}

/* ── the text ── */

static double number_of(const cJSON *object, const char *key)
{
    return cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(object, key));
}

static char *stated_text(const cJSON *row)
{
    const char *certainty = json_text_at(row, "certainty");
    if (certainty == NULL)
        return g_strdup_printf("computed %.1f to %.1f", number_of(row, "from"),
                               number_of(row, "to"));
    return g_strdup_printf("certainty %s", certainty[0] != '\0' ? certainty : "not stated");
}

static void print_row(const cJSON *row)
{
    g_autofree char *stated = stated_text(row);
    g_autofree char *now = json_at(row, "now") != NULL
                               ? g_strdup_printf("%.2f", number_of(row, "now"))
                               : g_strdup("-");
    g_print("  %-22s %9.0f %8.0f %% %7.0f %% %7.0f %% %9.2f %9s\n", stated,
            number_of(row, "looked_at"), 100 * number_of(row, "share"), 100 * number_of(row, "low"),
            100 * number_of(row, "high"), number_of(row, "stated"), now);
}

/* Servers that compute everything themselves leave nothing to calibrate. */
static void print_standing(const cJSON *group)
{
    double samples = number_of(group, "samples"), needed = number_of(group, "needed");
    if (cJSON_IsTrue(json_at(group, "calibrated")))
        g_print("  calibrated by %.0f decisions\n", samples);
    else if (samples > 0)
        g_print("  too few to calibrate: %.0f of %.0f decisions; the fixed table stands\n", samples,
                needed);
}

static void print_group(const cJSON *group)
{
    const cJSON *row;
    g_print("\n%s, prompt %s\n", json_text_at(group, "model"), json_text_at(group, "prompt"));
    print_standing(group);
    g_print("  %-22s %9s %10s %9s %9s %9s %9s\n", "STATED", "LOOKED AT", "RIGHT", "FROM", "TO",
            "MEAN", "NOW");
    cJSON_ArrayForEach(row, json_at(group, "rows")) print_row(row);
    g_print("  expected calibration error %.2f\n", number_of(group, "error"));
}

static void print_all(const cJSON *json)
{
    const cJSON *list = json_at(json, "calibration"), *group;
    g_autofree char *from = ctl_time((gint64)number_of(json, "since"));
    g_print("Decisions of models that people have looked at since %s\n", from);
    if (cJSON_GetArraySize(list) == 0)
        g_print(
            "\nThere are none: nobody has corrected or closed a ticket, or approved a reply.\n");
    cJSON_ArrayForEach(group, list) print_group(group);
}

int ctl_calibration_show(Ctl *ctl, gint64 now)
{
    gint64 since = now - CALIBRATION_WINDOW;
    g_autoptr(GError) error = NULL;
    Store *store = ctl_store(ctl);
    if (store == NULL)
        return CTL_FINDINGS;
    g_autoptr(GPtrArray) counts = store_calibration(store, since, &error);
    if (counts == NULL)
        return ctl_fail(error);
    cJSON *json = to_json(counts, since);
    if (ctl->json) {
        ctl_print_json(json);
        return CTL_GOOD;
    }
    print_all(json);
    cJSON_Delete(json);
    return CTL_GOOD;
}
