/* A question's wire form: address, headers, body.
 *
 * What all servers have in common; the body is made by the format's own file.  Pure.  The key goes
 * into a header and nowhere else.
 */
#include "llm/api.h"

#include <math.h>
#include <string.h>

void llm_add_turn(cJSON *turns, const char *role, const char *text)
{
    cJSON *turn = cJSON_CreateObject();
    cJSON_AddStringToObject(turn, "role", role);
    cJSON_AddStringToObject(turn, "content", text);
    cJSON_AddItemToArray(turns, turn);
}

static bool is_blank(const char *text)
{
    return !text || text[strspn(text, " \t\r\n")] == '\0';
}

/* A blank turn would be refused, so a blank answer is simply asked for again. */
void llm_add_question(cJSON *turns, const LlmRequest *request, LlmAddTurn add)
{
    add(turns, "user", request->user);
    if (is_blank(request->rejected) || is_blank(request->correction))
        return;
    g_autofree char *correction =
        g_strdup_printf("That answer can't be used: %s\n"
                        "Answer the same question again with one JSON object that fits the schema, "
                        "and nothing else.",
                        request->correction);
    add(turns, "assistant", request->rejected);
    add(turns, "user", correction);
}

void llm_add_schema(cJSON *object, const char *member, const LlmRequest *request)
{
    cJSON_AddItemToObject(object, member, cJSON_Duplicate(request->schema, true));
}

void llm_add_named_schema(cJSON *object, const LlmRequest *request)
{
    cJSON_AddStringToObject(object, "name", request->schema_name);
    cJSON_AddBoolToObject(object, "strict", true);
    llm_add_schema(object, "schema", request);
}

const char *llm_effort(const LlmModel *model, const LlmRequest *request)
{
    return llm_api(model)->effort && !model->logprobs ? request->effort : NULL;
}

void llm_add_temperature(cJSON *object, const LlmModel *model, const LlmRequest *request)
{
    if (llm_api(model)->temperature && isfinite(request->temperature))
        cJSON_AddNumberToObject(object, "temperature", request->temperature);
}

static char **request_headers(const LlmModel *model, const LlmApi *api)
{
    GPtrArray *lines = g_ptr_array_new();
    g_ptr_array_add(lines, g_strdup("content-type: application/json"));
    if (api->version_header)
        g_ptr_array_add(lines, g_strdup(api->version_header));
    if (model->key && *model->key)
        g_ptr_array_add(lines,
                        g_strdup_printf("%s: %s%s", api->key_header, api->key_prefix, model->key));
    g_ptr_array_add(lines, NULL);
    return (char **)g_ptr_array_free(lines, FALSE);
}

LlmHttpRequest *llm_build(const LlmModel *model, const LlmRequest *request)
{
    const LlmApi *api = llm_api(model);
    g_autoptr(cJSON) body = api->body(model, request);
    LlmHttpRequest *http = g_new0(LlmHttpRequest, 1);
    http->url = g_strdup(model->url);
    http->headers = request_headers(model, api);
    http->body = json_print(body);
    return http;
}

void llm_http_request_free(LlmHttpRequest *http)
{
    if (!http)
        return;
    g_free(http->url);
    g_strfreev(http->headers);
    g_free(http->body);
    g_free(http);
}
