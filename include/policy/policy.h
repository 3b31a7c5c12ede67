/* Policies: fallback, score, floor and rule entries, compiled once per snapshot and checked against
 * the fact table. PRESUME and DECIDE are pure functions over facts. */
#pragma once

#include "base/conf.h"
#include "plan/plan.h"
#include "policy/fact.h"

typedef struct Policy Policy;

/* What an action may name. */
typedef struct {
    FactTable *facts;
    FieldTable *fields;
    const char *const *local_domains; /* add_recipient and redirect stay inside them */
    const char *const *reply_prompts, *const *reply_templates; /* for `draft`; NULL: none */
    const char *const *notify_names; /* whom `notify` can tell; NULL: nobody */
} PolicySchema;

/* Reads the files NAME.policy of FOLDER that `names` asks for, in that order, as one policy.  Every
 * fault is in `diags` with file, line, column and the nearest valid word.  Never NULL; use it only
 * when diags_count() is 0. */
Policy *policy_load(const PolicySchema *schema, const char *folder, const char *const *names,
                    Place asked_at, Diags *diags);
/* The same from one text, for tests. */
Policy *policy_load_text(const PolicySchema *schema, const char *file, const char *text,
                         gsize length, Diags *diags);
void policy_free(Policy *policy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Policy, policy_free)

/* Entries of one kind, lists of words, and words in a list, in one policy. */
#define POLICY_ENTRIES_MAX 1000
#define POLICY_WORDS_MAX   1000

/* Hex SHA-256 of the files' bytes, one after another; stored with each decision. */
const char *policy_hash(const Policy *policy);

/* The baseline: PRESUME. */
typedef struct {
    Verdict *verdict;   /* fallback and score values; confidence by the table (0.3 if anything
                           matched, else 0.1) */
    Verdict *floors;    /* minima of ordered fields; never lowered by anyone */
    double score;       /* sum of the score entries' points */
    GPtrArray *matched; /* char*: names of the entries that matched */
} Presumption;

/* `facts` need the mail and customer phases.  Sets the fact `score` first, which fallbacks, floors
 * and rules may use; without score entries it stays unknown. */
Presumption *policy_presume(const Policy *policy, Facts *facts);
void presumption_free(Presumption *presumption);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Presumption, presumption_free)

/* Which value stands, field by field: `revised` (may be NULL) over `current`, then the floors; a
 * person's value (fields named in `final`, NULL-terminated, may be NULL) is never changed.  The one
 * function that says so. */
Verdict *policy_revise(const Verdict *current, const Verdict *revised, const Verdict *floors,
                       const char *const *final);

/* DECIDE: the rules over all facts.  `owner` is the account's owner for `assignee = owner`, "" if
 * none.  Later rules override queue, assignee, ticket, answer_within, redirect; tags, headers,
 * recipients and who is told add up; review sticks, with the first reason given.  A follow-up keeps
 * its ticket. */
Plan *policy_decide(const Policy *policy, const Facts *facts, PlanTicket ticket, const char *owner);

/* Words for `triagectl policy explain`: one line per entry with its condition's outcome and each
 * comparison's value.  Caller frees. */
char *policy_explain(const Policy *policy, const Facts *facts);
/* Rows of the action table, for documentation and its test. */
const char *const *policy_action_names(void);
