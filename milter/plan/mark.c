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

static void add_recipients(GPtrArray *edits, const Plan *plan, const char *mailbox_recipient)
{
    for (guint i = 0; i < plan->recipients->len; i++)
        add(edits, EDIT_ADD_RECIPIENT, g_ptr_array_index(plan->recipients, i), NULL, 0);
    if (plan->redirect[0] == '\0' || g_str_equal(plan->redirect, mailbox_recipient))
        return;
    add(edits, EDIT_ADD_RECIPIENT, plan->redirect, NULL, 0);
    add(edits, EDIT_REMOVE_RECIPIENT, mailbox_recipient, NULL, 0);
}

static void remove_incoming(GPtrArray *edits, const MarkIncoming *incoming, guint count)
{
    for (guint i = count; i-- > 0;)
        add(edits, EDIT_REMOVE_HEADER, incoming[i].name, NULL, incoming[i].index);
}

GPtrArray *mark_edits(const Mark *mark, const MarkIncoming *incoming, guint incoming_count,
                      const char *mailbox_recipient)
{
    GPtrArray *edits = g_ptr_array_new_with_free_func(edit_free);
    remove_incoming(edits, incoming, incoming_count);
    if (mark == NULL)
        return edits;
    if (mark->plan != NULL && mark->verdict != NULL) {
        add_table(edits, mark);
        if (mark->level >= MARK_ROUTING)
            add_policy_headers(edits, mark->plan);
        add_recipients(edits, mark->plan, mailbox_recipient);
    }
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
