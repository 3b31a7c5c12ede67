/* Drafts, read: one, those of a state, the versions of one. */
#include "store/draft.h"

#include "store/draft_rows.h"
#include "store/parts.h"

#include "base/error.h"
#include "base/json.h"
#include "reply/approval.h"

#include <string.h>

#define WORD_MAX     1024
#define VERSIONS_MAX 200

static const char *const state_names[] = {
    [DRAFT_WAITING] = "waiting",   [DRAFT_APPROVED] = "approved",   [DRAFT_SENDING] = "sending",
    [DRAFT_SENT] = "sent",         [DRAFT_UNCERTAIN] = "uncertain", [DRAFT_BOUNCED] = "bounced",
    [DRAFT_REJECTED] = "rejected", [DRAFT_WITHDRAWN] = "withdrawn", [DRAFT_FAILED] = "failed",
};
G_STATIC_ASSERT(G_N_ELEMENTS(state_names) == DRAFT_STATES);

const char *draft_state_name(DraftState state)
{
    return state_names[state];
}

bool draft_state_read(const char *name, DraftState *state)
{
    for (guint i = 0; i < G_N_ELEMENTS(state_names); i++) {
        if (g_strcmp0(state_names[i], name) == 0) {
            *state = (DraftState)i;
            return true;
        }
    }
    return false;
}

void draft_free(Draft *draft)
{
    if (draft == NULL)
        return;
    char *const texts[] = { draft->ticket,         draft->mailbox, draft->subject,
                            draft->text,           draft->marks,   draft->sources,
                            draft->engine,         draft->prompt,  draft->topic,
                            draft->language,       draft->written, draft->digest,
                            draft->approved_by,    draft->why,     draft->message_id,
                            draft->envelope_sender };
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    g_ptr_array_unref(draft->to);
    g_ptr_array_unref(draft->cc);
    g_free(draft);
}

char *draft_approval_digest(const Draft *draft, const Reply *reply)
{
    Reply whole = *reply;
    whole.to = draft->to;
    whole.cc = draft->cc;
    whole.subject = draft->subject;
    whole.text = draft->text;
    return approval_digest(&whole, draft->thread);
}

/* In the order that read_draft() takes them. */
#define DRAFT_COLUMNS                                                                              \
    "SELECT d.id, d.ticket, coalesce(d.message, 0), d.thread,"                                     \
    " (SELECT max(id) FROM draft_version WHERE draft = d.id), d.approved_at, d.created,"           \
    " d.updated, d.confirmed, d.similarity, d.state, d.recipients, t.name, d.mailbox, d.subject,"  \
    " d.text, d.marks, d.sources, d.engine, d.prompt, d.topic, d.language,"                        \
    " (SELECT text FROM draft_version WHERE draft = d.id ORDER BY id LIMIT 1), d.digest,"          \
    " d.approved_by, d.message_id, d.envelope_sender, d.why"                                       \
    " FROM draft d JOIN ticket t ON t.id = d.ticket "

static GPtrArray *read_addresses(const cJSON *recipients, const char *which)
{
    GPtrArray *addresses = g_ptr_array_new_with_free_func((GDestroyNotify)address_free);
    const cJSON *entry;
    cJSON_ArrayForEach(entry, json_at(recipients, which))
    {
        const char *address = json_text_at(entry, "address"), *name = json_text_at(entry, "name");
        if (address != NULL)
            g_ptr_array_add(addresses, address_new(address, name != NULL ? name : ""));
    }
    return addresses;
}

static void read_recipients(Draft *draft, Statement *row, int column)
{
    g_autofree char *text = sqlite_text(row, column, STORE_TEXT_MAX);
    g_autoptr(cJSON) recipients = json_parse(text, strlen(text), NULL);
    draft->to = read_addresses(recipients, "to");
    draft->cc = read_addresses(recipients, "cc");
}

static Draft *read_draft(Statement *row)
{
    Draft *draft = g_new0(Draft, 1);
    gint64 *const numbers[] = { &draft->id,      &draft->ticket_id, &draft->message_row,
                                &draft->thread,  &draft->version,   &draft->approved_at,
                                &draft->created, &draft->updated };
    char **const texts[] = { &draft->ticket,      &draft->mailbox,    &draft->subject,
                             &draft->text,        &draft->marks,      &draft->sources,
                             &draft->engine,      &draft->prompt,     &draft->topic,
                             &draft->language,    &draft->written,    &draft->digest,
                             &draft->approved_by, &draft->message_id, &draft->envelope_sender,
                             &draft->why };
    int column = 0;
    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
        *numbers[i] = sqlite3_column_int64(row, column++);
    draft->confirmed = sqlite3_column_int(row, column++) != 0;
    draft->similarity = sqlite3_column_double(row, column++);
    g_autofree char *state = sqlite_text(row, column++, WORD_MAX);
    draft_state_read(state, &draft->state);
    read_recipients(draft, row, column++);
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        *texts[i] = sqlite_text(row, column++, STORE_TEXT_MAX);
    return draft;
}

static bool fail_without_draft(gint64 id, GError **error)
{
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_NOT_FOUND, "there is no draft %" G_GINT64_FORMAT,
                id);
    return false;
}

Draft *draft_row_read(Connection *connection, gint64 id, GError **error)
{
    g_autoptr(Statement) row =
        connection_statement(connection, DRAFT_COLUMNS "WHERE d.id = ?1", error);
    if (row == NULL)
        return NULL;
    sqlite_bind(row, "i", id);
    int result = sqlite_step(row, error);
    if (result == SQLITE_DONE)
        fail_without_draft(id, error);
    return result == SQLITE_ROW ? read_draft(row) : NULL;
}

Draft *store_draft(Store *store, gint64 id, GError **error)
{
    g_auto(Reader) reader = pool_take(store->pool, error);
    return reader.connection != NULL ? draft_row_read(reader.connection, id, error) : NULL;
}

static const char list_sql[] =
    DRAFT_COLUMNS "WHERE (?1 IS NULL OR d.state = ?1) AND (?2 IS NULL OR d.mailbox = ?2)"
                  " AND (?3 IS NULL OR t.name = ?3) ORDER BY d.id DESC LIMIT ?4";

GPtrArray *store_drafts(Store *store, const DraftQuery *query, GError **error)
{
    g_auto(Reader) reader = pool_take(store->pool, error);
    if (reader.connection == NULL)
        return NULL;
    g_autoptr(Statement) rows = connection_statement(reader.connection, list_sql, error);
    if (rows == NULL)
        return NULL;
    sqlite_bind(rows, "ttti", query->state, query->mailbox, query->ticket, MAX(query->limit, 0));
    g_autoptr(GPtrArray) drafts = g_ptr_array_new_with_free_func((GDestroyNotify)draft_free);
    int result;
    while ((result = sqlite_step(rows, error)) == SQLITE_ROW)
        g_ptr_array_add(drafts, read_draft(rows));
    return result == SQLITE_DONE ? g_steal_pointer(&drafts) : NULL;
}

/* ── versions ── */

void draft_version_free(DraftVersion *version)
{
    if (version == NULL)
        return;
    g_free(version->by);
    g_free(version->text);
    g_free(version);
}

static DraftVersion *read_version(Statement *row)
{
    DraftVersion *version = g_new0(DraftVersion, 1);
    version->id = sqlite3_column_int64(row, 0);
    version->at = sqlite3_column_int64(row, 1);
    version->by = sqlite_text(row, 2, WORD_MAX);
    version->text = sqlite_text(row, 3, STORE_TEXT_MAX);
    return version;
}

GPtrArray *store_draft_versions(Store *store, gint64 id, GError **error)
{
    g_auto(Reader) reader = pool_take(store->pool, error);
    if (reader.connection == NULL)
        return NULL;
    g_autoptr(Statement) rows = connection_statement(
        reader.connection,
        "SELECT id, at, by, text FROM draft_version WHERE draft = ?1 ORDER BY id LIMIT ?2", error);
    if (rows == NULL)
        return NULL;
    sqlite_bind(rows, "ii", id, (gint64)VERSIONS_MAX);
    g_autoptr(GPtrArray) versions =
        g_ptr_array_new_with_free_func((GDestroyNotify)draft_version_free);
    int result;
    while ((result = sqlite_step(rows, error)) == SQLITE_ROW)
        g_ptr_array_add(versions, read_version(rows));
    if (result == SQLITE_DONE && versions->len == 0)
        fail_without_draft(id, error);
    return result == SQLITE_DONE && versions->len > 0 ? g_steal_pointer(&versions) : NULL;
}
