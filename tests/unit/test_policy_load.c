/* Policies from files: what is refused, with which words, and what the limits are. */
#include "policy_fixture.h"

#include "base/digest.h"

#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void assert_said(const char *text, const char *said, guint count)
{
    g_autoptr(Fixture) fixture = fixture_new();
    g_autoptr(Policy) policy = fixture_load(fixture, text);
    assert_non_null(policy);
    g_autofree char *all = diags_to_text(fixture->diags);
    if (strstr(all, said) == NULL || diags_count(fixture->diags) != count)
        fail_msg("%s\nsaid: %s", text, all);
}

static void faults_are_named_with_place_and_cure(void **state)
{
    (void)state;
    static const struct {
        const char *text, *said;
    } rows[] = {
        /* entries */
        { "rul \"a\" { queue = x }", "test.policy:1:1: unknown entry 'rul'; did you mean 'rule'?" },
        { "policy \"a\" { queue = x }",
          "unknown entry 'policy'; a policy has: words, fallback, score, floor, rule" },
        { "rule { queue = x }", "1:1: a rule needs a name" },
        { "rule \"a\"", "1:1: '{ … }' is expected behind the rule's name" },
        { "rule \"a\" { when spam }", "1:1: the rule 'a' does nothing: an action is missing" },
        { "score \"a\" { }", "the score 'a' does nothing: points is missing" },
        { "rule \"a\" { queue = x }\nrule \"a\" { queue = y }",
          "test.policy:2:1: there is a rule 'a' already: test.policy:1" },
        { "rule \"a\" { queue = x\nqueue = y }",
          "test.policy:2:1: 'queue' is already given in line 1" },
        { "rule \"a\" { when spam\nwhen proven\nqueue = y }",
          "2:1: 'when' is already given in line 1" },
        { "rule \"a\" { queue }", "'queue' is not understood here; write 'when …' or 'queue = …'" },
        { "rule \"a\" { queue x = y }", "'queue' is not understood here" },
        { "include other.policy", "include" },
        /* conditions, each kind with its facts */
        { "fallback \"a\" { when priority = high; category = billing }",
          "1:21: 'priority' is known only after the verdict; this condition may use mail and "
          "customer facts and the score" },
        { "floor \"a\" { when confidence > 0.5; priority = high }",
          "'confidence' is known only after the verdict" },
        { "score \"a\" { when score > 5; points = 5 }",
          "'score' is known only after all scores are summed up" },
        /* fields */
        { "fallback \"a\" { categry = billing }",
          "1:16: unknown field 'categry'; did you mean 'category'?" },
        { "fallback \"a\" { category = biling }", "1:27: category: 'biling' is not " },
        { "fallback \"a\" { category = billing, general }", "1:16: category takes one value" },
        { "fallback \"a\" { queue = x }", "'queue' is an action; actions belong to rules" },
        { "floor \"a\" { category = billing }",
          "1:13: category has no order, so that it can't have a lowest value; use a fallback" },
        { "floor \"a\" { priority = hihg }", "priority: 'hihg' is not " },
        { "score \"a\" { points = many }", "'points' must be a number" },
        { "score \"a\" { points = 1001 }", "'points' must be between" },
        { "score \"a\" { priority = high }", "a score has 'when' and 'points', not 'priority'" },
        /* actions */
        { "rule \"a\" { queu = x }", "1:12: unknown action 'queu'; did you mean 'queue'?" },
        { "rule \"a\" { answer = x }", "unknown action 'answer'; there are: queue, " },
        { "rule \"a\" { draft = x }", "unknown reply prompt 'x'; there are: reply-sales, " },
        { "rule \"a\" { draft = reply-suport }", "did you mean 'reply-support'?" },
        { "rule \"a\" { draft = reply-support, reply-sales }",
          "unknown reply template 'reply-sales'; there are: received, sorry" },
        { "rule \"a\" { draft = received, received }", "unknown reply prompt 'received'" },
        { "rule \"a\" { notify = oncal }",
          "1:21: unknown notify block 'oncal'; did you mean 'oncall'?" },
        { "rule \"a\" { notify = oncall, nobody }",
          "unknown notify block 'nobody'; there are: oncall, sales-lead" },
        { "rule \"a\" { priority = high }",
          "a rule can't set the field 'priority'; a fallback gives it, a floor raises it" },
        { "rule \"a\" { queue = 'two words' }", "1:20: 'two words' is not a token" },
        { "rule \"a\" { queue = a, b }", "1:23: too many values: queue takes a queue's name" },
        { "rule \"a\" { assignee = 'no one' }", "'no one' is neither a name, nor an address" },
        { "rule \"a\" { tags = vip, 'x y' }", "'x y' is not a token" },
        { "rule \"a\" { ticket = perhaps }", "ticket is yes or no, not 'perhaps'" },
        { "rule \"a\" { review = no }", "review is yes or a reason; no rule can take it back" },
        { "rule \"a\" { answer_within = soon }", "'answer_within' must be a duration" },
        { "rule \"a\" { answer_within = 1s }", "'answer_within' must be between" },
        { "rule \"a\" { header = Team }", "header takes a name and a value" },
        { "rule \"a\" { header = Team, 'a b' }", "'a b' is not a token" },
        { "rule \"a\" { header = status, x }", "X-Triage-status is written by the program itself" },
        { "rule \"a\" { header = X-Triage-Team, x }", "write the name without 'X-Triage-'" },
        { "rule \"a\" { header = Te.am, x }", "a header's name has letters, digits and '-' alone" },
        { "rule \"a\" { redirect = nobody }", "'nobody' is not an address" },
        { "rule \"a\" { redirect = spy@elsewhere.example }",
          "'spy@elsewhere.example' is not in local_domains" },
        { "rule \"a\" { add_recipient = spy@sub.example.com }", "is not in local_domains" },
        /* words */
        { "words", "a list of words needs a name and words" },
        { "words a", "a list of words needs a name and words" },
        { "words a = 'x'\nwords a = 'y'", "test.policy:2:1: 'a' can't name a list of words" },
        { "words subject = 'x'", "'subject' can't name a list of words" },
        { "words a = ' '", "a word has 1 to 200 bytes" },
        { "rule \"a\" { when subject HAS breech; queue = x }\nwords breach = 'x'",
          "there is no list of words 'breech'" },
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_said(rows[i].text, rows[i].said, 1);
}

static void all_faults_of_a_file_are_found_in_one_run(void **state)
{
    (void)state;
    assert_said("rul \"a\" { queue = x }\n"
                "floor \"b\" { when subjct HAS 'x'; priority = hihg }\n"
                "rule \"c\" { queu = x; tags = 'a b'; redirect = x }\n"
                "score \"d\" { points = x }\n",
                "test.policy:4:", 7);
}

static void every_action_of_the_table_loads(void **state)
{
    (void)state;
    static const struct {
        const char *name, *value;
    } rows[] = {
        { "queue", "incident" },
        { "assignee", "owner" },
        { "tags", "a, b" },
        { "ticket", "no" },
        { "review", "'why not'" },
        { "answer_within", "4h" },
        { "draft", "reply-support, received" },
        { "notify", "oncall, sales-lead" },
        { "header", "Team, blue" },
        { "add_recipient", "a@example.com, b@EXAMPLE.com" },
        { "redirect", "c@example.com" },
    };
    const char *const *names = policy_action_names();
    assert_int_equal(g_strv_length((char **)names), G_N_ELEMENTS(rows));
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Fixture) fixture = fixture_new();
        g_autofree char *text =
            g_strdup_printf("rule \"a\" { %s = %s }", rows[i].name, rows[i].value);
        g_autoptr(Policy) policy = fixture_load(fixture, text);
        assert_non_null(policy);
        assert_string_equal(names[i], rows[i].name);
        g_autofree char *said = diags_to_text(fixture->diags);
        assert_string_equal(said, "");
    }
}

static void words_may_stand_behind_their_use(void **state)
{
    (void)state;
    g_autoptr(Fixture) fixture = fixture_new();
    g_autoptr(Policy) policy =
        fixture_load(fixture, "floor \"breach\" { when text HAS breach; priority = critical }\n"
                              "words breach = 'leaked', 'Data  Breach'\n");
    assert_int_equal(diags_count(fixture->diags), 0);
    fixture_set(fixture, "text", "There was a DATA BREACH!");
    g_autoptr(Presumption) presumption = policy_presume(policy, fixture->facts);
    assert_string_equal(verdict_token(presumption->floors, "priority"), "critical");
}

static void a_condition_may_go_on_in_the_next_line(void **state)
{
    (void)state;
    g_autoptr(Fixture) fixture = fixture_new();
    g_autoptr(Policy) policy = fixture_load(fixture, "rule \"a\" {\n"
                                                     "    when proven\n"
                                                     "         AND (spam\n"
                                                     "              OR forwarded)\n"
                                                     "    queue = x\n"
                                                     "}\n");
    assert_int_equal(diags_count(fixture->diags), 0);
    fixture_set(fixture, "proven", "yes");
    fixture_set(fixture, "forwarded", "yes");
    g_autoptr(Plan) plan = policy_decide(policy, fixture->facts, PLAN_TICKET_NONE, "");
    assert_string_equal(plan->queue, "x");
}

/* `count` times `format`, which takes the number. */
static char *many(int count, const char *before, const char *what, const char *after)
{
    GString *text = g_string_new(before);
    for (int i = 0; i < count; i++)
        g_string_append_printf(text, "%s%d%s", what, i, after);
    return g_string_free(text, FALSE);
}

static void numbers_of_things_have_limits(void **state)
{
    (void)state;
    static const struct {
        const char *before, *what, *after;
        int most;
    } rows[] = {
        { "", "rule r", " { queue = x }\n", POLICY_ENTRIES_MAX },
        { "", "words w", " = 'x'\n", POLICY_WORDS_MAX },
        { "words w = 'x'", ", 'w", "'", POLICY_WORDS_MAX - 1 },
        { "rule a { tags = x", ", t", "", 19 },
        { "rule a { add_recipient = x@example.com", ", u", "@example.com", 19 },
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        for (int over = -1; over <= 1; over++) {
            g_autoptr(Fixture) fixture = fixture_new();
            g_autofree char *text =
                many(rows[i].most + over, rows[i].before, rows[i].what, rows[i].after);
            g_autofree char *closed =
                g_strconcat(text, strchr(rows[i].before, '{') != NULL ? " }" : "", NULL);
            g_autoptr(Policy) policy = fixture_load(fixture, closed);
            assert_non_null(policy);
            if (diags_count(fixture->diags) != (over > 0 ? 1 : 0))
                fail_msg("%.40s %d", closed, over);
        }
    }
}

static void names_words_and_reasons_have_longest_lengths(void **state)
{
    (void)state;
    static const struct {
        const char *before, *after;
        int most;
    } rows[] = {
        { "rule '", "' { queue = x }", 100 },
        { "words w = '", "'", 200 },
        { "rule a { review = '", "' }", 200 },
        { "rule a { queue = '", "' }", 40 },
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        for (int over = -1; over <= 1; over++) {
            g_autoptr(Fixture) fixture = fixture_new();
            g_autofree char *word = g_strnfill((gsize)(rows[i].most + over), 'x');
            g_autofree char *text = g_strconcat(rows[i].before, word, rows[i].after, NULL);
            g_autoptr(Policy) policy = fixture_load(fixture, text);
            assert_non_null(policy);
            assert_int_equal(diags_count(fixture->diags), over > 0 ? 1 : 0);
        }
    }
}

/* A folder of its own with two policies. */
static char *make_folder(void)
{
    char *folder = g_dir_make_tmp("policy-XXXXXX", NULL);
    g_autofree char *one = g_build_filename(folder, "one.policy", NULL);
    g_autofree char *two = g_build_filename(folder, "two.policy", NULL);
    assert_true(g_file_set_contents(one, "rule \"a\" { tags = one }\n", -1, NULL));
    assert_true(g_file_set_contents(two, "rule \"b\" { tags = two }\n", -1, NULL));
    return folder;
}

static void remove_folder(const char *folder)
{
    static const char *const files[] = { "one.policy", "two.policy" };
    for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = g_build_filename(folder, files[i], NULL);
        g_unlink(path);
    }
    g_rmdir(folder);
}

static void files_are_read_in_the_order_asked_for(void **state)
{
    (void)state;
    static const char *const names[] = { "two", "one", NULL };
    static const char bytes[] = "rule \"b\" { tags = two }\nrule \"a\" { tags = one }\n";
    g_autoptr(Fixture) fixture = fixture_new();
    g_autofree char *folder = make_folder();
    Place place = { .file = "triage.conf", .line = 5, .column = 14 };
    g_autoptr(Policy) policy = policy_load(&fixture->schema, folder, names, place, fixture->diags);
    assert_int_equal(diags_count(fixture->diags), 0);
    g_autoptr(Plan) plan = policy_decide(policy, fixture->facts, PLAN_TICKET_NONE, "");
    assert_int_equal(plan->matched->len, 2);
    assert_string_equal(g_ptr_array_index(plan->matched, 0), "b");
    g_autofree char *hash = digest_of(bytes, sizeof bytes - 1);
    assert_string_equal(policy_hash(policy), hash);
    remove_folder(folder);
}

static void a_missing_policy_is_said_where_it_was_asked_for(void **state)
{
    (void)state;
    static const struct {
        const char *name, *said;
    } rows[] = {
        { "onee", "triage.conf:5:14: no policy 'onee' in " },
        { "onee", "did you mean 'one'?" },
        { "quite-else", "triage.conf:5:14: no policy 'quite-else'" },
        { "../one", "'../one' is not a policy's name" },
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Fixture) fixture = fixture_new();
        g_autofree char *folder = make_folder();
        const char *const names[] = { rows[i].name, NULL };
        Place place = { .file = "triage.conf", .line = 5, .column = 14 };
        g_autoptr(Policy) policy =
            policy_load(&fixture->schema, folder, names, place, fixture->diags);
        g_autofree char *said = diags_to_text(fixture->diags);
        assert_non_null(policy);
        if (diags_count(fixture->diags) != 1 || strstr(said, rows[i].said) == NULL)
            fail_msg("%s", said);
        remove_folder(folder);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_are_named_with_place_and_cure),
        cmocka_unit_test(all_faults_of_a_file_are_found_in_one_run),
        cmocka_unit_test(every_action_of_the_table_loads),
        cmocka_unit_test(words_may_stand_behind_their_use),
        cmocka_unit_test(a_condition_may_go_on_in_the_next_line),
        cmocka_unit_test(numbers_of_things_have_limits),
        cmocka_unit_test(names_words_and_reasons_have_longest_lengths),
        cmocka_unit_test(files_are_read_in_the_order_asked_for),
        cmocka_unit_test(a_missing_policy_is_said_where_it_was_asked_for),
    };
    return cmocka_run_group_tests_name("policy: load", tests, NULL, NULL);
}
