/* What a rule does: one setting of it, checked and ready to be applied to a plan. */
#pragma once

#include "policy/policy.h"

typedef struct Action Action;

/* NULL if anything is wrong, which is in diags. */
Action *action_read(const ConfItem *item, const PolicySchema *schema, Diags *diags);
void action_free(Action *action);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Action, action_free)

void action_apply(const Action *action, Plan *plan, const char *owner);

/* May a rule have several of them? */
bool action_repeats(const char *name);
