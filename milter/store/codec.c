/* Plans and verdicts as JSON text.
 *
 * The keys are the store's, not anybody's interface: triagectl prints what it likes.  Rows outlive
 * programs, so reading forgives what is missing and skips what is unknown, and never believes that
 * a row is well-formed. */
#include "store/codec.h"

#include <string.h>

typedef struct {
    const char *key;
    gsize offset;
} Member;

static const Member plan_texts[] = {
    { "queue", G_STRUCT_OFFSET(Plan, queue) },
    { "assignee", G_STRUCT_OFFSET(Plan, assignee) },
    { "review_reason", G_STRUCT_OFFSET(Plan, review_reason) },
    { "redirect", G_STRUCT_OFFSET(Plan, redirect) },
    { "draft", G_STRUCT_OFFSET(Plan, draft) },
    { "draft_template", G_STRUCT_OFFSET(Plan, draft_template) },
};

static const Member plan_lists[] = {
    { "tags", G_STRUCT_OFFSET(Plan, tags) },
    { "notify", G_STRUCT_OFFSET(Plan, notify) },
    { "recipients", G_STRUCT_OFFSET(Plan, recipients) },
    { "matched", G_STRUCT_OFFSET(Plan, matched) },
};

static const char *const ticket_names[] = {
    [PLAN_TICKET_NONE] = "none",
    [PLAN_TICKET_NEW] = "new",
    [PLAN_TICKET_FOLLOW_UP] = "follow-up",
};

static const char *const confidence_sources[] = { "provider", "calibrated", "table" };

static cJSON *list_to_json(const GPtrArray *list, guint max)
{
    cJSON *array = cJSON_CreateArray();
    for (guint i = 0; list != NULL && i < list->len && i < max; i++)
        cJSON_AddItemToArray(array, cJSON_CreateString(list->pdata[i]));
    return array;
}

char *codec_list(const GPtrArray *list, guint max)
{
    g_autoptr(cJSON) array = list_to_json(list, max);
    return json_print(array);
}

static cJSON *headers_to_json(const GPtrArray *headers)
{
    cJSON *array = cJSON_CreateArray();
    for (guint i = 0; i < headers->len; i++) {
        const PlanHeader *header = headers->pdata[i];
        cJSON *object = cJSON_CreateObject();
        cJSON_AddStringToObject(object, "name", header->name);
        cJSON_AddStringToObject(object, "value", header->value);
        cJSON_AddItemToArray(array, object);
    }
    return array;
}

char *codec_plan(const Plan *plan)
{
    g_autoptr(cJSON) json = cJSON_CreateObject();
    if (plan == NULL)
        return json_print(json);
    cJSON_AddStringToObject(json, "ticket", ticket_names[plan->ticket]);
    cJSON_AddBoolToObject(json, "review", plan->review);
    cJSON_AddNumberToObject(json, "answer_within", (double)plan->answer_within);
    for (guint i = 0; i < G_N_ELEMENTS(plan_texts); i++)
        cJSON_AddStringToObject(json, plan_texts[i].key,
                                G_STRUCT_MEMBER(char *, plan, plan_texts[i].offset));
    for (guint i = 0; i < G_N_ELEMENTS(plan_lists); i++) {
        const GPtrArray *list = G_STRUCT_MEMBER(GPtrArray *, plan, plan_lists[i].offset);
        cJSON_AddItemToObject(json, plan_lists[i].key, list_to_json(list, G_MAXUINT));
    }
    cJSON_AddItemToObject(json, "headers", headers_to_json(plan->headers));
    return json_print(json);
}

static void read_list(GPtrArray *list, const cJSON *array)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, array)
    {
        if (cJSON_IsString(item))
            g_ptr_array_add(list, g_strdup(item->valuestring));
    }
}

static void read_headers(Plan *plan, const cJSON *array)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, array)
    {
        const char *name = json_text_at(item, "name"), *value = json_text_at(item, "value");
        if (name != NULL && value != NULL)
            plan_add_header(plan, name, value);
    }
}

static PlanTicket read_ticket(const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(ticket_names); i++) {
        if (g_strcmp0(ticket_names[i], name) == 0)
            return (PlanTicket)i;
    }
    return PLAN_TICKET_NONE;
}

Plan *codec_read_plan(const char *text, GError **error)
{
    g_autoptr(cJSON) json = json_parse(text, strlen(text), error);
    if (json == NULL)
        return NULL;
    Plan *plan = plan_new();
    plan->ticket = read_ticket(json_text_at(json, "ticket"));
    plan->review = cJSON_IsTrue(json_at(json, "review"));
    plan->answer_within = json_count_at(json, "answer_within", 0);
    for (guint i = 0; i < G_N_ELEMENTS(plan_texts); i++)
        plan_set(&G_STRUCT_MEMBER(char *, plan, plan_texts[i].offset),
                 json_text_at(json, plan_texts[i].key));
    for (guint i = 0; i < G_N_ELEMENTS(plan_lists); i++)
        read_list(G_STRUCT_MEMBER(GPtrArray *, plan, plan_lists[i].offset),
                  json_at(json, plan_lists[i].key));
    read_headers(plan, json_at(json, "headers"));
    return plan;
}

void codec_verdict(const Verdict *verdict, bool quotes, VerdictColumns *columns)
{
    g_autoptr(cJSON) values = verdict != NULL ? verdict_to_json(verdict) : cJSON_CreateObject();
    g_autoptr(cJSON) texts = cJSON_CreateObject();
    for (guint i = 0; verdict != NULL && i < field_table_size(verdict->fields); i++) {
        const Field *field = field_at(verdict->fields, i);
        if (field->type != FIELD_TEXT && field->type != FIELD_LIST)
            continue;
        cJSON *text = cJSON_DetachItemFromObjectCaseSensitive(values, field->name);
        if (text != NULL && (quotes || !field->quotes))
            cJSON_AddItemToObject(texts, field->name, text);
        else
            cJSON_Delete(text);
    }
    columns->values = json_print(values);
    columns->texts = json_print(texts);
}

void verdict_columns_clear(VerdictColumns *columns)
{
    g_clear_pointer(&columns->values, g_free);
    g_clear_pointer(&columns->texts, g_free);
}

/* Moves everything in `changes` into `json`. */
static void lay_over(cJSON *json, cJSON *changes)
{
    while (changes->child != NULL) {
        cJSON *item = cJSON_DetachItemViaPointer(changes, changes->child);
        cJSON_DeleteItemFromObjectCaseSensitive(json, item->string);
        g_autofree char *key = g_strdup(item->string);
        cJSON_AddItemToObject(json, key, item);
    }
}

static cJSON *merge(const char *text, const char *changes_text, GError **error)
{
    g_autoptr(cJSON) json = json_parse(text, strlen(text), error);
    if (json == NULL)
        return NULL;
    g_autoptr(cJSON) changes = json_parse(changes_text, strlen(changes_text), error);
    if (changes == NULL)
        return NULL;
    lay_over(json, changes);
    return g_steal_pointer(&json);
}

char *codec_merge(const char *json, const char *changes, GError **error)
{
    g_autoptr(cJSON) merged = merge(json, changes, error);
    return merged != NULL ? json_print(merged) : NULL;
}

char *codec_pick(const char *text, const char *like_text, GError **error)
{
    g_autoptr(cJSON) json = json_parse(text, strlen(text), error);
    if (json == NULL)
        return NULL;
    g_autoptr(cJSON) like = json_parse(like_text, strlen(like_text), error);
    if (like == NULL)
        return NULL;
    g_autoptr(cJSON) picked = cJSON_CreateObject();
    const cJSON *wanted;
    cJSON_ArrayForEach(wanted, like)
    {
        cJSON *item = cJSON_DetachItemFromObjectCaseSensitive(json, wanted->string);
        if (item != NULL)
            cJSON_AddItemToObject(picked, wanted->string, item);
    }
    return json_print(picked);
}

Verdict *codec_read_verdict(FieldTable *fields, const VerdictColumns *columns, GError **error)
{
    g_autoptr(cJSON) json = merge(columns->values, columns->texts, error);
    return json != NULL ? verdict_from_json(fields, json) : NULL;
}

const char *codec_confidence_source(const char *source)
{
    for (guint i = 0; i < G_N_ELEMENTS(confidence_sources); i++) {
        if (g_strcmp0(confidence_sources[i], source) == 0)
            return confidence_sources[i];
    }
    return "";
}
