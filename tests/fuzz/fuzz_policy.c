/* Policies out of arbitrary bytes.
 *
 * Loading never crashes and says something about what it refuses; what it accepts can be used: a
 * baseline whose floors hold in every revision, a plan, an explanation. */
#include "../unit/policy_fixture.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void set_facts(Fixture *fixture)
{
    static const char *const facts[][2] = {
        { "mailbox", "support" },
        { "subject", "Invoice 4711" },
        { "text", "the invoice was leaked" },
        { "to", "support@example.com" },
        { "customer_tier", "gold" },
        { "company_size", "1200" },
        { "proven", "yes" },
        { "priority", "high" },
        { "category", "billing" },
    };
    for (guint i = 0; i < G_N_ELEMENTS(facts); i++)
        fixture_set(fixture, facts[i][0], facts[i][1]);
}

static void assert_floors_hold(const Fixture *fixture, const Presumption *presumption)
{
    g_autoptr(Verdict) verdict =
        policy_revise(presumption->verdict, NULL, presumption->floors, NULL);
    for (guint i = 0; i < field_table_size(fixture->fields); i++) {
        const Value *floor = &presumption->floors->values[i];
        g_assert(!floor->known || verdict->values[i].choice >= floor->choice);
    }
}

static void use(Fixture *fixture, const Policy *policy)
{
    g_autoptr(Presumption) presumption = policy_presume(policy, fixture->facts);
    g_autoptr(Plan) plan = policy_decide(policy, fixture->facts, PLAN_TICKET_FOLLOW_UP, "owner");
    g_autofree char *text = plan_to_text(plan);
    g_autofree char *why = policy_explain(policy, fixture->facts);
    assert_floors_hold(fixture, presumption);
    g_assert(plan->ticket == PLAN_TICKET_FOLLOW_UP);
    g_assert(g_utf8_validate(text, -1, NULL) && g_utf8_validate(why, -1, NULL));
    g_assert(plan->redirect[0] == '\0' || g_str_has_suffix(plan->redirect, "@example.com"));
}

/* The tables stay the same; what a run changes is made anew. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static Fixture *tables;
    if (tables == NULL)
        tables = fixture_new();
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(Facts) facts = facts_new(tables->table);
    Fixture fixture = *tables;
    fixture.diags = diags;
    fixture.facts = facts;
    set_facts(&fixture);
    g_autoptr(Policy) policy =
        policy_load_text(&fixture.schema, "fuzz", (const char *)data, size, diags);
    g_autofree char *said = diags_to_text(diags);
    g_assert(g_utf8_validate(said, -1, NULL));
    g_assert(strlen(policy_hash(policy)) == 64);
    if (diags_count(diags) == 0)
        use(&fixture, policy);
    return 0;
}
