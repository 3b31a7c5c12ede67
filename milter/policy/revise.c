/* Which value stands, field by field.
 *
 * The one place that knows: a person's word before everything, then what was judged anew, then what
 * was there; and above the last two the floors, which only ever raise. */
#include "policy/entry.h"

static gpointer copy_text(gconstpointer text, gpointer unused)
{
    (void)unused;
    return g_strdup(text);
}

void value_take(Verdict *to, const Verdict *from, const Field *field)
{
    const Value *source = &from->values[field->index];
    Value *target = &to->values[field->index];
    verdict_unset(to, field);
    if (!source->known)
        return;
    *target = *source;
    if (field->type == FIELD_TEXT)
        target->text = g_strdup(source->text);
    if (field->type == FIELD_LIST) {
        target->list = g_ptr_array_copy(source->list, copy_text, NULL);
        g_ptr_array_set_free_func(target->list, g_free);
    }
}

static void raise_to(Verdict *verdict, const Verdict *floors, const Field *field)
{
    const Value *floor = &floors->values[field->index];
    const Value *value = &verdict->values[field->index];
    if (field->type != FIELD_ORDERED || !floor->known)
        return;
    if (!value->known || value->choice < floor->choice)
        value_take(verdict, floors, field);
}

Verdict *policy_revise(const Verdict *current, const Verdict *revised, const Verdict *floors,
                       const char *const *final)
{
    Verdict *verdict = verdict_copy(current);
    for (guint i = 0; i < field_table_size(current->fields); i++) {
        const Field *field = field_at(current->fields, i);
        if (final != NULL && g_strv_contains(final, field->name))
            continue;
        if (revised != NULL && verdict_has(revised, field))
            value_take(verdict, revised, field);
        if (floors != NULL)
            raise_to(verdict, floors, field);
    }
    if (revised != NULL) {
        verdict->confidence = revised->confidence;
        verdict->confidence_source = revised->confidence_source;
    }
    return verdict;
}
