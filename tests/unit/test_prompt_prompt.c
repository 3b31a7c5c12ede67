/* Prompt files and their folder: what is read out of them, what is refused, where the fault is. */
#include "prompt/prompt.h"
#include "prompt/prompt_file.h"

#include <glib/gstdio.h>

#include <math.h>
#include <string.h>

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#define GOOD "asks = ticket\n---system\nJudge.\n---user\n{{mail.text}}\n"

/* A folder of prompts that is gone at the end. */
static int make_folder(void **state)
{
    *state = g_dir_make_tmp("prompts-XXXXXX", NULL);
    return *state ? 0 : -1;
}

static void remove_tree(const char *path)
{
    g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
    const char *name;

    while (folder && (name = g_dir_read_name(folder))) {
        g_autofree char *entry = g_build_filename(path, name, NULL);

        remove_tree(entry);
    }
    g_remove(path);
}

static int remove_folder(void **state)
{
    remove_tree(*state);
    g_free(*state);
    return 0;
}

static void write_file(const char *folder, const char *path, const char *text)
{
    g_autofree char *whole = g_build_filename(folder, path, NULL);
    g_autofree char *parent = g_path_get_dirname(whole);

    assert_int_equal(g_mkdir_with_parents(parent, 0700), 0);
    assert_true(g_file_set_contents(whole, text, -1, NULL));
}

/* The diagnostics with the folder's name taken out. */
static char *faults_of(const Diags *diags, const char *folder)
{
    g_autofree char *text = diags_to_text(diags);
    g_autofree char *prefix = g_strconcat(folder, "/", NULL);
    g_auto(GStrv) parts = g_strsplit(text, prefix, -1);

    return g_strjoinv("", parts);
}

static void a_folder_is_read_with_its_active_versions(void **state)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(PromptSet) set = NULL;
    const Prompt *prompt;
    g_autofree char *faults = NULL;

    write_file(*state, "support/1.prompt", GOOD);
    write_file(*state, "support/12.prompt",
               "asks = lead\nmax_tokens = 64\ntemperature = 0.5\neffort = low\n"
               "context_budget = 7\n---system\nS\n---user  \r\nU");
    write_file(*state, "support/12.fixture", "not a prompt");
    write_file(*state, "sales/2.prompt", "---system\n---user\n");
    write_file(*state, "active.conf", "support = 12 # new\n");
    set = prompts_load(*state, diags);
    faults = faults_of(diags, *state);
    assert_string_equal(faults, "");
    assert_string_equal(prompts_names(set)[0], "sales");
    assert_string_equal(prompts_names(set)[1], "support");
    assert_null(prompts_names(set)[2]);
    assert_null(prompts_active(set, "sales"));
    assert_null(prompts_active(set, "unheard_of"));
    prompt = prompts_active(set, "support");
    assert_non_null(prompt);
    assert_string_equal(prompt->id, "support@12");
    assert_string_equal(prompt->name, "support");
    assert_int_equal(prompt->version, 12);
    assert_int_equal(prompt->asks, FIELD_FOR_LEAD);
    assert_int_equal(prompt->max_tokens, 64);
    assert_int_equal(prompt->context_budget, 7);
    assert_true(prompt->temperature == 0.5);
    assert_string_equal(prompt->effort, "low");
    assert_int_equal(strlen(prompt->digest), 64);
}

static void what_the_head_leaves_out_has_a_default(void **state)
{
    g_autoptr(Diags) diags = diags_new();
    static const char text[] = "---system\n---user\n";
    Prompt *prompt = prompt_file_parse("p", text, strlen(text), "n", 3, diags);

    (void)state;
    assert_non_null(prompt);
    assert_int_equal(prompt->asks, FIELD_FOR_BOTH);
    assert_int_equal(prompt->max_tokens, 2048);
    assert_int_equal(prompt->context_budget, 1500);
    assert_true(isnan(prompt->temperature));
    assert_null(prompt->effort);
    prompt_file_free(prompt);
}

static void a_file_with_a_fault_is_refused_with_its_line(void **state)
{
    static const struct {
        const char *text, *want; /* the diagnostic begins so */
    } rows[] = {
        { "asks = ticket\nmax_token = 100\n---system\n---user\n", "p:2:1: " },
        { "asks = ticket\nmax_token = 100\n---system\n---user\n", "did you mean 'max_tokens'" },
        { "asks = tickets\n---system\n---user\n", "p:1:" },
        { "\n\nmax_tokens = 63\n---system\n---user\n", "p:3:" },
        { "max_tokens = 32001\n---system\n---user\n", "p:1:" },
        { "temperature = 2.1\n---system\n---user\n", "p:1:" },
        { "effort = huge\n---system\n---user\n", "p:1:" },
        { "asks ticket\n---system\n---user\n", "p:1:1: 'asks' needs '='" },
        { "asks = ticket\nmy {\n}\n---system\n---user\n", "p:2:1: expected a setting: my = …" },
        { "asks = ticket\n", "p:1:1: expected a line '---system' behind the head" },
        { "asks = ticket\n ---system\n---user\n", "p:1:1: expected a line '---system'" },
        { "asks = ticket\n---system\nx\n---users\n",
          "p:3:1: expected a line '---user' behind the system part" },
        { "---user\n---system\n", "expected a line '---user' behind the system part" },
        { "\n---system\na\n {{mial.text}}\n---user\n",
          "p:4:2: unknown name 'mial'; did you mean 'mail'?" },
        { "---system\na {{#mail}}{{fence}}{{/mail}}\n---user\n",
          "p:2:3: 'mail' is another one for each mail: it can stand in the user part only" },
        { "---system\na {{#mail}}{{fence}}{{/mail}}\n---user\n", "p:2:12: 'fence' is another" },
        { "---system\n---user\n\n{{mail.form}}",
          "p:4:1: unknown name 'form'; did you mean 'from'?" },
        { "---system\n---user\n{{#fields}}\n{{lable}}{{/fields}}", "p:4:1: unknown name 'lable'" },
        { "---system\n{{#a}}\n---user\n", "p:2:1: section 'a' is not closed" },
        { "---system\n---user\n{{>x}}", "p:3:1: there is no partial 'x'" },
        { "---system\n\xff\n---user\n", "p: a prompt is UTF-8 without NUL" },
    };

    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Diags) diags = diags_new();
        g_autofree char *got = NULL;

        assert_null(prompt_file_parse("p", rows[i].text, strlen(rows[i].text), "n", 1, diags));
        got = diags_to_text(diags);
        if (!strstr(got, rows[i].want))
            fail_msg("row %zu: want '%s', got '%s'", i, rows[i].want, got);
    }
}

static void a_file_may_be_as_long_as_any_we_read(void **state)
{
    (void)state;
    for (int beyond = -1; beyond <= 1; beyond++) {
        g_autoptr(Diags) diags = diags_new();
        g_autofree char *text = g_strnfill((gsize)(LEXER_FILE_MAX + beyond), 'x');
        Prompt *prompt;

        memcpy(text, "---system\n---user\n", strlen("---system\n---user\n"));
        prompt = prompt_file_parse("p", text, strlen(text), "n", 1, diags);
        assert_int_equal(prompt != NULL, beyond <= 0);
        prompt_file_free(prompt);
    }
}

static void active_conf_names_one_good_version_of_each(void **state)
{
    static const struct {
        const char *active, *want;
    } rows[] = {
        { "support = 3\n",
          "active.conf:1:11: prompt 'support' has no good version 3; there is: 1, 2\n" },
        { "support = 1, 2\n",
          "active.conf:1:1: expected a prompt and the one version in use: support = 1\n" },
        { "support = 1\nsupport = 2\n",
          "active.conf:2:1: prompt 'support' is set twice; one version can be in use\n" },
        { "support = one\n", "active.conf:1:11: 'one' is no version; expected a number from 1\n" },
        { "support = 0\n", "active.conf:1:11: '0' is no version; expected a number from 1\n" },
        { "support = 01\n", "active.conf:1:11: '01' is no version; expected a number from 1\n" },
        { "support = 99999999999\n",
          "active.conf:1:11: '99999999999' is no version; expected a number from 1\n" },
        { "support 1\n",
          "active.conf:1:1: expected a prompt and the one version in use: support = 1\n" },
        { "suport = 1\n", "active.conf:1:1: unknown prompt 'suport'; did you mean 'support'?\n" },
        { "zzz = 1\n", "active.conf:1:1: unknown prompt 'zzz'; the folder has: support\n" },
    };

    write_file(*state, "support/1.prompt", GOOD);
    write_file(*state, "support/2.prompt", GOOD);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(Diags) diags = diags_new();
        g_autoptr(PromptSet) set = NULL;
        g_autofree char *got = NULL;

        write_file(*state, "active.conf", rows[i].active);
        set = prompts_load(*state, diags);
        got = faults_of(diags, *state);
        assert_string_equal(got, rows[i].want);
    }
}

static void a_faulty_version_is_not_used(void **state)
{
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(PromptSet) set = NULL;
    g_autofree char *got = NULL;

    write_file(*state, "support/1.prompt", "---system\n");
    write_file(*state, "support/02.prompt", GOOD);
    write_file(*state, "support/new.prompt", GOOD);
    write_file(*state, "active.conf", "support = 1\n");
    set = prompts_load(*state, diags);
    got = faults_of(diags, *state);
    assert_null(prompts_active(set, "support"));
    assert_non_null(strstr(got, "support/1.prompt:2:1: expected a line '---user'"));
    assert_non_null(strstr(got, "support/02.prompt: the version must be a number from 1"));
    assert_non_null(strstr(got, "support/new.prompt: the version must be a number from 1"));
    assert_non_null(strstr(got, "active.conf:1:11: prompt 'support' has no good version 1; "
                                "there is: none\n"));
}

static void a_missing_folder_or_active_conf_is_a_fault(void **state)
{
    g_autoptr(Diags) diags = diags_new(), more = diags_new();
    g_autofree char *missing = g_build_filename(*state, "gone", NULL);
    g_autoptr(PromptSet) none = prompts_load(missing, diags);
    g_autoptr(PromptSet) empty = prompts_load(*state, more);

    assert_int_equal(diags_count(diags), 1);
    assert_null(prompts_names(none)[0]);
    assert_int_equal(diags_count(more), 1);
    assert_null(prompts_active(empty, "support"));
}

static void the_shipped_prompts_are_good(void **state)
{
    static const struct {
        const char *name;
        FieldUse asks;
    } rows[] = { { "support", FIELD_FOR_TICKET }, { "sales", FIELD_FOR_LEAD } };
    g_autoptr(Diags) diags = diags_new();
    g_autoptr(PromptSet) set = prompts_load("prompts", diags);
    g_autofree char *faults = diags_to_text(diags);

    (void)state;
    assert_string_equal(faults, "");
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        assert_non_null(prompts_active(set, rows[i].name));
        assert_int_equal(prompts_active(set, rows[i].name)->asks, rows[i].asks);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_folder_is_read_with_its_active_versions, make_folder,
                                        remove_folder),
        cmocka_unit_test(what_the_head_leaves_out_has_a_default),
        cmocka_unit_test(a_file_with_a_fault_is_refused_with_its_line),
        cmocka_unit_test(a_file_may_be_as_long_as_any_we_read),
        cmocka_unit_test_setup_teardown(active_conf_names_one_good_version_of_each, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(a_faulty_version_is_not_used, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_missing_folder_or_active_conf_is_a_fault, make_folder,
                                        remove_folder),
        cmocka_unit_test(the_shipped_prompts_are_good),
    };

    return cmocka_run_group_tests_name("prompt: files", tests, NULL, NULL);
}
