/* The table of fields: what a verdict can say, looked up by name or by position.
 *
 * Schema, check, policy facts, headers and labels are all derived from these rows.  A table is
 * immutable after field_table_load() and counted by reference, so that any thread may read one and
 * a verdict can outlive a reload.  How the rows are read from files is in field_read.c. */
#include "verdict/field.h"

#include "verdict/field_read.h"

#include <stdatomic.h>
#include <string.h>

struct FieldTable {
    atomic_int references;
    GPtrArray *fields;   /* Field*, owned */
    GHashTable *by_name; /* name ─▶ Field */
    GPtrArray *names;    /* the same names, NULL-terminated */
};

FieldTable *field_table_load(const GPtrArray *items, Diags *diags)
{
    FieldTable *table = g_new0(FieldTable, 1);

    atomic_init(&table->references, 1);
    table->fields = fields_read(items, diags);
    table->by_name = g_hash_table_new(g_str_hash, g_str_equal);
    table->names = g_ptr_array_new();
    for (guint i = 0; i < table->fields->len; i++) {
        Field *field = table->fields->pdata[i];

        field->index = i;
        g_hash_table_insert(table->by_name, field->name, field);
        g_ptr_array_add(table->names, field->name);
    }
    g_ptr_array_add(table->names, NULL);
    return table;
}

FieldTable *field_table_ref(FieldTable *table)
{
    atomic_fetch_add(&table->references, 1);
    return table;
}

void field_table_unref(FieldTable *table)
{
    if (!table || atomic_fetch_sub(&table->references, 1) > 1)
        return;
    g_ptr_array_unref(table->names);
    g_hash_table_unref(table->by_name);
    g_ptr_array_unref(table->fields);
    g_free(table);
}

guint field_table_size(const FieldTable *table)
{
    return table->fields->len;
}

const Field *field_at(const FieldTable *table, guint index)
{
    g_assert(index < table->fields->len);
    return table->fields->pdata[index];
}

const Field *field_find(const FieldTable *table, const char *name)
{
    return g_hash_table_lookup(table->by_name, name);
}

const char *const *field_names(const FieldTable *table)
{
    return (const char *const *)table->names->pdata;
}

int field_choice(const Field *field, const char *token)
{
    for (guint i = 0; i < field->choices->len; i++) {
        const FieldChoice *choice = field->choices->pdata[i];

        if (g_ascii_strcasecmp(choice->token, token) == 0)
            return (int)i;
    }
    return -1;
}

const char *field_type_name(FieldType type)
{
    static const char *const names[] = {
        [FIELD_ENUM] = "enum",     [FIELD_ORDERED] = "ordered", [FIELD_NUMBER] = "number",
        [FIELD_YES_NO] = "yes_no", [FIELD_TEXT] = "text",       [FIELD_LIST] = "list",
    };

    return names[type];
}
