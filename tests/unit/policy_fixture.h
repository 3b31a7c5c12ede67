/* A small field table and the facts over it, for the tests of policies. */
#pragma once

#include "policy/policy.h"

#include <string.h>

static const char *const fixture_tiers[] = { "basic", "gold", "enterprise", NULL };
static const char *const fixture_mailboxes[] = { "support", "sales", NULL };
static const char *const fixture_domains[] = { "example.com", NULL };
static const char *const fixture_prompts[] = { "reply-sales", "reply-support", NULL };
static const char *const fixture_templates[] = { "received", "sorry", NULL };

static const char *const fixture_notify[] = { "oncall", "sales-lead", NULL };

static inline FieldTable *fixture_fields(Diags *diags)
{
    static const char text[] =
        "field kind { support \"Help\" makes ticket; sales \"Sales\" makes lead;"
        "             other \"Neither\" makes nothing }\n"
        "field category { technical \"Broken\"; billing \"Money\"; general \"Anything\" }\n"
        "field priority ordered { low \"Can wait\"; medium \"Soon\"; high \"Now\";"
        "                         critical \"Drop all\" }\n"
        "field intent_score number 0-1 \"Wish to buy\"\n"
        "field requires_engineering yes_no \"An engineer is needed\"\n"
        "field summary text 200 \"In one sentence\"\n"
        "field key_issues list 1-5 of 2-100 \"What is wrong\"\n"
        "field recommended_action { senior_sales \"Senior\"; mid_sales \"Mid\";"
        "                           nurture \"Later\" }\n";
    g_autoptr(ConfTree) tree = conf_read_text("fixture", 1, text, sizeof text - 1, diags);
    return field_table_load(tree->items, diags);
}

/* Everything a test of policies starts with. */
typedef struct {
    Diags *diags;
    FieldTable *fields;
    FactTable *table;
    Facts *facts;
    PolicySchema schema;
} Fixture;

static inline Fixture *fixture_new(void)
{
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->diags = diags_new();
    fixture->fields = fixture_fields(fixture->diags);
    fixture->table =
        fact_table_new(fixture->fields, fixture_tiers, fixture_mailboxes, fixture->diags);
    fixture->facts = facts_new(fixture->table);
    fixture->schema = (PolicySchema){ .facts = fixture->table,
                                      .fields = fixture->fields,
                                      .local_domains = fixture_domains,
                                      .reply_prompts = fixture_prompts,
                                      .reply_templates = fixture_templates,
                                      .notify_names = fixture_notify };
    g_assert(diags_count(fixture->diags) == 0);
    return fixture;
}

static inline void fixture_free(Fixture *fixture)
{
    facts_free(fixture->facts);
    fact_table_unref(fixture->table);
    field_table_unref(fixture->fields);
    diags_free(fixture->diags);
    g_free(fixture);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Fixture, fixture_free)

static inline void fixture_set(Fixture *fixture, const char *name, const char *text)
{
    g_assert(facts_set_text(fixture->facts, name, text));
}

static inline Policy *fixture_load(Fixture *fixture, const char *text)
{
    return policy_load_text(&fixture->schema, "test.policy", text, strlen(text), fixture->diags);
}
