/* The plan as a value: made, filled and printed.
 *
 * Nothing here knows why a plan holds what it holds (policy/ does) or how it is carried out (mark.c
 * and store/ do).  plan_to_text() is what golden tests compare and `triagectl classify` prints, so
 * its order is fixed and it says nothing about what is empty. */
#include "plan/plan.h"

static void header_free(gpointer data)
{
    PlanHeader *header = data;
    g_free(header->name);
    g_free(header->value);
    g_free(header);
}

Plan *plan_new(void)
{
    Plan *plan = g_new0(Plan, 1);
    plan->queue = g_strdup("");
    plan->assignee = g_strdup("");
    plan->review_reason = g_strdup("");
    plan->redirect = g_strdup("");
    plan->draft = g_strdup("");
    plan->draft_template = g_strdup("");
    plan->tags = g_ptr_array_new_with_free_func(g_free);
    plan->notify = g_ptr_array_new_with_free_func(g_free);
    plan->headers = g_ptr_array_new_with_free_func(header_free);
    plan->recipients = g_ptr_array_new_with_free_func(g_free);
    plan->matched = g_ptr_array_new_with_free_func(g_free);
    return plan;
}

void plan_free(Plan *plan)
{
    if (plan == NULL)
        return;
    g_free(plan->queue);
    g_free(plan->assignee);
    g_free(plan->review_reason);
    g_free(plan->redirect);
    g_free(plan->draft);
    g_free(plan->draft_template);
    g_ptr_array_unref(plan->tags);
    g_ptr_array_unref(plan->notify);
    g_ptr_array_unref(plan->headers);
    g_ptr_array_unref(plan->recipients);
    g_ptr_array_unref(plan->matched);
    g_free(plan);
}

void plan_set(char **member, const char *value)
{
    g_free(*member);
    *member = g_strdup(value != NULL ? value : "");
}

void plan_review(Plan *plan, const char *reason)
{
    plan->review = true;
    if (plan->review_reason[0] == '\0')
        plan_set(&plan->review_reason, reason);
}

static void add_once(GPtrArray *list, const char *text)
{
    if (!g_ptr_array_find_with_equal_func(list, text, g_str_equal, NULL))
        g_ptr_array_add(list, g_strdup(text));
}

void plan_add_tag(Plan *plan, const char *tag)
{
    add_once(plan->tags, tag);
}

void plan_add_notify(Plan *plan, const char *name)
{
    add_once(plan->notify, name);
}

void plan_add_recipient(Plan *plan, const char *address)
{
    add_once(plan->recipients, address);
}

void plan_add_header(Plan *plan, const char *name, const char *value)
{
    PlanHeader *header = g_new(PlanHeader, 1);
    header->name = g_strdup(name);
    header->value = g_strdup(value);
    g_ptr_array_add(plan->headers, header);
}

static void print_text(GString *out, const char *key, const char *value)
{
    if (value[0] != '\0')
        g_string_append_printf(out, "%s %s\n", key, value);
}

static void print_list(GString *out, const char *key, const GPtrArray *list)
{
    for (guint i = 0; i < list->len; i++)
        print_text(out, key, g_ptr_array_index(list, i));
}

char *plan_to_text(const Plan *plan)
{
    static const char *const tickets[] = { "none", "new", "follow-up" };
    GString *out = g_string_new(NULL);

    print_text(out, "ticket", tickets[plan->ticket]);
    print_text(out, "queue", plan->queue);
    print_text(out, "assignee", plan->assignee);
    print_list(out, "tag", plan->tags);
    if (plan->review)
        print_text(out, "review", plan->review_reason[0] != '\0' ? plan->review_reason : "yes");
    if (plan->answer_within > 0)
        g_string_append_printf(out, "answer-within %" G_GINT64_FORMAT "s\n",
                               plan->answer_within / 1000);
    print_text(out, "draft", plan->draft);
    print_text(out, "draft-template", plan->draft_template);
    print_list(out, "notify", plan->notify);
    for (guint i = 0; i < plan->headers->len; i++) {
        const PlanHeader *header = g_ptr_array_index(plan->headers, i);
        g_string_append_printf(out, "header %s: %s\n", header->name, header->value);
    }
    print_list(out, "add-recipient", plan->recipients);
    print_text(out, "redirect", plan->redirect);
    print_list(out, "rule", plan->matched);
    return g_string_free(out, FALSE);
}
