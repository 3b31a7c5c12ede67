/* A model's answer, held against the question.
 *
 * The answer is hostile input that has only been parsed: exactly the asked keys, the right types,
 * known tokens, ranges and lengths, members of the team.  The first fault ends it with one short
 * sentence, which names the field and what is allowed and can be sent back to the model.  Nothing
 * is repaired; a quote that doesn't stand in the mail is dropped, because the labels may still be
 * right, and the caller is told.  Pure. */
#include "base/error.h"
#include "base/text.h"
#include "verdict/value.h"

#include <string.h>

typedef struct {
    const VerdictQuestion *question;
    bool quotes_failed;
} Check;

static bool refuse_type(const Check *check, const Field *field, const char *expected,
                        GError **error)
{
    g_autofree char *allowed = verdict_allowed(field, check->question->team);

    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT, "%s: must be %s: %s", field->name,
                expected, allowed);
    return false;
}

/* A quote is found by its folded text: case, spaces and line ends don't count. */
static bool stands_in_mail(const Check *check, const char *quote)
{
    g_autofree char *folded = text_fold(quote);

    return *folded && check->question->mail_text && strstr(check->question->mail_text, folded);
}

static void drop_false_quotes(Check *check, GPtrArray *quotes)
{
    for (guint i = quotes->len; i-- > 0;) {
        if (stands_in_mail(check, quotes->pdata[i]))
            continue;
        g_ptr_array_remove_index(quotes, i);
        check->quotes_failed = true;
    }
}

/* The member's name as the team writes it, NULL if there is none. */
static const char *find_member(const VerdictQuestion *question, const char *name)
{
    for (const char *const *member = question->team; *member; member++)
        if (g_ascii_strcasecmp(*member, name) == 0)
            return *member;
    return NULL;
}

static bool check_member(const Check *check, Value *value, const Field *field, const char *name,
                         GError **error)
{
    const char *member = find_member(check->question, name);
    g_autofree char *shown = NULL, *allowed = NULL;

    if (member)
        return value_set_text(value, field, member, error);
    if (g_ascii_strcasecmp(name, VALUE_NOBODY) == 0)
        return true;
    shown = text_line(name, VALUE_SHOWN_MAX);
    allowed = verdict_allowed(field, check->question->team);
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT, "%s: '%s' is not %s", field->name, shown,
                allowed);
    return false;
}

static bool check_text(Check *check, Value *value, const Field *field, const cJSON *json,
                       GError **error)
{
    if (!cJSON_IsString(json))
        return refuse_type(check, field, "a string", error);
    if (field->team)
        return check_member(check, value, field, json->valuestring, error);
    if (!value_set_text(value, field, json->valuestring, error))
        return false;
    if (field->quotes && *value->text && !stands_in_mail(check, value->text)) {
        value_clear(value, field);
        check->quotes_failed = true;
    }
    return true;
}

static bool check_list(Check *check, Value *value, const Field *field, const cJSON *json,
                       GError **error)
{
    g_autoptr(GPtrArray) texts = g_ptr_array_new();
    const cJSON *item;

    if (!cJSON_IsArray(json))
        return refuse_type(check, field, "an array of strings", error);
    cJSON_ArrayForEach(item, json)
    {
        if (!cJSON_IsString(item))
            return refuse_type(check, field, "an array of strings", error);
        g_ptr_array_add(texts, item->valuestring);
    }
    if (!value_set_list(value, field, texts, error))
        return false;
    if (field->quotes)
        drop_false_quotes(check, value->list);
    return true;
}

static bool check_yes_no(Value *value, const Field *field, const cJSON *json, GError **error)
{
    if (!cJSON_IsBool(json)) {
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT, "%s: must be true or false",
                    field->name);
        return false;
    }
    value_set_yes(value, cJSON_IsTrue(json));
    return true;
}

static bool check_value(Check *check, Value *value, const Field *field, const cJSON *json,
                        GError **error)
{
    switch (field->type) {
    case FIELD_ENUM:
    case FIELD_ORDERED:
        if (!cJSON_IsString(json))
            return refuse_type(check, field, "a string", error);
        return value_set_token(value, field, json->valuestring, error);
    case FIELD_NUMBER:
        if (!cJSON_IsNumber(json))
            return refuse_type(check, field, "a JSON number", error);
        return value_set_number(value, field, json->valuedouble, error);
    case FIELD_YES_NO:
        return check_yes_no(value, field, json, error);
    case FIELD_LIST:
        return check_list(check, value, field, json, error);
    case FIELD_TEXT:
        break;
    }
    return check_text(check, value, field, json, error);
}

static bool refuse_key(const cJSON *json, const char *why, GError **error)
{
    g_autofree char *shown = text_line(json->string ? json->string : "", VALUE_SHOWN_MAX);

    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT, "'%s' %s", shown, why);
    return false;
}

/* Takes every key of the answer; `answered` says which fields were among them. */
static bool check_keys(Check *check, Verdict *verdict, const cJSON *answer, bool *answered,
                       GError **error)
{
    const cJSON *json;

    cJSON_ArrayForEach(json, answer)
    {
        const Field *field = field_find(verdict->fields, json->string);

        if (!field || !verdict_asked(check->question, field))
            return refuse_key(json, "is not asked for; give only the keys of the schema", error);
        if (answered[field->index])
            return refuse_key(json, "is given twice", error);
        answered[field->index] = true;
        if (!check_value(check, &verdict->values[field->index], field, json, error))
            return false;
    }
    return true;
}

static bool check_complete(const VerdictQuestion *question, const bool *answered, GError **error)
{
    for (guint i = 0; i < field_table_size(question->fields); i++) {
        const Field *field = field_at(question->fields, i);
        g_autofree char *allowed = NULL;

        if (answered[i] || !verdict_asked(question, field))
            continue;
        allowed = verdict_allowed(field, question->team);
        g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT, "%s: is missing; allowed: %s",
                    field->name, allowed);
        return false;
    }
    return true;
}

Verdict *verdict_check(const VerdictQuestion *question, const cJSON *answer, bool *quotes_failed,
                       GError **error)
{
    g_autoptr(Verdict) verdict = verdict_new(question->fields);
    bool answered[FIELDS_MAX] = { false };
    Check check = { .question = question };

    *quotes_failed = false;
    if (!cJSON_IsObject(answer)) {
        g_set_error_literal(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT,
                            "the answer must be one JSON object");
        return NULL;
    }
    if (!check_keys(&check, verdict, answer, answered, error) ||
        !check_complete(question, answered, error))
        return NULL;
    *quotes_failed = check.quotes_failed;
    return g_steal_pointer(&verdict);
}
