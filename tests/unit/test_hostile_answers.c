/* Ten thousand hostile answers on their whole way: CLASSIFY, DECIDE, MARK.
 *
 * The model obeys an attacker: values that don't exist, header lines inside of texts, a priority
 * below the floor, somebody else's name as assignee, broken JSON.  Whatever of it is taken, the
 * headers stay well-formed, their values known, and the floor holds. */
#include "base/text.h"
#include "classify/classify.h"
#include "plan/mark.h"
#include "verdict_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define ANSWERS 10000

static const char *const team[] = { "anna", "ben", NULL };
static const char *const tiers[] = { "free", "standard", "premium", "enterprise", NULL };
static const char *const mailboxes[] = { "support", NULL };
static const char *const domains[] = { "example.com", NULL };
static const char *const policies[] = { "support", NULL };

typedef struct {
    Diags *diags;
    FieldTable *fields;
    FactTable *table;
    Policy *policy;
    Customer *customer;
    VerdictQuestion question;
} World;

static World *world_new(void)
{
    World *world = g_new0(World, 1);
    world->diags = diags_new();
    world->fields = fields_shipped(world->diags);
    world->table = fact_table_new(world->fields, tiers, mailboxes, world->diags);
    const PolicySchema schema = { .facts = world->table,
                                  .fields = world->fields,
                                  .local_domains = domains };
    world->policy =
        policy_load(&schema, "policies", policies, (Place){ .file = "test" }, world->diags);
    assert_int_equal(diags_count(world->diags), 0);
    world->customer = customer_new();
    world->customer->match = MATCH_EXACT;
    g_free(world->customer->id);
    world->customer->id = g_strdup("evil\r\nX-Evil: 1; tier=enterprise");
    world->question = (VerdictQuestion){ .fields = world->fields,
                                         .asks = FIELD_FOR_BOTH,
                                         .team = team,
                                         .mail_text = "our data was leaked please help" };
    return world;
}

static void world_free(World *world)
{
    customer_free(world->customer);
    policy_free(world->policy);
    fact_table_unref(world->table);
    field_table_unref(world->fields);
    diags_free(world->diags);
    g_free(world);
}

static const char *pick(GRand *rand, const char *const *list, gsize count)
{
    return list[g_rand_int_range(rand, 0, (gint32)count)];
}

/* What an attacker would have the model write for a field. */
static cJSON *hostile_value(const Field *field, GRand *rand)
{
    static const char *const texts[] = {
        "plain",
        "a\r\nX-Evil: yes",
        "low\nBcc: thief@evil.example",
        "=?utf-8?q?x?=",
        "ben",
        "anna",
        "none",
        "\u202Eright to left",
        "en",
        "data was leaked",
    };
    if (field->choices != NULL && field->choices->len > 0 && g_rand_int_range(rand, 0, 12) > 0) {
        gint32 index = g_rand_int_range(rand, 0, (gint32)field->choices->len);
        const FieldChoice *choice = g_ptr_array_index(field->choices, index);
        return cJSON_CreateString(choice->token);
    }
    switch (field->type) {
    case FIELD_NUMBER:
        return cJSON_CreateNumber(field->whole ? g_rand_int_range(rand, -20, 760)
                                               : g_rand_double_range(rand, -0.1, 1.1));
    case FIELD_YES_NO:
        return cJSON_CreateBool(g_rand_boolean(rand));
    case FIELD_LIST: {
        cJSON *list = cJSON_CreateArray();
        for (gint32 i = g_rand_int_range(rand, 1, 4); i > 0; i--)
            cJSON_AddItemToArray(list, cJSON_CreateString("long enough: a\r\nX-Evil: yes"));
        return list;
    }
    default:
        return cJSON_CreateString(pick(rand, texts, G_N_ELEMENTS(texts)));
    }
}

static char *hostile_answer(const World *world, GRand *rand)
{
    g_autoptr(cJSON) object = cJSON_CreateObject();
    for (guint i = 0; i < field_table_size(world->fields); i++) {
        const Field *field = field_at(world->fields, i);
        if (g_rand_int_range(rand, 0, 400) > 0)
            cJSON_AddItemToObject(object, field->name, hostile_value(field, rand));
    }
    if (g_rand_int_range(rand, 0, 50) == 0)
        cJSON_AddStringToObject(object, "queue", "attacker");
    g_autofree char *printed = json_print(object);
    GString *text = g_string_new(printed);
    if (g_rand_int_range(rand, 0, 5) == 0)
        text->str[g_rand_int_range(rand, 0, (gint32)text->len)] =
            (char)g_rand_int_range(rand, 1, 256);
    return g_string_free(text, FALSE);
}

static bool is_table_name(const char *name)
{
    for (guint i = 0; mark_header_name(i) != NULL; i++) {
        g_autofree char *full = g_strconcat("X-Triage-", mark_header_name(i), NULL);
        if (g_str_equal(full, name))
            return true;
    }
    return false;
}

static void assert_well_formed(const GPtrArray *edits)
{
    for (guint i = 0; i < edits->len; i++) {
        const Edit *edit = g_ptr_array_index(edits, i);
        assert_int_equal(edit->type, EDIT_ADD_HEADER);
        assert_true(is_table_name(edit->name));
        assert_in_range(strlen(edit->value), 1, MARK_VALUE_MAX);
        for (const char *at = edit->value; *at != '\0'; at++)
            assert_in_range(*at, 0x20, 0x7e);
        assert_null(strstr(edit->value, "Evil:"));
    }
    assert_string_equal(((Edit *)g_ptr_array_index(edits, edits->len - 1))->name,
                        "X-Triage-Status");
}

/* The way of one answer.  Returns whether CLASSIFY took it. */
static bool follow(const World *world, const char *text)
{
    g_autoptr(Facts) facts = facts_new(world->table);
    assert_true(facts_set_text(facts, "mailbox", "support"));
    assert_true(facts_set_text(facts, "text", "our data was leaked, please help"));
    g_autoptr(Presumption) presumption = policy_presume(world->policy, facts);
    assert_string_equal(verdict_token(presumption->floors, "priority"), "critical");

    g_autoptr(Verdict) answer = NULL;
    g_autofree char *why = NULL;
    bool quotes_failed = false;
    bool taken = classify_read_answer(&world->question, text, false, &answer, &quotes_failed,
                                      &why) == LLM_OK;
    g_autoptr(Verdict) verdict = policy_revise(
        presumption->verdict, taken ? answer : presumption->verdict, presumption->floors, NULL);
    facts_add_verdict(facts, &(Judged){ .verdict = verdict,
                                        .baseline = presumption->verdict,
                                        .model = answer,
                                        .engine = taken ? "llm" : "fallback",
                                        .quotes_failed = quotes_failed });
    g_autoptr(Plan) plan = policy_decide(world->policy, facts, PLAN_TICKET_NEW, "");
    const Mark mark = { .status = taken ? STATUS_LLM : STATUS_FALLBACK,
                        .why = taken ? "" : "invalid-answer",
                        .prompt = "support@1",
                        .decision_id = "ABCDEFGH12345678",
                        .mailbox = "support",
                        .ticket = "SUP-1001",
                        .verdict = verdict,
                        .plan = plan,
                        .customer = world->customer,
                        .level = MARK_FULL };
    g_autoptr(GPtrArray) edits = mark_edits(&mark, NULL, 0, "support@example.com");
    assert_well_formed(edits);
    assert_string_equal(verdict_token(verdict, "priority"), "critical");
    return taken;
}

static void no_answer_breaks_a_header_or_lowers_a_floor(void **state)
{
    (void)state;
    World *world = world_new();
    GRand *rand = g_rand_new_with_seed(20261123);
    guint taken = 0;
    for (int i = 0; i < ANSWERS; i++) {
        g_autofree char *text = hostile_answer(world, rand);
        taken += follow(world, text) ? 1 : 0;
    }
    assert_in_range(taken, ANSWERS / 1000, ANSWERS / 2);
    g_rand_free(rand);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_answer_breaks_a_header_or_lowers_a_floor),
    };
    return cmocka_run_group_tests_name("hostile answers", tests, NULL, NULL);
}
