/* DECIDE: the rules, in the order of the files, over everything that is known. */
#include "policy/entry.h"

Plan *policy_decide(const Policy *policy, const Facts *facts, PlanTicket ticket, const char *owner)
{
    const GPtrArray *rules = policy->entries[ENTRY_RULE];
    Plan *plan = plan_new();
    plan->ticket = ticket;
    for (guint i = 0; i < rules->len; i++) {
        const Entry *rule = g_ptr_array_index(rules, i);
        if (!entry_holds(rule, facts))
            continue;
        for (guint k = 0; k < rule->actions->len; k++)
            action_apply(g_ptr_array_index(rule->actions, k), plan, owner);
        g_ptr_array_add(plan->matched, g_strdup(rule->name));
    }
    return plan;
}
