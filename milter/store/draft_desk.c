/* Drafts as people see them: added, edited, approved, rejected.
 *
 * A person acts on what they saw.  The version they saw goes in with the verb and is compared under
 * the write lock, and so is the thread: of two people who approve at the same moment one wins, and
 * nobody approves what came behind their back. */
#include "store/parts.h"

#include "base/digest.h"
#include "base/error.h"
#include "base/json.h"
#include "store/audit_row.h"
#include "store/call_rows.h"
#include "store/draft_rows.h"
#include "store/job_rows.h"
#include "store/message_rows.h"

#include <string.h>

#define RECIPIENTS_MAX 100

/* ── added ── */

typedef struct {
    const DraftNew *draft;
    const Job *job;
    char *recipients, *digest;
    gint64 now;
    gint64 id; /* what the transaction leaves */
} Adding;

static void adding_clear(Adding *adding)
{
    g_free(adding->recipients);
    g_free(adding->digest);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Adding, adding_clear)

static void add_addresses(cJSON *recipients, const char *which, const GPtrArray *addresses)
{
    cJSON *list = cJSON_AddArrayToObject(recipients, which);
    for (guint i = 0; addresses != NULL && i < addresses->len && i < RECIPIENTS_MAX; i++) {
        const MailAddress *address = g_ptr_array_index(addresses, i);
        cJSON *entry = cJSON_CreateObject();
        cJSON_AddStringToObject(entry, "name", address->name);
        cJSON_AddStringToObject(entry, "address", address->address);
        cJSON_AddItemToArray(list, entry);
    }
}

static char *recipients_json(const DraftNew *draft)
{
    g_autoptr(cJSON) recipients = cJSON_CreateObject();
    add_addresses(recipients, "to", draft->to);
    add_addresses(recipients, "cc", draft->cc);
    return json_print(recipients);
}

static const char insert_sql[] =
    "INSERT INTO draft (ticket, message, mailbox, state, recipients, subject, text, marks, sources,"
    " engine, prompt, topic, language, thread, confirmed, digest, approved_by, approved_at,"
    " message_id, envelope_sender, why, similarity, created, updated)"
    " VALUES (?1, nullif(?2, 0), ?3, 'waiting', ?4, ?5, ?6, coalesce(?7, '[]'),"
    " coalesce(?8, '[]'), ?9, ?10, ?11, ?12, ?13, 0, '', '', 0, '', '', '', -1, ?14, ?14)";

static bool insert(Connection *connection, Adding *adding, GError **error)
{
    const DraftNew *draft = adding->draft;
    g_autoptr(Statement) statement = connection_statement(connection, insert_sql, error);
    if (statement == NULL)
        return false;
    sqlite_bind(statement, "iittttttttttii", draft->ticket_id, draft->message_row, draft->mailbox,
                adding->recipients, draft->subject, draft->text, draft->marks, draft->sources,
                draft->engine, draft->prompt, draft->topic, draft->language, draft->thread,
                adding->now);
    if (!statement_run(statement, error))
        return false;
    adding->id = sqlite3_last_insert_rowid(connection->db);
    return true;
}

static bool audit_added(Connection *connection, const Adding *adding, gint64 version,
                        GError **error)
{
    g_autoptr(cJSON) after = cJSON_CreateObject();
    cJSON_AddNumberToObject(after, "draft", (double)adding->id);
    cJSON_AddStringToObject(after, "state", draft_state_name(DRAFT_WAITING));
    cJSON_AddNumberToObject(after, "version", (double)version);
    cJSON_AddStringToObject(after, "digest", adding->digest);
    g_autofree char *text = json_print(after);
    const Audit line = { .by = adding->draft->engine,
                         .verb = "draft add",
                         .ticket = adding->draft->ticket_id,
                         .after = text };
    return audit_row_add(connection, &line, adding->now, error);
}

static bool write_new(Connection *connection, gpointer work, GError **error)
{
    Adding *adding = work;
    const DraftNew *draft = adding->draft;
    const DraftsBygone older = { .ticket = draft->ticket_id,
                                 .below = G_MAXINT64,
                                 .by = draft->engine,
                                 .why = "superseded by a newer draft" };
    gint64 version;
    return draft_rows_check_thread(connection, draft->ticket_id, draft->thread, "", error) &&
           draft_rows_check_untouched(connection, draft->ticket_id, draft->thread, error) &&
           draft_rows_withdraw(connection, &older, adding->now, error) &&
           insert(connection, adding, error) &&
           draft_row_add_version(connection, adding->id, draft->engine, draft->text, adding->now,
                                 &version, error) &&
           audit_added(connection, adding, version, error) &&
           (draft->calls == NULL || call_rows_add(connection, draft->decision, CALL_FOR_DRAFT,
                                                  draft->calls, adding->now, error)) &&
           (adding->job == NULL || job_row_done(connection, adding->job, error));
}

gint64 store_draft_add(Store *store, const DraftNew *draft, const Job *job, gint64 now,
                       GError **error)
{
    g_auto(Adding) adding = { .draft = draft,
                              .job = job,
                              .recipients = recipients_json(draft),
                              .digest = digest_of(draft->text, strlen(draft->text)),
                              .now = now };
    return store_write(store, write_new, &adding, error) ? adding.id : 0;
}

/* ── changed by a person ── */

static bool fail_changed(gint64 id, GError **error)
{
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT,
                "draft %" G_GINT64_FORMAT " was changed meanwhile; look at it again", id);
    return false;
}

/* The draft as the person saw it, or not at all.  Who comes second is told by whom it was approved,
 * rather than that it looks different. */
static bool find_seen(Connection *connection, gint64 id, gint64 version, DraftStep step,
                      DraftRow *row, GError **error)
{
    if (!draft_row_find(connection, id, row, error) || !draft_row_may(row, step, error))
        return false;
    return row->version == version || fail_changed(id, error);
}

typedef struct {
    gint64 id, now;
    const DraftEdit *edit;
    char *digest;
} Editing;

static bool set_text(Connection *connection, const Editing *editing, GError **error)
{
    g_autoptr(Statement) update =
        connection_statement(connection,
                             "UPDATE draft SET text = ?2, marks = ?3, similarity = ?4,"
                             " confirmed = 0 WHERE id = ?1",
                             error);
    if (update == NULL)
        return false;
    sqlite_bind(update, "ittd", editing->id, editing->edit->text, editing->edit->marks,
                editing->edit->similarity);
    return statement_run(update, error);
}

static bool write_edit(Connection *connection, gpointer work, GError **error)
{
    const Editing *editing = work;
    const DraftEdit *edit = editing->edit;
    g_auto(DraftRow) row = { 0 };
    DraftDeed deed = {
        .step = STEP_EDIT, .by = edit->by, .digest = editing->digest, .now = editing->now
    };
    return find_seen(connection, editing->id, edit->version, STEP_EDIT, &row, error) &&
           draft_row_add_version(connection, row.id, edit->by, edit->text, editing->now,
                                 &deed.version, error) &&
           set_text(connection, editing, error) && draft_row_step(connection, &row, &deed, error);
}

bool store_draft_edit(Store *store, gint64 id, const DraftEdit *edit, gint64 now, GError **error)
{
    g_autofree char *digest = digest_of(edit->text, strlen(edit->text));
    Editing editing = { .id = id, .now = now, .edit = edit, .digest = digest };
    return store_write(store, write_edit, &editing, error);
}

/* ── approved ── */

typedef struct {
    gint64 id, now;
    const DraftApproval *approval;
} Approving;

/* Is what would be sent still what the person saw? */
static bool check_same(Connection *connection, const DraftRow *row, const DraftApproval *approval,
                       GError **error)
{
    g_autoptr(Draft) draft = draft_row_read(connection, row->id, error);
    if (draft == NULL)
        return false;
    g_autofree char *digest = draft_approval_digest(draft, approval->reply);
    return (draft->state == approval->state && g_str_equal(digest, approval->digest)) ||
           fail_changed(row->id, error);
}

/* Two answers to one mail are one too many. */
static bool check_alone(Connection *connection, const DraftRow *row, GError **error)
{
    g_autoptr(Statement) select =
        connection_statement(connection,
                             "SELECT id FROM draft WHERE ticket = ?1 AND id <> ?2"
                             " AND state IN ('approved', 'sending') LIMIT 1",
                             error);
    if (select == NULL)
        return false;
    sqlite_bind(select, "ii", row->ticket, row->id);
    int result = sqlite_step(select, error);
    if (result == SQLITE_ROW)
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT,
                    "draft %" G_GINT64_FORMAT " of the same ticket is about to be sent",
                    (gint64)sqlite3_column_int64(select, 0));
    return result == SQLITE_DONE;
}

/* A mail that may have arrived already keeps its Message-ID: who gets it twice sees it once.  Any
 * other gets a new one, and a mail of the ticket with the old one is this draft's no more. */
static bool drop_earlier_mail(Connection *connection, const DraftRow *row, GError **error)
{
    return row->state == DRAFT_UNCERTAIN || row->message_id[0] == '\0' ||
           message_row_drop_answer(connection, row->ticket, row->message_id, error);
}

static bool set_approval(Connection *connection, const DraftRow *row, const Approving *approving,
                         GError **error)
{
    const DraftApproval *approval = approving->approval;
    g_autoptr(Statement) update =
        connection_statement(connection,
                             "UPDATE draft SET digest = ?2, approved_by = ?3, approved_at = ?4,"
                             " message_id = ?5, confirmed = ?6, similarity = ?7 WHERE id = ?1",
                             error);
    if (update == NULL)
        return false;
    sqlite_bind(update, "ittitid", row->id, approval->digest, approval->by, approving->now,
                row->state == DRAFT_UNCERTAIN ? row->message_id : approval->message_id,
                (gint64)approval->confirmed, approval->similarity);
    return statement_run(update, error);
}

static bool add_send_job(Connection *connection, const DraftRow *row, gint64 now, GError **error)
{
    const JobWish wish = { .kind = "send", .in_order = true };
    const JobSubject about = { .ticket = row->ticket, .draft = row->id, .mailbox = row->mailbox };
    return job_row_add(connection, &wish, &about, now, error);
}

static bool write_approval(Connection *connection, gpointer work, GError **error)
{
    const Approving *approving = work;
    const DraftApproval *approval = approving->approval;
    g_auto(DraftRow) row = { 0 };
    const DraftDeed deed = { .step = STEP_APPROVE,
                             .by = approval->by,
                             .digest = approval->digest,
                             .version = approval->version,
                             .now = approving->now };
    return find_seen(connection, approving->id, approval->version, STEP_APPROVE, &row, error) &&
           check_same(connection, &row, approval, error) &&
           draft_row_step(connection, &row, &deed, error) &&
           draft_rows_check_thread(connection, row.ticket, row.thread, row.message_id, error) &&
           check_alone(connection, &row, error) && drop_earlier_mail(connection, &row, error) &&
           set_approval(connection, &row, approving, error) &&
           add_send_job(connection, &row, approving->now, error);
}

bool store_draft_approve(Store *store, gint64 id, const DraftApproval *approval, gint64 now,
                         GError **error)
{
    Approving approving = { .id = id, .now = now, .approval = approval };
    return store_write(store, write_approval, &approving, error);
}

/* ── rejected ── */

typedef struct {
    gint64 id;
    DraftDeed deed;
} Rejecting;

static bool write_rejection(Connection *connection, gpointer work, GError **error)
{
    const Rejecting *rejecting = work;
    g_auto(DraftRow) row = { 0 };
    return draft_row_find(connection, rejecting->id, &row, error) &&
           draft_row_step(connection, &row, &rejecting->deed, error) &&
           job_rows_hurry_of_draft(connection, row.id, rejecting->deed.now, error);
}

bool store_draft_reject(Store *store, gint64 id, const char *by, const char *reason, gint64 now,
                        GError **error)
{
    Rejecting rejecting = { .id = id,
                            .deed = { .step = STEP_REJECT, .by = by, .why = reason, .now = now } };
    return store_write(store, write_rejection, &rejecting, error);
}
