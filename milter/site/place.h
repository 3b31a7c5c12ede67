/* Where blocks, settings and values of the site stand in its files. */
#pragma once

#include "base/conf.h"

/* Is it `NAME TITLE { … }`?  The n-th such block is the n-th of the site's mailboxes, or models. */
bool place_is_block(const ConfItem *item, const char *name);
const ConfItem *place_block(const ConfTree *tree, const char *name, guint index);

/* Of a setting among `items`, `otherwise` where only its default stands. */
Place place_of(const GPtrArray *items, const char *name, Place otherwise);
/* Of its value number `index`. */
Place place_of_value(const GPtrArray *items, const char *name, guint index, Place otherwise);
