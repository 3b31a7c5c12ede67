/* Drafts as rows: which step leads from where to where, and the audit of each.
 *
 * The table below is all there is about states.  A person's verbs and the sending of mail come
 * through it; what a ticket's new mails do to all of its drafts at once is said in SQL.  Writer's
 * thread. */
#include "store/draft_rows.h"

#include "base/error.h"
#include "base/json.h"
#include "store/audit_row.h"

#define WORD_MAX 1024

#define FROM(state) (1u << DRAFT_##state)

static const struct {
    const char *verb; /* in the audit, and in what a person is told */
    unsigned from;
    DraftState to;
} steps[] = {
    [STEP_EDIT] = { "edit", FROM(WAITING) | FROM(FAILED), DRAFT_WAITING },
    [STEP_APPROVE] = { "approve", FROM(WAITING) | FROM(FAILED) | FROM(UNCERTAIN), DRAFT_APPROVED },
    [STEP_REJECT] = { "reject", FROM(WAITING) | FROM(FAILED) | FROM(UNCERTAIN) | FROM(APPROVED),
                      DRAFT_REJECTED },
    [STEP_RETURN] = { "return", FROM(APPROVED), DRAFT_WAITING },
    [STEP_ATTEMPT] = { "attempt", FROM(APPROVED), DRAFT_SENDING },
    [STEP_AGAIN] = { "again", FROM(SENDING), DRAFT_APPROVED },
    [STEP_SENT] = { "sent", FROM(SENDING) | FROM(UNCERTAIN), DRAFT_SENT },
    [STEP_UNCERTAIN] = { "uncertain", FROM(SENDING), DRAFT_UNCERTAIN },
    [STEP_FAILED] = { "failed", FROM(APPROVED) | FROM(SENDING), DRAFT_FAILED },
    [STEP_BOUNCED] = { "bounced", FROM(SENDING) | FROM(SENT) | FROM(UNCERTAIN), DRAFT_BOUNCED },
};

bool draft_may_be_approved(DraftState state)
{
    return (steps[STEP_APPROVE].from & (1u << state)) != 0;
}

void draft_row_clear(DraftRow *row)
{
    g_free(row->mailbox);
    g_free(row->message_id);
    g_free(row->approved_by);
    g_free(row->why);
    *row = (DraftRow){ 0 };
}

static const char find_sql[] =
    "SELECT id, ticket, thread, approved_at, state, mailbox, message_id, approved_by, why,"
    " (SELECT max(id) FROM draft_version WHERE draft = draft.id) FROM draft WHERE id = ?1";

bool draft_row_find(Connection *connection, gint64 id, DraftRow *row, GError **error)
{
    g_autoptr(Statement) select = connection_statement(connection, find_sql, error);
    if (select == NULL)
        return false;
    sqlite_bind(select, "i", id);
    int result = sqlite_step(select, error);
    if (result == SQLITE_DONE)
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_NOT_FOUND,
                    "there is no draft %" G_GINT64_FORMAT, id);
    if (result != SQLITE_ROW)
        return false;
    g_autofree char *state = sqlite_text(select, 4, WORD_MAX);
    *row = (DraftRow){ .id = sqlite3_column_int64(select, 0),
                       .ticket = sqlite3_column_int64(select, 1),
                       .thread = sqlite3_column_int64(select, 2),
                       .approved_at = sqlite3_column_int64(select, 3),
                       .mailbox = sqlite_text(select, 5, WORD_MAX),
                       .message_id = sqlite_text(select, 6, WORD_MAX),
                       .approved_by = sqlite_text(select, 7, WORD_MAX),
                       .why = sqlite_text(select, 8, WORD_MAX),
                       .version = sqlite3_column_int64(select, 9) };
    return draft_state_read(state, &row->state);
}

bool draft_row_by_message_id(Connection *connection, const char *message_id, gint64 *id,
                             GError **error)
{
    g_autoptr(Statement) select = connection_statement(
        connection,
        "SELECT coalesce(max(id), 0) FROM draft WHERE message_id = ?1 AND message_id <> ''", error);
    if (select == NULL)
        return false;
    sqlite_bind(select, "t", message_id);
    if (sqlite_step(select, error) != SQLITE_ROW)
        return false;
    *id = sqlite3_column_int64(select, 0);
    return true;
}

/* "approved by ann", "withdrawn: they wrote again". */
static char *standing(const DraftRow *row)
{
    const char *state = draft_state_name(row->state);
    if (row->state == DRAFT_APPROVED)
        return g_strdup_printf("approved by %s", row->approved_by);
    if (row->state == DRAFT_SENDING || row->state == DRAFT_SENT)
        return g_strdup_printf("%s, approved by %s", state, row->approved_by);
    return g_strdup_printf("%s%s%s", state, row->why[0] != '\0' ? ": " : "", row->why);
}

bool draft_row_may(const DraftRow *row, DraftStep step, GError **error)
{
    if ((steps[step].from & (1u << row->state)) != 0)
        return true;
    g_autofree char *words = standing(row);
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT,
                "draft %" G_GINT64_FORMAT " is %s; nothing was changed", row->id, words);
    return false;
}

static cJSON *state_json(const DraftRow *row, DraftState state)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddNumberToObject(json, "draft", (double)row->id);
    cJSON_AddStringToObject(json, "state", draft_state_name(state));
    return json;
}

static bool audit(Connection *connection, const DraftRow *row, const DraftDeed *deed,
                  GError **error)
{
    g_autoptr(cJSON) before = state_json(row, row->state);
    g_autoptr(cJSON) after = state_json(row, steps[deed->step].to);
    if (deed->version != 0)
        cJSON_AddNumberToObject(after, "version", (double)deed->version);
    if (deed->digest != NULL)
        cJSON_AddStringToObject(after, "digest", deed->digest);
    if (deed->why_is_ours)
        cJSON_AddStringToObject(after, "why", deed->why);
    g_autofree char *before_text = json_print(before), *after_text = json_print(after);
    g_autofree char *verb = g_strconcat("draft ", steps[deed->step].verb, NULL);
    const Audit line = { .by = deed->by,
                         .verb = verb,
                         .ticket = row->ticket,
                         .before = before_text,
                         .after = after_text };
    return audit_row_add(connection, &line, deed->now, error);
}

bool draft_row_step(Connection *connection, const DraftRow *row, const DraftDeed *deed,
                    GError **error)
{
    if (!draft_row_may(row, deed->step, error))
        return false;
    g_autoptr(Statement) update = connection_statement(
        connection, "UPDATE draft SET state = ?2, why = ?3, updated = ?4 WHERE id = ?1", error);
    if (update == NULL)
        return false;
    sqlite_bind(update, "itti", row->id, draft_state_name(steps[deed->step].to),
                deed->why != NULL ? deed->why : "", deed->now);
    return statement_run(update, error) && audit(connection, row, deed, error);
}

bool draft_row_add_version(Connection *connection, gint64 draft, const char *by, const char *text,
                           gint64 now, gint64 *version, GError **error)
{
    g_autoptr(Statement) insert = connection_statement(
        connection, "INSERT INTO draft_version (draft, by, text, at) VALUES (?1, ?2, ?3, ?4)",
        error);
    if (insert == NULL)
        return false;
    sqlite_bind(insert, "itti", draft, by, text, now);
    if (!statement_run(insert, error))
        return false;
    *version = sqlite3_last_insert_rowid(connection->db);
    return true;
}

/* ── all drafts of a ticket ── */

/* ?1 ticket, ?2 below, ?3 approved too, ?4 why, ?5 now, ?6 by. */
#define BYGONE                                                                                     \
    " WHERE ticket = ?1 AND thread < ?2"                                                           \
    " AND (state IN ('waiting', 'failed') OR (?3 AND state = 'approved'))"

/* The audit goes first, while the states are still there.  A job that was to be tried again later
 * ends now, or it would hold up whatever else the ticket has in order. */
static const char *const withdraw_sql[] = {
    "INSERT INTO audit (at, by, verb, ticket, before, after)"
    " SELECT ?5, ?6, 'draft withdraw', ticket, json_object('draft', id, 'state', state),"
    " json_object('draft', id, 'state', 'withdrawn', 'why', ?4) FROM draft" BYGONE,
    "UPDATE job SET due = min(due, ?5) WHERE draft IN (SELECT id FROM draft" BYGONE ")",
    "UPDATE draft SET state = 'withdrawn', why = ?4, updated = ?5" BYGONE,
};

bool draft_rows_withdraw(Connection *connection, const DraftsBygone *bygone, gint64 now,
                         GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(withdraw_sql); i++) {
        g_autoptr(Statement) change = connection_statement(connection, withdraw_sql[i], error);
        if (change == NULL)
            return false;
        g_autofree char *format = g_strndup("iiitit", (gsize)sqlite3_bind_parameter_count(change));
        sqlite_bind(change, format, bygone->ticket, bygone->below, (gint64)bygone->approved,
                    bygone->why, now, bygone->by);
        if (!statement_run(change, error))
            return false;
    }
    return true;
}

/* What comes from a machine on its own (message_to_json()'s `skip`) says nothing that an answer
 * would have to take up. */
static const char newer_sql[] =
    "SELECT 1 FROM message WHERE ticket = ?1 AND id > ?2 AND copy_of IS NULL"
    " AND NOT (?3 <> '' AND message_id = ?3)"
    " AND NOT (direction = 'in' AND coalesce(headers ->> '$.automatic.skip', 0)) LIMIT 1";

bool draft_rows_check_thread(Connection *connection, gint64 ticket, gint64 thread, const char *own,
                             GError **error)
{
    g_autoptr(Statement) select = connection_statement(connection, newer_sql, error);
    if (select == NULL)
        return false;
    sqlite_bind(select, "iit", ticket, thread, own);
    int result = sqlite_step(select, error);
    if (result == SQLITE_ROW)
        g_set_error_literal(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT,
                            "the thread has moved on: the ticket has a mail that the draft "
                            "doesn't know");
    return result == SQLITE_DONE;
}

/* Failed drafts are a person's who approved them. */
bool draft_rows_check_untouched(Connection *connection, gint64 ticket, gint64 thread,
                                GError **error)
{
    g_autoptr(Statement) select = connection_statement(
        connection,
        "SELECT id FROM draft d WHERE ticket = ?1 AND thread >= ?2"
        " AND (state = 'failed' OR (state = 'waiting'"
        "  AND (SELECT count(*) FROM draft_version WHERE draft = d.id) > 1)) LIMIT 1",
        error);
    if (select == NULL)
        return false;
    sqlite_bind(select, "ii", ticket, thread);
    int result = sqlite_step(select, error);
    if (result == SQLITE_ROW)
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT,
                    "a person is at work on draft %" G_GINT64_FORMAT,
                    (gint64)sqlite3_column_int64(select, 0));
    return result == SQLITE_DONE;
}
