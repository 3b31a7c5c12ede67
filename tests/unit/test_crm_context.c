/* The context: who may see what of a customer, and how it is fitted to a budget. */
#include "crm/context.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DAY    G_GINT64_CONSTANT(86400)
#define NOW    G_GINT64_CONSTANT(1795392000) /* 2026-11-23 */
#define AMPLE  100000
#define ANN    "ann@northwind.example"
#define SECRET "Quarterly review was gloomy"

/* Values live in the test's frame: a mail from Ann, a thread with two tickets, a full customer. */
typedef struct {
    Customer *customer;
    Thread thread;
    Message message;
    MailAddress from, person;
    ThreadTicket mine, other;
} Case;

static void add_interaction(Customer *customer, int days_ago, const char *summary)
{
    Interaction *interaction = g_new0(Interaction, 1);

    interaction->when = NOW - days_ago * DAY;
    interaction->type = g_strdup("call");
    interaction->category = g_strdup("technical");
    interaction->contact = g_strdup(ANN);
    interaction->summary = g_strdup(summary);
    interaction->sentiment = -0.5;
    g_ptr_array_add(customer->interactions, interaction);
}

static void set(char **member, const char *value)
{
    g_free(*member);
    *member = g_strdup(value);
}

static void add_issue(Customer *customer)
{
    Issue *issue = g_new0(Issue, 1);

    issue->title = g_strdup("503 under load");
    issue->severity = g_strdup("critical");
    issue->status = g_strdup("open");
    issue->opened = NOW - 3 * DAY;
    g_ptr_array_add(customer->issues, issue);
}

static void add_history(Customer *customer)
{
    HistoryCount *count = g_new0(HistoryCount, 1);

    count->quarter = g_strdup("2026-Q2");
    count->type = g_strdup("email");
    count->category = g_strdup("billing");
    count->count = 4;
    g_ptr_array_add(customer->history, count);
    customer->last_escalation = NOW - 200 * DAY;
}

static Customer *northwind(CustomerMatch match)
{
    Customer *customer = customer_new();

    customer->match = match;
    set(&customer->id, "northwind");
    set(&customer->company, "Northwind Logistics");
    set(&customer->tier, "enterprise");
    set(&customer->owner, "Maria Keller");
    set(&customer->summary,
        "Twelve depots in four countries, and every delivery needs our interface");
    set(&customer->usage, "Tracking: 410000 calls a day");
    set(&customer->lead_stage, "negotiation");
    customer->company_size = 1200;
    customer->lead_budget = 60000;
    customer->health_score = 61;
    customer->trend = TREND_DECREASING;
    customer->updated = NOW - 600;
    if (match == MATCH_EXACT)
        set(&customer->contact_name, "Ann Lee");
    add_interaction(customer, 2, SECRET);
    add_issue(customer);
    add_history(customer);
    return customer;
}

static void begin(Case *c, CustomerMatch match, bool proven)
{
    memset(c, 0, sizeof *c);
    c->customer = match == MATCH_NONE ? customer_new() : northwind(match);
    c->mine.name = c->thread.ticket_name = (char *)"SUP-7";
    c->mine.status = c->other.status = (char *)"open";
    c->mine.subject = (char *)"Login fails";
    c->mine.queue = (char *)"incident";
    c->mine.priority = (char *)"high";
    c->mine.updated = NOW - 60;
    c->other.name = (char *)"SUP-8";
    c->other.subject = (char *)"Salaries";
    c->other.queue = c->other.priority = (char *)"";
    c->thread.tickets = g_ptr_array_new();
    g_ptr_array_add(c->thread.tickets, &c->mine);
    g_ptr_array_add(c->thread.tickets, &c->other);
    c->from.address = c->person.address = (char *)ANN;
    c->message.from = &c->from;
    c->message.person = &c->person;
    c->message.subject = c->message.reply = (char *)"";
    c->message.authentication.proven = proven;
}

static void end(Case *c)
{
    customer_free(c->customer);
    g_ptr_array_unref(c->thread.tickets);
}

static Context *build(const Case *c, gint64 budget)
{
    return context_build(c->customer, &c->thread, &c->message, budget, NOW);
}

static const ContextPart *part_of(const Context *context, const char *name)
{
    for (guint i = 0; i < context->parts->len; i++) {
        const ContextPart *part = context->parts->pdata[i];

        if (strcmp(part->name, name) == 0)
            return part;
    }
    fail_msg("no part %s", name);
    return NULL;
}

/* "used", "withheld: sender unproven" */
static char *fate_of(const Context *context, const char *name)
{
    const ContextPart *part = part_of(context, name);

    return g_strdup_printf("%s%s%s", context_fate_name(part->fate), *part->why ? ": " : "",
                           part->why);
}

static void a_proven_contact_opens_the_whole_record(void **state)
{
    static const char want[] =
        "Sender: proven, a known contact of the customer\n"
        "Company: Northwind Logistics, 1200 employees, tier enterprise\n"
        "Contact: Ann Lee\n"
        "Our tickets with them:\n"
        "- SUP-7, open, priority high, queue incident, 2026-11-22: Login fails\n"
        "- SUP-8, open, 1970-01-01: Salaries\n"
        "Open issues, worst first:\n"
        "- critical, open since 2026-11-20: 503 under load\n"
        "Lead: no contact before, stage negotiation, budget 60000\n"
        "About them: Twelve depots in four countries, and every delivery needs our interface\n"
        "Latest interactions, newest first:\n"
        "- 2026-11-21 call, technical, with ann@northwind.example, sentiment -0.5: " SECRET "\n"
        "Health score: 61 of 100\n"
        "Spending: decreasing (30 days against the 30 before)\n"
        "Product usage: Tracking: 410000 calls a day\n"
        "Account owner: Maria Keller\n"
        "Earlier interactions, last escalation 2026-05-07:\n"
        "- 2026-Q2: 4 email, billing\n";
    g_autoptr(Context) context = NULL;
    Case c;

    (void)state;
    begin(&c, MATCH_EXACT, true);
    context = build(&c, AMPLE);
    assert_string_equal(context->text, want);
    assert_true(context->tokens >= context_tokens(want));
    assert_int_equal(part_of(context, "company")->age, 600);
    assert_int_equal(part_of(context, "tickets")->age, 60);
    assert_int_equal(part_of(context, "sender")->age, -1);
    end(&c);
}

static void each_part_opens_no_further_than_the_sender_is_known(void **state)
{
    static const struct {
        const char *part, *unproven, *domain;
    } rows[] = {
        { "sender", "used", "used" },
        { "company", "withheld: sender unproven", "used" },
        { "contact", "withheld: sender unproven", "empty" },
        { "tickets", "withheld: sender unproven", "used" },
        { "issues", "withheld: sender unproven", "withheld: match by domain" },
        { "lead", "withheld: sender unproven", "withheld: match by domain" },
        { "summary", "withheld: sender unproven", "withheld: match by domain" },
        { "interactions", "withheld: sender unproven", "withheld: match by domain" },
        { "health", "withheld: sender unproven", "withheld: match by domain" },
        { "trend", "withheld: sender unproven", "withheld: match by domain" },
        { "usage", "withheld: sender unproven", "withheld: match by domain" },
        { "owner", "withheld: sender unproven", "withheld: match by domain" },
        { "history", "withheld: sender unproven", "withheld: match by domain" },
    };
    g_autoptr(Context) unproven = NULL;
    g_autoptr(Context) domain = NULL;
    Case a, b;

    (void)state;
    begin(&a, MATCH_EXACT, false);
    begin(&b, MATCH_DOMAIN, true);
    unproven = build(&a, AMPLE);
    domain = build(&b, AMPLE);
    assert_int_equal(unproven->parts->len, G_N_ELEMENTS(rows));
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *of_unproven = fate_of(unproven, rows[i].part);
        g_autofree char *of_domain = fate_of(domain, rows[i].part);

        assert_string_equal(of_unproven, rows[i].unproven);
        assert_string_equal(of_domain, rows[i].domain);
    }
    end(&a);
    end(&b);
}

static void an_unproven_sender_gets_nothing_but_our_own_words(void **state)
{
    g_autoptr(Context) context = NULL;
    Case c;

    (void)state;
    begin(&c, MATCH_EXACT, false);
    context = build(&c, AMPLE);
    assert_string_equal(context->text, "Sender: not proven to be who the address says; "
                                       "no customer record was opened\n");
    end(&c);
}

static void a_domain_match_hears_of_no_ticket_but_its_own(void **state)
{
    g_autoptr(Context) context = NULL;
    Case c;

    (void)state;
    begin(&c, MATCH_DOMAIN, true);
    context = build(&c, AMPLE);
    assert_non_null(strstr(context->text, "SUP-7"));
    assert_null(strstr(context->text, "SUP-8"));
    assert_null(strstr(context->text, SECRET));
    end(&c);
}

static void proof_of_the_sender_is_no_proof_of_an_address_he_names(void **state)
{
    g_autoptr(Context) context = NULL;
    Case c;

    (void)state;
    begin(&c, MATCH_EXACT, true);
    c.from.address = (char *)"mallory@gmail.com";
    context = build(&c, AMPLE);
    assert_null(strstr(context->text, "Northwind"));
    assert_int_equal(part_of(context, "company")->fate, CONTEXT_WITHHELD);
    end(&c);
}

static void a_proven_stranger_has_his_tickets_and_an_empty_record(void **state)
{
    g_autoptr(Context) context = NULL;
    Case c;

    (void)state;
    begin(&c, MATCH_NONE, true);
    context = build(&c, AMPLE);
    assert_int_equal(part_of(context, "company")->fate, CONTEXT_EMPTY);
    assert_int_equal(part_of(context, "tickets")->fate, CONTEXT_USED);
    end(&c);
}

static void the_budget_is_kept_whatever_it_is(void **state)
{
    Case c;

    (void)state;
    begin(&c, MATCH_EXACT, true);
    for (int i = 0; i < 9; i++)
        add_interaction(c.customer, 3 + i, "佐藤様から電話。ログインできない件。");
    for (gint64 budget = 0; budget < 500; budget++) {
        g_autoptr(Context) context = build(&c, budget);

        assert_true(context->tokens <= budget);
        assert_true(context_tokens(context->text) <= context->tokens);
        assert_true(g_utf8_validate(context->text, -1, NULL));
        assert_true(*context->text == '\0' || g_str_has_suffix(context->text, "\n"));
    }
    end(&c);
}

static void what_does_not_fit_is_shortened_or_cut_by_priority(void **state)
{
    g_autoptr(Context) whole = NULL;
    g_autoptr(Context) tight = NULL;
    gint64 budget = 0;
    Case c;

    (void)state;
    begin(&c, MATCH_EXACT, true);
    whole = build(&c, AMPLE);
    for (guint i = 0; i < 4; i++)
        budget += ((ContextPart *)whole->parts->pdata[i])->tokens;
    tight = build(&c, budget - 1);
    assert_int_equal(part_of(tight, "contact")->fate, CONTEXT_USED);
    assert_int_equal(part_of(tight, "tickets")->fate, CONTEXT_SHORTENED);
    assert_non_null(strstr(tight->text, "SUP-7"));
    assert_null(strstr(tight->text, "SUP-8"));
    assert_int_equal(part_of(tight, "issues")->fate, CONTEXT_CUT);
    assert_string_equal(part_of(tight, "issues")->why, "budget");
    end(&c);
}

static void a_long_text_is_shortened_at_a_word(void **state)
{
    g_autoptr(Context) whole = NULL;
    g_autoptr(Context) tight = NULL;
    gint64 budget = 0;
    Case c;

    (void)state;
    begin(&c, MATCH_EXACT, true);
    whole = build(&c, AMPLE);
    for (guint i = 0; i < 6; i++)
        budget += ((ContextPart *)whole->parts->pdata[i])->tokens;
    tight = build(&c, budget + 14);
    assert_int_equal(part_of(tight, "summary")->fate, CONTEXT_SHORTENED);
    assert_string_equal(part_of(tight, "summary")->text,
                        "About them: Twelve depots in four countries, and …\n");
    end(&c);
}

static void the_best_five_share_words_with_the_mail(void **state)
{
    g_autoptr(Context) context = NULL;
    const char *text;
    Case c;

    (void)state;
    begin(&c, MATCH_EXACT, true);
    for (int i = 0; i < 8; i++)
        add_interaction(c.customer, 3 + i, "Small talk and the weather");
    add_interaction(c.customer, 30, "TRACKING interface answers 503");
    c.message.subject = (char *)"Tracking down";
    c.message.reply = (char *)"the interface answers nothing and the talk is over";
    context = build(&c, AMPLE);
    text = part_of(context, "interactions")->text;
    assert_non_null(strstr(text, "TRACKING interface"));
    assert_true(g_str_has_suffix(text, "503\n"));
    assert_non_null(strstr(text, SECRET));
    assert_non_null(strstr(text, "2026-11-20"));
    assert_null(strstr(text, "2026-11-17"));
    end(&c);
}

static void tokens_are_counted_by_four_ascii_bytes_or_one_character(void **state)
{
    (void)state;
    assert_int_equal(context_tokens(""), 0);
    assert_int_equal(context_tokens("abcd"), 1);
    assert_int_equal(context_tokens("abcde"), 2);
    assert_int_equal(context_tokens("日本語"), 3);
    assert_int_equal(context_tokens("日a"), 2);
}

static void the_manifest_has_a_row_for_each_part(void **state)
{
    g_autoptr(Context) context = NULL;
    g_autofree char *manifest = NULL;
    Case c;

    (void)state;
    begin(&c, MATCH_DOMAIN, true);
    context = build(&c, AMPLE);
    manifest = context_manifest(context);
    assert_true(
        g_str_has_prefix(manifest, "[{\"name\":\"sender\",\"source\":\"mail\",\"age\":-1,"));
    assert_non_null(strstr(manifest,
                           "{\"name\":\"lead\",\"source\":\"crm\",\"age\":600,\"tokens\":0,"
                           "\"fate\":\"withheld\",\"why\":\"match by domain\"}"));
    end(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_proven_contact_opens_the_whole_record),
        cmocka_unit_test(each_part_opens_no_further_than_the_sender_is_known),
        cmocka_unit_test(an_unproven_sender_gets_nothing_but_our_own_words),
        cmocka_unit_test(a_domain_match_hears_of_no_ticket_but_its_own),
        cmocka_unit_test(proof_of_the_sender_is_no_proof_of_an_address_he_names),
        cmocka_unit_test(a_proven_stranger_has_his_tickets_and_an_empty_record),
        cmocka_unit_test(the_budget_is_kept_whatever_it_is),
        cmocka_unit_test(what_does_not_fit_is_shortened_or_cut_by_priority),
        cmocka_unit_test(a_long_text_is_shortened_at_a_word),
        cmocka_unit_test(the_best_five_share_words_with_the_mail),
        cmocka_unit_test(tokens_are_counted_by_four_ascii_bytes_or_one_character),
        cmocka_unit_test(the_manifest_has_a_row_for_each_part),
    };

    return cmocka_run_group_tests_name("crm: context", tests, NULL, NULL);
}
