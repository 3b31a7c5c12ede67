/* Stored decisions: what their headers said, and what became of those headers.
 *
 * A duplicate gets the headers of the first delivery again, so the first revision is read, whatever
 * was learnt later. */
#include "store/parts.h"

#include "base/error.h"
#include "base/log.h"
#include "store/codec.h"
#include "store/job_rows.h"

#define WORD_MAX 1024

static Status read_status(const char *name)
{
    Status status = STATUS_LLM;
    while (status < STATUS_FAILED && g_strcmp0(status_name(status), name) != 0)
        status++;
    return status;
}

static const char decision_sql[] =
    "SELECT d.id, coalesce(t.name, ''), d.status, d.why, r.prompt, r.verdict, r.texts,"
    " r.confidence, r.confidence_source, r.plan "
    "FROM decision d JOIN revision r ON r.decision = d.id LEFT JOIN ticket t ON t.id = d.ticket "
    "WHERE d.id = ?1 ORDER BY r.id LIMIT 1";

static bool read_values(StoredDecision *decision, Statement *row, FieldTable *fields,
                        GError **error)
{
    g_auto(VerdictColumns)
        verdict = { sqlite_text(row, 5, STORE_TEXT_MAX), sqlite_text(row, 6, STORE_TEXT_MAX) };
    g_autofree char *source = sqlite_text(row, 8, WORD_MAX);
    g_autofree char *plan = sqlite_text(row, 9, STORE_TEXT_MAX);
    decision->verdict = codec_read_verdict(fields, &verdict, error);
    if (decision->verdict == NULL)
        return false;
    decision->verdict->confidence = sqlite3_column_double(row, 7);
    decision->verdict->confidence_source = codec_confidence_source(source);
    decision->plan = codec_read_plan(plan, error);
    return decision->plan != NULL;
}

StoredDecision *store_decision(Store *store, const char *decision_id, FieldTable *fields,
                               GError **error)
{
    g_auto(Reader) reader = pool_take(store->pool, error);
    if (reader.connection == NULL)
        return NULL;
    g_autoptr(Statement) row = connection_statement(reader.connection, decision_sql, error);
    if (row == NULL)
        return NULL;
    sqlite_bind(row, "t", decision_id);
    int result = sqlite_step(row, error);
    if (result == SQLITE_DONE)
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_NOT_FOUND, "there is no decision %s",
                    decision_id);
    if (result != SQLITE_ROW)
        return NULL;
    g_autoptr(StoredDecision) decision = g_new0(StoredDecision, 1);
    g_autofree char *status = sqlite_text(row, 2, WORD_MAX);
    decision->decision_id = sqlite_text(row, 0, WORD_MAX);
    decision->ticket = sqlite_text(row, 1, WORD_MAX);
    decision->status = read_status(status);
    decision->why = sqlite_text(row, 3, WORD_MAX);
    decision->prompt = sqlite_text(row, 4, WORD_MAX);
    return read_values(decision, row, fields, error) ? g_steal_pointer(&decision) : NULL;
}

void stored_decision_free(StoredDecision *decision)
{
    if (decision == NULL)
        return;
    g_free(decision->decision_id);
    g_free(decision->ticket);
    g_free(decision->why);
    g_free(decision->prompt);
    verdict_free(decision->verdict);
    plan_free(decision->plan);
    g_free(decision);
}

typedef struct {
    char *id;
    MarkResult result;
} Marked;

static void marked_free(gpointer data)
{
    Marked *marked = data;
    g_free(marked->id);
    g_free(marked);
}

static bool write_marked(Connection *connection, gpointer work, GError **error)
{
    static const char *const names[] = { [MARKED] = "marked",
                                         [MARK_FAILED] = "failed",
                                         [MARK_TEMPFAILED] = "tempfailed",
                                         [MARK_ABORTED] = "aborted" };
    const Marked *marked = work;
    g_autoptr(Statement) update = connection_statement(
        connection,
        "UPDATE decision SET marked = ?2, standing = standing AND ?2 IN ('marked', 'aborted') "
        "WHERE id = ?1 AND marked <> 'superseded'",
        error);
    if (update != NULL)
        sqlite_bind(update, "tt", marked->id, names[marked->result]);
    if (update != NULL && statement_run(update, error) &&
        (marked->result == MARKED || job_rows_drop_of_decision(connection, marked->id, error)))
        return true;
    g_prefix_error(error, "decision %s stays unmarked: ", marked->id);
    return false;
}

void store_marked(Store *store, const char *decision_id, MarkResult result)
{
    Marked *marked = g_new(Marked, 1);
    *marked = (Marked){ g_strdup(decision_id), result };
    g_autoptr(GError) error = NULL;
    if (writer_post(store->writer, write_marked, marked, marked_free, &error))
        return;
    g_prefix_error(&error, "decision %s stays unmarked: ", decision_id);
    log_error(LOG_LEVEL_WARNING, "store-write-failed", error);
}
