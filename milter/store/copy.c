/* Copies of a decided mail that differ from it by a footer.
 *
 * A list that forwards to us what came directly as well appends one.  The text is kept, because
 * what was appended may be more than a footer, but as a copy: threads for models and drafts leave
 * it out, and it overtakes no draft. */
#include "store/copy_rows.h"

#include "store/message_rows.h"
#include "store/parts.h"

static const char find_sql[] =
    "SELECT d.message, coalesce(d.ticket, 0) FROM decision d WHERE d.id = ?1"
    " AND NOT EXISTS (SELECT 1 FROM copy WHERE identity = ?2 AND decision = ?1)";
static const char add_sql[] = "INSERT OR REPLACE INTO copy (identity, decision) VALUES (?1, ?2)";

static bool find(Connection *connection, const CopyRow *copy, MessageRow *message, GError **error)
{
    g_autoptr(Statement) row = connection_statement(connection, find_sql, error);
    if (row == NULL)
        return false;
    sqlite_bind(row, "tt", copy->decision, copy->identity);
    int result = sqlite_step(row, error);
    if (result == SQLITE_ROW) {
        message->copy_of = sqlite3_column_int64(row, 0);
        message->ticket = sqlite3_column_int64(row, 1);
    }
    return result != -1;
}

bool copy_row_add(Connection *connection, const CopyRow *copy, GError **error)
{
    MessageRow message = { .mailbox = copy->mailbox, .mail = copy->mail, .now = copy->now };
    gint64 id;
    if (!find(connection, copy, &message, error))
        return false;
    if (message.copy_of == 0)
        return true;
    g_autoptr(Statement) insert = connection_statement(connection, add_sql, error);
    if (insert == NULL)
        return false;
    sqlite_bind(insert, "tt", copy->identity, copy->decision);
    return statement_run(insert, error) && message_row_add(connection, &message, &id, error);
}

/* Owns what it points to: the writer may still be at it when the asker has gone. */
typedef struct {
    char *decision, *identity, *mailbox;
    KeptMail mail;
    gint64 now;
} CopyWork;

static void copy_work_free(gpointer data)
{
    CopyWork *work = data;
    g_free(work->decision);
    g_free(work->identity);
    g_free(work->mailbox);
    kept_mail_clear(&work->mail);
    g_free(work);
}

static bool write_copy(Connection *connection, gpointer data, GError **error)
{
    const CopyWork *work = data;
    const CopyRow copy = { work->decision, work->identity, work->mailbox, &work->mail, work->now };
    return copy_row_add(connection, &copy, error);
}

bool store_add_copy(Store *store, const Record *record, const char *decision_id, gint64 deadline,
                    GError **error)
{
    CopyWork *work = g_new0(CopyWork, 1);
    work->decision = g_strdup(decision_id);
    work->identity = g_strdup(record->identity);
    work->mailbox = g_strdup(record->mailbox);
    work->now = record->now;
    kept_mail_fill(&work->mail, record->message, record->envelope, record->keep, record->keep_text);
    if (!writer_write(store->writer, write_copy, work, copy_work_free, deadline, error))
        return false;
    copy_work_free(work);
    return true;
}
