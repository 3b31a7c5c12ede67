/* Acknowledgements are counted before they are sent, so that whatever fails, nobody gets two: two
 * programs that answer each other come to rest after one mail. */
#include "store/acknowledgement.h"

#include "store/parts.h"

#define HOUR 3600
#define DAY  (24 * HOUR)

typedef struct {
    const char *address;
    gint64 per_hour, now;
    bool may;
} Count;

/* ?1 address, ?2 a day ago, ?3 an hour ago, ?4 how many within it. */
static const char may_sql[] =
    "SELECT NOT EXISTS (SELECT 1 FROM acknowledgement WHERE address = ?1 AND at > ?2)"
    " AND (SELECT count(*) FROM acknowledgement WHERE at > ?3) < ?4";

static bool ask(Connection *connection, Count *count, GError **error)
{
    g_autoptr(Statement) select = connection_statement(connection, may_sql, error);
    if (select == NULL)
        return false;
    sqlite_bind(select, "tiii", count->address, count->now - DAY, count->now - HOUR,
                count->per_hour);
    if (sqlite_step(select, error) != SQLITE_ROW)
        return false;
    count->may = sqlite3_column_int(select, 0) != 0;
    return true;
}

static bool change(Connection *connection, const char *sql, const Count *count, GError **error)
{
    g_autoptr(Statement) statement = connection_statement(connection, sql, error);
    if (statement == NULL)
        return false;
    sqlite_bind(statement, "ti", count->address, count->now);
    return statement_run(statement, error);
}

static const char insert_sql[] = "INSERT INTO acknowledgement (address, at) VALUES (?1, ?2)";
static const char forget_sql[] = "DELETE FROM acknowledgement WHERE ?1 <> '' AND at <= ?2 - 86400";
static const char not_sql[] = "DELETE FROM acknowledgement WHERE address = ?1 AND at = ?2";

static bool write_count(Connection *connection, gpointer work, GError **error)
{
    Count *count = work;
    return change(connection, forget_sql, count, error) && ask(connection, count, error) &&
           (!count->may || change(connection, insert_sql, count, error));
}

static bool write_not(Connection *connection, gpointer work, GError **error)
{
    return change(connection, not_sql, work, error);
}

bool store_acknowledge(Store *store, const char *address, gint64 per_hour, gint64 now, bool *may,
                       GError **error)
{
    Count count = { .address = address, .per_hour = per_hour, .now = now };
    bool written = store_write(store, write_count, &count, error);
    *may = written && count.may;
    return written;
}

bool store_acknowledge_not(Store *store, const char *address, gint64 now, GError **error)
{
    Count count = { .address = address, .now = now };
    return store_write(store, write_not, &count, error);
}
