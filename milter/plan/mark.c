/* MARK: everything decided ─▶ header edits.
 *
 * First everything of ours that arrived with the mail goes, whatever its case: nobody outside may
 * write what a filter behind us sorts by.  (A message with too many of them keeps them, and its
 * last Status says `failed`.)  Highest index first, because each removal renumbers what is below
 * it. Then our headers, then recipients, then Status: a message whose edits were cut off half-way
 * has no Status and can be told from a finished one. */
#include "plan/mark.h"

#include "plan/headers.h"

#include <string.h>

static void edit_free(gpointer data)
{
    Edit *edit = data;
    g_free(edit->name);
    g_free(edit->value);
    g_free(edit);
}

static void add(GPtrArray *edits, EditType type, const char *name, const char *value, guint index)
{
    Edit *edit = g_new(Edit, 1);
    *edit = (Edit){ type, g_strdup(name), g_strdup(value), index };
    g_ptr_array_add(edits, edit);
}

static void add_header(GPtrArray *edits, const char *name, GString *value)
{
    if (value->len == 0)
        return;
    g_autofree char *full = g_strconcat(HEADER_PREFIX, name, NULL);
    g_string_truncate(value, MIN(value->len, MARK_VALUE_MAX));
    add(edits, EDIT_ADD_HEADER, full, value->str, 0);
}

static void add_table(GPtrArray *edits, const Mark *mark)
{
    for (const HeaderRow *row = header_rows; row->name != NULL; row++) {
        if (row->level > mark->level)
            continue;
        g_autoptr(GString) value = g_string_new(NULL);
        row->print(value, mark);
        add_header(edits, row->name, value);
    }
}

static void add_policy_headers(GPtrArray *edits, const Plan *plan)
{
    for (guint i = 0; i < plan->headers->len; i++) {
        const PlanHeader *header = g_ptr_array_index(plan->headers, i);
        g_autoptr(GString) value = g_string_new(header->value);
        add_header(edits, header->name, value);
    }
}

typedef struct {
    const MarkRoute *routes;
    guint count;
} Routes;

static const char *redirect_of(const MarkRoute *route)
{
    return route->plan != NULL ? route->plan->redirect : "";
}

static bool is_among(const GPtrArray *addresses, const char *address)
{
    return g_ptr_array_find_with_equal_func((GPtrArray *)addresses, address, g_str_equal, NULL);
}

static bool is_recipient(const Routes *all, const char *address)
{
    for (guint i = 0; i < all->count; i++) {
        if (is_among(all->routes[i].recipients, address))
            return true;
    }
    return false;
}

/* Do the first `count` routes redirect there? */
static bool is_target(const Routes *all, guint count, const char *address)
{
    for (guint i = 0; i < count; i++) {
        if (g_str_equal(redirect_of(&all->routes[i]), address))
            return true;
    }
    return false;
}

static void add_once(GPtrArray *added, const GPtrArray *recipients)
{
    for (guint i = 0; i < recipients->len; i++) {
        if (!is_among(added, recipients->pdata[i]))
            g_ptr_array_add(added, recipients->pdata[i]);
    }
}

static void remove_redirected(GPtrArray *edits, const Routes *all, const char *target)
{
    for (guint i = 0; i < all->count; i++) {
        const GPtrArray *recipients = all->routes[i].recipients;
        for (guint k = 0; g_str_equal(redirect_of(&all->routes[i]), target) && k < recipients->len;
             k++) {
            if (!is_target(all, all->count, recipients->pdata[k]))
                add(edits, EDIT_REMOVE_RECIPIENT, recipients->pdata[k], NULL, 0);
        }
    }
}

/* A removal comes right after the addition it depends on: mark_apply() leaves it out if that was
 * refused. */
static void route(GPtrArray *edits, const Routes *all)
{
    g_autoptr(GPtrArray) added = g_ptr_array_new();
    for (guint i = 0; i < all->count; i++) {
        if (all->routes[i].plan != NULL)
            add_once(added, all->routes[i].plan->recipients);
    }
    for (guint i = 0; i < added->len; i++)
        add(edits, EDIT_ADD_RECIPIENT, added->pdata[i], NULL, 0);
    for (guint i = 0; i < all->count; i++) {
        const char *target = redirect_of(&all->routes[i]);
        if (target[0] == '\0' || is_target(all, i, target))
            continue;
        if (!is_recipient(all, target))
            add(edits, EDIT_ADD_RECIPIENT, target, NULL, 0);
        remove_redirected(edits, all, target);
    }
}

static void remove_incoming(GPtrArray *edits, const MarkIncoming *incoming, guint count)
{
    for (guint i = count; i-- > 0;)
        add(edits, EDIT_REMOVE_HEADER, incoming[i].name, NULL, incoming[i].index);
}

GPtrArray *mark_edits(const Mark *mark, const MarkIncoming *incoming, guint incoming_count,
                      const MarkRoute *routes, guint route_count)
{
    const Routes all = { routes, route_count };
    GPtrArray *edits = g_ptr_array_new_with_free_func(edit_free);
    remove_incoming(edits, incoming, incoming_count);
    if (mark == NULL)
        return edits;
    if (mark->results != NULL)
        add(edits, EDIT_INSERT_HEADER, MARK_RESULTS_NAME, mark->results, 0);
    if (mark->plan != NULL && mark->verdict != NULL) {
        add_table(edits, mark);
        if (mark->level >= MARK_ROUTING)
            add_policy_headers(edits, mark->plan);
    }
    route(edits, &all);
    g_autoptr(GString) status = g_string_new(NULL);
    header_print_status(status, mark);
    add_header(edits, "Status", status);
    return edits;
}

bool mark_may_remove(guint removals, guint all_fields)
{
    return removals <= MARK_REMOVALS_MAX && (guint64)removals * all_fields <= MARK_READS_MAX;
}

bool mark_is_ours(const char *header_name)
{
    return g_ascii_strncasecmp(header_name, HEADER_PREFIX, strlen(HEADER_PREFIX)) == 0;
}
