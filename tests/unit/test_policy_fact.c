/* The fact table, and what of a mail, a customer and a verdict becomes a fact. */
#include "policy_fixture.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static char *value(const Fixture *fixture, const char *name)
{
    int index = fact_find(fixture->table, name);
    assert_true(index >= 0);
    return facts_value_text(fixture->facts, (guint)index);
}

/* `expected` NULL: unknown. */
static void assert_fact(const Fixture *fixture, const char *name, const char *expected)
{
    g_autofree char *found = value(fixture, name);
    if (g_strcmp0(found, expected) != 0)
        fail_msg("%s is %s, not %s", name, found != NULL ? found : "unknown",
                 expected != NULL ? expected : "unknown");
}

typedef struct {
    const char *name, *expected;
} Row;

static void assert_facts(const Fixture *fixture, const Row *rows, guint count)
{
    for (guint i = 0; i < count; i++)
        assert_fact(fixture, rows[i].name, rows[i].expected);
}

static void names_are_found_and_fields_are_facts_of_the_verdict(void **state)
{
    (void)state;
    g_autoptr(Fixture) fixture = fixture_new();
    const char *const *names = fact_names(fixture->table);
    assert_int_equal(g_strv_length((char **)names), fact_table_size(fixture->table));
    for (guint i = 0; names[i] != NULL; i++)
        assert_int_equal(fact_find(fixture->table, names[i]), i);
    assert_int_equal(fact_find(fixture->table, "nothing"), -1);

    const Fact *priority = fact_at(fixture->table, (guint)fact_find(fixture->table, "priority"));
    assert_int_equal(priority->type, FACT_ORDERED);
    assert_int_equal(priority->phase, PHASE_VERDICT);
    assert_string_equal(priority->values[0], "low");
    assert_string_equal(priority->values[3], "critical");
    assert_null(priority->values[4]);
}

static void a_field_cannot_have_the_name_of_a_fact(void **state)
{
    (void)state;
    static const char text[] = "field owner text 20 \"Whose it is\"\n";
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(ConfTree) tree = conf_read_text("my.conf", 7, text, sizeof text - 1, diags);
    g_autoptr(FieldTable) fields = field_table_load(tree->items, diags);
    g_autoptr(FactTable) table = fact_table_new(fields, NULL, NULL, diags);
    g_autofree char *said = diags_to_text(diags);
    assert_int_equal(fact_at(table, (guint)fact_find(table, "owner"))->phase, PHASE_CUSTOMER);
    assert_int_equal(diags_count(diags), 1);
    assert_true(g_str_has_prefix(said, "my.conf:7:"));
    assert_non_null(strstr(said, "'owner'"));
}

static GPtrArray *addresses(const char *address)
{
    GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)address_free);
    g_ptr_array_add(list, address_new(address, ""));
    return list;
}

static void a_mail_is_folded_into_facts(void **state)
{
    (void)state;
    g_autoptr(Fixture) fixture = fixture_new();
    g_autoptr(Envelope) envelope = envelope_new();
    envelope_add_recipient(envelope, "help@example.com");
    Attachment attachment = { .name = (char[]){ "Rechnung.PDF" },
                              .text = (char[]){ "Bitte\nzahlen" } };
    g_autoptr(GPtrArray) to = addresses("support@example.com");
    g_autoptr(GPtrArray) cc = addresses("boss@example.org");
    g_autoptr(GPtrArray) attachments = g_ptr_array_new();
    g_ptr_array_add(attachments, &attachment);
    MailAddress from = { .address = (char[]){ "ann@customer.example" },
                         .name = (char[]){ "Ann Bär" } };
    Message message = { .from = &from,
                        .person = &from,
                        .to = to,
                        .cc = cc,
                        .subject = (char[]){ "URGENT: Größe" },
                        .reply = (char[]){ "New  text" },
                        .text = (char[]){ "New text\nold" },
                        .quoted = (char[]){ "" },
                        .attachments = attachments,
                        .automatic = { .kind = AUTOMATIC_AUTO_REPLY },
                        .authentication = { .proven = true },
                        .protection = PROTECTED_SMIME,
                        .encrypted = true,
                        .size = 4711 };
    facts_add_mail(fixture->facts, "sales", envelope, &message);

    static const Row rows[] = {
        { "mailbox", "sales" },
        { "from", "ann@customer.example" },
        { "from_domain", "customer.example" },
        { "from_name", "ann bär" },
        { "to", "help@example.com, support@example.com, boss@example.org" },
        { "subject", "urgent: grösse" },
        { "text", "new text" },
        { "whole_text", "new text old" },
        { "quoted", "" },
        { "attachments", "1" },
        { "attachment_names", "rechnung.pdf" },
        { "attachment_text", "rechnung.pdf bitte zahlen" },
        { "size", "4711" },
        { "automatic", "auto-reply" },
        { "proven", "yes" },
        { "spam", "no" },
        { "protected", "smime" },
        { "company", NULL },
        { "priority", NULL },
    };
    assert_facts(fixture, rows, G_N_ELEMENTS(rows));
}

static void every_kind_of_automatic_mail_is_a_value(void **state)
{
    (void)state;
    g_autoptr(Fixture) fixture = fixture_new();
    const Fact *fact = fact_at(fixture->table, (guint)fact_find(fixture->table, "automatic"));
    for (AutomaticKind kind = AUTOMATIC_NONE; kind <= AUTOMATIC_CALENDAR; kind++)
        assert_string_equal(fact->values[kind], automatic_kind_name(kind));
    assert_null(fact->values[AUTOMATIC_CALENDAR + 1]);
}

static void an_unknown_sender_leaves_the_customer_unknown(void **state)
{
    (void)state;
    g_autoptr(Fixture) fixture = fixture_new();
    g_autoptr(Thread) thread = thread_new();
    g_autoptr(Customer) customer = customer_new();
    facts_add_customer(fixture->facts, thread, customer);
    static const Row rows[] = {
        { "match", "none" },        { "customer_id", NULL }, { "customer_tier", NULL },
        { "company_size", NULL },   { "lead_budget", NULL }, { "health_score", NULL },
        { "spending_trend", NULL }, { "open_issues", NULL }, { "earlier_contact", NULL },
        { "follow_up", "no" },      { "open_tickets", "0" },
    };
    assert_facts(fixture, rows, G_N_ELEMENTS(rows));
}

static void set(char **member, const char *text)
{
    g_free(*member);
    *member = g_strdup(text);
}

static void a_customer_becomes_facts_and_its_gaps_stay_unknown(void **state)
{
    (void)state;
    g_autoptr(Fixture) fixture = fixture_new();
    g_autoptr(Customer) customer = customer_new();
    customer->match = MATCH_EXACT;
    set(&customer->id, "C-0042");
    set(&customer->tier, "Enterprise");
    set(&customer->contact_title, "CTO");
    customer->company_size = 1200;
    customer->lead_budget = 0;
    customer->health_score = -1;
    customer->trend = TREND_NEW;
    customer->earlier_contact = true;
    facts_add_customer(fixture->facts, NULL, customer);
    static const Row rows[] = {
        { "match", "exact" },
        { "customer_id", "c-0042" },
        { "customer_tier", "enterprise" },
        { "contact_title", "cto" },
        { "company_size", "1200" },
        { "lead_budget", "0" },
        { "health_score", NULL },
        { "industry", NULL },
        { "spending_trend", "new_customer" },
        { "earlier_contact", "yes" },
        { "open_issues", "0" },
        { "follow_up", NULL },
    };
    assert_facts(fixture, rows, G_N_ELEMENTS(rows));
}

static void a_tier_the_site_does_not_know_is_unknown(void **state)
{
    (void)state;
    g_autoptr(Fixture) fixture = fixture_new();
    g_autoptr(Customer) customer = customer_new();
    customer->match = MATCH_DOMAIN;
    set(&customer->tier, "platinum");
    facts_add_customer(fixture->facts, NULL, customer);
    assert_fact(fixture, "customer_tier", NULL);
}

static void a_second_verdict_replaces_the_first(void **state)
{
    (void)state;
    g_autoptr(Fixture) fixture = fixture_new();
    g_autoptr(Verdict) first = verdict_new(fixture->fields);
    g_autoptr(Verdict) second = verdict_new(fixture->fields);
    assert_true(verdict_set_text(first, field_find(fixture->fields, "priority"), "high", NULL));
    assert_true(verdict_set_text(first, field_find(fixture->fields, "summary"), "It BURNS", NULL));
    assert_true(
        verdict_set_text(first, field_find(fixture->fields, "requires_engineering"), "yes", NULL));
    first->confidence = 0.8;
    facts_add_verdict(fixture->facts, &(Judged){ .verdict = first, .engine = "llm" });
    static const Row rows[] = {
        { "priority", "high" },  { "summary", "it burns" }, { "requires_engineering", "yes" },
        { "confidence", "0.8" }, { "engine", "llm" },       { "category", NULL },
    };
    assert_facts(fixture, rows, G_N_ELEMENTS(rows));

    assert_true(verdict_set_text(second, field_find(fixture->fields, "category"), "billing", NULL));
    second->confidence = -1;
    facts_add_verdict(fixture->facts, &(Judged){ .verdict = second, .engine = "fallback" });
    static const Row later[] = { { "priority", NULL },
                                 { "summary", NULL },
                                 { "category", "billing" },
                                 { "confidence", NULL },
                                 { "engine", "fallback" } };
    assert_facts(fixture, later, G_N_ELEMENTS(later));
}

static void the_model_and_the_baseline_disagree_by_steps_of_priority(void **state)
{
    (void)state;
    static const struct {
        const char *baseline, *model, *steps;
    } rows[] = {
        { "low", "low", "0" },  { "low", "high", "2" }, { "critical", "medium", "2" },
        { "high", NULL, NULL }, { NULL, "low", NULL },
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Fixture) fixture = fixture_new();
        g_autoptr(Verdict) baseline = verdict_new(fixture->fields);
        g_autoptr(Verdict) model = verdict_new(fixture->fields);
        const Field *priority = field_find(fixture->fields, "priority");
        if (rows[i].baseline != NULL)
            assert_true(verdict_set_text(baseline, priority, rows[i].baseline, NULL));
        if (rows[i].model != NULL)
            assert_true(verdict_set_text(model, priority, rows[i].model, NULL));
        facts_add_verdict(fixture->facts, &(Judged){ .verdict = model,
                                                     .baseline = baseline,
                                                     .model = model,
                                                     .engine = "llm",
                                                     .quotes_failed = i == 0 });
        assert_fact(fixture, "disagreement", rows[i].steps);
        assert_fact(fixture, "quotes_failed", i == 0 ? "yes" : "no");
    }
}

static void only_values_that_can_occur_are_set(void **state)
{
    (void)state;
    static const struct {
        const char *name, *text;
        bool good;
    } rows[] = {
        { "customer_tier", "GOLD", true },
        { "customer_tier", "gol", false },
        { "health_score", "0", true },
        { "health_score", "100", true },
        { "health_score", "100.1", false },
        { "health_score", "-1", false },
        { "company_size", "12x", false },
        { "company_size", "nan", false },
        { "company_size", "inf", false },
        { "company_size", "", false },
        { "proven", "yes", true },
        { "proven", "maybe", false },
        { "subject", "", true },
        { "to", "a, b", true },
        { "mailbox", "hr", false },
        { "no_such_fact", "yes", false },
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Fixture) fixture = fixture_new();
        if (facts_set_text(fixture->facts, rows[i].name, rows[i].text) != rows[i].good)
            fail_msg("%s = '%s'", rows[i].name, rows[i].text);
    }
}

static void a_list_holds_so_many_items_and_no_more(void **state)
{
    (void)state;
    for (int items = FACT_LIST_MAX - 1; items <= FACT_LIST_MAX + 1; items++) {
        g_autoptr(Fixture) fixture = fixture_new();
        g_autoptr(Envelope) envelope = envelope_new();
        g_autoptr(GPtrArray) none = g_ptr_array_new();
        MailAddress from = { .address = (char[]){ "" }, .name = (char[]){ "" } };
        char empty[] = "";
        Message message = { .from = &from,
                            .person = &from,
                            .to = none,
                            .cc = none,
                            .subject = empty,
                            .reply = empty,
                            .text = empty,
                            .quoted = empty,
                            .attachments = none };
        for (int i = 0; i < items; i++)
            g_ptr_array_add(envelope->recipients, g_strdup_printf("u%d@example.com", i));
        facts_add_mail(fixture->facts, "support", envelope, &message);
        g_autofree char *to = value(fixture, "to");
        g_auto(GStrv) split = g_strsplit(to, ", ", -1);
        assert_int_equal(g_strv_length(split), MIN(items, FACT_LIST_MAX));
        assert_fact(fixture, "from", NULL);
        assert_fact(fixture, "subject", "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_found_and_fields_are_facts_of_the_verdict),
        cmocka_unit_test(a_field_cannot_have_the_name_of_a_fact),
        cmocka_unit_test(a_mail_is_folded_into_facts),
        cmocka_unit_test(every_kind_of_automatic_mail_is_a_value),
        cmocka_unit_test(an_unknown_sender_leaves_the_customer_unknown),
        cmocka_unit_test(a_customer_becomes_facts_and_its_gaps_stay_unknown),
        cmocka_unit_test(a_tier_the_site_does_not_know_is_unknown),
        cmocka_unit_test(a_second_verdict_replaces_the_first),
        cmocka_unit_test(the_model_and_the_baseline_disagree_by_steps_of_priority),
        cmocka_unit_test(only_values_that_can_occur_are_set),
        cmocka_unit_test(a_list_holds_so_many_items_and_no_more),
    };
    return cmocka_run_group_tests_name("policy: fact", tests, NULL, NULL);
}
