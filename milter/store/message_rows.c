/* Mails as rows, theirs and ours.  Writer's thread. */
#include "store/message_rows.h"

bool message_row_add(Connection *connection, const MessageRow *message, gint64 *id, GError **error)
{
    g_autoptr(Statement) insert = connection_statement(
        connection,
        "INSERT INTO message (mailbox, ticket, direction, message_id, digest, size, sender,"
        " created, kept, envelope, headers, attachments, text, quoted, copy_of) VALUES"
        " (?1, nullif(?2, 0), ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, nullif(?15, 0))",
        error);
    if (insert == NULL)
        return false;
    const KeptMail *mail = message->mail;
    sqlite_bind(insert, "titttitiittttti", message->mailbox, message->ticket,
                message->outgoing ? "out" : "in", mail->message_id, mail->digest, mail->size,
                mail->sender, message->now, (gint64)mail->kept, mail->envelope, mail->headers,
                mail->attachments, mail->text, mail->quoted, message->copy_of);
    if (!statement_run(insert, error))
        return false;
    *id = sqlite3_last_insert_rowid(connection->db);
    return true;
}

bool message_row_replace(Connection *connection, gint64 id, gint64 ticket, const KeptMail *mail,
                         GError **error)
{
    g_autoptr(Statement) update = connection_statement(
        connection,
        "UPDATE message SET ticket = coalesce(ticket, nullif(?2, 0)), digest = ?3, size = ?4,"
        " sender = ?5, kept = ?6, envelope = ?7, headers = ?8, attachments = ?9, text = ?10,"
        " quoted = ?11, message_id = ?12 WHERE id = ?1",
        error);
    if (update == NULL)
        return false;
    sqlite_bind(update, "iitititttttt", id, ticket, mail->digest, mail->size, mail->sender,
                (gint64)mail->kept, mail->envelope, mail->headers, mail->attachments, mail->text,
                mail->quoted, mail->message_id);
    return statement_run(update, error);
}

bool message_row_add_participants(Connection *connection, gint64 ticket, const KeptMail *mail,
                                  GError **error)
{
    g_autoptr(Statement) insert = connection_statement(
        connection,
        "INSERT OR IGNORE INTO participant (ticket, address) SELECT ?1, value FROM json_each(?2)",
        error);
    if (insert == NULL)
        return false;
    sqlite_bind(insert, "it", ticket, mail->participants);
    return statement_run(insert, error);
}

bool message_row_is_known_answer(Connection *connection, gint64 ticket, const KeptMail *mail,
                                 bool *known, GError **error)
{
    g_autoptr(Statement) select =
        connection_statement(connection,
                             "SELECT 1 FROM message WHERE ticket = ?1 AND direction = 'out' AND"
                             " (digest = ?2 OR (message_id = ?3 AND ?3 <> '')) LIMIT 1",
                             error);
    if (select == NULL)
        return false;
    sqlite_bind(select, "itt", ticket, mail->digest, mail->message_id);
    int result = sqlite_step(select, error);
    *known = result == SQLITE_ROW;
    return result != -1;
}

bool message_row_drop_answer(Connection *connection, gint64 ticket, const char *message_id,
                             GError **error)
{
    g_autoptr(Statement) delete = connection_statement(
        connection,
        "DELETE FROM message WHERE message_id = ?2 AND ticket = ?1 AND direction = 'out'", error);
    if (delete == NULL)
        return false;
    sqlite_bind(delete, "it", ticket, message_id);
    return statement_run(delete, error);
}
