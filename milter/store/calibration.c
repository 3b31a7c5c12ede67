/* Decisions that people have looked at, counted by what was stated.
 *
 * From a person's deed in the audit to the decision it was about, from there to what the model said
 * of it and to what stands now; one statement, so that all of it is of one moment. */
#include "store/calibration.h"

#include "store/parts.h"

#define WORD_MAX 256
/* Rows that are read: the models and prompts of half a year. */
#define COUNTS_MAX 1000

/* ?1 since, ?2 how many deeds.  Their verbs are those of the index `audit_look`. */
#define LOOKED                                                                                     \
    "looked (decision, at) AS (SELECT coalesce(decision, (SELECT d.id FROM decision d"             \
    "   WHERE d.ticket = a.ticket AND d.created <= a.at"                                           \
    "   ORDER BY d.created DESC, d.rowid DESC LIMIT 1)), max(at)"                                  \
    "  FROM (SELECT * FROM audit WHERE verb IN ('correct', 'close', 'draft approve')"              \
    "   AND at >= ?1 ORDER BY at DESC LIMIT ?2) a GROUP BY 1)"

/* Of the revision `r` of a model and the newest one, `n`. */
#define CORRECTED                                                                                  \
    "EXISTS (SELECT 1 FROM json_each(n.final) f WHERE f.value <> 'certainty'"                      \
    "  AND json_type(r.verdict, '$.' || f.value) IN ('text', 'true', 'false')"                     \
    "  AND r.verdict ->> f.value IS NOT r.floors ->> f.value"                                      \
    "  AND r.verdict ->> f.value IS NOT n.verdict ->> f.value)"

#define SAMPLES                                                                                    \
    "sample AS (SELECT r.prompt, r.confidence, r.confidence_source = 'provider' AS computed,"      \
    "  coalesce(r.verdict ->> '$.certainty', '') AS certainty, NOT " CORRECTED " AS right,"        \
    "  (SELECT model FROM call WHERE decision = l.decision AND outcome = 'ok'"                     \
    "   AND purpose = 'triage' ORDER BY id DESC LIMIT 1) AS model"                                 \
    " FROM looked l JOIN revision r ON r.id = (SELECT max(id) FROM revision"                       \
    "   WHERE decision = l.decision AND by IN ('llm', 'late') AND final = '[]' AND at <= l.at)"    \
    "  JOIN revision n ON n.id = (SELECT max(id) FROM revision WHERE decision = l.decision))"

static const char counts_sql[] =
    "WITH " LOOKED ", " SAMPLES " SELECT model, prompt, iif(computed, '', certainty),"
    " iif(computed, min(CAST(confidence * 10 AS INTEGER), 9), -1), count(*), sum(right),"
    " avg(confidence) FROM sample WHERE model IS NOT NULL"
    " GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 7 LIMIT ?3";

static CalibrationCount *read_count(Statement *row)
{
    CalibrationCount *count = g_new0(CalibrationCount, 1);
    count->model = sqlite_text(row, 0, WORD_MAX);
    count->prompt = sqlite_text(row, 1, WORD_MAX);
    count->certainty = sqlite_text(row, 2, WORD_MAX);
    count->tenth = sqlite3_column_int(row, 3);
    count->looked_at = sqlite3_column_int64(row, 4);
    count->right = sqlite3_column_int64(row, 5);
    count->stated = sqlite3_column_double(row, 6);
    return count;
}

GPtrArray *store_calibration(Store *store, gint64 since, GError **error)
{
    g_auto(Reader) reader = pool_take(store->pool, error);
    if (reader.connection == NULL)
        return NULL;
    g_autoptr(Statement) rows = connection_statement(reader.connection, counts_sql, error);
    if (rows == NULL)
        return NULL;
    sqlite_bind(rows, "iii", since, (gint64)CALIBRATION_LOOKS_MAX, (gint64)COUNTS_MAX);
    g_autoptr(GPtrArray) counts =
        g_ptr_array_new_with_free_func((GDestroyNotify)calibration_count_free);
    int result;
    while ((result = sqlite_step(rows, error)) == SQLITE_ROW)
        g_ptr_array_add(counts, read_count(rows));
    return result == SQLITE_DONE ? g_steal_pointer(&counts) : NULL;
}
