/* A verdict as a value: made, copied, asked, set out of text, written to and read from JSON.
 *
 * Values come in through the setters of value.h only, so that whoever reads a verdict need not
 * check it again.  A stored verdict is the exception: it was checked by the fields of its day, so
 * retired choices and old limits are accepted, types are not negotiable.  Pure; a verdict belongs
 * to one thread at a time. */
#include "verdict/verdict.h"

#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "verdict/value.h"

#include <math.h>
#include <string.h>

Verdict *verdict_new(FieldTable *fields)
{
    Verdict *verdict = g_new0(Verdict, 1);

    verdict->fields = field_table_ref(fields);
    verdict->values = g_new0(Value, MAX(field_table_size(fields), 1));
    verdict->confidence = -1;
    verdict->confidence_source = "";
    return verdict;
}

Verdict *verdict_copy(const Verdict *verdict)
{
    Verdict *copy = verdict_new(verdict->fields);

    for (guint i = 0; i < field_table_size(verdict->fields); i++)
        copy->values[i] = value_copy(&verdict->values[i], field_at(verdict->fields, i));
    copy->confidence = verdict->confidence;
    copy->confidence_source = verdict->confidence_source;
    return copy;
}

void verdict_free(Verdict *verdict)
{
    if (!verdict)
        return;
    for (guint i = 0; i < field_table_size(verdict->fields); i++)
        value_clear(&verdict->values[i], field_at(verdict->fields, i));
    field_table_unref(verdict->fields);
    g_free(verdict->values);
    g_free(verdict);
}

const Value *verdict_get(const Verdict *verdict, const char *name)
{
    const Field *field = field_find(verdict->fields, name);

    return field && verdict_has(verdict, field) ? &verdict->values[field->index] : NULL;
}

bool verdict_has(const Verdict *verdict, const Field *field)
{
    return verdict->values[field->index].known;
}

static const char *choice_token(const Field *field, const Value *value)
{
    const FieldChoice *choice = field->choices->pdata[value->choice];

    return choice->token;
}

const char *verdict_token(const Verdict *verdict, const char *name)
{
    const Field *field = field_find(verdict->fields, name);
    const Value *value = verdict_get(verdict, name);

    if (!value)
        return "";
    if (field->type == FIELD_ENUM || field->type == FIELD_ORDERED)
        return choice_token(field, value);
    return field->type == FIELD_TEXT ? value->text : "";
}

void verdict_unset(Verdict *verdict, const Field *field)
{
    value_clear(&verdict->values[field->index], field);
}

static bool refuse_text(const Field *field, const char *text, GError **error)
{
    g_autofree char *shown = text_line(text, VALUE_SHOWN_MAX),
                    *allowed = verdict_allowed(field, NULL);

    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT, "%s: '%s' is not %s", field->name, shown,
                allowed);
    return false;
}

static bool set_number(Value *value, const Field *field, const char *text, GError **error)
{
    char *end;
    double number = g_ascii_strtod(text, &end);

    if (!*text || *end || strspn(text, "0123456789.+-eE") != strlen(text))
        return refuse_text(field, text, error);
    return value_set_number(value, field, number, error);
}

static bool set_yes_no(Value *value, const Field *field, const char *text, GError **error)
{
    bool yes = g_ascii_strcasecmp(text, "yes") == 0;

    if (!yes && g_ascii_strcasecmp(text, "no") != 0)
        return refuse_text(field, text, error);
    value_set_yes(value, yes);
    return true;
}

/* Items stand on lines of their own, or behind ';'.  Empty ones don't count. */
static bool set_list(Value *value, const Field *field, const char *text, GError **error)
{
    g_auto(GStrv) pieces = g_strsplit_set(text, ";\n", -1);
    g_autoptr(GPtrArray) texts = g_ptr_array_new();

    for (char **piece = pieces; *piece; piece++)
        if (*g_strstrip(*piece))
            g_ptr_array_add(texts, *piece);
    return value_set_list(value, field, texts, error);
}

static bool set_value(Value *value, const Field *field, const char *text, GError **error)
{
    switch (field->type) {
    case FIELD_ENUM:
    case FIELD_ORDERED:
        return value_set_token(value, field, text, error);
    case FIELD_NUMBER:
        return set_number(value, field, text, error);
    case FIELD_YES_NO:
        return set_yes_no(value, field, text, error);
    case FIELD_LIST:
        return set_list(value, field, text, error);
    case FIELD_TEXT:
        break;
    }
    return value_set_text(value, field, text, error);
}

bool verdict_set_text(Verdict *verdict, const Field *field, const char *text, GError **error)
{
    Value value = { .known = false };

    if (field->team && g_ascii_strcasecmp(text, VALUE_NOBODY) == 0) {
        verdict_unset(verdict, field);
        return true;
    }
    if (!set_value(&value, field, text, error))
        return false;
    verdict_unset(verdict, field);
    verdict->values[field->index] = value;
    return true;
}

static cJSON *value_to_json(const Value *value, const Field *field)
{
    switch (field->type) {
    case FIELD_ENUM:
    case FIELD_ORDERED:
        return cJSON_CreateString(choice_token(field, value));
    case FIELD_NUMBER:
        return cJSON_CreateNumber(value->number);
    case FIELD_YES_NO:
        return cJSON_CreateBool(value->yes);
    case FIELD_LIST:
        return json_list(value->list);
    case FIELD_TEXT:
        break;
    }
    return cJSON_CreateString(value->text);
}

cJSON *verdict_to_json(const Verdict *verdict)
{
    cJSON *json = cJSON_CreateObject();

    for (guint i = 0; i < field_table_size(verdict->fields); i++) {
        const Field *field = field_at(verdict->fields, i);

        if (verdict_has(verdict, field))
            cJSON_AddItemToObject(json, field->name, value_to_json(&verdict->values[i], field));
    }
    return json;
}

static Value stored_choice(const Field *field, const cJSON *json)
{
    int choice = cJSON_IsString(json) ? field_choice(field, json->valuestring) : -1;

    return (Value){ .known = choice >= 0, .choice = choice };
}

static Value stored_list(const cJSON *json)
{
    GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
    const cJSON *item;

    cJSON_ArrayForEach(item, json) if (cJSON_IsString(item))
        g_ptr_array_add(list, text_line(item->valuestring, G_MAXSIZE));
    return (Value){ .known = true, .list = list };
}

/* What a stored row says about the field; unknown if it is of another type. */
static Value stored_value(const Field *field, const cJSON *json)
{
    static const Value unknown = { .known = false };

    switch (field->type) {
    case FIELD_ENUM:
    case FIELD_ORDERED:
        return stored_choice(field, json);
    case FIELD_NUMBER:
        if (cJSON_IsNumber(json) && isfinite(json->valuedouble))
            return (Value){ .known = true, .number = json->valuedouble };
        return unknown;
    case FIELD_YES_NO:
        if (cJSON_IsBool(json))
            return (Value){ .known = true, .yes = cJSON_IsTrue(json) };
        return unknown;
    case FIELD_LIST:
        return cJSON_IsArray(json) ? stored_list(json) : unknown;
    case FIELD_TEXT:
        break;
    }
    if (!cJSON_IsString(json))
        return unknown;
    return (Value){ .known = true, .text = text_line(json->valuestring, G_MAXSIZE) };
}

Verdict *verdict_from_json(FieldTable *fields, const cJSON *json)
{
    Verdict *verdict = verdict_new(fields);

    for (guint i = 0; i < field_table_size(fields); i++) {
        const Field *field = field_at(fields, i);
        const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, field->name);

        if (item)
            verdict->values[i] = stored_value(field, item);
    }
    return verdict;
}
