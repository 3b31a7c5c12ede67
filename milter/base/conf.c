/* The tree of a configuration: made, taken apart, and read from memory.  The grammar's parser is
 * conf_parse.c; files and what they include are conf_file.c.  Pure; any thread. */
#include "base/conf.h"

#include "base/conf_parse.h"

ConfTree *conf_tree_new(void)
{
    ConfTree *tree = g_new0(ConfTree, 1);

    tree->items = g_ptr_array_new_with_free_func((GDestroyNotify)conf_item_free);
    tree->files = g_ptr_array_new_with_free_func(g_free);
    return tree;
}

void conf_tree_free(ConfTree *tree)
{
    if (!tree)
        return;
    g_ptr_array_unref(tree->items);
    g_ptr_array_unref(tree->files);
    g_free(tree);
}

const char *conf_title(const ConfItem *item)
{
    const Token *first = item->head->len > 0 ? item->head->pdata[0] : NULL;

    return first && first->type != TOKEN_SYMBOL ? first->text : NULL;
}

const char *conf_included(const ConfItem *item)
{
    bool included = g_str_equal(item->name, "include") && !item->values && !item->items;

    return included && item->head->len == 1 ? conf_title(item) : NULL;
}

ConfTree *conf_read_text(const char *file, int first_line, const char *text, gsize length,
                         Diags *diags)
{
    g_autoptr(GPtrArray) items = conf_parse(file, first_line, text, length, diags);
    ConfTree *tree = conf_tree_new();

    g_ptr_array_add(tree->files, g_strdup(file));
    for (guint i = 0; i < items->len; i++) {
        ConfItem *item = items->pdata[i];

        if (conf_included(item)) {
            diags_add(diags, item->place, "'include' can't be used in this file");
            continue;
        }
        g_ptr_array_add(tree->items, g_steal_pointer(&items->pdata[i]));
    }
    return tree;
}
