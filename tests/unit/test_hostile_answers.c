/* Hostile answers on their whole way: a server's response, CLASSIFY, DECIDE, MARK.
 *
 * The model obeys an attacker, or somebody else answers in its place: values that don't exist,
 * header lines inside of texts, a priority below the floor, somebody else's name as assignee,
 * broken JSON, every server's wire format.  Whatever of it is taken, what is promised holds.
 *
 *     SEED    of the random numbers (1)
 *     COUNT   how many answers (10000)
 *     FROM    the first one (0); what fails names it, COUNT=1 then repeats it alone
 */
#include "hostile_answer.h"
#include "verdict_breach.h"

#include "classify/classify.h"
#include "plan/mark.h"
#include "verdict_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define ORDINARY_COUNT 10000
#define DETAIL_MAX     400
#define SENTENCE_MAX   600
#define NOW            1795333339
#define MAILBOX        "support@example.com"
#define SALES          "sales@example.com"
#define BUGS           "bugs@example.com"

static const char *const team[] = { "anna", "ben", NULL };
static const char *const tiers[] = { "free", "standard", "premium", "enterprise", NULL };
static const char *const mailboxes[] = { "support", NULL };
static const char *const domains[] = { "example.com", NULL };

/* Everything a rule can do that changes where mail goes, beside the shipped rules. */
static const char own_rules[] =
    "rule \"sales\" { when kind = sales; redirect = " SALES "; header = Team, blue }\n"
    "rule \"bugs\" { when category = bug; add_recipient = " BUGS "; assignee = lead }\n";

/* What the attacker's mail says, and how low its priority may be. */
static const struct {
    const char *text, *floor;
} mails[] = {
    { "our data was leaked and nobody answers, please help us", "critical" },
    { "our lawyer will write to you about the last invoice", "high" },
    { "the export button does nothing when it is pressed", NULL },
};
#define MAILS G_N_ELEMENTS(mails)

typedef struct {
    Diags *diags;
    FieldTable *fields;
    FactTable *table;
    char *rules; /* the policy's text */
    Policy *policy;
    Customer *customer;
    Facts *facts[MAILS];
    Presumption *presumptions[MAILS];
    char *untouched[MAILS][MARK_FULL + 1]; /* the edits if there was no answer */
} World;

/* One answer, on its way. */
typedef struct {
    World *world;
    guint seed, number, mail;
    MarkLevel level;
    VerdictQuestion question;
    LlmModel model;
    bool fenced;
    GString *body;
    Verdict *verdict; /* that stands */
    Plan *plan;
} Way;

static void promise(const Way *way, bool holds, const char *what)
{
    if (holds)
        return;
    g_autofree char *body = g_strescape(way->body ? way->body->str : "", NULL);
    fail_msg("%s: not so after SEED=%u FROM=%u COUNT=1, %s:\n%s", what, way->seed, way->number,
             llm_api_names[way->model.api], body);
}

/* -- What may stand in a header --------------------------------------------------------------- */

typedef bool Known(const Way *way, const char *value, const char *argument);

static bool is_exactly(const Way *way, const char *value, const char *argument)
{
    (void)way;
    return g_str_equal(value, argument);
}

static bool is_token_of(const Way *way, const char *value, const char *argument)
{
    const Field *field = field_find(way->world->fields, argument);
    return field_choice(field, value) >= 0 &&
           g_str_equal(value, verdict_token(way->verdict, argument));
}

/* Each of the values between commas, as the policy's text gives it. */
static bool is_said_by_rules(const Way *way, const char *value, const char *argument)
{
    g_auto(GStrv) tokens = g_strsplit(value, ", ", -1);
    for (char **token = tokens; *token; token++) {
        g_autofree char *said = g_strconcat(argument, " = ", *token, NULL);
        const char *at = strstr(way->world->rules, said);
        while (at && !strchr(" ;\n", at[strlen(said)]))
            at = strstr(at + 1, said);
        if (!at)
            return false;
    }
    return true;
}

static bool is_like(const Way *way, const char *value, const char *argument)
{
    (void)way;
    return g_regex_match_simple(argument, value, G_REGEX_ANCHORED | G_REGEX_DOLLAR_ENDONLY, 0);
}

#define ID     "ABCDEFGH12345678"
#define TICKET "SUP-1001"
#define PROMPT "support@1"
static const struct {
    const char *name;
    Known *known;
    const char *argument;
} headers[] = {
    { "Id", is_exactly, ID },
    { "Mailbox", is_exactly, "support" },
    { "Queue", is_said_by_rules, "queue" },
    { "Priority", is_token_of, "priority" },
    { "Urgency", is_token_of, "urgency_level" },
    { "Category", is_token_of, "category" },
    { "Kind", is_token_of, "kind" },
    { "Tags", is_said_by_rules, "tags" },
    { "Review", is_exactly, "yes" },
    { "Ticket", is_exactly, TICKET },
    { "Next", is_token_of, "recommended_action" },
    { "Intent", is_like, "(0\\.\\d\\d|1\\.00)$" },
    { "Sentiment", is_token_of, "customer_sentiment" },
    { "Confidence", is_like, "(0\\.\\d\\d|1\\.00); source=(provider|table)$" },
    { "Customer", is_exactly, "evil__X-Evil__1__tier_enterprise; match=exact; proven=no" },
    { "Team", is_exactly, "blue" },
    { "Status", is_like, "(llm|fallback; why=invalid-answer); ms=7; prompt=" PROMPT "$" },
};

static bool is_known(const Way *way, const Edit *edit)
{
    for (gsize i = 0; i < G_N_ELEMENTS(headers); i++) {
        g_autofree char *full = g_strconcat("X-Triage-", headers[i].name, NULL);
        if (g_str_equal(full, edit->name))
            return headers[i].known(way, edit->value, headers[i].argument);
    }
    return false;
}

static bool is_well_formed(const char *value)
{
    for (const char *at = value; *at; at++)
        if (!g_ascii_isprint(*at))
            return false;
    return *value && strlen(value) <= MARK_VALUE_MAX;
}

static bool is_of(const Way *way, const char *field, const char *token)
{
    return g_str_equal(verdict_token(way->verdict, field), token);
}

static guint count_edits(const GPtrArray *edits, EditType type, const char *name)
{
    guint count = 0;
    for (guint i = 0; i < edits->len; i++) {
        const Edit *edit = g_ptr_array_index(edits, i);
        count += edit->type == type && g_str_equal(edit->name, name);
    }
    return count;
}

/* Nothing is done that isn't one of these. */
static void check_recipients(const Way *way, const GPtrArray *edits)
{
    bool sales = is_of(way, "kind", "sales"), bug = is_of(way, "category", "bug");
    bool extra = sales && way->level >= MARK_ROUTING;
    promise(way, count_edits(edits, EDIT_ADD_RECIPIENT, SALES) == sales, "redirected by the rule");
    promise(way, count_edits(edits, EDIT_REMOVE_RECIPIENT, MAILBOX) == sales, "and only by it");
    promise(way, count_edits(edits, EDIT_ADD_RECIPIENT, BUGS) == bug, "copied by the rule");
    promise(way, count_edits(edits, EDIT_ADD_HEADER, "X-Triage-Team") == extra,
            "the rule's header is written by the rule");
    guint others = (sales ? 2 : 0) + (bug ? 1 : 0);
    for (guint i = 0; i < edits->len; i++)
        others -= ((Edit *)edits->pdata[i])->type != EDIT_ADD_HEADER;
    promise(way, others == 0, "no recipient but the rules', no header removed");
}

static void check_edits(const Way *way, const GPtrArray *edits)
{
    for (guint i = 0; i < edits->len; i++) {
        const Edit *edit = g_ptr_array_index(edits, i);
        if (edit->type != EDIT_ADD_HEADER)
            continue;
        promise(way, is_well_formed(edit->value), "a header's value is short, printable ASCII");
        promise(way, is_known(way, edit), "a header says what is known");
        promise(way, count_edits(edits, EDIT_ADD_HEADER, edit->name) == 1, "a header comes once");
    }
    const Edit *last = g_ptr_array_index(edits, edits->len - 1);
    promise(way, g_str_equal(last->name, "X-Triage-Status"), "Status is the last");
    check_recipients(way, edits);
}

/* -- The way ---------------------------------------------------------------------------------- */

static void check_response(const Way *way, const LlmAnswer *answer, long status)
{
    bool good = answer->outcome == LLM_OK, sure = isfinite(answer->confidence);
    promise(way, (gsize)answer->outcome <= LLM_SERVER, "a response has an outcome");
    promise(way, good == (answer->text != NULL), "a text comes with a good outcome");
    promise(way, !good || status == 200, "only HTTP 200 is an answer");
    promise(way, !answer->text || g_utf8_validate(answer->text, -1, NULL), "a text is UTF-8");
    promise(way, !sure || (good && answer->confidence >= 0 && answer->confidence <= 1),
            "a confidence is one");
    promise(way, !*answer->detail || is_well_formed(answer->detail), "a detail can be logged");
    promise(way, !strstr(answer->detail, "Evil"), "a detail repeats nobody");
    promise(way,
            MIN(MIN(answer->input_tokens, answer->cached_tokens), answer->output_tokens) >= -1 &&
                MAX(answer->input_tokens, answer->output_tokens) < G_MAXINT64 / 4,
            "tokens can be counted");
    promise(way, answer->retry_after_ms >= -1, "a wait is one");
}

static LlmAnswer *read_response(const Way *way, GRand *rand)
{
    static const long statuses[] = { 201, 400, 401, 402, 413, 429, 500, 529 };
    g_autoptr(GHashTable) response = g_hash_table_new(g_str_hash, g_str_equal);
    g_autofree char *wait = hostile_text(rand);
    long status =
        hostile_luck(rand, 25) ? statuses[hostile_below(rand, G_N_ELEMENTS(statuses))] : 200;
    g_hash_table_insert(response, (char *)"retry-after", wait);
    g_hash_table_insert(response, (char *)"x-request-id", wait);
    LlmAnswer *answer =
        llm_read(&way->model, status, response, way->body->str, way->body->len, NOW);
    check_response(way, answer, status);
    return answer;
}

/* What CLASSIFY makes of a text, NULL if it doesn't take it. */
static Verdict *classify_text(const Way *way, const LlmAnswer *answer, bool *quotes_failed,
                              LlmOutcome *outcome)
{
    Verdict *verdict = NULL;
    g_autofree char *why = NULL;
    *outcome = classify_read_answer(&way->question, answer->text, way->fenced, &verdict,
                                    quotes_failed, &why);
    promise(way, (*outcome == LLM_OK) == (verdict != NULL), "what is good has a verdict");
    promise(way, verdict || breach_is_line(why, 1, SENTENCE_MAX), "what isn't has a sentence");
    if (!verdict)
        return NULL;
    const char *breach = verdict_breach(&way->question, verdict);
    promise(way, breach == NULL, breach);
    classify_set_confidence(verdict, answer->confidence, NULL);
    return verdict;
}

static void check_floor(const Way *way)
{
    const char *floor = mails[way->mail].floor;
    const Field *field = field_find(way->world->fields, "priority");
    int stands = field_choice(field, verdict_token(way->verdict, "priority"));
    promise(way, !floor || stands >= field_choice(field, floor), "a floor holds");
}

static void check_assignee(const Way *way)
{
    promise(way, !*way->plan->assignee || g_str_equal(way->plan->assignee, "lead"),
            "only a rule assigns");
    const char *suggested = verdict_token(way->verdict, "suggested_assignee");
    promise(way, !*suggested || g_strv_contains(team, suggested),
            "who is suggested is of the team");
}

/* DECIDE and MARK, as the pipeline does it; `taken` is NULL if no answer was. */
static GPtrArray *mark(Way *way, const Verdict *taken, bool quotes_failed)
{
    World *world = way->world;
    const Presumption *baseline = world->presumptions[way->mail];
    verdict_free(way->verdict);
    plan_free(way->plan);
    way->verdict =
        policy_revise(baseline->verdict, taken ? taken : baseline->verdict, baseline->floors, NULL);
    facts_add_verdict(world->facts[way->mail], &(Judged){ .verdict = way->verdict,
                                                          .baseline = baseline->verdict,
                                                          .model = taken,
                                                          .engine = taken ? "llm" : "fallback",
                                                          .quotes_failed = quotes_failed });
    way->plan = policy_decide(world->policy, world->facts[way->mail], PLAN_TICKET_NEW, "");
    const Mark mark = { .status = taken ? STATUS_LLM : STATUS_FALLBACK,
                        .why = taken ? "" : "invalid-answer",
                        .ms = 7,
                        .prompt = PROMPT,
                        .decision_id = ID,
                        .mailbox = "support",
                        .ticket = TICKET,
                        .verdict = way->verdict,
                        .plan = way->plan,
                        .customer = world->customer,
                        .level = way->level };
    g_autoptr(GPtrArray) recipients = g_ptr_array_new();
    const MarkRoute route = { way->plan, recipients };
    g_ptr_array_add(recipients, (char *)MAILBOX);
    return mark_edits(&mark, NULL, 0, &route, 1);
}

static char *edits_text(const GPtrArray *edits)
{
    GString *text = g_string_new(NULL);
    mark_apply(edits, &edit_recorder, text);
    return g_string_free(text, FALSE);
}

static void choose(Way *way, GRand *rand)
{
    static const FieldUse uses[] = { FIELD_FOR_BOTH, FIELD_FOR_BOTH, FIELD_FOR_TICKET,
                                     FIELD_FOR_LEAD };
    way->model.api = (int)hostile_below(rand, G_N_ELEMENTS(hostile_forms));
    way->mail = hostile_below(rand, MAILS);
    way->level = hostile_luck(rand, 2) ? MARK_FULL : (MarkLevel)hostile_below(rand, MARK_FULL);
    way->fenced = hostile_luck(rand, 2);
    way->question = (VerdictQuestion){ .fields = way->world->fields,
                                       .asks = uses[hostile_below(rand, G_N_ELEMENTS(uses))],
                                       .team = team,
                                       .mail_text = mails[way->mail].text,
                                       .choices_only = llm_model_chooses(&way->model) };
}

/* One answer from its birth to the headers: its outcome. */
static LlmOutcome follow(World *world, guint seed, guint number, GRand *rand)
{
    Way way = { .world = world, .seed = seed, .number = number };
    g_rand_set_seed_array(rand, (guint32[]){ seed, number }, 2);
    choose(&way, rand);
    way.body = hostile_body(&way.question, way.model.api, way.question.choices_only, rand);
    g_autoptr(LlmAnswer) answer = read_response(&way, rand);
    LlmOutcome outcome = answer->outcome;
    bool quotes_failed = false;
    g_autoptr(Verdict) taken =
        outcome == LLM_OK ? classify_text(&way, answer, &quotes_failed, &outcome) : NULL;

    g_autoptr(GPtrArray) edits = mark(&way, taken, quotes_failed);
    check_floor(&way);
    check_assignee(&way);
    if (taken) {
        check_edits(&way, edits);
    } else {
        g_autofree char *text = edits_text(edits);
        promise(&way, g_str_equal(text, world->untouched[way.mail][way.level]),
                "an answer that isn't taken leaves no trace");
    }
    g_string_free(way.body, TRUE);
    verdict_free(way.verdict);
    plan_free(way.plan);
    return outcome;
}

/* -- The world -------------------------------------------------------------------------------- */

static Policy *load_policy(World *world)
{
    const PolicySchema schema = { .facts = world->table,
                                  .fields = world->fields,
                                  .local_domains = domains };
    g_autofree char *support = NULL, *review = NULL;
    assert_true(g_file_get_contents("policies/support.policy", &support, NULL, NULL));
    assert_true(g_file_get_contents("policies/review.policy", &review, NULL, NULL));
    world->rules = g_strconcat(support, review, own_rules, NULL);
    return policy_load_text(&schema, "rules", world->rules, strlen(world->rules), world->diags);
}

/* What stands when nobody answers, looked through with the same eyes. */
static void presume(World *world, guint mail)
{
    Facts *facts = world->facts[mail] = facts_new(world->table);
    assert_true(facts_set_text(facts, "mailbox", "support"));
    assert_true(facts_set_text(facts, "text", mails[mail].text));
    const Presumption *presumption = world->presumptions[mail] =
        policy_presume(world->policy, facts);
    assert_string_equal(verdict_token(presumption->floors, "priority"),
                        mails[mail].floor ? mails[mail].floor : "");
    for (MarkLevel level = MARK_ID; level <= MARK_FULL; level++) {
        Way way = { .world = world, .mail = mail, .level = level };
        g_autoptr(GPtrArray) edits = mark(&way, NULL, false);
        world->untouched[mail][level] = edits_text(edits);
        verdict_free(way.verdict);
        plan_free(way.plan);
    }
}

static World *world_new(void)
{
    World *world = g_new0(World, 1);
    world->diags = diags_new();
    world->fields = fields_shipped(world->diags);
    world->table = fact_table_new(world->fields, tiers, mailboxes, world->diags);
    world->policy = load_policy(world);
    assert_int_equal(diags_count(world->diags), 0);
    world->customer = customer_new();
    world->customer->match = MATCH_EXACT;
    g_free(world->customer->id);
    world->customer->id = g_strdup("evil\r\nX-Evil: 1; tier=enterprise");
    for (guint mail = 0; mail < MAILS; mail++)
        presume(world, mail);
    return world;
}

static void world_free(World *world)
{
    for (guint mail = 0; mail < MAILS; mail++) {
        facts_free(world->facts[mail]);
        presumption_free(world->presumptions[mail]);
        for (guint level = 0; level <= MARK_FULL; level++)
            g_free(world->untouched[mail][level]);
    }
    customer_free(world->customer);
    policy_free(world->policy);
    fact_table_unref(world->table);
    field_table_unref(world->fields);
    diags_free(world->diags);
    g_free(world->rules);
    g_free(world);
}

/* -- All of them ------------------------------------------------------------------------------ */

static guint number_from_environment(const char *name, guint otherwise)
{
    const char *text = g_getenv(name);
    return text && *text ? (guint)g_ascii_strtoull(text, NULL, 10) : otherwise;
}

/* Is each kind of answer among them, and enough of those that are taken? */
static void check_mixture(const guint *outcomes, guint count)
{
    for (LlmOutcome outcome = LLM_OK; outcome <= LLM_SERVER; outcome++)
        if (outcomes[outcome] == 0)
            fail_msg("no answer was %s", llm_outcome_name(outcome));
    assert_in_range(outcomes[LLM_OK], count / 5, count * 4 / 5);
}

static void no_answer_breaks_a_promise(void **state)
{
    guint seed = number_from_environment("SEED", 1), from = number_from_environment("FROM", 0);
    guint count = number_from_environment("COUNT", ORDINARY_COUNT);
    guint outcomes[LLM_NO_BUDGET + 1] = { 0 };
    GRand *rand = g_rand_new_with_seed(seed);
    World *world = world_new();
    (void)state;
    for (guint i = 0; i < count; i++)
        outcomes[follow(world, seed, from + i, rand)]++;
    if (count >= ORDINARY_COUNT)
        check_mixture(outcomes, count);
    printf("%u answers:", count);
    for (LlmOutcome outcome = LLM_OK; outcome <= LLM_SERVER; outcome++)
        printf(" %u %s%s", outcomes[outcome], llm_outcome_name(outcome),
               outcome < LLM_SERVER ? "," : "\n");
    world_free(world);
    g_rand_free(rand);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_answer_breaks_a_promise),
    };
    return cmocka_run_group_tests_name("hostile answers", tests, NULL, NULL);
}
