#include "store/audit_row.h"

static const char *object(const char *json)
{
    return json != NULL ? json : "{}";
}

bool audit_row_add(Connection *connection, const Audit *audit, gint64 now, GError **error)
{
    g_autoptr(Statement) insert =
        connection_statement(connection,
                             "INSERT INTO audit (at, by, verb, ticket, decision, before, after)"
                             " VALUES (?1, ?2, ?3, nullif(?4, 0), nullif(?5, ''), ?6, ?7)",
                             error);
    if (insert == NULL)
        return false;
    sqlite_bind(insert, "ittittt", now, audit->by, audit->verb, audit->ticket, audit->decision,
                object(audit->before), object(audit->after));
    return statement_run(insert, error);
}
