/* For tests: what is promised of every verdict that the checker lets in, whatever the answer was.
 * Each function names the promise that doesn't hold, NULL if all do. */
#pragma once

#include "base/json.h"
#include "base/text.h"
#include "verdict/verdict.h"

#include <math.h>

static inline bool breach_is_line(const char *text, gsize min, gsize max)
{
    g_autofree char *line = text_line(text, G_MAXSIZE);
    gsize length = (gsize)g_utf8_strlen(text, -1);
    return g_str_equal(text, line) && length >= min && length <= max;
}

static inline const char *list_breach(const Field *field, const GPtrArray *list, const char *mail)
{
    if (list->len > field->max_items || (!field->quotes && list->len < field->min_items))
        return "a list has as many items as its field says";
    for (guint i = 0; i < list->len; i++) {
        g_autofree char *folded = text_fold(list->pdata[i]);
        if (!breach_is_line(list->pdata[i], field->min_length, field->max_length))
            return "an item of a list is one clean line of the right length";
        if (field->quotes && !strstr(mail, folded))
            return "a quote stands in the mail";
    }
    return NULL;
}

static inline const char *value_breach(const VerdictQuestion *question, const Field *field,
                                       const Value *value)
{
    if (!value)
        return field->team || !verdict_asked(question, field) ? NULL : "every question is answered";
    if (!verdict_asked(question, field))
        return "nothing is answered that wasn't asked";
    switch (field->type) {
    case FIELD_NUMBER:
        if (!(value->number >= field->min && value->number <= field->max) ||
            (field->whole && value->number != floor(value->number)))
            return "a number is in its range";
        break;
    case FIELD_TEXT:
        if (!breach_is_line(value->text, 0, field->max_length))
            return "a text is one clean line of the right length";
        if (field->team && !g_strv_contains(question->team, value->text))
            return "an assignee is of the team";
        break;
    case FIELD_LIST:
        return list_breach(field, value->list, question->mail_text);
    case FIELD_ENUM:
    case FIELD_ORDERED:
        if (value->choice < 0 || (guint)value->choice >= field->choices->len)
            return "a choice is one of the field's";
        break;
    case FIELD_YES_NO:
        break;
    }
    return NULL;
}

static inline const char *storage_breach(const Verdict *verdict)
{
    g_autoptr(cJSON) json = verdict_to_json(verdict);
    g_autofree char *text = json_print(json);
    g_autoptr(cJSON) parsed = json_parse(text, strlen(text), NULL);
    if (!parsed)
        return "a stored verdict can be read again";
    g_autoptr(Verdict) stored = verdict_from_json(verdict->fields, parsed);
    g_autoptr(cJSON) again = verdict_to_json(stored);
    g_autofree char *text_again = json_print(again);
    return g_str_equal(text, text_again) ? NULL : "a stored verdict stays the same";
}

static inline const char *verdict_breach(const VerdictQuestion *question, const Verdict *verdict)
{
    for (guint i = 0; i < field_table_size(question->fields); i++) {
        const Field *field = field_at(question->fields, i);
        const char *breach = value_breach(question, field, verdict_get(verdict, field->name));
        if (breach)
            return breach;
    }
    return storage_breach(verdict);
}
