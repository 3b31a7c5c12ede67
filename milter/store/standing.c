/* The search for the decision that stands for a mail: in this order, and with the same answer
 * whether RECALL asks or the writer, under the write lock, once more. */
#include "store/standing.h"

#include "mail/thread.h"

#define COPIES_MAX 20 /* latest decisions about mails of the same Message-ID that are compared */
#define LINES_MAX  (64 * 1024)
#define ID_MAX     16

void standing_clear(Standing *standing)
{
    g_clear_pointer(&standing->id, g_free);
}

static void take(Standing *standing, Statement *row, bool copy)
{
    standing->id = sqlite_text(row, 0, ID_MAX);
    standing->proven = sqlite3_column_int(row, 1) != 0;
    standing->copy = copy;
}

static const char by_identity[] =
    "SELECT id, proven FROM decision WHERE identity = ?1 AND standing = 1 AND created >= ?2 "
    "UNION ALL SELECT d.id, d.proven FROM copy c JOIN decision d ON d.id = c.decision"
    " WHERE c.identity = ?1 AND d.standing = 1 AND d.created >= ?2 LIMIT 1";
/* A server that hands a mail back to us may have given it the Message-ID it lacked. */
static const char by_named_id[] =
    "SELECT d.id, d.proven FROM decision d JOIN message m ON m.id = d.message WHERE d.id = ?1"
    " AND d.created >= ?2 AND d.standing = 1 AND d.mailbox = ?3 AND d.content = ?4"
    " AND m.message_id = ''";
static const char by_copy_key[] =
    "SELECT id, proven, lines FROM decision WHERE copy_key = ?1 AND copy_key <> ''"
    " AND created >= ?2 AND mailbox = ?3 AND standing = 1 ORDER BY created DESC LIMIT ?4";

static bool find_by_identity(Connection *connection, const StandingKey *key, Standing *standing,
                             GError **error)
{
    g_autoptr(Statement) row = connection_statement(connection, by_identity, error);
    if (row == NULL)
        return false;
    sqlite_bind(row, "ti", key->identity, key->since);
    int result = sqlite_step(row, error);
    if (result == SQLITE_ROW)
        take(standing, row, false);
    return result != -1;
}

static bool find_by_lines(Connection *connection, const StandingKey *key, Standing *standing,
                          GError **error)
{
    g_autoptr(Statement) rows = connection_statement(connection, by_copy_key, error);
    if (rows == NULL)
        return false;
    sqlite_bind(rows, "titi", key->copy_key, key->since, key->mailbox, (gint64)COPIES_MAX);
    int result;
    while ((result = sqlite_step(rows, error)) == SQLITE_ROW && standing->id == NULL) {
        g_autofree char *lines = sqlite_text(rows, 2, LINES_MAX);
        if (thread_differs_by_footer(lines, key->lines))
            take(standing, rows, true);
    }
    return result != -1;
}

static bool find_by_named_id(Connection *connection, const StandingKey *key, Standing *standing,
                             GError **error)
{
    g_autoptr(Statement) row = connection_statement(connection, by_named_id, error);
    if (row == NULL)
        return false;
    sqlite_bind(row, "titt", key->named_id, key->since, key->mailbox, key->content);
    int result = sqlite_step(row, error);
    if (result == SQLITE_ROW)
        take(standing, row, false);
    return result != -1;
}

bool standing_find(Connection *connection, const StandingKey *key, Standing *standing,
                   GError **error)
{
    standing_clear(standing);
    return find_by_identity(connection, key, standing, error) &&
           (standing->id != NULL || key->lines[0] == '\0' ||
            find_by_lines(connection, key, standing, error)) &&
           (standing->id != NULL || key->named_id[0] == '\0' ||
            find_by_named_id(connection, key, standing, error));
}
