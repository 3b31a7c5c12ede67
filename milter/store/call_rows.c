#include "store/call_rows.h"

#include "store/parts.h"

#include "base/json.h"

static bool add_call(Connection *connection, const char *decision, const char *purpose,
                     const ClassifyCall *call, gint64 now, GError **error)
{
    g_autoptr(Statement) insert = connection_statement(
        connection,
        "INSERT INTO call (decision, engine, model, outcome, detail, request_id, input_tokens,"
        " cached_tokens, output_tokens, ms, at, cost, purpose, redacted)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        error);
    if (insert == NULL)
        return false;
    g_autofree char *redacted =
        call->redacted != NULL ? json_print(call->redacted) : g_strdup("{}");
    sqlite_bind(insert, "ttttttiiiiiitt", decision, call->engine, call->model,
                llm_outcome_name(call->outcome), call->detail, call->request_id, call->input_tokens,
                call->cached_tokens, call->output_tokens, call->ms, now, call->cost, purpose,
                redacted);
    return statement_run(insert, error);
}

bool call_rows_add(Connection *connection, const char *decision, const char *purpose,
                   const GPtrArray *calls, gint64 now, GError **error)
{
    for (guint i = 0; i < calls->len; i++) {
        if (!add_call(connection, decision, purpose, calls->pdata[i], now, error))
            return false;
    }
    return true;
}

typedef struct {
    const char *decision, *purpose;
    const GPtrArray *calls;
    gint64 now;
} Calls;

static bool write_calls(Connection *connection, gpointer work, GError **error)
{
    const Calls *calls = work;
    return call_rows_add(connection, calls->decision, calls->purpose, calls->calls, calls->now,
                         error);
}

bool store_calls_in_vain(Store *store, const char *decision, const char *purpose,
                         const GPtrArray *calls, gint64 now, GError **error)
{
    g_autoptr(GPtrArray) made = g_ptr_array_new();
    for (guint i = 0; i < calls->len; i++) {
        const ClassifyCall *call = calls->pdata[i];
        if (call->outcome != LLM_BREAKER_OPEN && call->outcome != LLM_NO_BUDGET)
            g_ptr_array_add(made, calls->pdata[i]);
    }
    Calls work = { decision, purpose, made, now };
    return made->len == 0 || store_write(store, write_calls, &work, error);
}
