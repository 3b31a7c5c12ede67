/* PRESUME: what the policy alone says about a mail, before anybody was asked.
 *
 * Scores are summed first, because fallbacks, floors and rules may ask for the sum.  Of the
 * fallbacks the first that matches gives a field its value; of the floors the highest counts. */
#include "policy/entry.h"
#include "policy/fact_value.h"

/* How sure a verdict is that nobody but the policy's author has thought about. */
#define CONFIDENCE_MATCHED   0.3
#define CONFIDENCE_UNMATCHED 0.1

static bool matches(Presumption *presumption, const Entry *entry, const Facts *facts)
{
    if (!entry_holds(entry, facts))
        return false;
    g_ptr_array_add(presumption->matched, g_strdup(entry->name));
    return true;
}

static void add_scores(Presumption *presumption, const GPtrArray *scores, Facts *facts)
{
    for (guint i = 0; i < scores->len; i++) {
        const Entry *entry = g_ptr_array_index(scores, i);
        if (matches(presumption, entry, facts))
            presumption->score += entry->points;
    }
    if (scores->len > 0)
        facts_set_number(facts, "score", presumption->score);
}

static void add_missing(Verdict *verdict, const Verdict *values)
{
    for (guint i = 0; i < field_table_size(verdict->fields); i++) {
        const Field *field = field_at(verdict->fields, i);
        if (verdict_has(values, field) && !verdict_has(verdict, field))
            value_take(verdict, values, field);
    }
}

static void add_fallbacks(Presumption *presumption, const GPtrArray *fallbacks, const Facts *facts)
{
    for (guint i = 0; i < fallbacks->len; i++) {
        const Entry *entry = g_ptr_array_index(fallbacks, i);
        if (matches(presumption, entry, facts))
            add_missing(presumption->verdict, entry->values);
    }
}

static void add_floors(Presumption *presumption, const GPtrArray *floors, const Facts *facts)
{
    for (guint i = 0; i < floors->len; i++) {
        const Entry *entry = g_ptr_array_index(floors, i);
        if (!matches(presumption, entry, facts))
            continue;
        g_autoptr(Verdict) lower = presumption->floors;
        presumption->floors = policy_revise(lower, NULL, entry->values, NULL);
    }
}

Presumption *policy_presume(const Policy *policy, Facts *facts)
{
    Presumption *presumption = g_new0(Presumption, 1);
    presumption->verdict = verdict_new(policy->fields);
    presumption->floors = verdict_new(policy->fields);
    presumption->matched = g_ptr_array_new_with_free_func(g_free);

    add_scores(presumption, policy->entries[ENTRY_SCORE], facts);
    add_fallbacks(presumption, policy->entries[ENTRY_FALLBACK], facts);
    add_floors(presumption, policy->entries[ENTRY_FLOOR], facts);

    presumption->verdict->confidence =
        presumption->matched->len > 0 ? CONFIDENCE_MATCHED : CONFIDENCE_UNMATCHED;
    presumption->verdict->confidence_source = "table";
    return presumption;
}

void presumption_free(Presumption *presumption)
{
    if (presumption == NULL)
        return;
    verdict_free(presumption->verdict);
    verdict_free(presumption->floors);
    g_ptr_array_unref(presumption->matched);
    g_free(presumption);
}
