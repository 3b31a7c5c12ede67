/* What a person says about a decision.
 *
 * A correction is a revision behind the others, never a change of one.  Its verdict is laid over
 * the newest one under the write lock, so that of two people's corrections neither is lost, and the
 * fields it names are final from then on. */
#include "store/parts.h"

#include "base/error.h"
#include "store/audit_row.h"
#include "store/codec.h"
#include "store/ticket_rows.h"

#define WORD_MAX 1024

/* The newest revision of a ticket's newest decision. */
typedef struct {
    char *decision;
    gint64 ticket, created;
    VerdictColumns verdict;
} Current;

static void current_clear(Current *current)
{
    g_free(current->decision);
    verdict_columns_clear(&current->verdict);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Current, current_clear)

static const char current_sql[] =
    "SELECT d.id, d.ticket, d.created, r.verdict, r.texts "
    "FROM ticket t JOIN decision d ON d.ticket = t.id JOIN revision r ON r.decision = d.id "
    "WHERE t.name = ?1 ORDER BY d.created DESC, d.rowid DESC, r.id DESC LIMIT 1";

static bool read_current(Connection *connection, const char *ticket, Current *current,
                         GError **error)
{
    g_autoptr(Statement) row = connection_statement(connection, current_sql, error);
    if (row == NULL)
        return false;
    sqlite_bind(row, "t", ticket);
    int result = sqlite_step(row, error);
    if (result == SQLITE_DONE)
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_NOT_FOUND,
                    "there is no ticket '%s' with a decision", ticket);
    if (result != SQLITE_ROW)
        return false;
    current->decision = sqlite_text(row, 0, WORD_MAX);
    current->ticket = sqlite3_column_int64(row, 1);
    current->created = sqlite3_column_int64(row, 2);
    current->verdict.values = sqlite_text(row, 3, STORE_TEXT_MAX);
    current->verdict.texts = sqlite_text(row, 4, STORE_TEXT_MAX);
    return true;
}

typedef struct {
    const char *ticket, *by;
    const Plan *plan;
    FieldTable *fields;
    gint64 now;
    VerdictColumns values; /* the corrected fields alone */
    bool priority;         /* it is among them */
    char *names, *plan_json;
} Correction;

static void correction_clear(Correction *correction)
{
    verdict_columns_clear(&correction->values);
    g_free(correction->names);
    g_free(correction->plan_json);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Correction, correction_clear)

static char *names_json(const Verdict *values)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < field_table_size(values->fields); i++) {
        const Field *field = field_at(values->fields, i);
        if (verdict_has(values, field))
            g_ptr_array_add(names, field->name);
    }
    return codec_list(names, G_MAXUINT);
}

static bool lay_over(const Current *current, const Correction *correction, VerdictColumns *merged,
                     GError **error)
{
    merged->values = codec_merge(current->verdict.values, correction->values.values, error);
    if (merged->values == NULL)
        return false;
    merged->texts = codec_merge(current->verdict.texts, correction->values.texts, error);
    return merged->texts != NULL;
}

/* Floors, prompt and policy are those of the revision before it. */
static bool add_revision(Connection *connection, const Correction *correction, const char *decision,
                         const VerdictColumns *verdict, GError **error)
{
    g_autoptr(Statement) insert = connection_statement(
        connection,
        "INSERT INTO revision (decision, by, verdict, texts, confidence, confidence_source, floors,"
        " final, plan, prompt, prompt_digest, policy, at) "
        "SELECT decision, ?2, ?3, ?4, confidence, confidence_source, floors,"
        " (SELECT json_group_array(value) FROM (SELECT value FROM json_each(final)"
        "  UNION SELECT value FROM json_each(?5))),"
        " coalesce(?6, plan), prompt, prompt_digest, policy, ?7 "
        "FROM revision WHERE decision = ?1 ORDER BY id DESC LIMIT 1",
        error);
    if (insert == NULL)
        return false;
    sqlite_bind(insert, "tttttti", decision, correction->by, verdict->values, verdict->texts,
                correction->names, correction->plan_json, correction->now);
    return statement_run(insert, error);
}

/* What was corrected, before and after.  Texts are left to the revisions, where they can be
 * forgotten. */
static bool add_audit(Connection *connection, const Correction *correction, const Current *current,
                      GError **error)
{
    g_autofree char *before = codec_pick(current->verdict.values, correction->values.values, error);
    if (before == NULL)
        return false;
    const Audit audit = { .by = correction->by,
                          .verb = "correct",
                          .ticket = current->ticket,
                          .decision = current->decision,
                          .before = before,
                          .after = correction->values.values };
    return audit_row_add(connection, &audit, correction->now, error);
}

static bool revise_ticket(Connection *connection, const Correction *correction,
                          const Current *current, const VerdictColumns *merged, GError **error)
{
    g_auto(TicketWork) work = { 0 };
    g_auto(TicketName) ticket = { 0 };
    g_autoptr(Verdict) verdict = codec_read_verdict(correction->fields, merged, error);
    if (verdict == NULL)
        return false;
    ticket_work_fill(&work, correction->plan, verdict);
    g_clear_pointer(&work.priority, g_free);
    return ticket_row_revise(connection, current->ticket, &work, current->created, correction->now,
                             &ticket, error) &&
           (!correction->priority ||
            ticket_row_hold(connection, current->ticket, "priority",
                            verdict_token(verdict, "priority"), correction->now, error));
}

static bool write_correction(Connection *connection, gpointer work, GError **error)
{
    const Correction *correction = work;
    g_auto(Current) current = { 0 };
    g_auto(VerdictColumns) merged = { 0 };
    return read_current(connection, correction->ticket, &current, error) &&
           lay_over(&current, correction, &merged, error) &&
           add_revision(connection, correction, current.decision, &merged, error) &&
           revise_ticket(connection, correction, &current, &merged, error) &&
           add_audit(connection, correction, &current, error);
}

bool store_correct(Store *store, const char *ticket, const char *by, const Verdict *values,
                   const Plan *plan, gint64 now, GError **error)
{
    g_auto(Correction) correction = {
        .ticket = ticket, .by = by, .plan = plan, .fields = values->fields, .now = now
    };
    codec_verdict(values, true, &correction.values);
    correction.priority = verdict_get(values, "priority") != NULL;
    correction.names = names_json(values);
    correction.plan_json = plan != NULL ? codec_plan(plan) : NULL;
    return store_write(store, write_correction, &correction, error);
}
