/* The question to a model as a JSON Schema, out of the field table.
 *
 * Only what every provider's structured output takes: type, enum, items, properties, required,
 * additionalProperties and description.  Limits of numbers, lengths and counts are refused by some
 * of them, so they are said in the descriptions, and check.c holds the answer to them.  Keys stand
 * in the order of the table, which is the order in which a model writes.  Pure. */
#include "verdict/verdict.h"

#include "verdict/value.h"

#include <string.h>

/* A member of a team is one: there is always nobody to choose instead. */
static bool is_choice(const Field *field)
{
    guint current = 0;

    for (guint i = 0; i < field->choices->len; i++)
        current += !((const FieldChoice *)field->choices->pdata[i])->retired;
    return field->team || field->type == FIELD_YES_NO || current >= 2;
}

bool verdict_asked(const VerdictQuestion *question, const Field *field)
{
    if (field->team && (!question->team || !question->team[0]))
        return false;
    if (question->choices_only && !is_choice(field))
        return false;
    return question->asks == FIELD_FOR_BOTH || field->use == FIELD_FOR_BOTH ||
           field->use == question->asks;
}

static const char *schema_type(const Field *field)
{
    switch (field->type) {
    case FIELD_NUMBER:
        return field->whole ? "integer" : "number";
    case FIELD_YES_NO:
        return "boolean";
    case FIELD_LIST:
        return "array";
    case FIELD_ENUM:
    case FIELD_ORDERED:
    case FIELD_TEXT:
        break;
    }
    return "string";
}

static cJSON *choices_of(const Field *field)
{
    cJSON *tokens = cJSON_CreateArray();

    for (guint i = 0; i < field->choices->len; i++) {
        const FieldChoice *choice = field->choices->pdata[i];

        if (!choice->retired)
            cJSON_AddItemToArray(tokens, cJSON_CreateString(choice->token));
    }
    return tokens;
}

static cJSON *members_of(const char *const *team)
{
    cJSON *names = cJSON_CreateArray();

    for (; *team; team++)
        cJSON_AddItemToArray(names, cJSON_CreateString(*team));
    cJSON_AddItemToArray(names, cJSON_CreateString(VALUE_NOBODY));
    return names;
}

static void append_choices(GString *text, const Field *field)
{
    for (guint i = 0; i < field->choices->len; i++) {
        const FieldChoice *choice = field->choices->pdata[i];

        if (!choice->retired && strcmp(choice->token, choice->label) != 0)
            g_string_append_printf(text, "; %s: %s", choice->token, choice->label);
    }
}

static char *describe(const Field *field)
{
    g_autofree char *allowed = verdict_allowed(field, NULL);
    GString *text = g_string_new(field->label);

    if (field->choices->len > 0)
        append_choices(text, field);
    else if (field->team)
        g_string_append(text, "; " VALUE_NOBODY " if nobody does");
    else if (field->type != FIELD_YES_NO)
        g_string_append_printf(text, "; %s", allowed);
    return g_string_free(text, FALSE);
}

static cJSON *property_of(const VerdictQuestion *question, const Field *field)
{
    cJSON *property = cJSON_CreateObject();
    g_autofree char *description = describe(field);

    cJSON_AddStringToObject(property, "type", schema_type(field));
    cJSON_AddStringToObject(property, "description", description);
    if (field->choices->len > 0)
        cJSON_AddItemToObject(property, "enum", choices_of(field));
    else if (field->team)
        cJSON_AddItemToObject(property, "enum", members_of(question->team));
    if (field->type == FIELD_LIST)
        cJSON_AddStringToObject(cJSON_AddObjectToObject(property, "items"), "type", "string");
    return property;
}

cJSON *verdict_schema(const VerdictQuestion *question)
{
    cJSON *schema = cJSON_CreateObject(), *properties, *required;

    cJSON_AddStringToObject(schema, "type", "object");
    properties = cJSON_AddObjectToObject(schema, "properties");
    required = cJSON_AddArrayToObject(schema, "required");
    cJSON_AddFalseToObject(schema, "additionalProperties");
    for (guint i = 0; i < field_table_size(question->fields); i++) {
        const Field *field = field_at(question->fields, i);

        if (!verdict_asked(question, field))
            continue;
        cJSON_AddItemToObject(properties, field->name, property_of(question, field));
        cJSON_AddItemToArray(required, cJSON_CreateString(field->name));
    }
    return schema;
}
