/* Finds what a fault is about in the tree that the site was read from, so that a relation between
 * two settings is reported at the line and column to be mended, not at the file.  Pure. */
#include "site/place.h"

bool place_is_block(const ConfItem *item, const char *name)
{
    return g_str_equal(item->name, name) && item->items != NULL && conf_title(item) != NULL &&
           item->head->len == 1;
}

const ConfItem *place_block(const ConfTree *tree, const char *name, guint index)
{
    for (guint i = 0; i < tree->items->len; i++) {
        const ConfItem *item = g_ptr_array_index(tree->items, i);
        if (place_is_block(item, name) && index-- == 0)
            return item;
    }
    return NULL;
}

static const ConfItem *find(const GPtrArray *items, const char *name)
{
    for (guint i = 0; i < items->len; i++) {
        const ConfItem *item = g_ptr_array_index(items, i);
        if (g_str_equal(item->name, name))
            return item;
    }
    return NULL;
}

Place place_of(const GPtrArray *items, const char *name, Place otherwise)
{
    const ConfItem *item = find(items, name);
    return item != NULL ? item->place : otherwise;
}

Place place_of_value(const GPtrArray *items, const char *name, guint index, Place otherwise)
{
    const ConfItem *item = find(items, name);
    if (item == NULL || item->values == NULL || index >= item->values->len)
        return otherwise;
    return ((const ConfValue *)g_ptr_array_index(item->values, index))->place;
}
