/* Reading the rows of the field table; only field.c calls it. */
#pragma once

#include "verdict/field.h"

/* Longest text, most items of a list, and largest whole number a field may allow. */
#define FIELD_TEXT_MAX  4000
#define FIELD_ITEMS_MAX 50
#define FIELD_WHOLE_MAX 9007199254740992.0

/* Every well-formed `field` item as Field*, in order, with its free function set. */
GPtrArray *fields_read(const GPtrArray *items, Diags *diags);
