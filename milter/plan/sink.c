/* Carrying edits out, one by one, in order, against a sink: libmilter's (mlfi.c) or the recorder,
 * whose text is what tests and `triagectl classify` show. */
#include "plan/mark.h"

static bool apply_one(const Edit *edit, const EditSink *sink, void *to)
{
    switch (edit->type) {
    case EDIT_INSERT_HEADER:
        return sink->insert_header(to, edit->name, edit->value);
    case EDIT_ADD_HEADER:
        return sink->add_header(to, edit->name, edit->value);
    case EDIT_REMOVE_HEADER:
        return sink->remove_header(to, edit->name, edit->index);
    case EDIT_ADD_RECIPIENT:
        return sink->add_recipient(to, edit->name);
    case EDIT_REMOVE_RECIPIENT:
        return sink->remove_recipient(to, edit->name);
    }
    g_return_val_if_reached(false);
}

guint mark_apply(const GPtrArray *edits, const EditSink *sink, void *to)
{
    guint refused = 0;
    bool added = true; /* was the addition before a removal accepted? */
    for (guint i = 0; i < edits->len; i++) {
        const Edit *edit = g_ptr_array_index(edits, i);
        if (edit->type == EDIT_REMOVE_RECIPIENT && !added)
            continue;
        added = apply_one(edit, sink, to);
        refused += added ? 0 : 1;
    }
    return refused;
}

static bool record_insert_header(void *to, const char *name, const char *value)
{
    g_string_append_printf(to, "^ %s: %s\n", name, value);
    return true;
}

static bool record_add_header(void *to, const char *name, const char *value)
{
    g_string_append_printf(to, "+ %s: %s\n", name, value);
    return true;
}

static bool record_remove_header(void *to, const char *name, guint index)
{
    g_string_append_printf(to, "- %s [%u]\n", name, index);
    return true;
}

static bool record_add_recipient(void *to, const char *address)
{
    g_string_append_printf(to, "+ <%s>\n", address);
    return true;
}

static bool record_remove_recipient(void *to, const char *address)
{
    g_string_append_printf(to, "- <%s>\n", address);
    return true;
}

const EditSink edit_recorder = {
    .insert_header = record_insert_header,
    .add_header = record_add_header,
    .remove_header = record_remove_header,
    .add_recipient = record_add_recipient,
    .remove_recipient = record_remove_recipient,
};
