/* Field tables for tests: out of text, and the shipped one. */
#pragma once

#include "verdict/verdict.h"

#include <string.h>

static inline FieldTable *fields_from_tree(ConfTree *tree, Diags *diags)
{
    FieldTable *table = field_table_load(tree->items, diags);

    conf_tree_free(tree);
    return table;
}

static inline FieldTable *fields_from_text(const char *text, Diags *diags)
{
    return fields_from_tree(conf_read_text("f", 1, text, strlen(text), diags), diags);
}

/* conf/fields.conf, seen from the folder of the Makefile. */
static inline FieldTable *fields_shipped(Diags *diags)
{
    return fields_from_tree(conf_read_file("conf/fields.conf", diags), diags);
}
