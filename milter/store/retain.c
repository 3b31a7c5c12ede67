/* What has been kept long enough is deleted, ROWS rows at a time: mail that arrives meanwhile waits
 * for one small transaction, not for all of it.
 *
 * Text of mails and of drafts goes first.  Decisions go later, then messages that no decision
 * needs, then tickets nothing is left of.  Deleted bytes are overwritten (secure_delete). */
#include "store/parts.h"

#define ROWS "500"

/* In each, ?1 is the first moment that stays. */
static const char kept_texts[] =
    "UPDATE message SET kept = 0, envelope = '{}', headers = '{}', attachments = '[]', text = '',"
    " quoted = '' WHERE id IN"
    " (SELECT id FROM message WHERE kept = 1 AND created < ?1 LIMIT " ROWS ")";
/* A draft that nobody has acted on for so long is of no use. */
static const char draft_versions[] =
    "UPDATE draft_version SET text = '' WHERE id IN (SELECT id FROM draft_version WHERE text <> ''"
    " AND draft IN (SELECT id FROM draft WHERE created < ?1) LIMIT " ROWS ")";
static const char draft_texts[] =
    "UPDATE draft SET recipients = '{}', subject = '', text = '', marks = '[]', sources = '[]',"
    " why = '', state = iif(state IN ('waiting', 'approved', 'failed'), 'withdrawn', state)"
    " WHERE id IN (SELECT id FROM draft WHERE created < ?1 AND recipients <> '{}' LIMIT " ROWS ")";
static const char acknowledgements[] =
    "DELETE FROM acknowledgement WHERE id IN"
    " (SELECT id FROM acknowledgement WHERE at < ?1 LIMIT " ROWS ")";
/* They could confirm a guess at a short text. */
static const char line_digests[] =
    "UPDATE decision SET lines = '' WHERE id IN"
    " (SELECT id FROM decision WHERE lines <> '' AND created < ?1 LIMIT " ROWS ")";
static const char decisions[] = "DELETE FROM decision WHERE id IN"
                                " (SELECT id FROM decision WHERE created < ?1 LIMIT " ROWS ")";
static const char unused_messages[] =
    "DELETE FROM message WHERE id IN (SELECT id FROM message WHERE created < ?1"
    " AND NOT EXISTS (SELECT 1 FROM decision WHERE message = message.id) LIMIT " ROWS ")";
static const char empty_tickets[] =
    "DELETE FROM ticket WHERE id IN (SELECT id FROM ticket WHERE updated < ?1"
    " AND NOT EXISTS (SELECT 1 FROM message WHERE ticket = ticket.id)"
    " AND NOT EXISTS (SELECT 1 FROM decision WHERE ticket = ticket.id) LIMIT " ROWS ")";
static const char audit_rows[] =
    "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < ?1 LIMIT " ROWS ")";

typedef struct {
    const char *sql;
    gint64 before;
    int rows;
} Portion;

static bool write_portion(Connection *connection, gpointer work, GError **error)
{
    Portion *portion = work;
    g_autoptr(Statement) statement = connection_statement(connection, portion->sql, error);
    if (statement == NULL)
        return false;
    sqlite_bind(statement, "i", portion->before);
    if (!statement_run(statement, error))
        return false;
    portion->rows = sqlite3_changes(connection->db);
    return true;
}

static bool delete_portions(Store *store, const char *sql, gint64 before, gint64 *deleted,
                            GError **error)
{
    Portion portion = { .sql = sql, .before = before };
    do {
        if (!store_write(store, write_portion, &portion, error))
            return false;
        *deleted += portion.rows;
    } while (portion.rows > 0);
    return true;
}

bool store_retain(Store *store, gint64 text_before, gint64 decisions_before, gint64 *deleted,
                  GError **error)
{
    gint64 digests = 0; /* not counted: no row is deleted */
    *deleted = 0;
    return delete_portions(store, kept_texts, text_before, deleted, error) &&
           delete_portions(store, line_digests, text_before, &digests, error) &&
           delete_portions(store, draft_versions, text_before, deleted, error) &&
           delete_portions(store, draft_texts, text_before, deleted, error) &&
           delete_portions(store, acknowledgements, text_before, deleted, error) &&
           delete_portions(store, decisions, decisions_before, deleted, error) &&
           delete_portions(store, unused_messages, decisions_before, deleted, error) &&
           delete_portions(store, empty_tickets, decisions_before, deleted, error) &&
           delete_portions(store, audit_rows, decisions_before, deleted, error);
}
