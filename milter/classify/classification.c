/* The result as a value: made, freed, and the baseline as an answer of its own.  Pure. */
#include "classify/engine.h"

void classify_call_free(ClassifyCall *call)
{
    if (!call)
        return;
    g_free(call->engine);
    g_free(call->model);
    g_free(call->detail);
    g_free(call->request_id);
    cJSON_Delete(call->redacted);
    g_free(call);
}

char *classify_redacted(const GPtrArray *calls)
{
    const ClassifyCall *last = calls->len > 0 ? calls->pdata[calls->len - 1] : NULL;
    if (last == NULL || cJSON_GetArraySize(last->redacted) == 0)
        return NULL;
    g_autoptr(GString) words = g_string_new(NULL);
    const cJSON *count;
    cJSON_ArrayForEach(count, last->redacted)
    {
        g_string_append_printf(words, "%s%s=%.0f", words->len > 0 ? " " : "", count->string,
                               count->valuedouble);
    }
    return g_string_free(g_steal_pointer(&words), FALSE);
}

Classification *classification_new(Status status, const char *engine, Verdict *verdict,
                                   bool quotes_failed)
{
    Classification *result = g_new0(Classification, 1);
    result->status = status;
    result->engine = g_strdup(engine);
    result->why = g_strdup("");
    result->verdict = verdict;
    result->quotes_failed = quotes_failed;
    result->calls = g_ptr_array_new_with_free_func((GDestroyNotify)classify_call_free);
    return result;
}

Classification *classify_baseline(const Presumption *baseline, const char *why)
{
    Classification *result =
        classification_new(STATUS_FALLBACK, "baseline", verdict_copy(baseline->verdict), false);
    g_free(result->why);
    result->why = g_strdup(why);
    return result;
}

void classification_free(Classification *classification)
{
    if (!classification)
        return;
    g_free(classification->engine);
    g_free(classification->why);
    verdict_free(classification->verdict);
    g_ptr_array_unref(classification->calls);
    classify_give_up(classification->pending);
    g_free(classification);
}
