/* Values against the row of their field: tokens, ranges, lengths, numbers of items.
 *
 * Every setter promises that what it lets in is clean: a choice that isn't retired, a finite number
 * in its range, one line of valid UTF-8 within its length.  Lengths count characters, after
 * cleaning.  Pure. */
#include "verdict/value.h"

#include "base/error.h"
#include "base/text.h"

#include <math.h>

/* Values of a long list that an error names. */
#define NAMED_MAX 20

static char *allowed_choices(const Field *field)
{
    GString *text = g_string_new("one of ");
    guint named = 0, left = 0;

    for (guint i = 0; i < field->choices->len; i++) {
        const FieldChoice *choice = field->choices->pdata[i];

        if (choice->retired)
            continue;
        if (named < NAMED_MAX)
            g_string_append_printf(text, "%s%s", named++ > 0 ? ", " : "", choice->token);
        else
            left++;
    }
    if (left > 0)
        g_string_append_printf(text, " and %u more", left);
    return g_string_free(text, FALSE);
}

static char *allowed_numbers(const Field *field)
{
    g_autofree char *min = text_number(field->min);
    g_autofree char *max = text_number(field->max);

    return g_strdup_printf("a %s from %s to %s", field->whole ? "whole number" : "number", min,
                           max);
}

static char *allowed_list(const Field *field)
{
    g_autofree char *length =
        field->min_length > 0 ? g_strdup_printf("%zu to %zu", field->min_length, field->max_length)
                              : g_strdup_printf("at most %zu", field->max_length);

    if (field->min_items == field->max_items)
        return g_strdup_printf("%u texts of %s characters", field->max_items, length);
    return g_strdup_printf("%u to %u texts of %s characters", field->min_items, field->max_items,
                           length);
}

static char *allowed_text(const Field *field, const char *const *team)
{
    g_autofree char *names = NULL;

    if (!field->team || !team)
        return g_strdup_printf("a text of at most %zu characters", field->max_length);
    names = g_strjoinv(", ", (char **)team);
    return g_strdup_printf("one of %s, " VALUE_NOBODY, names);
}

char *verdict_allowed(const Field *field, const char *const *team)
{
    switch (field->type) {
    case FIELD_ENUM:
    case FIELD_ORDERED:
        return allowed_choices(field);
    case FIELD_NUMBER:
        return allowed_numbers(field);
    case FIELD_YES_NO:
        return g_strdup("yes or no");
    case FIELD_LIST:
        return allowed_list(field);
    case FIELD_TEXT:
        break;
    }
    return allowed_text(field, team);
}

bool value_set_token(Value *value, const Field *field, const char *token, GError **error)
{
    int choice = field_choice(field, token);
    const FieldChoice *chosen = choice < 0 ? NULL : field->choices->pdata[choice];
    g_autofree char *shown = NULL, *allowed = NULL;

    if (chosen && !chosen->retired) {
        *value = (Value){ .known = true, .choice = choice };
        return true;
    }
    shown = text_line(token, VALUE_SHOWN_MAX);
    allowed = verdict_allowed(field, NULL);
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT, "%s: '%s' is %s %s", field->name, shown,
                chosen ? "retired, choose" : "not", allowed);
    return false;
}

bool value_set_number(Value *value, const Field *field, double number, GError **error)
{
    g_autofree char *shown = NULL;
    g_autofree char *allowed = NULL;

    if (isfinite(number) && number >= field->min && number <= field->max &&
        (!field->whole || floor(number) == number)) {
        *value = (Value){ .known = true, .number = number + 0.0 }; /* -0 is 0 */
        return true;
    }
    shown = text_number(number);
    allowed = verdict_allowed(field, NULL);
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT, "%s: %s is not %s", field->name, shown,
                allowed);
    return false;
}

static bool check_length(const Field *field, const char *line, GError **error)
{
    glong length = g_utf8_strlen(line, -1);
    g_autofree char *allowed = NULL;

    if ((gsize)length >= field->min_length && (gsize)length <= field->max_length)
        return true;
    allowed = verdict_allowed(field, NULL);
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT,
                "%s: a text of %ld characters; allowed: %s", field->name, length, allowed);
    return false;
}

bool value_set_text(Value *value, const Field *field, const char *text, GError **error)
{
    g_autofree char *line = text_line(text, G_MAXSIZE);

    if (!check_length(field, line, error))
        return false;
    *value = (Value){ .known = true, .text = g_steal_pointer(&line) };
    return true;
}

static bool check_count(const Field *field, guint count, GError **error)
{
    g_autofree char *allowed = NULL;

    if (count >= field->min_items && count <= field->max_items)
        return true;
    allowed = verdict_allowed(field, NULL);
    g_set_error(error, TRIAGE_ERROR, TRIAGE_ERROR_INPUT, "%s: %u texts; allowed: %s", field->name,
                count, allowed);
    return false;
}

bool value_set_list(Value *value, const Field *field, const GPtrArray *texts, GError **error)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

    if (!check_count(field, texts->len, error))
        return false;
    for (guint i = 0; i < texts->len; i++) {
        g_ptr_array_add(lines, text_line(texts->pdata[i], G_MAXSIZE));
        if (!check_length(field, lines->pdata[i], error))
            return false;
    }
    *value = (Value){ .known = true, .list = g_steal_pointer(&lines) };
    return true;
}

void value_set_yes(Value *value, bool yes)
{
    *value = (Value){ .known = true, .yes = yes };
}

void value_clear(Value *value, const Field *field)
{
    if (value->known && field->type == FIELD_TEXT)
        g_free(value->text);
    if (value->known && field->type == FIELD_LIST)
        g_ptr_array_unref(value->list);
    *value = (Value){ .known = false };
}

static gpointer copy_string(gconstpointer string, gpointer data)
{
    (void)data;
    return g_strdup(string);
}

Value value_copy(const Value *value, const Field *field)
{
    Value copy = *value;

    if (value->known && field->type == FIELD_TEXT)
        copy.text = g_strdup(value->text);
    if (value->known && field->type == FIELD_LIST) {
        copy.list = g_ptr_array_copy(value->list, copy_string, NULL);
        g_ptr_array_set_free_func(copy.list, g_free);
    }
    return copy;
}
