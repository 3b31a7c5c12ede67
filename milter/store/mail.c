/* Kept mail, read back into the values that READ made of it.
 *
 * A row may have been forgotten or may have come of age: then its JSON is empty and so is what is
 * made of it, but for the columns that say who and when. */
#include "store/mail.h"

#include "store/parts.h"

#include "base/error.h"
#include "base/json.h"

#include <string.h>

#define WORD_MAX 1024

void stored_mail_free(StoredMail *mail)
{
    if (mail == NULL)
        return;
    g_free(mail->ticket);
    g_free(mail->mailbox);
    g_free(mail->decision_id);
    g_free(mail->customer);
    message_free(mail->message);
    envelope_free(mail->envelope);
    g_free(mail);
}

#define MAIL_COLUMNS                                                                               \
    "SELECT m.id, coalesce(t.id, 0), coalesce(t.name, ''), m.mailbox, coalesce(d.id, ''),"         \
    " m.direction = 'out', m.kept, m.created, m.headers, m.attachments, m.text, m.quoted,"         \
    " m.envelope, m.message_id, m.sender, NOT EXISTS (SELECT 1 FROM message e"                     \
    " WHERE e.ticket = m.ticket AND e.id < m.id), coalesce(d.customer, ''), d.match = 'exact',"    \
    " d.proven FROM message m LEFT JOIN ticket t ON t.id = m.ticket "

/* The stored JSON with the columns that stand beside it, as message_to_json() wrote it. */
static cJSON *whole_json(Statement *row, GError **error)
{
    g_autofree char *headers = sqlite_text(row, 8, STORE_TEXT_MAX);
    g_autofree char *attachments = sqlite_text(row, 9, STORE_TEXT_MAX);
    g_autofree char *reply = sqlite_text(row, 10, STORE_TEXT_MAX);
    g_autofree char *quoted = sqlite_text(row, 11, STORE_TEXT_MAX);
    g_autofree char *text = g_strconcat(reply, quoted[0] != '\0' ? "\n" : "", quoted, NULL);
    g_autoptr(cJSON) json = json_parse(headers, strlen(headers), error);
    cJSON *list = json != NULL ? json_parse(attachments, strlen(attachments), error) : NULL;
    if (list == NULL)
        return NULL;
    cJSON_AddItemToObject(json, "attachments", list);
    cJSON_AddStringToObject(json, "reply", reply);
    cJSON_AddStringToObject(json, "quoted", quoted);
    cJSON_AddStringToObject(json, "text", text);
    return g_steal_pointer(&json);
}

static void fill(char **text, Statement *row, int column)
{
    if ((*text)[0] != '\0')
        return;
    g_free(*text);
    *text = sqlite_text(row, column, WORD_MAX);
}

/* What is known even where nothing was kept. */
static void fill_gaps(Message *message, Statement *row)
{
    fill(&message->message_id, row, 13);
    fill(&message->from->address, row, 14);
    fill(&message->person->address, row, 14);
}

static void set_from(char **member, const cJSON *json, const char *path)
{
    envelope_set(member, json_text_at(json, path));
}

static Envelope *read_envelope(Statement *row)
{
    g_autofree char *text = sqlite_text(row, 12, STORE_TEXT_MAX);
    g_autoptr(cJSON) json = json_parse(text, strlen(text), NULL);
    Envelope *envelope = envelope_new();
    const cJSON *recipient;
    if (json == NULL)
        return envelope;
    set_from(&envelope->id, json, "id");
    set_from(&envelope->queue_id, json, "queue_id");
    set_from(&envelope->sender, json, "sender");
    set_from(&envelope->client_address, json, "client_address");
    set_from(&envelope->client_name, json, "client_name");
    set_from(&envelope->authenticated, json, "authenticated");
    cJSON_ArrayForEach(recipient, json_at(json, "recipients"))
    {
        if (cJSON_IsString(recipient))
            envelope_add_recipient(envelope, recipient->valuestring);
    }
    return envelope;
}

static StoredMail *read_mail(Statement *row, GError **error)
{
    g_autoptr(cJSON) json = whole_json(row, error);
    if (json == NULL)
        return NULL;
    StoredMail *mail = g_new0(StoredMail, 1);
    mail->id = sqlite3_column_int64(row, 0);
    mail->ticket_id = sqlite3_column_int64(row, 1);
    mail->ticket = sqlite_text(row, 2, WORD_MAX);
    mail->mailbox = sqlite_text(row, 3, WORD_MAX);
    mail->decision_id = sqlite_text(row, 4, WORD_MAX);
    mail->outgoing = sqlite3_column_int(row, 5) != 0;
    mail->first = sqlite3_column_int(row, 15) != 0;
    mail->customer = sqlite_text(row, 16, WORD_MAX);
    mail->contact = sqlite3_column_int(row, 17) != 0;
    mail->proven = sqlite3_column_int(row, 18) != 0;
    mail->kept = sqlite3_column_int(row, 6) != 0;
    mail->created = sqlite3_column_int64(row, 7);
    mail->message = message_from_json(json);
    mail->envelope = read_envelope(row);
    fill_gaps(mail->message, row);
    return mail;
}

StoredMail *store_mail_of_decision(Store *store, const char *decision_id, GError **error)
{
    g_auto(Reader) reader = pool_take(store->pool, error);
    if (reader.connection == NULL)
        return NULL;
    g_autoptr(Statement) row = connection_statement(
        reader.connection, MAIL_COLUMNS "JOIN decision d ON d.message = m.id WHERE d.id = ?1",
        error);
    if (row == NULL)
        return NULL;
    sqlite_bind(row, "t", decision_id);
    int result = sqlite_step(row, error);
    if (result == SQLITE_DONE)
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_NOT_FOUND, "there is no decision %s",
                    decision_id);
    return result == SQLITE_ROW ? read_mail(row, error) : NULL;
}

StoredMail *store_mail_by_message_id(Store *store, const char *message_id, GError **error)
{
    g_auto(Reader) reader = pool_take(store->pool, error);
    if (reader.connection == NULL)
        return NULL;
    g_autoptr(Statement) row =
        connection_statement(reader.connection,
                             MAIL_COLUMNS "JOIN decision d ON d.message = m.id WHERE"
                                          " m.message_id = ?1 AND m.message_id <> ''"
                                          " ORDER BY m.id DESC LIMIT 1",
                             error);
    if (row == NULL)
        return NULL;
    sqlite_bind(row, "t", message_id);
    return sqlite_step(row, error) == SQLITE_ROW ? read_mail(row, error) : NULL;
}

static const char ticket_sql[] =
    "SELECT * FROM (" MAIL_COLUMNS "LEFT JOIN decision d ON d.message = m.id AND d.standing = 1"
    " WHERE m.ticket = ?1 AND m.copy_of IS NULL ORDER BY m.id DESC LIMIT ?2) ORDER BY 1";

GPtrArray *store_mails_of_ticket(Store *store, gint64 ticket, gint64 limit, GError **error)
{
    g_auto(Reader) reader = pool_take(store->pool, error);
    if (reader.connection == NULL)
        return NULL;
    g_autoptr(Statement) rows = connection_statement(reader.connection, ticket_sql, error);
    if (rows == NULL)
        return NULL;
    sqlite_bind(rows, "ii", ticket, MAX(limit, 0));
    g_autoptr(GPtrArray) mails = g_ptr_array_new_with_free_func((GDestroyNotify)stored_mail_free);
    int result;
    while ((result = sqlite_step(rows, error)) == SQLITE_ROW) {
        StoredMail *mail = read_mail(rows, error);
        if (mail == NULL)
            return NULL;
        g_ptr_array_add(mails, mail);
    }
    return result == SQLITE_DONE ? g_steal_pointer(&mails) : NULL;
}
