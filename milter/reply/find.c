/* Finds first what programs make links of, then figures in what is left.  Pure; any thread. */
#include "reply/find.h"

#include <string.h>

static void found_free(gpointer data)
{
    Found *found = data;

    g_free(found->value);
    g_free(found->unit);
    g_free(found);
}

void find_add(GPtrArray *found, DraftMarkKind kind, gsize start, gsize length, char *value,
              const char *unit)
{
    Found *one = g_new0(Found, 1);

    one->kind = kind;
    one->start = start;
    one->length = length;
    one->value = value;
    one->unit = g_strdup(unit);
    g_ptr_array_add(found, one);
}

GPtrArray *find_new(void)
{
    return g_ptr_array_new_with_free_func(found_free);
}

GPtrArray *find_everything(const char *text)
{
    GPtrArray *found = find_new();

    find_links(text, found);
    find_figures(text, 0, strlen(text), found);
    return found;
}

GPtrArray *find_all(const char *text)
{
    g_autoptr(GPtrArray) links = find_new();
    GPtrArray *found = find_new();
    gsize at = 0;

    find_links(text, links);
    for (guint i = 0; i < links->len; i++) {
        Found *link = links->pdata[i];

        find_figures(text, at, link->start, found);
        at = link->start + link->length;
    }
    find_figures(text, at, strlen(text), found);
    g_ptr_array_extend_and_steal(found, g_steal_pointer(&links));
    return found;
}
