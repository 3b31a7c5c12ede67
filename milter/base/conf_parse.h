/* From the text of one file to its items; what conf.c and conf_file.c share. */
#pragma once

#include "base/conf.h"

void conf_item_free(ConfItem *item);

/* The items at top level, 'include' among them as a clause.  Never NULL. */
GPtrArray *conf_parse(const char *file, int first_line, const char *text, gsize length,
                      Diags *diags);

ConfTree *conf_tree_new(void);

/* The GLOB of an `include GLOB` clause, else NULL. */
const char *conf_included(const ConfItem *item);
